/** @file Learning-rate schedules. */

export interface LearningRate {
  peak: number
  /** Steps of linear rise from 0. */
  warmupSteps: number
  /** The rate at the last step, as a fraction of the peak; reached linearly from the end of the warm-up. */
  finalFraction: number
}

/** The learning rate of step `step` (from 0) of `steps`. */
export function learningRateAt(
  { peak, warmupSteps, finalFraction }: LearningRate,
  step: number,
  steps: number,
): number {
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps
  const progress = (step - warmupSteps) / Math.max(1, steps - 1 - warmupSteps)
  return peak * (1 - (1 - finalFraction) * progress)
}
