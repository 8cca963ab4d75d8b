/**
 * @file The operations: each one's shape rule, its ONNX node and its gradient rule, side by side.
 *
 * Operations are kept to a small portable set; so far only the CPU provider has been tested with them.
 * ScatterND with add is left out on purpose: with two threads it races and is silently wrong.
 */
import type { Shape, Tensor } from './graph.ts'
import type { Dim, DType } from './onnx.ts'
import { CONTRIB } from './onnx.ts'

// Elementwise, with NumPy broadcasting.

export function add(a: Tensor, b: Tensor): Tensor {
  return binary('Add', a, b, g => [g, g])
}

export function sub(a: Tensor, b: Tensor): Tensor {
  return binary('Sub', a, b, g => [g, neg(g)])
}

export function mul(a: Tensor, b: Tensor): Tensor {
  return binary('Mul', a, b, g => [mul(g, b), mul(g, a)])
}

export function div(a: Tensor, b: Tensor): Tensor {
  return binary('Div', a, b, g => [div(g, b), neg(div(mul(g, a), mul(b, b)))])
}

export function neg(x: Tensor): Tensor {
  return unary('Neg', x, g => neg(g))
}

export function exp(x: Tensor): Tensor {
  const y: Tensor = unary('Exp', x, g => mul(g, y))
  return y
}

export function log(x: Tensor): Tensor {
  return unary('Log', x, g => div(g, x))
}

export function sqrt(x: Tensor): Tensor {
  const y: Tensor = unary('Sqrt', x, g => div(g, scale(y, 2)))
  return y
}

export function reciprocal(x: Tensor): Tensor {
  const y: Tensor = unary('Reciprocal', x, g => neg(mul(g, mul(y, y))))
  return y
}

/** `max(x, 0)`; the gradient at 0 is 0. */
export function relu(x: Tensor): Tensor {
  const positive = (): Tensor => cast(greater(x, x.graph.constant(0)), x.dtype)
  return unary('Relu', x, g => mul(g, positive()))
}

export function sigmoid(x: Tensor): Tensor {
  const y: Tensor = unary('Sigmoid', x, g => mul(g, mul(y, sub(x.graph.constant(1), y))))
  return y
}

/** `x · factor` for a number known when the graph is built. */
export function scale(x: Tensor, factor: number): Tensor {
  return mul(x, x.graph.constant(factor))
}

export function minimum(a: Tensor, b: Tensor): Tensor {
  return sub(a, relu(sub(a, b)))
}

export function maximum(a: Tensor, b: Tensor): Tensor {
  return add(b, relu(sub(a, b)))
}

/** `x` limited to [low, high]; the gradient outside is 0. */
export function clip(x: Tensor, low: Tensor, high: Tensor): Tensor {
  return sub(add(low, relu(sub(x, low))), relu(sub(x, high)))
}

// Matrix products.

/** `a [..., M, K] · b [..., K, N]`, with equal leading sizes. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [m, k] = lastTwo(a)
  const [inner, n] = lastTwo(b)
  const batch = a.shape.slice(0, -2)
  if (k !== inner || !sameShape(batch, b.shape.slice(0, -2))) throw mismatch('matmul', a, b)
  return a.graph.emit({
    op: 'MatMul',
    inputs: [a, b],
    shape: [...batch, m, n],
    vjp: g => [matmul(g, swapLast(b)), matmul(swapLast(a), g)],
  })
}

/** `x [N, in] · weightᵀ + added`, weight `[out, in]` as in PyTorch and Hugging Face checkpoints, added `[N, out]` or `[out]`. */
export function linear(x: Tensor, weight: Tensor, added?: Tensor): Tensor {
  return gemm(x, weight, { transA: false, transB: true, added })
}

interface GemmOptions {
  transA: boolean
  transB: boolean
  /** Broadcast to the product. */
  added?: Tensor | undefined
}

/** `op(a) · op(b) + added` for matrices, each transposed or not. */
function gemm(a: Tensor, b: Tensor, { transA, transB, added }: GemmOptions): Tensor {
  const [m, k] = transA ? [a.shape[1]!, a.shape[0]!] : lastTwo(a)
  const [inner, n] = transB ? [b.shape[1]!, b.shape[0]!] : lastTwo(b)
  if (a.shape.length !== 2 || b.shape.length !== 2 || k !== inner) throw mismatch('gemm', a, b)
  const product = a.graph.emit({
    op: 'Gemm',
    inputs: added ? [a, b, added] : [a, b],
    shape: [m, n],
    attributes: { transA: Number(transA), transB: Number(transB) },
    vjp: g => [
      transA ? gemm(b, g, { transA: transB, transB: true }) : gemm(g, b, { transA: false, transB: !transB }),
      transB ? gemm(g, a, { transA: true, transB: transA }) : gemm(a, g, { transA: !transA, transB: false }),
      ...(added ? [unbroadcast(g, added.shape)] : []),
    ],
  })
  return added ? product : { ...product, plus: addend => gemm(a, b, { transA, transB, added: addend }) }
}

