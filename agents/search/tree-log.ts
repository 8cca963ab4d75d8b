/**
 * @file What a search did, as one file of JSON lines that learning reads again: a head, one line per node in the order of
 * birth, and the choice.
 *
 * A node's text is only what it adds to its parent's. Labels, pairs and targets are made from a log alone
 * (`tree-learning.ts`): no text is sampled again.
 */
import { z } from 'zod'
import type { Split } from '../../envs/env.ts'
import { SPLITS } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import { NO_PARENT } from './puct-tree.ts'
import type { Partial, Problem, Spent } from './search.ts'

const headSchema = z.strictObject({
  v: z.literal(1),
  strategy: z.string(),
  guidance: z.string(),
  granularity: z.enum(['solution', 'step', 'token']),
  prompt: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
  /** Where the task is known to the searcher. */
  task: z
    .object({
      env: z.string(),
      split: z.enum(SPLITS as [Split, ...Split[]]),
      level: z.number().int(),
      index: z.number().int().nonnegative(),
    })
    .nullable(),
})

const nodeSchema = z.strictObject({
  id: z.number().int().nonnegative(),
  parent: z.number().int().min(NO_PARENT),
  text: z.string(),
  tokens: z.array(z.number().int()),
  /** One per token, in nats. */
  logprobs: z.array(z.number()),
  finished: z.boolean(),
  /** Of its parent's continuations, as the search took it; null where it took none. */
  prior: z.number().nullable(),
  /** What each guide said, by name. */
  scores: z.record(z.string(), z.number().nullable()),
  visits: z.number().int().nonnegative(),
  /** Mean of what was backed up; null: nothing. */
  value: z.number().nullable(),
  /** The environment's verdict on a finished text, where it was asked. */
  verdict: z.number().nullable(),
})

const tailSchema = z.strictObject({
  /** The node whose text was chosen; null: there was none. */
  chosen: z.number().int().nonnegative().nullable(),
  tokens: z.number().int().nonnegative(),
  expansions: z.number().int().nonnegative(),
})

export type TreeHead = z.infer<typeof headSchema>
export type TreeNode = z.infer<typeof nodeSchema>
export interface SearchTree {
  head: TreeHead
  nodes: TreeNode[]
  chosen: number | null
  spent: Spent
}

/** Written while a search runs. */
export class TreeLog {
  readonly #tree: SearchTree
  readonly #ids = new Map<Partial, number>()

  constructor(
    problem: Problem,
    root: Partial,
    about: Pick<TreeHead, 'strategy' | 'guidance' | 'granularity'>,
  ) {
    const { task, prompt } = problem
    const head: TreeHead = {
      v: 1,
      ...about,
      prompt: prompt.map(({ role, content }) => ({ role, content })),
      task: task && { env: task.env, split: task.split, level: task.level, index: task.index },
    }
    this.#tree = { head, nodes: [], chosen: null, spent: { tokens: 0, expansions: 0 } }
    this.add(root, null)
  }

  /** The node of a text that continues its parent's, `null` for the root. */
  add(partial: Partial, parent: Partial | null): number {
    const id = this.#tree.nodes.length
    const from = parent ? this.#nodeOf(parent).id : NO_PARENT
    const { text, tokens, logprobs, finished } = partial
    const [chars, count] = parent ? [parent.text.length, parent.tokens.length] : [0, 0]
    this.#ids.set(partial, id)
    this.#tree.nodes.push({
      id,
      parent: from,
      text: text.slice(chars),
      tokens: tokens.slice(count),
      logprobs: logprobs.slice(count),
      finished,
      prior: null,
      scores: {},
      visits: 0,
      value: null,
      verdict: null,
    })
    return id
  }

  score(partial: Partial, guide: string, score: number | null): void {
    const node = this.#nodeOf(partial)
    node.scores[guide] = score
    if (guide === 'verifier' && partial.finished) node.verdict = score
  }

  visited(partial: Partial, search: Pick<TreeNode, 'visits' | 'value' | 'prior'>): void {
    Object.assign(this.#nodeOf(partial), search)
  }

  close(chosen: Partial | null, spent: Spent): SearchTree {
    this.#tree.chosen = chosen && this.#nodeOf(chosen).id
    this.#tree.spent = spent
    return this.#tree
  }

  #nodeOf(partial: Partial): TreeNode {
    const id = this.#ids.get(partial)
    if (id === undefined) throw new Error('this text has no node in the log')
    return this.#tree.nodes[id]!
  }
}

/** The lines of a search. */
export function formatTree({ head, nodes, chosen, spent }: SearchTree): string {
  return [head, ...nodes, { chosen, ...spent }].map(line => JSON.stringify(line) + '\n').join('')
}

/** Reads the lines of one or several searches. Throws UsageError naming the line that does not fit. */
export function parseTrees(text: string, source: string): SearchTree[] {
  const lines = text.split('\n')
  if (lines.pop() !== '')
    throw new UsageError(
      `${source}: line ${lines.length + 1} is cut off: the file was half-written; search again`,
    )
  const trees: SearchTree[] = []
  let open: SearchTree | null = null
  for (const [i, line] of lines.entries()) {
    const where = `${source}: line ${i + 1}`
    const value = readJson(line, where)
    if (!open)
      open = {
        head: fits(headSchema, value, where, 'head'),
        nodes: [],
        chosen: null,
        spent: { tokens: 0, expansions: 0 },
      }
    else if (typeof value === 'object' && value !== null && 'id' in value)
      open.nodes.push(nodeOf(value, open, where))
    else {
      const { chosen, ...spent } = fits(tailSchema, value, where, 'choice')
      if (chosen !== null && chosen >= open.nodes.length)
        throw new UsageError(`${where}: chosen: expected a node below ${open.nodes.length}, got ${chosen}`)
      trees.push({ ...open, chosen, spent })
      open = null
    }
  }
  if (open)
    throw new UsageError(`${source}: the last search has no choice: the file was half-written; search again`)
  return trees
}

/** The whole text of a node. */
export function textOf({ nodes }: SearchTree, id: number): string {
  let text = ''
  for (let at = id; at !== NO_PARENT; at = nodes[at]!.parent) text = nodes[at]!.text + text
  return text
}

function nodeOf(value: unknown, { nodes }: SearchTree, where: string): TreeNode {
  const node = fits(nodeSchema, value, where, 'node')
  if (node.id !== nodes.length) throw new UsageError(`${where}: id: expected ${nodes.length}, got ${node.id}`)
  const isRoot = node.id === 0
  if (isRoot !== (node.parent === NO_PARENT) || node.parent >= node.id)
    throw new UsageError(
      `${where}: parent: expected ${isRoot ? NO_PARENT : 'an earlier node'}, got ${node.parent}`,
    )
  if (node.logprobs.length !== node.tokens.length)
    throw new UsageError(
      `${where}: logprobs: expected ${node.tokens.length}, one per token, got ${node.logprobs.length}`,
    )
  return node
}

function readJson(line: string, where: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new UsageError(`${where}: expected one line of JSON, got ${JSON.stringify(line.slice(0, 60))}`)
  }
}

function fits<T>(schema: z.ZodType<T>, value: unknown, where: string, what: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw new UsageError(
    `${where}: not the ${what} of a search: ${issue.path.join('.') || 'line'}: ${issue.message}`,
  )
}
