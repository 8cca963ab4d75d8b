/** @file Learning-rate schedules: a linear warm-up, and then constant, along a line, or along half a cosine. */

export interface LearningRate {
  peak: number
  /** Steps of linear rise from 0. */
  warmupSteps: number
  /** The rate at the last step, as a fraction of the peak; 1 is constant. */
  finalFraction: number
  /** How it is reached from the end of the warm-up; default: linear. Cosine: Loshchilov & Hutter 2017, without restarts. */
  decay?: 'linear' | 'cosine'
}

/** The learning rate of step `step` (from 0) of `steps`. */
export function learningRateAt(
  { peak, warmupSteps, finalFraction, decay = 'linear' }: LearningRate,
  step: number,
  steps: number,
): number {
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps
  const progress = (step - warmupSteps) / Math.max(1, steps - 1 - warmupSteps)
  const fallen = decay === 'linear' ? progress : (1 - Math.cos(Math.PI * progress)) / 2
  return peak * (1 - (1 - finalFraction) * fallen)
}
