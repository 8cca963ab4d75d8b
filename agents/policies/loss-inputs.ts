/** @file What each loss of training reads, laid along the rows of a batch; and the loss that the options of a step name. */
import { UsageError } from '../../envs/errors.ts'
import type { LossSpec } from '../nn/losses/loss-graph.ts'
import { isMeanOfSequences } from '../nn/losses/loss-graph.ts'
import type { Batch } from '../nn/training/batch.ts'
import type { Packed, Sequence } from '../nn/training/packing.ts'
import type { ClipOptions, Experience, PreferenceLoss, PreferenceRow, VisitShare } from '../policy.ts'
import { completionLength, perToken } from './training-rows.ts'

/** The inputs of one run, whose rows may be some of the step's. */
export type InputsOf = (part: Packed, rows: readonly Sequence[]) => Batch['inputs']

/** The loss of a policy-gradient step. Throws UsageError where its options contradict each other. */
export function surrogateLoss({ objective, klCoef, klEstimator, ratio, critic }: ClipOptions): LossSpec {
  if (objective !== 'log-likelihood')
    return {
      kind: 'clipped-surrogate',
      ...(klEstimator && { klEstimator }),
      ...(ratio && { ratio }),
      ...(critic && { critic: true }),
    }
  if (klCoef !== 0 || critic || ratio === 'sequence')
    throw new UsageError(
      'the log-likelihood objective has no KL penalty, critic or sequence ratio; set klCoef to 0 and leave them out, or take the clipped objective',
    )
  return { kind: 'cross-entropy' }
}

/** Does the loss ask which sequence a token belongs to? */
export function readsSequences(loss: LossSpec): boolean {
  return loss.kind === 'clipped-surrogate' ? loss.ratio === 'sequence' : isMeanOfSequences(loss)
}

/** `rows[i]` is of `batch[i]`. */
export function surrogateInputs(
  batch: readonly Experience[],
  rows: readonly Sequence[],
  options: ClipOptions,
): InputsOf {
  const of = new Map(rows.map((row, i) => [row, batch[i]!]))
  const { clipLow, clipHigh, klCoef, critic, objective } = options
  return (part, parts) => {
    const filled = (value: (experience: Experience, t: number) => number): Float32Array =>
      perToken(part, parts, (row, t) => value(of.get(row)!, t))
    const advantage = (experience: Experience, t: number): number =>
      typeof experience.advantage === 'number' ? experience.advantage : experience.advantage[t]!
    if (objective === 'log-likelihood')
      return { weight: filled((experience, t) => experience.tokenWeight * advantage(experience, t)) }
    return {
      weight: filled(({ tokenWeight }) => tokenWeight),
      advantages: filled(advantage),
      oldLogprobs: filled(({ completion }, t) => completion.logprobs[t]!),
      refLogprobs: filled(({ completion, refLogprobs }, t) => (refLogprobs ?? completion.logprobs)[t]!),
      clipLow: Float32Array.of(clipLow),
      clipHigh: Float32Array.of(clipHigh),
      klCoef: Float32Array.of(klCoef),
      ...(critic && {
        returns: filled(({ returns }, t) => returns![t]!),
        oldValues: filled(({ oldValues }, t) => oldValues![t]!),
        valueCoef: Float32Array.of(critic.valueCoef),
        valueClip: Float32Array.of(critic.valueClip),
      }),
    }
  }
}

/** Throws UsageError where an experience lacks, or has too many of, the numbers along its tokens. */
export function checkExperiences(batch: readonly Experience[], { critic }: ClipOptions): void {
  if (batch.length === 0) throw new UsageError('expected at least one experience to learn from, got none')
  for (const [i, { completion, advantage, refLogprobs, returns, oldValues }] of batch.entries()) {
    const along = { logprobs: completion.logprobs, advantage, refLogprobs, returns, oldValues }
    if (critic && (!returns || !oldValues))
      throw new UsageError(
        `experience ${i}: a critic learns from returns and oldValues of each token; one is missing`,
      )
    for (const [name, values] of Object.entries(along))
      if (typeof values === 'object' && values.length !== completion.tokens.length)
        throw new UsageError(
          `experience ${i}: expected ${completion.tokens.length} numbers in ${name}, one per token, got ${values.length}`,
        )
  }
}