// Reductions.

export function sum(x: Tensor, axes: readonly number[], keepDims = false): Tensor {
  const kept = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
  return x.graph.emit({
    op: 'ReduceSum',
    inputs: [x, x.graph.constant([...axes], [axes.length], 'int64')],
    shape: keepDims ? kept : x.shape.filter((_, axis) => !axes.includes(axis)),
    attributes: { keepdims: Number(keepDims) },
    vjp: g => [expand(keepDims ? g : reshape(g, kept), x.shape), null],
  })
}

/** `Σ x²` over the last axis, kept as size 1. */
export function sumOfSquares(x: Tensor): Tensor {
  return x.graph.emit({
    op: 'ReduceSumSquare',
    inputs: [x, x.graph.constant([x.shape.length - 1], [1], 'int64')],
    shape: [...x.shape.slice(0, -1), 1],
    attributes: { keepdims: 1 },
    vjp: g => [mul(g, scale(x, 2)), null],
  })
}

/** Maximum over the last axis, kept as size 1. Stops the gradient. */
export function maxLast(x: Tensor): Tensor {
  return x.graph.emit({
    op: 'ReduceMax',
    inputs: [x, x.graph.constant([x.shape.length - 1], [1], 'int64')],
    shape: [...x.shape.slice(0, -1), 1],
    attributes: { keepdims: 1 },
  })
}

/** Softmax over the last axis. */
export function softmax(x: Tensor): Tensor {
  const y: Tensor = x.graph.emit({
    op: 'Softmax',
    inputs: [x],
    shape: x.shape,
    attributes: { axis: -1 },
    vjp: g => [mul(y, sub(g, sum(mul(g, y), [x.shape.length - 1], true)))],
  })
  return y
}

/** `x − max x`, its exponentials and their total over the last axis (kept as size 1): log Σ exp(x) = max x + log total. */
export function logSumExpParts(x: Tensor): { shifted: Tensor; exponentials: Tensor; total: Tensor } {
  const shifted = sub(x, maxLast(x))
  const exponentials = exp(shifted)
  return { shifted, exponentials, total: sum(exponentials, [x.shape.length - 1], true) }
}

/** `log Σ exp(x)` over the last axis, kept as size 1. */
export function logSumExp(x: Tensor): Tensor {
  return x.graph.emit({
    op: 'ReduceLogSumExp',
    inputs: [x, x.graph.constant([x.shape.length - 1], [1], 'int64')],
    shape: [...x.shape.slice(0, -1), 1],
    attributes: { keepdims: 1 },
    vjp: g => [mul(g, softmax(x)), null],
  })
}

/** RMSNorm under the name that onnxruntime knows it by. */
export function simplifiedLayerNorm(x: Tensor, weight: Tensor, eps: number): Tensor {
  const attributes = { axis: -1, epsilon: { float: eps } }
  return x.graph.emit({ op: 'SimplifiedLayerNormalization', inputs: [x, weight], shape: x.shape, attributes })
}

/** Turns `x [B, H, S, d]` by the angles of `positions`, int64 `[B, S]` (or `[1]`: the first of S in a row); tables `[P, d/2]`. */
export function rotaryEmbedding(x: Tensor, positions: Tensor, cos: Tensor, sin: Tensor): Tensor {
  return x.graph.emit({
    op: 'RotaryEmbedding',
    domain: CONTRIB,
    inputs: [x, positions, cos, sin],
    shape: x.shape,
  })
}

// Layout.

export function reshape(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x
  const known = shape.map(dim => (typeof dim === 'number' ? dim : -1))
  return x.graph.emit({
    op: 'Reshape',
    inputs: [x, x.graph.constant(known, [known.length], 'int64')],
    shape,
    vjp: g => [reshape(g, x.shape), null],
  })
}

export function transpose(x: Tensor, order: readonly number[]): Tensor {
  const back = order.map((_, axis) => order.indexOf(axis))
  return x.graph.emit({
    op: 'Transpose',
    inputs: [x],
    shape: order.map(axis => x.shape[axis]!),
    attributes: { perm: order },
    vjp: g => [transpose(g, back)],
  })
}

