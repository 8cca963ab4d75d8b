/**
 * @file AdamW on flat vectors, inside the graph (Loshchilov & Hutter 2019), with global-norm clipping.
 *
 * m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², p ← p − lr·(m/c₁ / (√(v/c₂) + ε) + λ·decay·p), cᵢ = 1 − βᵢᵗ.
 *
 * Every operation on the vectors is a pass over memory, so the scalars are multiplied together first:
 * m/c₁ / (√(v/c₂) + ε) = (√c₂/c₁) · m / (√v + ε√c₂), and the clip factor goes into the coefficients of g and g².
 */
import type { Tensor } from '../graph/graph.ts'
import { add, div, minimum, mul, scale, sqrt, sub, sum } from '../graph/ops.ts'

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
  /** 1 where weights decay (matrices), 0 elsewhere (norms, biases), `[P]`. */
  decay: Tensor
  /** Scalars: learning rate, and the bias corrections c₁ and c₂ of this step. */
  learningRate: Tensor
  correction1: Tensor
  correction2: Tensor
}

export interface AdamWUpdate {
  weights: Tensor
  moment1: Tensor
  moment2: Tensor
  /** L2 norm of the gradient before clipping. */
  gradNorm: Tensor
}

export function adamW(input: AdamWInput, options: AdamWOptions = {}): AdamWUpdate {
  const { beta1, beta2, eps, weightDecay, maxGradNorm } = { ...ADAMW_DEFAULTS, ...options }
  const { weights, gradient, learningRate } = input
  const constant = (value: number): Tensor => weights.graph.constant(value)
  const squares = mul(gradient, gradient)
  const gradNorm = sqrt(sum(squares, [0]))
  const shrink = minimum(constant(1), div(constant(maxGradNorm), add(gradNorm, constant(1e-6))))
  const moment1 = add(scale(input.moment1, beta1), mul(gradient, scale(shrink, 1 - beta1)))
  const moment2 = add(scale(input.moment2, beta2), mul(squares, scale(mul(shrink, shrink), 1 - beta2)))
  const root = sqrt(input.correction2)
  const direction = div(moment1, add(sqrt(moment2), scale(root, eps)))
  const step = mul(direction, div(mul(learningRate, root), input.correction1))
  const decayed = mul(mul(weights, input.decay), scale(learningRate, weightDecay))
  return { weights: sub(weights, add(step, decayed)), moment1, moment2, gradNorm }
}
