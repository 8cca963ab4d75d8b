/**
 * @file Behaviour cloning: maximise the likelihood of demonstrations.
 *
 * L = −E Σₜ log π(yₜ | x, y₍<t₎) over the tokens of the completion only, as a mean per token.
 */
import type { MaybePromise } from '../../envs/env.ts'
import type { Demonstration, TrainablePolicy, UpdateStats } from '../policy.ts'
import type { LearningRate } from './schedule.ts'
import { learningRateAt } from './schedule.ts'

export interface BehaviorCloningOptions {
  steps: number
  batchSize: number
  learningRate: LearningRate
}

export interface BehaviorCloningStats extends UpdateStats {
  step: number
}

/** `demonstration(i)` gives the i-th demonstration of an unlimited stream; each is used once. */
export async function behaviorCloning(
  policy: TrainablePolicy,
  demonstration: (i: number) => Demonstration,
  { steps, batchSize, learningRate }: BehaviorCloningOptions,
  onStep: (stats: BehaviorCloningStats) => MaybePromise<void> = () => {},
): Promise<void> {
  const batchAt = (step: number): Demonstration[] =>
    Array.from({ length: batchSize }, (_, i) => demonstration(step * batchSize + i))
  let batch = batchAt(0)
  for (let step = 0; step < steps; step++) {
    const update = policy.behaviorCloningStep(batch, learningRateAt(learningRate, step, steps))
    // The next batch is made while the worker trains on this one.
    if (step + 1 < steps) batch = batchAt(step + 1)
    await onStep({ step, ...(await update) })
  }
}