export function preferenceLoss(loss: PreferenceLoss): LossSpec {
  return loss.kind === 'dpo' ? { kind: 'dpo', ...(loss.nllCoef > 0 && { nll: true }) } : { kind: loss.kind }
}

/** Rows that stay together in one run: pairs, except for KTO, whose sequences stand alone. */
export function preferenceUnit({ kind }: PreferenceLoss): number {
  return kind === 'kto' ? 1 : 2
}

export function preferenceInputs(
  batch: readonly PreferenceRow[],
  rows: readonly Sequence[],
  loss: PreferenceLoss,
): InputsOf {
  const of = new Map(rows.map((row, i) => [row, batch[i]!]))
  const means = loss.kind === 'simpo' || (loss.kind === 'ipo' && loss.means)
  return (part, parts) => {
    const each = (value: (row: PreferenceRow) => number): Float32Array =>
      Float32Array.from(parts, row => value(of.get(row)!))
    const shared = {
      weight: perToken(part, parts, row => (means ? 1 / completionLength(row) : 1)),
      beta: Float32Array.of(loss.beta),
    }
    if (loss.kind === 'simpo') return { ...shared, gamma: Float32Array.of(loss.gamma) }
    const referenced = { ...shared, refLogprobs: each(({ refLogprob }) => refLogprob!) }
    if (loss.kind === 'ipo') return referenced
    if (loss.kind === 'kto')
      return {
        ...referenced,
        labels: each(({ desirable }) => (desirable ? 1 : -1)),
        lambdas: each(({ lambda = 1 }) => lambda),
        reference: Float32Array.of(loss.reference),
      }
    const chosen = parts.filter((_, i) => i % 2 === 0)
    return {
      ...referenced,
      smoothing: Float32Array.of(loss.smoothing),
      ...(loss.nllCoef > 0 && {
        nllWeights: Float32Array.from(chosen, row => loss.nllCoef / completionLength(row)),
      }),
    }
  }
}

/** Throws UsageError where rows lack what their loss reads. */
export function checkPreferences(batch: readonly PreferenceRow[], loss: PreferenceLoss): void {
  const unit = preferenceUnit(loss)
  if (batch.length === 0 || batch.length % unit !== 0)
    throw new UsageError(
      `${loss.kind}: expected ${unit === 2 ? 'pairs of rows, the preferred one first' : 'rows'}, got ${batch.length} rows`,
    )
  for (const [i, { refLogprob, desirable }] of batch.entries()) {
    if (loss.kind !== 'simpo' && !Number.isFinite(refLogprob))
      throw new UsageError(`${loss.kind}: row ${i} needs the reference's log-probability, got ${refLogprob}`)
    if (loss.kind === 'kto' && desirable === undefined)
      throw new UsageError(`kto: row ${i} does not say whether it is desirable`)
  }
}

export function distillationInputs(
  batch: readonly VisitShare[],
  rows: readonly Sequence[],
  valueCoef: number,
): InputsOf {
  const of = new Map(rows.map((row, i) => [row, batch[i]!]))
  return (part, parts) => ({
    weight: perToken(part, parts, row => of.get(row)!.policyWeight),
    ...(valueCoef > 0 && {
      // The state's value is read where its first token is predicted.
      valueWeight: perToken(part, parts, (row, t) => (t === 0 ? of.get(row)!.valueWeight : 0)),
      returns: perToken(part, parts, row => of.get(row)!.outcome),
      valueCoef: Float32Array.of(valueCoef),
    }),
  })
}
