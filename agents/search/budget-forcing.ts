/**
 * @file Budget forcing (s1, Muennighoff et al. 2025): thought is capped at a number of tokens; an early end is ignored
 * `ignore` times, "Wait" written in its place; at the cap the answer is asked for and written within the tokens kept for it.
 *
 * What is written in the model's place costs no sampled tokens. Every text that the model ended by itself is a candidate beside
 * the last one, which s1 answers with: guide `last`, which takes an earlier one only where the last cannot be read.
 */
import { splitSteps } from '../../envs/granularity.ts'
import { heuristicGuide } from './guides/external.ts'
import type { Guide, Partial } from './search.ts'
import type { Found, SearchContext } from './strategy.ts'
import { conclude, grow, judge } from './strategy.ts'

export interface BudgetForcingOptions {
  /** Tokens of thought. */
  cap: number
  /** Tokens kept for a forced answer. */
  answer?: number
  ignore?: number
  wait?: string
  final?: string
}

/** Prefers the longer text: of one chain, the last. */
export const lastGuide: Guide = heuristicGuide('last', ({ tokens }) => tokens.length)

export async function budgetForcing(
  context: SearchContext,
  {
    cap,
    answer = Math.max(1, Math.floor(cap / 4)),
    ignore = 1,
    wait = '\nWait',
    final = '\nFinal Answer:',
  }: BudgetForcingOptions,
): Promise<Found> {
  const { root } = context
  const found: Partial[] = []
  let text = root
  for (let ended = 0; ended <= ignore; ended++) {
    const left = cap - text.tokens.length
    if (left < 1) break
    const from = ended === 0 ? text : written(context, text, wait)
    const [next] = await grow(context, [{ from, seed: [ended] }], {
      granularity: 'solution',
      maxTokens: left,
    })
    if (!next) break
    text = next
    if (next.stopped) found.push(next)
    else break
  }
  // Cut by the cap, or by the budget: the answer is forced.
  if (!text.stopped && text !== root) {
    const from = written(context, text, final)
    const [forced] = await grow(context, [{ from, seed: ['final'] }], {
      granularity: 'solution',
      maxTokens: answer,
    })
    found.push(forced ?? text)
  }
  return conclude(context, found, await judge(context, found))
}

/** The text with words put into the model's mouth, open again. */
function written({ env, log }: SearchContext, from: Partial, words: string): Partial {
  const text = from.text + words
  const next = { ...from, text, steps: splitSteps(env, text), finished: false, stopped: false }
  log.add(next, from)
  return next
}
