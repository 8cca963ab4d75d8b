/** @file Gradients by central differences in float64, to check the traced ones against. */
import { gradients } from '../../../agents/nn/graph/gradient.ts'
import type { Tensor } from '../../../agents/nn/graph/graph.ts'
import { Graph } from '../../../agents/nn/graph/graph.ts'
import { mul, sum } from '../../../agents/nn/graph/ops.ts'
import type { Feeds } from '../../../agents/nn/runtime/session.ts'
import { createSession, doubles } from '../../../agents/nn/runtime/session.ts'
import type { Rng } from '../../../envs/rng.ts'

export interface Operand {
  shape: readonly number[]
  values: Float64Array
}

export function operand(
  shape: readonly number[],
  rng: Rng,
  draw = (x: number): number => 2 * x - 1,
): Operand {
  const size = shape.reduce((product, dim) => product * dim, 1)
  return { shape, values: Float64Array.from({ length: size }, () => draw(rng.float())) }
}

const H = 2e-4
const FLOOR = 1e-4

/**
 * Largest difference between a gradient and that of `lossAt` by differences of fourth order, relative to the
 * coordinate's size (or FLOOR, below which only rounding is left).
 */
export async function worstError(
  values: Float64Array,
  gradient: Float64Array,
  lossAt: (moved: Float64Array) => Promise<number>,
): Promise<number> {
  let worst = 0
  const moved = values.slice()
  for (const [k, value] of values.entries()) {
    const at = async (delta: number): Promise<number> => {
      moved[k] = value + delta
      return await lossAt(moved)
    }
    const near = (await at(H)) - (await at(-H))
    const far = (await at(2 * H)) - (await at(-2 * H))
    moved[k] = value
    const numeric = (8 * near - far) / (12 * H)
    const size = Math.max(FLOOR, Math.abs(numeric), Math.abs(gradient[k]!))
    const error = Math.abs(numeric - gradient[k]!) / size
    // A NaN is the worst of errors, and would be lost in a maximum.
    worst = Number.isNaN(error) ? Infinity : Math.max(worst, error)
  }
  return worst
}

/** Largest error of the gradient of `build`'s result, weighted to a scalar, with respect to every operand. */
export async function worstGradientError(
  operands: readonly Operand[],
  build: (tensors: Tensor[]) => Tensor,
): Promise<number> {
  const graphOf = (outputs: (graph: Graph, loss: Tensor, tensors: Tensor[]) => void): Graph => {
    const graph = new Graph('gradient-check', 'float64')
    const tensors = operands.map(({ shape }, i) => graph.parameter(`x${i}`, shape))
    outputs(graph, weighted(build(tensors)), tensors)
    return graph
  }
  const forward = await createSession(graphOf((graph, loss) => graph.output('loss', loss)))
  const backward = await createSession(
    graphOf((graph, loss, tensors) =>
      gradients(loss, tensors).forEach((gradient, i) => graph.output(`g${i}`, gradient)),
    ),
  )
  const feeds: Feeds = Object.fromEntries(
    operands.map(({ shape, values }, i) => [`x${i}`, doubles(values, shape)]),
  )
  const exact = await backward.run(feeds)
  let worst = 0
  for (const [i, { shape, values }] of operands.entries()) {
    const gradient = exact[`g${i}`]!
    if (gradient.dims.join() !== shape.join()) return Infinity
    const error = await worstError(values, gradient.data as Float64Array, async moved => {
      const { loss } = await forward.run({ ...feeds, [`x${i}`]: doubles(moved, shape) })
      return (loss!.data as Float64Array)[0]!
    })
    worst = Math.max(worst, error)
  }
  await Promise.all([forward.close(), backward.close()])
  return worst
}

/** Different weights per element, so that no error cancels in the sum. */
function weighted(x: Tensor): Tensor {
  const shape = x.shape as number[]
  if (shape.length === 0) return x
  const size = shape.reduce((product, dim) => product * dim, 1)
  const weights = Array.from({ length: size }, (_, i) => Math.sin(1 + i))
  return sum(
    mul(x, x.graph.constant(weights, shape)),
    shape.map((_, axis) => axis),
  )
}
