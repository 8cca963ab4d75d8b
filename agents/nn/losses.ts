/**
 * @file Losses over the log-probabilities of chosen tokens.
 *
 * N = batch × positions. Every loss is a weighted sum over tokens; the weight carries the mask and the normaliser, so
 * that the aggregation (per token, per sequence, constant) is the caller's explicit choice.
 */
import type { Tensor } from './graph.ts'
import { add, clip, exp, logSumExp, minimum, mul, neg, oneHot, reshape, sub, sum } from './ops.ts'

/** Natural-log probability of each target token: logits `[N, V]`, targets int32 `[N]` → `[N]`. */
export function tokenLogprobs(logits: Tensor, targets: Tensor): Tensor {
  const [count, vocabSize] = logits.shape as [number, number]
  const chosen = sum(mul(logits, oneHot(targets, vocabSize, logits.dtype)), [1])
  return sub(chosen, reshape(logSumExp(logits), [count]))
}

/** `−Σ wₜ log π(yₜ)`. With w = mask/N behaviour cloning; with w = advantage·mask/N REINFORCE. */
export function crossEntropy(logprobs: Tensor, weight: Tensor): Tensor {
  return neg(sum(mul(weight, logprobs), [0]))
}

export interface PolicyGradientInput {
  /** log π_θ(yₜ), `[N]` */
  logprobs: Tensor
  /** log π_old(yₜ) of the policy that sampled, `[N]` */
  oldLogprobs: Tensor
  /** log π_ref(yₜ), `[N]`; equal to oldLogprobs where there is no reference. */
  refLogprobs: Tensor
  advantages: Tensor
  weight: Tensor
  /** Scalars: the ratio is clipped to [1 − clipLow, 1 + clipHigh]. */
  clipLow: Tensor
  clipHigh: Tensor
  /** Scalar β of the k3 penalty. */
  klCoef: Tensor
}

/**
 * Clipped surrogate with k3 penalty (Schulman et al. 2017; Shao et al. 2024, eq. 3 and 4):
 * `−Σ wₜ [min(ρA, clip(ρ)A) − β(e^{−d} + d − 1)]`, ρ = π_θ/π_old, d = log π_θ − log π_ref.
 */
export function clippedSurrogate(input: PolicyGradientInput): Tensor {
  const { logprobs, oldLogprobs, refLogprobs, advantages, weight, clipLow, clipHigh, klCoef } = input
  const one = logprobs.graph.constant(1)
  const ratio = exp(sub(logprobs, oldLogprobs))
  const clipped = clip(ratio, sub(one, clipLow), add(one, clipHigh))
  const surrogate = minimum(mul(ratio, advantages), mul(clipped, advantages))
  const kl = k3(logprobs, refLogprobs)
  return neg(sum(mul(weight, sub(surrogate, mul(klCoef, kl))), [0]))
}

/** Low-variance KL estimator `e^{−d} + d − 1` for samples from π_θ (Schulman 2020). */
export function k3(logprobs: Tensor, refLogprobs: Tensor): Tensor {
  const d = sub(logprobs, refLogprobs)
  return sub(add(exp(neg(d)), d), logprobs.graph.constant(1))
}
