/**
 * @file Preference losses. Rows come in pairs: sequence 2i is preferred to sequence 2i + 1; P pairs, Q = 2P sequences.
 *
 * Each is the mean over its pairs (KTO: over its sequences).
 */
import type { Tensor } from '../graph/graph.ts'
import { klEstimate, logSigmoid, softplus } from './token-losses.ts'
import { add, mul, neg, relu, reshape, scale, sigmoid, slice, sub, sum } from '../graph/ops.ts'

/** `[Q]` → the preferred and the other of each pair, `[P]` each. */
export function pairs(x: Tensor): { chosen: Tensor; rejected: Tensor } {
  const [count] = x.shape as [number]
  const columns = reshape(x, [count / 2, 2])
  const column = (i: number): Tensor => reshape(slice(columns, 1, i, i + 1), [count / 2])
  return { chosen: column(0), rejected: column(1) }
}

function mean(x: Tensor): Tensor {
  return scale(sum(x, [0]), 1 / (x.shape[0] as number))
}

function difference(x: Tensor): Tensor {
  const { chosen, rejected } = pairs(x)
  return sub(chosen, rejected)
}

/**
 * `−(1−ε)·log σ(βΔ) − ε·log σ(−βΔ)`, Δ the difference of the log-ratios to the reference (Rafailov et al. 2023, eq. 7;
 * ε > 0 is conservative DPO).
 */
export function dpoLoss(logprobs: Tensor, refLogprobs: Tensor, beta: Tensor, smoothing: Tensor): Tensor {
  const margin = mul(beta, difference(sub(logprobs, refLogprobs)))
  const one = margin.graph.constant(1)
  const right = mul(sub(one, smoothing), logSigmoid(margin))
  return neg(mean(add(right, mul(smoothing, logSigmoid(neg(margin))))))
}

/** Mean of `−c·log π(chosen)`: the term that keeps DPO from lowering both (Pang et al. 2024, eq. 1: c = α/|chosen|). */
export function weightedNegativeMean(logprobs: Tensor, weights: Tensor): Tensor {
  return neg(mean(mul(weights, pairs(logprobs).chosen)))
}

/** `(Δ − 1/(2β))²` (Azar et al. 2023, eq. 17). */
export function ipoLoss(logprobs: Tensor, refLogprobs: Tensor, halfInverseBeta: Tensor): Tensor {
  const miss = sub(difference(sub(logprobs, refLogprobs)), halfInverseBeta)
  return mean(mul(miss, miss))
}

/** `−log σ(βΔ − γ)`, Δ the difference of mean log-probabilities, no reference (Meng et al. 2024, eq. 6). */
export function simpoLoss(meanLogprobs: Tensor, beta: Tensor, gamma: Tensor): Tensor {
  return neg(mean(logSigmoid(sub(mul(beta, difference(meanLogprobs)), gamma))))
}

export interface KtoInput {
  /** Of each sequence, `[Q]`. */
  logprobs: Tensor
  refLogprobs: Tensor
  /** 1 for desirable, −1 for undesirable sequences. */
  labels: Tensor
  /** λ_D or λ_U of each sequence. */
  weights: Tensor
  /** Scalar reference point z₀ ≥ 0: the KL estimated from mismatched pairs, without a gradient. */
  reference: Tensor
  beta: Tensor
}

/** `λ(1 − σ(±β(log-ratio − z₀)))` (Ethayarajh et al. 2024, eq. 8), + for desirable and − for undesirable sequences. */
export function ktoLoss({ logprobs, refLogprobs, labels, weights, reference, beta }: KtoInput): Tensor {
  const gain = mul(beta, sub(klEstimate('k1', logprobs, refLogprobs), relu(reference)))
  const utility = sigmoid(mul(labels, gain))
  return mean(mul(weights, sub(utility.graph.constant(1), utility)))
}

/** `−log σ(r_w − r_l − margin) + c·(r_w + r_l)²`: Bradley-Terry, c keeping scores centred (Ouyang et al. 2022; TRL). */
export function bradleyTerryLoss(scores: Tensor, margin: Tensor, centre: Tensor): Tensor {
  const { chosen, rejected } = pairs(scores)
  const total = add(chosen, rejected)
  const ranked = neg(logSigmoid(sub(sub(chosen, rejected), margin)))
  return mean(add(ranked, mul(centre, mul(total, total))))
}

/**
 * Mean `BCE(σ(z), y)`, `z = β log π_φ(sequence)/π_ref(sequence)`: a model of outcomes whose log-ratios are rewards of tokens
 * (Yuan et al. 2024, arXiv 2412.01981, eq. 5; PRIME). Q sequences, no pairs.
 */
export function implicitRewardLoss(
  logprobs: Tensor,
  { refLogprobs, labels, beta }: { refLogprobs: Tensor; labels: Tensor; beta: Tensor },
): Tensor {
  const z = mul(beta, sub(logprobs, refLogprobs))
  return mean(sub(softplus(z), mul(labels, z)))
}
