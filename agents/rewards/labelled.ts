/** @file Attempts with labels of their steps, as reward models are trained on them. */
import type { EnvDef } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import type { Attempt } from '../../rewards/reward.ts'
import type { Transcript } from './transcript.ts'
import { transcripts } from './transcript.ts'

export interface LabelledTranscript extends Transcript {
  /** One per step, in [0, 1]; null: not labelled. */
  labels: readonly (number | null)[]
}

/** Attempts with their labels, as the model is trained on them. */
export async function labelled(
  env: EnvDef,
  attempts: readonly Attempt[],
  labels: readonly (readonly (number | null)[])[],
): Promise<LabelledTranscript[]> {
  return (await transcripts(env, attempts)).map((text, i) => ({ ...text, labels: labels[i] ?? [] }))
}

/** An ORM's labels: the outcome at the last step, or at the end of every one (Cobbe et al. 2021, arXiv 2110.14168). */
export function outcomeLabels(
  steps: number,
  outcome: number | null,
  where: 'last' | 'every-step' = 'last',
): (number | null)[] {
  return Array.from({ length: steps }, (_, k) => (where === 'last' && k < steps - 1 ? null : outcome))
}

/** Throws UsageError where they are not one per step, each in [0, 1] or null. */
export function checkLabels(labels: readonly (number | null)[], { steps }: Transcript): void {
  if (labels.length !== steps.length)
    throw new UsageError(`reward model: expected ${steps.length} labels, one per step, got ${labels.length}`)
  const misfit = labels.find(label => label !== null && !(label >= 0 && label <= 1))
  if (misfit !== undefined)
    throw new UsageError(`reward model: expected labels in [0, 1] or null, got ${misfit}`)
}
