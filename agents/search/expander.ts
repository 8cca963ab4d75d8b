/**
 * @file Writes continuations of partial solutions: many in one call of the policy, at any granularity, within a budget.
 *
 * The texts that a call continues stand in the order they were given; equal ones next to each other share their prefix in
 * the engine. A policy reads its own text back: where tokens cut the joined text otherwise than it was written, it is the
 * text that counts.
 */
import type { EnvDef } from '../../envs/env.ts'
import type { Granularity } from '../../envs/granularity.ts'
import { splitSteps } from '../../envs/granularity.ts'
import type { Coordinate } from '../../envs/rng.ts'
import type { Completion, Policy, Prompt } from '../policy.ts'
import type { Meter } from './meter.ts'
import type { Partial, Problem } from './search.ts'

export interface ExpanderOptions {
  granularity: Granularity
  temperature: number
  /** Longest text, in tokens. */
  maxTokens: number
  /** Longest step, in tokens; a step that is cut ends its text. Default: as long as the text may be. */
  stepTokens?: number
}

export interface Continuation {
  from: Partial
  /** Coordinates of its random stream below the problem's. */
  seed: readonly Coordinate[]
  /** Read instead of the problem's own prompt. */
  prompt?: Prompt
}

/** How one call differs from the expander's own way. */
export interface CallOptions {
  granularity?: Granularity
  temperature?: number
  /** Fewer tokens per continuation than the limits allow. */
  maxTokens?: number
}

interface Admitted extends Continuation {
  index: number
  cap: number
}

/** The empty text of a problem. */
export function rootOf(problem: Problem): Partial {
  return { problem, text: '', steps: [], tokens: [], logprobs: [], finished: false, stopped: false }
}

export class Expander {
  readonly env: EnvDef
  readonly granularity: Granularity
  readonly meter: Meter
  readonly #sample: Policy['sample']
  readonly #options: ExpanderOptions

  constructor(policy: Pick<Policy, 'sample'>, env: EnvDef, meter: Meter, options: ExpanderOptions) {
    this.env = env
    this.meter = meter
    this.granularity = options.granularity
    this.#sample = (prompts, sampleOptions) => policy.sample(prompts, sampleOptions)
    this.#options = options
  }

  /** Tokens that one continuation of this text may take. */
  room(from: Partial, { granularity = this.granularity, maxTokens = Infinity }: CallOptions = {}): number {
    const left = this.#options.maxTokens - from.tokens.length
    if (granularity === 'token') return Math.min(1, left)
    const step = granularity === 'step' ? (this.#options.stepTokens ?? Infinity) : Infinity
    return Math.min(left, step, maxTokens)
  }

  /**
   * One continuation each, in order; null for what the budget no longer holds. With too few tokens left for the longest
   * continuation, the last one is cut where they end.
   */
  async expand(rows: readonly Continuation[], call: CallOptions = {}): Promise<(Partial | null)[]> {
    const results: (Partial | null)[] = rows.map(() => null)
    let waiting = rows.map((row, index): Admitted => ({ ...row, index, cap: this.room(row.from, call) }))
    waiting = waiting.filter(({ from, cap }) => !from.finished && cap >= 1)
    while (waiting.length > 0) {
      const admitted = this.#admit(waiting)
      if (admitted.length === 0) break
      for (const group of byCap(admitted))
        for (const [i, partial] of (await this.#continue(group, call)).entries())
          results[group[i]!.index] = partial
      waiting = waiting.slice(admitted.length)
    }
    return results
  }

  /** The texts written to their ends. */
  async complete(rows: readonly Continuation[], call: CallOptions = {}): Promise<(Partial | null)[]> {
    return this.expand(rows, { ...call, granularity: 'solution' })
  }

  #admit(waiting: readonly Admitted[]): Admitted[] {
    const admitted: Admitted[] = []
    for (const row of waiting) {
      if (!this.meter.reserve(row.cap)) break
      admitted.push(row)
    }
    const cap = this.meter.tokensLeft
    if (admitted.length > 0 || cap < 1 || !this.meter.reserve(cap)) return admitted
    return [{ ...waiting[0]!, cap }]
  }

  async #continue(rows: readonly Admitted[], call: CallOptions): Promise<Partial[]> {
    const { granularity = this.granularity, temperature = this.#options.temperature } = call
    const { stepEnd } = this.env.text
    const completions = await this.#sample(
      rows.map(({ from, prompt }) => promptOf(from, prompt)),
      {
        temperature,
        maxTokens: rows[0]!.cap,
        seeds: rows.map(({ from, seed }) => [...from.problem.seed, ...seed]),
        ...(granularity === 'step' && stepEnd !== '' && { stop: stepEnd }),
      },
    )
    return rows.map(({ from, cap }, i) => {
      const completion = completions[i]!
      this.meter.settle(cap, takenBy(completion, cap))
      return this.#joined(from, completion, granularity)
    })
  }

  #joined(from: Partial, completion: Completion, granularity: Granularity): Partial {
    const { text: piece, tokens, logprobs, stopped, topLogprobs } = completion
    const { env } = this
    const text = from.text + piece
    const steps = splitSteps(env, text)
    const all = [...from.tokens, ...tokens]
    const { stepEnd } = env.text
    const stepOver = stepEnd !== '' && piece.endsWith(stepEnd)
    const ended = stopped && !(granularity === 'step' && stepOver)
    const cut = granularity === 'solution' || (granularity === 'step' && !stepOver)
    const full = all.length >= this.#options.maxTokens || (stepOver && steps.length >= env.maxSteps)
    return {
      problem: from.problem,
      text,
      steps,
      tokens: all,
      logprobs: [...from.logprobs, ...logprobs],
      ...(topLogprobs && { topLogprobs: [...(from.topLogprobs ?? []), ...topLogprobs] }),
      finished: ended || cut || full,
      stopped: ended,
    }
  }
}

/** Tokens to charge: the policy's own, else its count, else all that there could have been. */
function takenBy({ tokens, text, numTokens }: Completion, cap: number): number {
  return tokens.length > 0 || text === '' ? tokens.length : (numTokens ?? cap)
}

function promptOf({ problem, text }: Partial, prompt: Prompt = problem.prompt): Prompt {
  if (text === '') return prompt
  const last = prompt.at(-1)
  if (last?.role !== 'assistant') return [...prompt, { role: 'assistant', content: text }]
  return [...prompt.slice(0, -1), { role: 'assistant', content: last.content + text }]
}

/** Rows of one cap each, because a call of the policy has one limit; in the order in which the caps first appear. */
function byCap(rows: readonly Admitted[]): Admitted[][] {
  const groups = new Map<number, Admitted[]>()
  for (const row of rows) {
    const group = groups.get(row.cap)
    if (group) group.push(row)
    else groups.set(row.cap, [row])
  }
  return [...groups.values()]
}
