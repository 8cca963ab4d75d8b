/**
 * @file Token losses: cross-entropy, the clipped surrogate with its KL penalties, values, and step labels.
 *
 * N = batch × positions. Every loss is a weighted sum over tokens; the weight carries the mask and the normaliser, so
 * that the aggregation (per token, per sequence, constant) is the caller's explicit choice.
 */
import type { Tensor } from '../graph/graph.ts'
import { withGradient } from '../graph/graph.ts'
import {
  add,
  cast,
  clip,
  exp,
  greater,
  log,
  logSumExpParts,
  maximum,
  minimum,
  mul,
  neg,
  oneHot,
  relu,
  reshape,
  scale,
  sigmoid,
  sub,
  sum,
} from '../graph/ops.ts'

/** Natural-log probability of each target token: logits `[N, V]`, targets int32 `[N]` → `[N]`. */
export function tokenLogprobs(logits: Tensor, targets: Tensor): Tensor {
  const [count, vocabSize] = logits.shape as [number, number]
  const chosen = oneHot(targets, vocabSize, logits.dtype)
  const { shifted, exponentials, total } = logSumExpParts(logits)
  const logprobs = sub(sum(mul(shifted, chosen), [1]), reshape(log(total), [count]))
  return withGradient(logprobs, [logits], g => {
    const shares = mul(exponentials, reciprocalOf(total))
    return [mul(reshape(g, [count, 1]), sub(chosen, shares))]
  })
}

function reciprocalOf(x: Tensor): Tensor {
  return x.graph.emit({ op: 'Reciprocal', inputs: [x], shape: x.shape })
}

/** `−Σ wₜ log π(yₜ)`. With w = mask/N behaviour cloning; with w = advantage·mask/N REINFORCE. */
export function crossEntropy(logprobs: Tensor, weight: Tensor): Tensor {
  return neg(sum(mul(weight, logprobs), [0]))
}

/** Estimators of KL(π_θ ‖ π_ref) from samples of π_θ, d = log π_θ − log π_ref (Schulman 2020). */
export type KlEstimator = 'k1' | 'k2' | 'k3'

export function klEstimate(kind: KlEstimator, logprobs: Tensor, refLogprobs: Tensor): Tensor {
  const d = sub(logprobs, refLogprobs)
  if (kind === 'k1') return d
  if (kind === 'k2') return scale(mul(d, d), 0.5)
  return sub(add(exp(neg(d)), d), d.graph.constant(1))
}

export interface SurrogateInput {
  /** log π_θ(yₜ), `[N]` */
  logprobs: Tensor
  /** log of the ratio π_θ/π_old that is clipped: of each token, or of its sequence's geometric mean (GSPO). `[N]` */
  logRatio: Tensor
  /** log π_ref(yₜ), `[N]`; equal to those of π_old where there is no reference. */
  refLogprobs: Tensor
  advantages: Tensor
  weight: Tensor
  /** Scalars: the ratio is clipped to [1 − clipLow, 1 + clipHigh]. */
  clipLow: Tensor
  clipHigh: Tensor
  /** Scalar β of the KL penalty. */
  klCoef: Tensor
  klEstimator: KlEstimator
}

/**
 * Clipped surrogate with a KL penalty (Schulman et al. 2017; Shao et al. 2024, eq. 3 and 4):
 * `−Σ wₜ [min(ρA, clip(ρ)A) − β·kl]`.
 */
export function clippedSurrogate(input: SurrogateInput): Tensor {
  const { logprobs, logRatio, refLogprobs, advantages, weight, clipLow, clipHigh, klCoef } = input
  const one = logprobs.graph.constant(1)
  const ratio = exp(logRatio)
  const clipped = clip(ratio, sub(one, clipLow), add(one, clipHigh))
  const surrogate = minimum(mul(ratio, advantages), mul(clipped, advantages))
  const kl = klEstimate(input.klEstimator, logprobs, refLogprobs)
  return neg(sum(mul(weight, sub(surrogate, mul(klCoef, kl))), [0]))
}

/** Share of weighted tokens whose ratio stands outside the clip range. */
export function clipFraction({ logRatio, weight, clipLow, clipHigh }: SurrogateInput): Tensor {
  const one = logRatio.graph.constant(1)
  const ratio = exp(logRatio)
  const outside = add(indicator(ratio, add(one, clipHigh)), indicator(sub(one, clipLow), ratio))
  const mask = indicator(weight, weight.graph.constant(0))
  return meanWhere(outside, mask)
}

/** Mean of `x [N]` over the tokens whose mask is 1; 0 where there are none. */
export function meanWhere(x: Tensor, mask: Tensor): Tensor {
  const count = maximum(sum(mask, [0]), x.graph.constant(1))
  return mul(sum(mul(mask, x), [0]), reciprocalOf(count))
}

/** 1 where a > b, else 0. */
export function indicator(a: Tensor, b: Tensor): Tensor {
  return cast(greater(a, b), a.graph.float)
}

/** `Σ wₜ ½max((V − R)², (V_clip − R)²)`, V_clip within `range` of the old value (Schulman et al. 2017, as in PPO2). */
export function clippedValueLoss(
  values: Tensor,
  {
    returns,
    oldValues,
    weight,
    range,
  }: { returns: Tensor; oldValues: Tensor; weight: Tensor; range: Tensor },
): Tensor {
  const square = (x: Tensor): Tensor => mul(x, x)
  const near = clip(values, sub(oldValues, range), add(oldValues, range))
  const worse = maximum(square(sub(values, returns)), square(sub(near, returns)))
  return scale(sum(mul(weight, worse), [0]), 0.5)
}

/** `Σ wₜ BCE(σ(sₜ), yₜ)`: process labels, hard or soft, at the tokens that end steps (Lightman et al. 2023). */
export function binaryCrossEntropy(scores: Tensor, labels: Tensor, weight: Tensor): Tensor {
  return sum(mul(weight, sub(softplus(scores), mul(labels, scores))), [0])
}

/** `log(1 + eˣ)`, stable on both sides. */
export function softplus(x: Tensor): Tensor {
  const magnitude = add(relu(x), relu(neg(x)))
  const value = add(relu(x), log(add(exp(neg(magnitude)), x.graph.constant(1))))
  return withGradient(value, [x], g => [mul(g, sigmoid(x))])
}

/** `log σ(x)`. */
export function logSigmoid(x: Tensor): Tensor {
  return neg(softplus(neg(x)))
}
