/**
 * @file Puts a behaviour into traces that do not show it, as priming before RL does (Gandhi et al. 2503.01307). The content
 * comes from a source: an environment, or texts of one's own; right answers are not needed.
 *
 * What is put in, `strip` takes out again: strip(prime(trace, b), b) is the trace, where b was not in it.
 */
import type { Behaviour, Line, Trace, Work } from './trace.ts'
import { isWork } from './trace.ts'
import { textsBefore, workTree } from './tree.ts'

/** What is said of a step of work. */
export interface Said {
  text: string
  right: boolean
}

/** Where content comes from. `before`: the steps of work that it stands on. null: nothing to say here. */
export interface Content {
  /** What is given and what is asked, one line each. */
  analysis(): readonly string[]
  /** Names the subtask that begins with this step, or null where the step goes on with the one before. */
  subtask(step: string, before: readonly string[], inSubtask: number): string | null
  /** A claim about a step and the verdict on the step. */
  claim(step: string, before: readonly string[]): Said | null
  /** A wrong form of this step. */
  slip(step: string, before: readonly string[]): string | null
  /** Something else that could be tried in this step's place and leads nowhere. */
  deadEnd(step: string, before: readonly string[]): string | null
}

/** The trace with this behaviour put in wherever the content has something to say. Lines that show it already stay. */
export function prime(trace: Trace, behaviour: Behaviour, content: Content): Line[] {
  switch (behaviour) {
    case 'analysis':
      return trace.some(line => line.kind === 'analyze')
        ? [...trace]
        : [...content.analysis().map((text): Line => ({ kind: 'analyze', text })), ...trace]
    case 'decomposition':
      return decomposed(trace, content)
    case 'completion':
      return [...trace]
    case 'evaluation':
      return evaluated(trace, content)
    case 'correction':
      return detoured(trace, (step, before) => content.slip(step, before), 'fix')
    case 'alternatives':
      return detoured(trace, (step, before) => content.deadEnd(step, before), 'alt')
  }
}

/** Several behaviours, in an order in which each finds what it speaks of. */
export function primeAll(trace: Trace, behaviours: ReadonlySet<Behaviour>, content: Content): Line[] {
  const order: readonly Behaviour[] = [
    'alternatives',
    'correction',
    'decomposition',
    'evaluation',
    'analysis',
  ]
  return order
    .filter(behaviour => behaviours.has(behaviour))
    .reduce<Line[]>((lines, behaviour) => prime(lines, behaviour, content), [...trace])
}

function decomposed(trace: Trace, content: Content): Line[] {
  if (trace.some(line => line.kind === 'sub')) return [...trace]
  const nodes = workTree(trace)
  const lines: Line[] = []
  let [number, sub, inside] = [0, 0, 0]
  for (const line of trace) {
    if (!isWork(line)) {
      lines.push(line)
      continue
    }
    const node = nodes[number++]!
    if (line.kind !== 'do') {
      lines.push(line)
      continue
    }
    // A first try that is replaced later is on the same subtask as what replaces it.
    const final = nodes.findLast(({ parent }) => parent === node.parent)!.line.text
    const title = content.subtask(final, textsBefore(nodes, node), inside)
    if (title !== null || sub === 0) {
      lines.push({ kind: 'sub', sub: ++sub, text: title ?? 'the first step' })
      inside = 0
    }
    inside++
    lines.push({ ...line, sub })
  }
  return lines
}

/** A check right behind each step of work that none speaks of yet. */
function evaluated(trace: Trace, content: Content): Line[] {
  const nodes = workTree(trace)
  const spoken = new Set(trace.flatMap(line => (line.kind === 'check' ? [line.step] : [])))
  let number = 0
  return trace.flatMap((line): Line[] => {
    if (!isWork(line)) return [line]
    const node = nodes[number++]!
    const said = spoken.has(node.number) ? null : content.claim(line.text, textsBefore(nodes, node))
    if (said === null) return [line]
    return [
      line,
      { kind: 'check', step: node.number, text: said.text, verdict: said.right ? 'right' : 'wrong' },
    ]
  })
}

/** In front of each do for which there is one, a wrong try; the do's own text then comes as what replaces it. */
function detoured(
  trace: Trace,
  tryFirst: (step: string, before: readonly string[]) => string | null,
  kind: 'alt' | 'fix',
): Line[] {
  const nodes = workTree(trace)
  const lines: Line[] = []
  // New numbers of steps, as what is put in moves those behind it.
  const moved = [0]
  let added = 0
  for (const line of trace) {
    if (!isWork(line)) {
      lines.push(line.kind === 'check' ? { ...line, step: moved[line.step]! } : line)
      continue
    }
    const node = nodes[moved.length - 1]!
    const wrong =
      line.kind === 'do' && isFinal(nodes, node.number) ? tryFirst(line.text, textsBefore(nodes, node)) : null
    if (wrong === null || line.kind !== 'do') lines.push(renumbered(line, moved))
    else {
      const state = moved[node.parent]!
      const first = node.number + added
      lines.push({ ...line, text: wrong })
      lines.push(kind === 'alt' ? { kind, state, text: line.text } : { kind, step: first, text: line.text })
      added++
    }
    moved.push(node.number + added)
  }
  return lines
}

/** Is this step not replaced by another one? */
function isFinal(nodes: ReturnType<typeof workTree>, number: number): boolean {
  const { parent } = nodes[number - 1]!
  return nodes.findLast(node => node.parent === parent)!.number === number
}

function renumbered(line: Work, moved: readonly number[]): Line {
  if (line.kind === 'alt') return { ...line, state: moved[line.state]! }
  return line.kind === 'fix' ? { ...line, step: moved[line.step]! } : line
}
