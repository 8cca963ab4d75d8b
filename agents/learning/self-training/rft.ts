/**
 * @file Rejection-sampling fine-tuning (Yuan et al. 2023): the fine-tuned policy samples k solutions per question; the right
 * ones that differ in their equations join the demonstrations, and the base is fine-tuned on all, once.
 */
import type { Demonstration, LearningPolicy, PolicySnapshot, UpdateStats } from '../../policy.ts'
import type { ExpertIterationOptions } from './expert-iteration.ts'
import { collectRight } from './expert-iteration.ts'
import type { Exercise } from './rounds.ts'
import { fineTuneFrom } from './rounds.ts'

export interface RftOptions extends Omit<ExpertIterationOptions, 'rounds'> {
  /** What is fine-tuned; the policy as it is does the sampling. */
  base: PolicySnapshot
  /** What the policy was fine-tuned on before. */
  demonstrations: readonly Demonstration[]
}

export interface RftStats extends UpdateStats {
  right: number
  learned: number
  accuracy: number
  unjudged: number
}

/** The paper: 100 samples at temperature 0.7. `equationsOf` as `keyOf` is its test of sameness. */
export async function rft(
  policy: LearningPolicy,
  exercises: readonly Exercise[],
  options: RftOptions,
): Promise<RftStats> {
  const seed = ['rft', options.seed ?? 0]
  const { kept, ...counts } = await collectRight(policy, exercises, { ...options, seed })
  const all = [...options.demonstrations, ...kept]
  const update = await fineTuneFrom(policy, options.base, all, { ...options, seed })
  return { ...counts, learned: kept.length, ...update }
}

/** The equations of a text in order, without spaces: solutions with the same list are the same to RFT. */
export function equationsOf(text: string): string {
  const equations = text.match(/[\d.()+\-*/^% ]*\d[\d.()+\-*/^% ]*=\s*-?[\d.]+/g) ?? []
  return equations.map(equation => equation.replaceAll(/\s+/g, '')).join(';')
}