/** Repeat axes of size 1 up to `shape`. */
export function expand(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x
  const sizes = shape.map(sizeOf)
  return x.graph.emit({
    op: 'Expand',
    inputs: [x, x.graph.constant(sizes, [sizes.length], 'int64')],
    shape,
    vjp: g => [unbroadcast(g, x.shape), null],
  })
}

/** Elements `start` up to, not including, `end` of one axis. */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  const size = sizeOf(x.shape[axis]!)
  const index = (value: number): Tensor => x.graph.constant([value], [1], 'int64')
  const zeros = (length: number): Tensor[] =>
    length === 0 ? [] : [expand(x.graph.constant(0), x.shape.with(axis, length))]
  return x.graph.emit({
    op: 'Slice',
    inputs: [x, index(start), index(end), index(axis)],
    shape: x.shape.with(axis, end - start),
    vjp: g => [concat([...zeros(start), g, ...zeros(size - end)], axis), null, null, null],
  })
}

/** Elements between two positions that are known when the graph runs, int64 `[1]` each; `size` is how many, for people. */
export function sliceBetween(
  x: Tensor,
  axis: number,
  [start, end]: readonly [Tensor, Tensor],
  size: Dim,
): Tensor {
  return x.graph.emit({
    op: 'Slice',
    inputs: [x, start, end, x.graph.constant([axis], [1], 'int64')],
    shape: x.shape.with(axis, size),
  })
}

export function concat(parts: readonly Tensor[], axis: number): Tensor {
  if (parts.length === 1) return parts[0]!
  const sizes = parts.map(part => part.shape[axis]!)
  const total = sizes.every(size => typeof size === 'number')
    ? sizes.reduce((sum, size) => sum + size, 0)
    : sizes.join('+')
  return parts[0]!.graph.emit({
    op: 'Concat',
    inputs: parts,
    shape: parts[0]!.shape.with(axis, total),
    attributes: { axis },
    vjp: g => {
      let start = 0
      return parts.map(part => {
        const end = start + sizeOf(part.shape[axis]!)
        const piece = slice(g, axis, start, end)
        start = end
        return piece
      })
    },
  })
}

// Indices and comparisons: not differentiable.

/** One row of `table [V, ...]` per id. */
export function gather(table: Tensor, ids: Tensor): Tensor {
  return table.graph.emit({
    op: 'Gather',
    inputs: [table, ids],
    shape: [...ids.shape, ...table.shape.slice(1)],
    attributes: { axis: 0 },
  })
}

/** The sum of the rows of `x [N, D]` that carry the same id, for every id below `count`: `[count, D]`. */
export function scatterRows(x: Tensor, ids: Tensor, count: number): Tensor {
  const width = x.shape[1]!
  return x.graph.emit({
    op: 'ScatterElements',
    inputs: [
      expand(x.graph.constant([0], [1, 1], x.dtype), [count, width]),
      expand(reshape(ids, [...ids.shape, 1]), x.shape),
      x,
    ],
    shape: [count, width],
    attributes: { axis: 0, reduction: 'add' },
  })
}

/** `ids [N]` as rows of a `[N, depth]` indicator. The embedding gradient is then a matrix product, which is exact on every device. */
export function oneHot(ids: Tensor, depth: number, dtype: DType = ids.graph.float): Tensor {
  const column = reshape(ids, [...ids.shape, 1])
  const range = ids.graph.constant(
    Array.from({ length: depth }, (_, i) => i),
    [depth],
    ids.dtype,
  )
  return cast(compare('Equal', column, range), dtype)
}

export function compareEqual(a: Tensor, b: Tensor): Tensor {
  return compare('Equal', a, b)
}

export function greater(a: Tensor, b: Tensor): Tensor {
  return compare('Greater', a, b)
}

export function less(a: Tensor, b: Tensor): Tensor {
  return compare('Less', a, b)
}

export function not(x: Tensor): Tensor {
  return x.graph.emit({ op: 'Not', inputs: [x], shape: x.shape })
}

export function where(condition: Tensor, then: Tensor, otherwise: Tensor): Tensor {
  const shape = broadcast(condition.shape, broadcast(then.shape, otherwise.shape))
  return condition.graph.emit({ op: 'Where', inputs: [condition, then, otherwise], shape, dtype: then.dtype })
}

