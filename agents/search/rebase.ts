/**
 * @file REBASE, reward balanced search (Wu et al. 2024, arXiv 2408.00724): a budget of continuations per step is shared among
 * the open texts by their scores, and the finished texts vote, weighted by theirs.
 *
 *   wᵢ = ⌈B·e^{Rᵢ/T} / Σⱼ≥ᵢ e^{Rⱼ/T}⌉, from the best to the worst, B ← B − wᵢ after each
 *
 * Every finished text lowers the budget of all later steps by one.
 */
import { answerOf } from './answer.ts'
import type { Partial } from './search.ts'
import type { Found, SearchContext } from './strategy.ts'
import { conclude, grow, isText, judge, ranked } from './strategy.ts'
import { weightedVotes } from './voting.ts'
import { voteWeights } from './weighted-vote.ts'

export interface RebaseOptions {
  /** Continuations per step (B), as long as no text is finished. */
  n: number
  /** T of the weights; a smaller one trusts the scores more. */
  balance: number
  iterations?: number
}

export async function rebase(
  context: SearchContext,
  { n, balance, iterations = 40 }: RebaseOptions,
): Promise<Found> {
  const finished: Partial[] = []
  let open = [context.root]
  let widths = [n]
  for (let step = 0; step < iterations && open.length > 0; step++) {
    const rows = open.flatMap((from, o) =>
      Array.from({ length: widths[o]! }, (_, i) => ({ from, seed: [step, o, i] })),
    )
    const children = (await grow(context, rows)).filter(isText)
    if (children.length === 0) break
    finished.push(...children.filter(child => child.finished))
    open = children.filter(child => !child.finished)
    widths = rebaseWidths(await judge(context, open), n - finished.length, balance)
  }
  const texts = finished.length > 0 ? finished : open.filter(({ text }) => text !== '')
  const answers = texts.map(({ text }) => answerOf(context.env, text))
  return conclude(context, texts, weightedVotes(answers, voteWeights(await judge(context, texts))))
}

/** Continuations of each text; they sum to the budget. What was not judged gets none, unless nothing was. */
export function rebaseWidths(
  scores: readonly (number | null)[],
  budget: number,
  temperature: number,
): number[] {
  const widths = scores.map(() => 0)
  const judged = scores.filter(score => score !== null)
  const highest = judged.length > 0 ? Math.max(...judged) : 0
  const weights = scores.map(score => {
    if (judged.length === 0) return 1
    return score === null ? 0 : Math.exp((score - highest) / temperature)
  })
  let left = Math.max(0, budget)
  let sum = weights.reduce((total, weight) => total + weight, 0)
  for (const i of ranked(scores)) {
    if (weights[i] === 0 || left === 0) continue
    // Rounding must not push a quotient over a whole number.
    widths[i] = Math.min(left, Math.ceil(((left * weights[i]!) / sum) * (1 - 1e-12)))
    left -= widths[i]
    sum -= weights[i]!
  }
  return widths
}
