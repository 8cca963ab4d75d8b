/**
 * @file The steps of work of a trace as a tree: which step stands behind which, and which of them are left in the end.
 *
 * A do goes on from the step before it, an alt from the one that it names, a fix from where the step stood that it replaces. What
 * is left are the steps on the way from the beginning to the last one; everything else was tried and dropped.
 */
import type { Trace, Work } from './trace.ts'
import { isWork } from './trace.ts'

export interface Node {
  /** From 1; 0 is the beginning, which is no node. */
  number: number
  line: Work
  /** Where it stands in the trace. */
  at: number
  parent: number
}

/** Nodes in order. A reference to a step that is not there yet is read as one to the beginning; `faultsOf` reports it. */
export function workTree(trace: Trace): Node[] {
  const nodes: Node[] = []
  for (const [at, line] of trace.entries()) {
    if (!isWork(line)) continue
    nodes.push({ number: nodes.length + 1, line, at, parent: parentOf(line, nodes) })
  }
  return nodes
}

function parentOf(line: Work, before: readonly Node[]): number {
  switch (line.kind) {
    case 'do':
      return before.length
    case 'alt':
      return line.state <= before.length ? line.state : 0
    case 'fix':
      return before[line.step - 1]?.parent ?? 0
  }
}

/** The numbers of the steps that are left in the end, in order. */
export function finalPath(nodes: readonly Node[]): number[] {
  const path: number[] = []
  for (let number = nodes.length; number > 0; number = nodes[number - 1]!.parent) path.push(number)
  return path.reverse()
}

/** What the steps that are left say, and the answer: the trace as it would be without its detours. */
export function finalSteps(trace: Trace): { steps: string[]; answer: string | null } {
  const nodes = workTree(trace)
  const answer = trace.findLast(line => line.kind === 'answer')
  return {
    steps: finalPath(nodes).map(number => nodes[number - 1]!.line.text),
    answer: answer?.text ?? null,
  }
}

/** What the steps say that a step goes on from. */
export function textsBefore(nodes: readonly Node[], { parent }: Pick<Node, 'parent'>): string[] {
  const texts: string[] = []
  for (let number = parent; number > 0; number = nodes[number - 1]!.parent)
    texts.push(nodes[number - 1]!.line.text)
  return texts.reverse()
}