/** `x[b, ids[b]]`: x `[B, V]`, ids int32 `[B]` → `[B, 1]`. Stops the gradient. */
export function pick(x: Tensor, ids: Tensor): Tensor {
  const [rows] = ids.shape as [number]
  const attributes = { axis: 1 }
  return x.graph.emit({
    op: 'GatherElements',
    inputs: [x, reshape(ids, [rows, 1])],
    shape: [rows, 1],
    attributes,
  })
}

/** The `count` largest elements of the last axis, in falling order. */
export function topValues(x: Tensor, count: number): Tensor {
  const k = x.graph.constant([count], [1], 'int64')
  return x.graph.emitMany({ op: 'TopK', inputs: [x, k], attributes: { axis: -1, largest: 1, sorted: 1 } }, [
    { shape: [...x.shape.slice(0, -1), count], dtype: x.dtype },
    { shape: [...x.shape.slice(0, -1), count], dtype: 'int64' },
  ])[0]!
}

/** Running total over the last axis. */
export function cumulativeSum(x: Tensor): Tensor {
  const axis = x.graph.constant(x.shape.length - 1, [], 'int64')
  return x.graph.emit({ op: 'CumSum', inputs: [x, axis], shape: x.shape })
}

export function cast(x: Tensor, dtype: DType): Tensor {
  return x.graph.emit({ op: 'Cast', inputs: [x], shape: x.shape, dtype, attributes: { to: { dtype } } })
}

/** Index of the largest element of the last axis, as int32: from a table, as WebGPU does not convert int64. */
export function argmaxLast(x: Tensor): Tensor {
  const shape = x.shape.slice(0, -1)
  const attributes = { axis: x.shape.length - 1, keepdims: 0 }
  const index = x.graph.emit({ op: 'ArgMax', inputs: [x], shape, dtype: 'int64', attributes })
  const size = sizeOf(x.shape.at(-1)!)
  const numbers = Array.from({ length: size }, (_, i) => i)
  return gather(x.graph.constant(numbers, [size], 'int32'), index)
}

// Shapes.

function unary(op: string, x: Tensor, derivative: (g: Tensor) => Tensor): Tensor {
  return x.graph.emit({ op, inputs: [x], shape: x.shape, vjp: g => [derivative(g)] })
}

function binary(op: string, a: Tensor, b: Tensor, derivative: (g: Tensor) => [Tensor, Tensor]): Tensor {
  return host(a, b).emit({
    op,
    inputs: [a, b],
    shape: broadcast(a.shape, b.shape),
    vjp: g => {
      const [left, right] = derivative(g)
      return [unbroadcast(left, a.shape), unbroadcast(right, b.shape)]
    },
  })
}

function compare(op: string, a: Tensor, b: Tensor): Tensor {
  return host(a, b).emit({ op, inputs: [a, b], shape: broadcast(a.shape, b.shape), dtype: 'bool' })
}

/** The graph that a node on these tensors belongs to: that of the younger one, as a Loop body sees the outer graph. */
function host(a: Tensor, b: Tensor): Tensor['graph'] {
  return a.order > b.order ? a.graph : b.graph
}

function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1
    const right = b[axis - rank + b.length] ?? 1
    if (left === right || right === 1) return left
    if (left === 1) return right
    throw new RangeError(`broadcast: expected shapes that fit, got [${a.join(',')}] and [${b.join(',')}]`)
  })
}

/** The gradient of a broadcast value: summed over the axes that were repeated. */
function unbroadcast(g: Tensor, shape: Shape): Tensor {
  if (sameShape(g.shape, shape)) return g
  const extra = g.shape.length - shape.length
  const axes = g.shape.flatMap((dim, axis) =>
    axis < extra || (shape[axis - extra] === 1 && dim !== 1) ? [axis] : [],
  )
  return reshape(axes.length > 0 ? sum(g, axes) : g, shape)
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis])
}

export function swapLast(x: Tensor): Tensor {
  const rank = x.shape.length
  const order = x.shape.map((_, axis) => axis)
  return transpose(x, [...order.slice(0, rank - 2), rank - 1, rank - 2])
}

function lastTwo(x: Tensor): [Dim, Dim] {
  return [x.shape.at(-2)!, x.shape.at(-1)!]
}

function sizeOf(dim: Dim): number {
  if (typeof dim === 'number') return dim
  throw new RangeError(`expected a size that is known when the graph is built, got ${dim}`)
}

function mismatch(op: string, a: Tensor, b: Tensor): RangeError {
  return new RangeError(
    `${op}: expected shapes that fit, got [${a.shape.join(',')}] and [${b.shape.join(',')}]`,
  )
}
