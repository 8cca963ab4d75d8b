/**
 * @file Takes a behaviour out of traces without breaking them, as experiments on what a behaviour is worth need.
 *
 * analysis, evaluation: their lines go. decomposition: the subtasks go, and the work no longer names them. alternatives and
 * correction: at each place of the final way the tries that such a line replaced go, with everything behind them, and what
 * replaced them stands in their place. completion: all work goes, and what speaks of it; analysis and answer remain.
 */
import type { Behaviour, Line, Trace } from './trace.ts'
import { BEHAVIOUR_OF, isWork } from './trace.ts'
import type { Node } from './tree.ts'
import { finalPath, workTree } from './tree.ts'

/** The trace without this behaviour; itself where it does not show it. */
export function strip(trace: Trace, behaviour: Behaviour): Line[] {
  if (!trace.some(line => BEHAVIOUR_OF[line.kind] === behaviour)) return [...trace]
  switch (behaviour) {
    case 'analysis':
      return trace.filter(line => line.kind !== 'analyze')
    case 'evaluation':
      return trace.filter(line => line.kind !== 'check')
    case 'decomposition':
      return trace
        .filter(line => line.kind !== 'sub')
        .map(line => (line.kind === 'do' ? { ...line, sub: null } : line))
    case 'completion':
      return trace.filter(line => line.kind === 'analyze' || line.kind === 'answer')
    case 'alternatives':
      return withoutDetours(trace, 'alt')
    case 'correction':
      return withoutDetours(trace, 'fix')
  }
}

/** Only these behaviours remain. */
export function keepOnly(trace: Trace, behaviours: ReadonlySet<Behaviour>): Line[] {
  const order: readonly Behaviour[] = [
    'correction',
    'alternatives',
    'evaluation',
    'decomposition',
    'analysis',
    'completion',
  ]
  return order
    .filter(behaviour => !behaviours.has(behaviour))
    .reduce<Line[]>((kept, behaviour) => strip(kept, behaviour), [...trace])
}

type Detour = 'alt' | 'fix'

function withoutDetours(trace: Trace, kind: Detour): Line[] {
  const nodes = workTree(trace)
  const path = finalPath(nodes)
  const kept = new Map<number, Detour | 'do'>()
  for (const number of path) {
    const place = siblingsUpTo(nodes, number).filter(node => node === number || stays(nodes, node, kind))
    for (const [i, node] of place.entries()) {
      const own = nodes[node - 1]!.line.kind
      if (node !== number)
        for (const below of subtree(nodes, node)) kept.set(below, nodes[below - 1]!.line.kind)
      if (i === 0) kept.set(node, own === kind || own === 'fix' ? 'do' : own)
      else kept.set(node, own === kind ? other(kind) : own)
    }
  }
  return rewritten(trace, nodes, kept)
}

function other(kind: Detour): Detour {
  return kind === 'alt' ? 'fix' : 'alt'
}

/** Everything that was tried in a step's place up to it, in order, itself included. */
function siblingsUpTo(nodes: readonly Node[], number: number): number[] {
  const { parent } = nodes[number - 1]!
  return nodes.filter(node => node.parent === parent && node.number <= number).map(node => node.number)
}

/**
 * A try stays if what replaced it is of the other kind, and nothing behind it is of the kind that goes, or was taken up again
 * after it had been replaced.
 */
function stays(nodes: readonly Node[], number: number, kind: Detour): boolean {
  const { parent } = nodes[number - 1]!
  const replacement = nodes.find(node => node.number > number && node.parent === parent)!
  return (
    replacement.line.kind !== kind &&
    subtree(nodes, number).every(
      below => below === number || (nodes[below - 1]!.line.kind !== kind && below < replacement.number),
    )
  )
}

function subtree(nodes: readonly Node[], root: number): number[] {
  const inside = new Set([root])
  for (const { number, parent } of nodes) if (inside.has(parent)) inside.add(number)
  return [...inside]
}

/** The lines that are kept, with their new numbers. */
function rewritten(trace: Trace, nodes: readonly Node[], kept: ReadonlyMap<number, Detour | 'do'>): Line[] {
  const numbers = new Map([
    [0, 0],
    ...[...kept.keys()].sort((a, b) => a - b).map((old, i) => [old, i + 1] as const),
  ])
  const numberAt = new Map(nodes.map(({ at, number }) => [at, number]))
  const lines: Line[] = []
  for (const [at, line] of trace.entries()) {
    if (line.kind === 'check') {
      const step = numbers.get(line.step)
      if (step !== undefined) lines.push({ ...line, step })
    } else if (!isWork(line)) lines.push(line)
    else {
      const number = numberAt.get(at)!
      const kind = kept.get(number)
      if (kind !== undefined) lines.push(workOf(nodes, number, kind, numbers))
    }
  }
  return withoutIdleSubs(trace, lines)
}

function workOf(
  nodes: readonly Node[],
  number: number,
  kind: Detour | 'do',
  numbers: ReadonlyMap<number, number>,
): Line {
  const { line, parent } = nodes[number - 1]!
  if (kind === 'do') return { kind, sub: subOf(nodes, number), text: line.text }
  if (kind === 'alt') return { kind, state: numbers.get(parent)!, text: line.text }
  const replaced = siblingsUpTo(nodes, number).findLast(before => before !== number && numbers.has(before))!
  return {
    kind,
    step: numbers.get(line.kind === 'fix' ? line.step : replaced) ?? numbers.get(replaced)!,
    text: line.text,
  }
}

/** The subtask that a step works on: its own, or that of what it replaced, or of what it goes on from. */
function subOf(nodes: readonly Node[], number: number): number | null {
  const { line, parent } = nodes[number - 1]!
  if (line.kind === 'do') return line.sub
  const replaced = siblingsUpTo(nodes, number).find(before => nodes[before - 1]!.line.kind === 'do')
  if (replaced !== undefined) return subOf(nodes, replaced)
  return parent === 0 ? null : subOf(nodes, parent)
}

/** Subtasks that only dropped work was on go with it; the others are numbered anew. */
function withoutIdleSubs(before: Trace, lines: readonly Line[]): Line[] {
  const used = (trace: Trace): Set<number> =>
    new Set(trace.flatMap(line => (line.kind === 'do' && line.sub !== null ? [line.sub] : [])))
  const [once, still] = [used(before), used(lines)]
  const remaining = lines.flatMap(line =>
    line.kind === 'sub' && (still.has(line.sub) || !once.has(line.sub)) ? [line.sub] : [],
  )
  const renumbered = new Map(remaining.map((sub, i) => [sub, i + 1]))
  return lines.flatMap((line): Line[] => {
    if (line.kind === 'sub') {
      const sub = renumbered.get(line.sub)
      return sub === undefined ? [] : [{ ...line, sub }]
    }
    if (line.kind === 'do' && line.sub !== null)
      return [{ ...line, sub: renumbered.get(line.sub) ?? line.sub }]
    return [line]
  })
}
