/** @file A policy's weights, and the same body under another head. */
import { UsageError } from '../../envs/errors.ts'
import type { Model } from '../nn/checkpoint/checkpoint.ts'
import type { TransformerConfig } from '../nn/model/config.ts'
import { countParameters, parameters } from '../nn/model/config.ts'
import type { Tokenizer } from '../nn/tokenizers/tokenizer.ts'
import type { TrainerState } from '../nn/training/trainer.ts'
import type { PolicySnapshot } from '../policy.ts'

/** A policy whose weights can be had, such as a NeuralPolicy. */
export interface Body {
  readonly config: TransformerConfig
  readonly tokenizer: Tokenizer
  snapshot(): Promise<PolicySnapshot>
}

/** All weights of a policy as they are now. Throws UsageError where only adapters are trained. */
export async function weightsOf(policy: Body): Promise<Float32Array> {
  const { weights } = (await policy.snapshot()).snapshot as Pick<TrainerState, 'weights'>
  const expected = countParameters(policy.config)
  if (weights.length !== expected)
    throw new UsageError(
      `expected a policy of ${expected} trained weights, got ${weights.length}; save one with adapters as merged and load that`,
    )
  return weights
}

/** The same weights with a scalar head of zeros, in place of one that they may have; without one if `head` is absent. */
export function withHead({ config, weights }: Model, head?: 'value' | 'reward'): Model {
  const { scalarHead: _former, ...body } = config
  const headed: TransformerConfig = { ...body, ...(head && { scalarHead: head }) }
  const from = new Map(parameters(config).map(parameter => [parameter.name, parameter]))
  const copied = new Float32Array(countParameters(headed))
  for (const { name, offset, size } of parameters(headed)) {
    const source = from.get(name)
    if (source) copied.set(weights.subarray(source.offset, source.offset + size), offset)
  }
  return { config: headed, weights: copied }
}
