/**
 * @file DAPO (Yu et al. 2025): GRPO's advantages with four changes. The upper clip is higher (1 + 0.28); the loss is a mean
 * over the tokens of the whole batch; overlong completions are punished softly; there is no KL penalty. The fourth, dynamic
 * sampling, chooses the rollouts before: `dynamic-sampling.ts`.
 */
import { UsageError } from '../../../envs/errors.ts'
import { GRPO_EPS, normalisedByGroup } from '../advantages.ts'
import type { CreditOptions } from '../credit.ts'
import type { Estimate } from '../estimate.ts'
import { groupEstimate } from '../group-estimate.ts'
import type { Rollout } from '../rollouts.ts'

/** Punishment begins `cache` tokens before `maxTokens`. */
export interface Overlong {
  maxTokens: number
  cache: number
}

export interface DapoOptions extends CreditOptions {
  overlong?: Overlong
  clipLow?: number
  clipHigh?: number
  eps?: number
}

export function dapoEstimate(rollouts: readonly Rollout[], settings: DapoOptions = {}): Estimate {
  const { overlong, clipLow = 0.2, clipHigh = 0.28, eps = GRPO_EPS, ...credit } = settings
  const punished = overlong ? rollouts.map(rollout => withPunishment(rollout, overlong)) : rollouts
  return groupEstimate(punished, {
    ...credit,
    algorithm: 'DAPO',
    baseline: normalisedByGroup(eps),
    aggregation: { per: 'token' },
    options: { clipLow, clipHigh, klCoef: 0 },
  })
}

/** `0` up to L_max − cache tokens, `((L_max − cache) − |y|)/cache` up to L_max, −1 above (eq. 13). */
export function overlongPunishment(length: number, { maxTokens, cache }: Overlong): number {
  if (!(cache > 0 && cache <= maxTokens))
    throw new UsageError(`DAPO: expected 0 < cache ≤ maxTokens, got cache ${cache}, maxTokens ${maxTokens}`)
  const free = maxTokens - cache
  if (length <= free) return 0
  return length <= maxTokens ? (free - length) / cache : -1
}

function withPunishment(rollout: Rollout, overlong: Overlong): Rollout {
  const punishment = overlongPunishment(rollout.completion.tokens.length, overlong)
  return { ...rollout, outcome: rollout.outcome === null ? null : rollout.outcome + punishment }
}
