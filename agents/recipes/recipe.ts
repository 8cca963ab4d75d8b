/**
 * @file A recipe: the four components of arXiv 2412.14135 (policy initialisation, reward design, search, learning) as
 * plain data. `run.ts` runs one on an environment; the files beside this one are presets.
 */
import type { GrpoOptions } from '../learning/grpo.ts'
import type { BehaviorCloningOptions } from '../learning/bc.ts'
import type { ModelShape } from '../policies/neural.ts'
import type { Guidance } from '../search/search.ts'

export interface Recipe {
  name: string
  /** Whose imitation the policy starts from. */
  policy: {
    /** The number of positions follows from the environment's longest texts. */
    shape: Omit<ModelShape, 'maxPositionEmbeddings'>
    /** Chance that a demonstration of the expert makes the environment's typical mistake. */
    expertSlip: number
    initialisation: BehaviorCloningOptions
  }
  /** What a finished candidate is worth: the outcome alone, or the whole return with process terms. */
  reward: 'outcome' | 'return'
  /** Which candidates learning sees, and how the trained policy is searched at test time. */
  search: {
    strategy: 'best-of-n'
    n: number
    guidance: Guidance
    temperature: number
  }
  learning: GrpoOptions & { algorithm: 'grpo'; tasksPerIteration: number }
}
