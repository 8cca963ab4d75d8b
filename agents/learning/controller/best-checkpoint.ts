/** @file The best policy so far, optimiser and all, to roll back to. */
import { UsageError } from '../../../envs/errors.ts'
import type { LearningPolicy, PolicySnapshot } from '../../policy.ts'

export class BestCheckpoint {
  #best: { snapshot: PolicySnapshot; accuracy: number; step: number } | null = null

  get accuracy(): number | null {
    return this.#best?.accuracy ?? null
  }

  get step(): number | null {
    return this.#best?.step ?? null
  }

  /** Keeps the policy as it is now if it is better than what is kept; of equal ones the earlier. */
  async offer(policy: LearningPolicy, accuracy: number, step: number): Promise<boolean> {
    if (Number.isNaN(accuracy)) return false
    if (this.#best && accuracy <= this.#best.accuracy) return false
    this.#best = { snapshot: await policy.snapshot(), accuracy, step }
    return true
  }

  /** Puts the best policy back and tells which it was. Throws UsageError if none was kept. */
  async rollBack(policy: LearningPolicy): Promise<{ accuracy: number; step: number }> {
    if (!this.#best)
      throw new UsageError('there is no checkpoint to roll back to; offer the policy once before training')
    await policy.restore(this.#best.snapshot)
    return { accuracy: this.#best.accuracy, step: this.#best.step }
  }
}
