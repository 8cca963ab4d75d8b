/**
 * @file Diverse verifier tree search (Beeching et al. 2024): N/m subtrees that share nothing but the prompt, each the greedy
 * best-of-m per step; the answer is chosen over the subtrees, by score or by weighted vote.
 *
 * Only subtrees that came to their ends take part, where there is one.
 */
import { answerOf } from './answer.ts'
import type { Partial } from './search.ts'
import { lookAhead } from './step-beam.ts'
import type { Found, SearchContext } from './strategy.ts'
import { conclude, grow, isText, judge } from './strategy.ts'
import { argmax, weightedVotes } from './voting.ts'
import { voteWeights } from './weighted-vote.ts'

export interface DvtsOptions {
  n: number
  /** Continuations per step of a subtree (m). */
  width: number
  lookahead?: number
  iterations?: number
  pick?: 'best' | 'vote'
}

export async function dvts(
  context: SearchContext,
  { n, width, lookahead = 0, iterations = 40, pick = 'best' }: DvtsOptions,
): Promise<Found> {
  let subtrees: Partial[] = Array.from({ length: Math.max(1, Math.floor(n / width)) }, () => context.root)
  for (let step = 0; step < iterations; step++) {
    const open = subtrees.map((_, s) => s).filter(s => !subtrees[s]!.finished)
    const rows = open.flatMap(s =>
      Array.from({ length: width }, (_, i) => ({ from: subtrees[s]!, seed: [step, s, i] })),
    )
    const children = await grow(context, rows)
    if (!children.some(isText)) break
    subtrees = [...subtrees]
    for (const [o, s] of open.entries()) {
      const own = children.slice(o * width, (o + 1) * width).filter(isText)
      if (own.length === 0) continue
      const scores = await judge(context, await lookAhead(context, own, lookahead))
      subtrees[s] = own[argmax(scores)]!
    }
  }
  const over = subtrees.filter(({ finished }) => finished)
  const texts = over.length > 0 ? over : subtrees.filter(({ text }) => text !== '')
  const scores = await judge(context, texts)
  if (pick === 'best') return conclude(context, texts, scores)
  const answers = texts.map(({ text }) => answerOf(context.env, text))
  return conclude(context, texts, weightedVotes(answers, voteWeights(scores)))
}
