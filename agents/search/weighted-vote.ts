/**
 * @file Weighted vote: argmaxₐ Σ_{i: answerᵢ = a} sᵢ, sᵢ the guide's score of candidate i (Snell et al. 2024's weighted best-of-N).
 *
 * The scores must not be negative, or more votes would count against an answer: log-probabilities vote as e^s, the geometric
 * mean of the tokens' probabilities.
 */
import { answerOf } from './answer.ts'
import type { DrawOptions } from './best-of-n.ts'
import { draw } from './best-of-n.ts'
import type { Partial } from './search.ts'
import type { Found, SearchContext } from './strategy.ts'
import { conclude, judge } from './strategy.ts'
import { weightedVotes } from './voting.ts'

export async function weightedVote(context: SearchContext, options: DrawOptions): Promise<Found> {
  const { env, guide } = context
  const tally = async (drawn: readonly Partial[]) => {
    const answers = drawn.map(({ text }) => answerOf(env, text))
    const scores = await judge(context, drawn)
    return { answers, weights: weightedVotes(answers, voteWeights(scores)) }
  }
  const { drawn, stoppedEarly } = await draw(context, options, async (so, left) => {
    const { answers, weights } = await tally(so)
    const best = guide.best
    if (best === undefined || best < 0) return false
    const sums = [...new Map(answers.map((answer, i) => [answer, weights[i] ?? 0])).values()]
    const [first = 0, second = 0] = sums.toSorted((a, b) => b - a)
    return first - second > left * best
  })
  return conclude(context, drawn, (await tally(drawn)).weights, stoppedEarly)
}

/** Scores as weights of votes: as they are, or e^s where one is negative. */
export function voteWeights(scores: readonly (number | null)[]): (number | null)[] {
  const negative = scores.some(score => score !== null && score < 0)
  return negative ? scores.map(score => (score === null ? null : Math.exp(score))) : [...scores]
}
