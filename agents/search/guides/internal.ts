/** @file Guidance from the policy itself: how sure it was of what it wrote, and how often it says the same. */
import type { EnvDef } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import { ALTERNATIVES, tokenConfidence } from '../../../rewards/confidence.ts'
import type { Policy } from '../../policy.ts'
import { answerOf } from '../answer.ts'
import type { Guide, Partial, Problem } from '../search.ts'

/** Mean log-probability per token: 0 is certain. null for the empty text. Throws UsageError where the policy tells none. */
export const logprobGuide: Guide = {
  name: 'logprob',
  source: 'internal',
  scoresPartial: true,
  score: partials =>
    partials.map(({ logprobs, text }) => {
      if (logprobs.length === 0 && text !== '')
        throw new UsageError(
          'guidance=logprob: expected log-probabilities with every text, and this policy tells none; use guidance=majority',
        )
      return mean(logprobs)
    }),
}

/**
 * Marco-o1's confidence (arXiv 2411.14405, §4): the mean over tokens of cᵢ = e^pᵢ / Σₖ≤₅ e^pₖ, pₖ the log-probabilities of
 * the five likeliest tokens in its place, in (0, 1]. Throws UsageError where the policy does not tell those.
 */
export function confidenceGuide(policy: Pick<Policy, 'topLogprobs'>): Guide {
  requireTop(policy, 'confidence')
  return {
    name: 'confidence',
    source: 'internal',
    scoresPartial: true,
    best: 1,
    score: partials => partials.map(partial => meanOverTokens(partial, tokenConfidence)),
  }
}

/**
 * Minus the mean entropy per token, in nats, of the likeliest tokens in its place, their probabilities scaled to sum to 1:
 * at most 0. The rest of the vocabulary is not told, so it is not counted. Throws UsageError where the policy tells none.
 */
export function entropyGuide(policy: Pick<Policy, 'topLogprobs'>): Guide {
  requireTop(policy, 'entropy')
  const negativeEntropy = (_: number, top: readonly number[]): number => {
    const total = top.reduce((sum, logprob) => sum + Math.exp(logprob), 0)
    return top.reduce((sum, logprob) => sum + (Math.exp(logprob) / total) * (logprob - Math.log(total)), 0)
  }
  return {
    name: 'entropy',
    source: 'internal',
    scoresPartial: true,
    best: 0,
    score: partials => partials.map(partial => meanOverTokens(partial, negativeEntropy)),
  }
}

/**
 * Self-consistency (Wang et al. 2023): the share of a problem's finished texts that give the same answer. A text that cannot
 * be read agrees with none: 0. null while a text is not finished.
 */
export function consistencyGuide(env: EnvDef): Guide {
  return {
    name: 'majority',
    source: 'internal',
    scoresPartial: false,
    best: 1,
    score: partials => {
      const answers = partials.map(({ finished, text }) => (finished ? answerOf(env, text) : null))
      const groups = new Map<Problem, (string | null)[]>()
      partials.forEach(({ problem, finished }, i) => {
        if (finished) groups.set(problem, [...(groups.get(problem) ?? []), answers[i]!])
      })
      return partials.map(({ problem, finished }, i) => {
        if (!finished) return null
        const group = groups.get(problem)!
        return answers[i] === null ? 0 : group.filter(other => other === answers[i]).length / group.length
      })
    },
  }
}

function requireTop({ topLogprobs = 0 }: Pick<Policy, 'topLogprobs'>, name: string): void {
  if (topLogprobs < ALTERNATIVES)
    throw new UsageError(
      `guidance=${name} compares each token with the ${ALTERNATIVES} likeliest in its place, and this policy tells ` +
        `${topLogprobs === 0 ? 'none' : `only ${topLogprobs}`}; use guidance=logprob`,
    )
}

function meanOverTokens(
  { logprobs, topLogprobs, tokens }: Partial,
  value: (logprob: number, top: readonly number[]) => number,
): number | null {
  if (tokens.length > 0 && topLogprobs?.length !== tokens.length)
    throw new Error(
      `expected ${tokens.length} lists of likeliest tokens, got ${topLogprobs?.length ?? 'none'}`,
    )
  return mean(logprobs.map((logprob, t) => value(logprob, topLogprobs![t]!)))
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
