/**
 * @file What learning takes from the log of a search, without one new sample: demonstrations, labels of steps, preference pairs
 * with a shared beginning, and visited states.
 *
 * Everything is told by the verdicts on finished texts; a log whose search asked for none is judged first (`withVerdicts`).
 */
import type { EnvDef, Message, Task } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import { atSolution } from '../../envs/granularity.ts'
import { taskAt } from '../../envs/tasks.ts'
import { verifierReward } from '../../rewards/reward.ts'
import type { VisitedState } from '../learning/distillation.ts'
import type { Demonstration, Prompt } from '../policy.ts'
import type { SearchTree, TreeNode } from './tree-log.ts'
import { textOf } from './tree-log.ts'

/** The verdict from which a text counts as right. */
const RIGHT = 1

/** The same log with the environment's verdict on every finished text. Throws UsageError for a log without its task. */
export async function withVerdicts(env: EnvDef, tree: SearchTree): Promise<SearchTree> {
  const task = taskOf(env, tree)
  const finished = tree.nodes.filter(node => node.finished)
  const attempts = finished.map(({ id }) => ({ task, actions: [textOf(tree, id)] }))
  const judged = await verifierReward(atSolution(env)).judge(attempts)
  const verdicts = new Map(finished.map(({ id }, i) => [id, judged[i]!.outcome]))
  return { ...tree, nodes: tree.nodes.map(node => ({ ...node, verdict: verdicts.get(node.id) ?? null })) }
}

/** The first verdict in a log that the environment does not confirm, in words; null: the log holds. */
export async function replayTree(env: EnvDef, tree: SearchTree): Promise<string | null> {
  const again = await withVerdicts(env, tree)
  for (const [i, { id, verdict }] of tree.nodes.entries())
    if (verdict !== null && verdict !== again.nodes[i]!.verdict)
      return `node ${id}: recorded verdict ${verdict}, replayed ${again.nodes[i]!.verdict}`
  return null
}

/** Distinct right texts, at most `cap` per search, the shorter first: D_expert ⊆ D_search. */
export function bcExamples(trees: readonly SearchTree[], { cap = Infinity } = {}): Demonstration[] {
  return trees.flatMap(tree => {
    const texts = tree.nodes
      .filter(({ finished, verdict }) => finished && verdict !== null && verdict >= RIGHT)
      .map(({ id }) => textOf(tree, id))
    const shortest = [...new Set(texts)].sort((a, b) => a.length - b.length)
    return shortest.slice(0, cap).map(completion => ({ prompt: tree.head.prompt, completion }))
  })
}

export interface LabelledNode {
  node: number
  prompt: Prompt
  /** The text before the step, and the step. */
  before: string
  step: string
  /** Share of the right ones among the judged finished texts below (Math-Shepherd's soft label). */
  soft: number
  /** Is one of them right (its hard label)? */
  hard: boolean
  /** How many there are. */
  leaves: number
}

/** A label for every step below which a finished text was judged. */
export function stepLabels(tree: SearchTree): LabelledNode[] {
  const counts = outcomesBelow(tree)
  return tree.nodes.flatMap(({ id, parent, text }) => {
    const { right, judged } = counts[id]!
    if (parent < 0 || judged === 0 || text === '') return []
    const before = textOf(tree, parent)
    const label = { soft: right / judged, hard: right > 0, leaves: judged }
    return [{ node: id, prompt: tree.head.prompt, before, step: text, ...label }]
  })
}

export interface PreferencePair {
  prompt: Prompt
  /** What both begin with. */
  shared: string
  chosen: string
  rejected: string
  /** Difference of their soft labels. */
  margin: number
}

/** Different continuations of one text whose soft labels differ by at least `margin`: the best against each worse one. */
export function preferencePairs(tree: SearchTree, { margin = Number.MIN_VALUE } = {}): PreferencePair[] {
  const families = new Map<string, LabelledNode[]>()
  for (const label of stepLabels(tree))
    families.set(label.before, [...(families.get(label.before) ?? []), label])
  return [...families.values()].flatMap(family => {
    const merged = mergeEqual(family)
    const best = merged.reduce((a, b) => (b.soft > a.soft ? b : a))
    return merged
      .filter(({ soft }) => best.soft - soft >= margin)
      .map(({ step, soft }) => ({
        prompt: best.prompt,
        shared: best.before,
        chosen: best.step,
        rejected: step,
        margin: best.soft - soft,
      }))
  })
}

/**
 * What AlphaZero-style distillation learns from: every text whose continuations were visited at least `minVisits` times together,
 * with their visits (`learning/distillation.ts` makes shares of them). The outcome is the mean verdict of the finished texts
 * below, or, where none was judged, the mean value that was backed up.
 */
export function visitedStates(tree: SearchTree, { minVisits = 1 } = {}): VisitedState[] {
  const counts = outcomesBelow(tree)
  const children = childrenOf(tree)
  return tree.nodes.flatMap(({ id, value }) => {
    const moves = children[id]!.filter(({ visits }) => visits > 0)
    const { right, judged } = counts[id]!
    const outcome = judged > 0 ? right / judged : value
    if (outcome === null || moves.reduce((sum, { visits }) => sum + visits, 0) < Math.max(1, minVisits))
      return []
    const prompt = withText(tree.head.prompt, textOf(tree, id))
    return [
      {
        prompt,
        children: moves.map(({ text, visits, finished }) => ({ text, visits, terminal: finished })),
        outcome,
      },
    ]
  })
}

interface Outcomes {
  right: number
  judged: number
}

/** By node: how many finished texts at or below it were judged, and how right they are. Children come after their parents. */
function outcomesBelow({ nodes }: SearchTree): Outcomes[] {
  const counts = nodes.map(({ finished, verdict }): Outcomes => {
    return finished && verdict !== null ? { right: verdict, judged: 1 } : { right: 0, judged: 0 }
  })
  for (const { id, parent } of nodes.toReversed()) {
    if (parent < 0) continue
    counts[parent]!.right += counts[id]!.right
    counts[parent]!.judged += counts[id]!.judged
  }
  return counts
}

function childrenOf({ nodes }: SearchTree): TreeNode[][] {
  const children: TreeNode[][] = nodes.map(() => [])
  for (const node of nodes) if (node.parent >= 0) children[node.parent]!.push(node)
  return children
}

/** Equal steps behind equal texts are one, their leaves taken together. */
function mergeEqual(family: readonly LabelledNode[]): LabelledNode[] {
  const merged = new Map<string, LabelledNode>()
  for (const label of family) {
    const known = merged.get(label.step)
    if (!known) merged.set(label.step, label)
    else {
      const leaves = known.leaves + label.leaves
      const soft = (known.soft * known.leaves + label.soft * label.leaves) / leaves
      merged.set(label.step, { ...known, soft, hard: known.hard || label.hard, leaves })
    }
  }
  return [...merged.values()]
}

function withText(prompt: readonly Message[], text: string): Prompt {
  return text === '' ? prompt : [...prompt, { role: 'assistant', content: text }]
}

function taskOf(env: EnvDef, { head: { task } }: SearchTree): Task {
  if (!task)
    throw new UsageError(
      'this search did not know its task, so its texts cannot be judged; search with the task',
    )
  if (task.env !== env.id)
    throw new UsageError(`expected the log of a search in ${env.id}, got one in ${task.env}`)
  return taskAt(env, task)
}
