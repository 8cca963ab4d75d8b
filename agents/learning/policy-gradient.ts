/**
 * @file The loop of every policy-gradient algorithm: collect rollouts, score them, estimate advantages, take steps.
 *
 * The estimator is the algorithm; this file only feeds it. Reference log-probabilities and values are filled in before,
 * from the policy as it was when it sampled; each part of a batch is weighted anew by the estimate's aggregation.
 */
import type { MaybePromise } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import { rngAt } from '../../envs/rng.ts'
import type { Experience, LearningPolicy, UpdateStats } from '../policy.ts'
import { aggregate } from './aggregation.ts'
import type { Estimate, EstimateReport, Estimator } from './estimate.ts'
import type { Rollout } from './rollouts.ts'
import type { LearningRate } from './schedule.ts'
import { learningRateAt } from './schedule.ts'

export interface PolicyGradientOptions {
  iterations: number
  learningRate: LearningRate
  estimator: Estimator
  /** Passes over each batch, and parts that each pass is cut into; default: 1 and 1. */
  epochs?: number
  minibatches?: number
  /** No further step on a batch once a step's approximate KL to the sampling policy is above this. */
  targetKl?: number
  /** Scores rollouts for KL penalties; it must stay as it is. */
  reference?: Pick<LearningPolicy, 'tokenLogprobs'>
  /** Fill in the critic's values; default: false. */
  critic?: boolean
  /** Names the order of minibatches. */
  seed?: number
}

export interface PolicyGradientStats extends UpdateStats {
  iteration: number
  report: EstimateReport
  /** Optimiser steps taken on the batch; loss, norm and KL are those of the last, or of none: 0. */
  steps: number
}

/**
 * `collect(iteration)` samples from the policy as it then is. Throws UsageError where nothing it gives was judged, and where an
 * algorithm without a ratio (REINFORCE, RLOO) is to take several steps on a batch.
 */
export async function policyGradient(
  policy: LearningPolicy,
  collect: (iteration: number) => Promise<readonly Rollout[]>,
  options: PolicyGradientOptions,
  onIteration: (stats: PolicyGradientStats) => MaybePromise<void> = () => {},
): Promise<void> {
  const { iterations, learningRate, estimator } = options
  for (let iteration = 0; iteration < iterations; iteration++) {
    const rollouts = await scoredRollouts(policy, await collect(iteration), options)
    const estimate = estimator(rollouts)
    if (estimate.batch.length === 0) throw nothingLearned(iteration, rollouts.length, estimate.report)
    const rate = learningRateAt(learningRate, iteration, iterations)
    const update = await updateOn(policy, estimate, { ...options, iteration, rate })
    await onIteration({ iteration, report: estimate.report, ...update })
  }
}

/** The rollouts with what the policy and its reference say about their tokens. */
export async function scoredRollouts(
  policy: LearningPolicy,
  rollouts: readonly Rollout[],
  { reference, critic = false }: Pick<PolicyGradientOptions, 'reference' | 'critic'>,
): Promise<Rollout[]> {
  // Without a token there is nothing to score; estimators count such rollouts.
  const written = rollouts.filter(({ completion }) => completion.tokens.length > 0)
  const sequences = written.map(({ prompt, completion }) => ({ prompt, tokens: completion.tokens }))
  const refLogprobs = reference && (await reference.tokenLogprobs(sequences))
  const values = critic ? await policy.values(sequences) : undefined
  const at = new Map(written.map((rollout, i) => [rollout, i]))
  return rollouts.map(rollout => {
    const i = at.get(rollout)
    if (i === undefined) return rollout
    return {
      ...rollout,
      ...(refLogprobs && { refLogprobs: refLogprobs[i]! }),
      ...(values && { values: values[i]! }),
    }
  })
}

interface UpdateSettings extends PolicyGradientOptions {
  iteration: number
  rate: number
}

async function updateOn(
  policy: LearningPolicy,
  estimate: Estimate,
  { epochs = 1, minibatches = 1, targetKl = Infinity, seed = 0, iteration, rate }: UpdateSettings,
): Promise<UpdateStats & { steps: number }> {
  let last: UpdateStats = { loss: 0, gradNorm: 0, approxKl: 0 }
  let steps = 0
  if (epochs * minibatches > 1 && estimate.options.objective === 'log-likelihood' && !estimate.reweigh)
    throw new UsageError(
      'this algorithm has no ratio, so that only the first step on a batch is on-policy; set epochs and minibatches to 1, or take one with a clipped ratio',
    )
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const part of minibatchesOf(estimate, minibatches, ['minibatches', seed, iteration, epoch])) {
      if (last.approxKl > targetKl) return { ...last, steps }
      const batch = await reweighed(policy, estimate, part)
      last = await policy.policyGradientStep(batch, estimate.options, rate)
      steps += 1
    }
  }
  return { ...last, steps }
}

/** The batch in parts of about equal size, in random order; a single part keeps the batch's order. */
export function minibatchesOf(
  { batch, aggregation }: Pick<Estimate, 'batch' | 'aggregation'>,
  count: number,
  seed: readonly (string | number)[],
): Experience[][] {
  if (count <= 1) return [batch]
  const order = rngAt(...seed).shuffle(batch)
  const parts = Math.min(count, batch.length)
  return Array.from({ length: parts }, (_, i) => {
    const [from, to] = [Math.round((i * order.length) / parts), Math.round(((i + 1) * order.length) / parts)]
    return aggregate(order.slice(from, to), aggregation)
  })
}

async function reweighed(
  policy: LearningPolicy,
  { reweigh }: Estimate,
  batch: Experience[],
): Promise<Experience[]> {
  if (!reweigh) return batch
  const sequences = batch.map(({ prompt, completion }) => ({ prompt, tokens: completion.tokens }))
  return reweigh(batch, await policy.tokenLogprobs(sequences))
}

function nothingLearned(iteration: number, rollouts: number, report: EstimateReport): UsageError {
  const { unjudged, empty, alone } = report
  return new UsageError(
    `iteration ${iteration}: nothing to learn from in ${rollouts} rollouts: ${unjudged} were not judged, ${empty} have no token, ${alone} were the only judged one of their group; see why rewards are null`,
  )
}
