/**
 * @file Instruction tuning: the pre-trained model learns to answer, by cloning demonstrations (loss on the answers alone).
 */
import type { EnvDef } from '../../envs/env.ts'
import type { BehaviorCloningOptions, BehaviorCloningStats } from '../learning/bc.ts'
import { behaviorCloning } from '../learning/bc.ts'
import type { Demonstration, TrainablePolicy } from '../policy.ts'
import type { EnvCorpusOptions } from './env-corpus.ts'
import { demonstrationOf } from './env-corpus.ts'

/** Demonstrations of environments, mixed by level as in pre-training, or with the behaviours of a trace. */
export function envInstructions(
  envs: readonly EnvDef[],
  options: EnvCorpusOptions = {},
): (i: number) => Demonstration {
  return i => demonstrationOf(envs, 'train', i, options)
}

/** Pairs of a user's own, again and again. */
export function pairInstructions(pairs: readonly { prompt: string; completion: string }[]) {
  return (i: number): Demonstration => {
    const { prompt, completion } = pairs[i % pairs.length]!
    return { prompt: [{ role: 'user', content: prompt }], completion }
  }
}

/** The optimiser starts anew, as its moments are of another objective. */
export async function instructionTuning(
  policy: TrainablePolicy,
  demonstration: (i: number) => Demonstration,
  options: BehaviorCloningOptions,
  onStep?: (stats: BehaviorCloningStats) => void,
): Promise<void> {
  await policy.resetOptimizer()
  await behaviorCloning(policy, demonstration, options, onStep)
}
