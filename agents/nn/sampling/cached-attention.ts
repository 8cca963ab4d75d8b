/**
 * @file Attention of single tokens to caches that lie apart: a prefix that several rows share, a row's own past, and what was
 * written just now. Nothing is put together but the scores, so that long caches are not copied for every token.
 */
import type { Shape, Tensor } from '../graph/graph.ts'
import { add, concat, matmul, reshape, sliceBetween, softmax, swapLast, transpose } from '../graph/ops.ts'

export interface Part {
  /** `[groups, K, length, d]` */
  key: Tensor
  value: Tensor
  /** `[groups, 1, 1, length]` */
  mask: Tensor | null
  groups: number
  /** Behind its last position; null: the last part. */
  end: Tensor | null
}

/** One softmax over all parts: query `[B, K, H/K, d]` → the same shape. */
export function attendParts(query: Tensor, parts: readonly Part[]): Tensor {
  const scores = parts.map(part => partScores(query, part))
  if (parts.length === 1) return partMix(softmax(scores[0]!), parts[0]!, query.shape)
  const probs = softmax(concat(scores, 3))
  const index = (value: number): Tensor => query.graph.constant([value], [1], 'int64')
  const ends = [index(0), ...parts.map(part => part.end ?? index(2 ** 31 - 1))]
  const mixed = parts.map((part, i) => {
    const share = sliceBetween(probs, 3, [ends[i]!, ends[i + 1]!], part.key.shape[2]!)
    return partMix(share, part, query.shape)
  })
  return mixed.reduce(add)
}

function partScores(query: Tensor, { key, mask, groups }: Part): Tensor {
  const [rows, heads, perHead, d] = query.shape as [number, number, number, number]
  const length = key.shape[2]!
  const n = rows / groups
  if (n === 1) {
    const scores = matmul(query, swapLast(key))
    return mask ? add(scores, mask) : scores
  }
  const grouped = reshape(transpose(reshape(query, [groups, n, heads, perHead * d]), [0, 2, 1, 3]), [
    groups,
    heads,
    n * perHead,
    d,
  ])
  const scores = matmul(grouped, swapLast(key))
  const seen = mask ? add(scores, mask) : scores
  const split = reshape(seen, [groups, heads, n, perHead, length])
  return reshape(transpose(split, [0, 2, 1, 3, 4]), [rows, heads, perHead, length])
}

function partMix(probs: Tensor, { value, groups }: Part, shape: Shape): Tensor {
  const [rows, heads, perHead, d] = shape as [number, number, number, number]
  const length = value.shape[2]!
  const n = rows / groups
  if (n === 1) return matmul(probs, value)
  const split = reshape(probs, [groups, n, heads, perHead, length])
  const grouped = reshape(transpose(split, [0, 2, 1, 3, 4]), [groups, heads, n * perHead, length])
  const mixed = reshape(matmul(grouped, value), [groups, heads, n, perHead * d])
  return reshape(transpose(mixed, [0, 2, 1, 3]), [rows, heads, perHead, d])
}
