/**
 * @file AdamW on flat vectors, inside the graph (Loshchilov & Hutter 2019), with global-norm clipping.
 *
 * m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², p ← p − lr·(m/c₁ / (√(v/c₂) + ε) + λ·decay·p), cᵢ = 1 − βᵢᵗ.
 */
import type { Tensor } from './graph.ts'
import { add, div, minimum, mul, scale, sqrt, sub, sum } from './ops.ts'

export interface AdamWOptions {
  beta1?: number
  beta2?: number
  eps?: number
  weightDecay?: number
  /** The gradient is scaled down to this L2 norm if it is longer. */
  maxGradNorm?: number
}

/** PyTorch's names; the betas and decay that small language models are usually trained with. */
export const ADAMW_DEFAULTS: Required<AdamWOptions> = {
  beta1: 0.9,
  beta2: 0.95,
  eps: 1e-8,
  weightDecay: 0.01,
  maxGradNorm: 1,
}

export interface AdamWInput {
  /** Flat vectors `[P]`. */
  weights: Tensor
  moment1: Tensor
  moment2: Tensor
  gradient: Tensor
  /** 1 where weights decay (matrices), 0 elsewhere (norms), `[P]`. */
  decay: Tensor
  /** Scalars: learning rate, and the bias corrections c₁ and c₂ of this step. */
  learningRate: Tensor
  correction1: Tensor
  correction2: Tensor
}

export function adamW(
  input: AdamWInput,
  options: AdamWOptions = {},
): { weights: Tensor; moment1: Tensor; moment2: Tensor; gradNorm: Tensor } {
  const { beta1, beta2, eps, weightDecay, maxGradNorm } = { ...ADAMW_DEFAULTS, ...options }
  const { weights, gradient, learningRate } = input
  const { graph } = weights
  const gradNorm = sqrt(sum(mul(gradient, gradient), [0]))
  const shrink = minimum(
    graph.constant(1),
    div(graph.constant(maxGradNorm), add(gradNorm, graph.constant(1e-6))),
  )
  const g = mul(gradient, shrink)
  const moment1 = add(scale(input.moment1, beta1), scale(g, 1 - beta1))
  const moment2 = add(scale(input.moment2, beta2), scale(mul(g, g), 1 - beta2))
  const direction = div(
    div(moment1, input.correction1),
    add(sqrt(div(moment2, input.correction2)), graph.constant(eps)),
  )
  const step = add(direction, scale(mul(input.decay, weights), weightDecay))
  return { weights: sub(weights, mul(learningRate, step)), moment1, moment2, gradNorm }
}
