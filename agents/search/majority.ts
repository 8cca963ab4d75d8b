/**
 * @file Majority vote (self-consistency, Wang et al. 2023): argmaxₐ #{i : answerᵢ = a} over canonical answers.
 *
 * A text that cannot be read is a class of its own that never wins. With two candidates it is the first one, up to which of
 * them can be read. Drawn in batches it stops when the leader cannot, or will hardly, be overtaken.
 */
import { answerOf } from './answer.ts'
import type { DrawOptions } from './best-of-n.ts'
import { draw } from './best-of-n.ts'
import type { Partial } from './search.ts'
import type { Found, SearchContext } from './strategy.ts'
import { conclude } from './strategy.ts'
import { voteIsSettled, votes } from './voting.ts'

export interface MajorityOptions extends DrawOptions {
  /** Stops once the leader stays ahead with this probability; 1, the default: once it must. */
  sure?: number
}

export async function majorityVote(context: SearchContext, options: MajorityOptions): Promise<Found> {
  const { env, log } = context
  const answersOf = (drawn: readonly Partial[]): (string | null)[] =>
    drawn.map(({ text }) => answerOf(env, text))
  const { drawn, stoppedEarly } = await draw(context, options, async (so, left) =>
    voteIsSettled(answersOf(so), left, options.sure),
  )
  const shares = votes(answersOf(drawn))
  drawn.forEach((partial, i) => log.score(partial, 'majority', shares[i]!))
  return conclude(context, drawn, shares, stoppedEarly)
}
