/**
 * @file The layers of a transformer whose gradient is cheaper as a whole than operation by operation.
 *
 * Each gives its value by portable operations and its vector-Jacobian product by hand; tests compare every one with float64
 * finite differences.
 */
import type { Tensor } from './graph.ts'
import { withGradient } from './graph.ts'
import {
  add,
  gather,
  matmul,
  mul,
  oneHot,
  reciprocal,
  reshape,
  scale,
  scatterRows,
  sigmoid,
  simplifiedLayerNorm,
  softmax,
  sqrt,
  sub,
  sum,
  sumOfSquares,
  swapLast,
} from './ops.ts'

/** Up to this vocabulary a product with an indicator is the cheapest way to look rows up and to add their gradients. */
const SMALL_VOCABULARY = 256

/** Rows of `table [V, D]`: ids int32 `[N]` → `[N, D]`. */
export function embedding(table: Tensor, ids: Tensor): Tensor {
  const [vocabSize] = table.shape as [number]
  if (vocabSize <= SMALL_VOCABULARY) return matmul(oneHot(ids, vocabSize), table)
  return withGradient(gather(table, ids), [table], g => [scatterRows(g, ids, vocabSize)])
}

/**
 * `x / √(mean(x²) + ε) · weight` over the last axis (Zhang & Sennrich 2019): x `[N, D]`, weight `[D]`.
 *
 * With r = 1/√(mean(x²) + ε) and p = g∘x: ∂w = rᵀp, ∂x = r·(g∘w) − x·(r³/D)·(p·w). Products with vectors read p without writing
 * anything of its size, and every pass over `[N, D]` that is not made counts.
 */
export function rmsNorm(x: Tensor, weight: Tensor, eps: number): Tensor {
  const [count, width] = x.shape as [number, number]
  return withGradient(simplifiedLayerNorm(x, weight, eps), [x, weight], g => {
    // The operation could give r as well, but WebGPU's gives something else.
    const r = reciprocal(sqrt(add(scale(sumOfSquares(x), 1 / width), x.graph.constant(eps))))
    const p = mul(g, x)
    const alongWeight = matmul(p, reshape(weight, [width, 1]))
    const pull = scale(mul(mul(mul(r, r), r), alongWeight), 1 / width)
    const weightGradient = reshape(matmul(reshape(r, [1, count]), p), [width])
    return [sub(mul(mul(g, weight), r), mul(x, pull)), weightGradient]
  })
}

/** `silu(gate) · up`, both `[N, F]` (Shazeer 2020). */
export function swiGlu(gate: Tensor, up: Tensor): Tensor {
  const s = sigmoid(gate)
  const silu = mul(gate, s)
  return withGradient(mul(silu, up), [gate, up], g => {
    // silu′(x) = σ(x) + silu(x)·(1 − σ(x))
    const slope = add(s, mul(silu, sub(gate.graph.constant(1), s)))
    return [mul(mul(g, up), slope), mul(g, silu)]
  })
}

/**
 * `softmax(q·kᵀ + mask)·v` with q already scaled: q `[…, M, d]`, k and v `[…, T, d]`, mask broadcast to `[…, M, T]`.
 * The gradient takes the row sums of p∘dp from o∘do, as FlashAttention does (Dao et al. 2022, appendix B).
 */
export function attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | null): Tensor {
  const scores = matmul(q, swapLast(k))
  const p = softmax(mask ? add(scores, mask) : scores)
  const o = matmul(p, v)
  return withGradient(o, [q, k, v], g => {
    const delta = sum(mul(g, o), [o.shape.length - 1], true)
    const ds = mul(p, sub(matmul(g, swapLast(v)), delta))
    return [matmul(ds, k), matmul(swapLast(ds), q), matmul(swapLast(p), g)]
  })
}
