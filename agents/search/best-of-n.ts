/**
 * @file Best-of-N: draw N completions of the whole solution, keep argmaxᵢ sᵢ, sᵢ the guide's score of the whole.
 *
 * Ties go to the earlier candidate, so N = 1 is plain sampling and, with `greedyFirst`, a tie is decided as without search.
 * Drawn in batches it stops as soon as no later candidate can be better.
 */
import type { EnvDef } from '../../envs/env.ts'
import type { RewardModel } from '../../rewards/reward.ts'
import type { Policy } from '../policy.ts'
import { batched } from './batching.ts'
import { verdictGuide } from './guides/external.ts'
import { consistencyGuide } from './guides/internal.ts'
import type { Partial, Problem, SearchOptions, SearchResult } from './search.ts'
import type { Found, SearchContext } from './strategy.ts'
import { beginSearch, candidateOf, conclude, grow, isSettled, isText, judge } from './strategy.ts'
import { argmax } from './voting.ts'

export interface DrawOptions {
  n: number
  /** Candidate 0 is the greedy completion. */
  greedyFirst?: boolean
  /** Candidates drawn between two looks at whether to stop; default: all at once. */
  batch?: number
}

/** Draws up to n whole solutions, until `settled` says that the rest, `left` of them, is not worth drawing. */
export async function draw(
  context: SearchContext,
  { n, greedyFirst = false, batch = n }: DrawOptions,
  settled: (drawn: readonly Partial[], left: number) => Promise<boolean>,
): Promise<{ drawn: Partial[]; stoppedEarly: boolean }> {
  const { root } = context
  const greedy = greedyFirst
    ? await grow(context, [{ from: root, seed: [] }], { granularity: 'solution', temperature: 0 })
    : []
  const drawn = greedy.filter(isText)
  const sampled = greedyFirst ? n - 1 : n
  for (let start = 0; start < sampled; start += batch) {
    const left = sampled - start
    if (drawn.length > 0 && batch < n && (await settled(drawn, left))) return { drawn, stoppedEarly: true }
    const count = Math.min(batch, left)
    const rows = Array.from({ length: count }, (_, i) => ({ from: root, seed: [start + i] }))
    const more = (await grow(context, rows, { granularity: 'solution' })).filter(isText)
    drawn.push(...more)
    if (more.length < count) break
  }
  return { drawn, stoppedEarly: false }
}

export async function bestOf(context: SearchContext, options: DrawOptions): Promise<Found> {
  const { guide } = context
  const { drawn, stoppedEarly } = await draw(context, options, async so =>
    isSettled(guide, await judge(context, so)),
  )
  return conclude(context, drawn, await judge(context, drawn), stoppedEarly)
}

/**
 * For learning: one result per problem, in order, all drawn together. `verifier` judges attempts of one action each, the whole
 * text (see `atSolution`). Throws UsageError if it is to guide and a problem has no task.
 */
export async function bestOfN(
  policy: Policy,
  env: EnvDef,
  problems: readonly Problem[],
  { guidance, temperature, maxTokens, ...options }: SearchOptions,
  verifier: RewardModel,
): Promise<SearchResult[]> {
  const together = batched(policy)
  const guide = guidance === 'majority' ? consistencyGuide(env) : verdictGuide(verifier)
  const setup = { strategy: 'best-of-n', granularity: 'solution', temperature, maxTokens, guide } as const
  return Promise.all(
    problems.map(async problem => {
      const context = beginSearch(together, env, problem, setup)
      const { drawn } = await draw(context, options, async () => false)
      const scores = await judge(context, drawn)
      const candidates = drawn.map((partial, i) => candidateOf(env, partial, scores[i]!))
      return { candidates, chosen: argmax(scores) }
    }),
  )
}
