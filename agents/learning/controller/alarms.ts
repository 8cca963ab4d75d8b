/** @file Alarms: signs that training goes wrong, each with what it means and what to do. Pure: readings in, alarms out. */

export interface Reading {
  step: number
  loss: number
  gradNorm: number
  approxKl: number
  meanReturn: number
  meanLength: number
  /** Mean −log π per sampled token: the entropy as the samples show it, in nats. */
  entropy?: number
  /** Share of groups without a signal. */
  zeroVariance?: number
}

export interface AlarmOptions {
  /** KL of one step to the sampling policy. */
  maxKl?: number
  /** Share of the first reading's entropy below which samples are too alike. */
  minEntropyShare?: number
  /** Times the first reading's length. */
  maxLengthFactor?: number
  maxZeroVariance?: number
  /** Returns below this are low, as a share of the largest possible. */
  lowReturn?: number
  maxReturn?: number
}

export type AlarmKind = 'not a number' | 'kl' | 'entropy' | 'length' | 'collapse'

export interface Alarm {
  kind: AlarmKind
  step: number
  message: string
  /** The policy is not worth going on from: roll back. */
  severe: boolean
}

/** Alarms of the last reading; the first one is what it is compared with. */
export function alarms(readings: readonly Reading[], options: AlarmOptions = {}): Alarm[] {
  const first = readings[0]
  const last = readings.at(-1)
  if (!first || !last) return []
  const raised: Alarm[] = []
  const raise = (kind: AlarmKind, severe: boolean, message: string): void =>
    void raised.push({ kind, step: last.step, severe, message })
  const { maxKl = 0.1, minEntropyShare = 0.1, maxLengthFactor = 3 } = options
  const { maxZeroVariance = 0.9, lowReturn = 0.2, maxReturn = 1 } = options

  if (![last.loss, last.gradNorm].every(Number.isFinite))
    raise('not a number', true, `the loss is ${last.loss} and the gradient norm ${last.gradNorm}`)
  if (last.approxKl > maxKl)
    raise(
      'kl',
      true,
      `one update moved the policy by a KL of ${last.approxKl.toPrecision(3)}, more than ${maxKl}; lower the learning rate or take fewer epochs per batch`,
    )
  if (isBelow(last.entropy, first.entropy, minEntropyShare))
    raise(
      'entropy',
      false,
      `entropy fell to ${last.entropy!.toPrecision(3)} nats per token from ${first.entropy!.toPrecision(3)}: samples of a task are nearly the same; raise the upper clip, add a KL penalty or stop here`,
    )
  if (last.meanLength > maxLengthFactor * first.meanLength)
    raise(
      'length',
      false,
      `completions have ${last.meanLength.toFixed(1)} tokens on average, ${first.meanLength.toFixed(1)} at first; look whether length earns reward, or punish overlong ones`,
    )
  if ((last.zeroVariance ?? 0) > maxZeroVariance && last.meanReturn < lowReturn * maxReturn)
    raise(
      'collapse',
      true,
      `${(100 * last.zeroVariance!).toFixed(0)} % of groups have equal rewards while the mean return is ${last.meanReturn.toFixed(3)}: every sample of a task fails alike; roll back, take easier tasks or a higher temperature`,
    )
  return raised
}

function isBelow(value: number | undefined, first: number | undefined, share: number): boolean {
  return value !== undefined && first !== undefined && value < share * first
}

/** Mean −log π of sampled tokens. */
export function sampledEntropy(completions: readonly { logprobs: readonly number[] }[]): number {
  const all = completions.flatMap(({ logprobs }) => logprobs)
  return all.reduce((sum, logprob) => sum - logprob, 0) / all.length
}
