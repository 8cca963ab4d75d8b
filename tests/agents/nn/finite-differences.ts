/** @file Gradients by central differences in float64, to check the traced ones against. */
import { gradients } from '../../../agents/nn/gradient.ts'
import type { Tensor } from '../../../agents/nn/graph.ts'
import { Graph } from '../../../agents/nn/graph.ts'
import { mul, sum } from '../../../agents/nn/ops.ts'
import { createSession, doubles } from '../../../agents/nn/session.ts'
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

const H = 1e-5
const FLOOR = 1e-4

/**
 * Largest error of the gradient of `build`'s result (weighted to a scalar) with respect to every operand coordinate,
 * relative to the coordinate's size (or FLOOR, below which only rounding is left).
 */
export async function worstGradientError(
  operands: readonly Operand[],
  build: (graph: Graph, tensors: Tensor[]) => Tensor,
): Promise<number> {
  const graph = new Graph('gradient-check', 'float64')
  const tensors = operands.map(({ shape }, i) => graph.parameter(`x${i}`, shape))
  const result = build(graph, tensors)
  const loss = result.shape.length === 0 ? result : weighted(graph, result)
  graph.output('loss', loss)
  gradients(loss, tensors).forEach((g, i) => graph.output(`g${i}`, g))
  const session = await createSession(graph)
  const run = async (
    values: readonly Float64Array[],
    outputs: string[],
  ): Promise<Record<string, Float64Array>> => {
    const feeds = Object.fromEntries(values.map((value, i) => [`x${i}`, doubles(value, operands[i]!.shape)]))
    const found = await session.run(feeds, outputs)
    return Object.fromEntries(outputs.map(name => [name, found[name]!.data as Float64Array]))
  }
  const values = operands.map(({ values: own }) => own)
  const exact = await run(
    values,
    operands.map((_, i) => `g${i}`),
  )
  let worst = 0
  for (const [i, own] of values.entries()) {
    for (let k = 0; k < own.length; k++) {
      const lossAt = async (delta: number): Promise<number> => {
        const moved = own.with(k, own[k]! + delta)
        return (await run(values.with(i, moved), ['loss']))['loss']![0]!
      }
      const numeric = ((await lossAt(H)) - (await lossAt(-H))) / (2 * H)
      const traced = exact[`g${i}`]![k]!
      worst = Math.max(
        worst,
        Math.abs(numeric - traced) / Math.max(FLOOR, Math.abs(numeric), Math.abs(traced)),
      )
    }
  }
  await session.close()
  return worst
}

/** Different weights per element, so that no error cancels in the sum. */
function weighted(graph: Graph, x: Tensor): Tensor {
  const shape = x.shape as number[]
  const size = shape.reduce((product, dim) => product * dim, 1)
  const weights = Array.from({ length: size }, (_, i) => Math.sin(1 + i))
  return sum(
    mul(x, graph.constant(weights, shape)),
    shape.map((_, axis) => axis),
  )
}
