/** @file A case's value and gradients on a device, against those on the CPU. */
import { gradients } from '../../../agents/nn/graph/gradient.ts'
import type { Device } from '../../../agents/nn/runtime/device-choice.ts'
import type { Tensor } from '../../../agents/nn/graph/graph.ts'
import { Graph } from '../../../agents/nn/graph/graph.ts'
import { mul, sum } from '../../../agents/nn/graph/ops.ts'
import type { Feeds } from '../../../agents/nn/runtime/session.ts'
import { createSession, floats, ints } from '../../../agents/nn/runtime/session.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { OpCase } from './cases.ts'

export interface CompareOptions {
  device: Device
  /** Refuse what the device does not compute itself. */
  strict: boolean
}

/** The largest difference between the device's results (the value and every gradient) and those of the CPU. */
export async function difference(opCase: OpCase, { device, strict }: CompareOptions): Promise<number> {
  const feeds = operandsOf(opCase)
  const [expected, got] = [
    await results(opCase, feeds, { device: 'cpu', strict }),
    await results(opCase, feeds, { device, strict }),
  ]
  let worst = 0
  for (const [name, values] of Object.entries(expected))
    for (const [i, value] of values.entries()) worst = Math.max(worst, Math.abs(value - got[name]![i]!))
  return worst
}

function operandsOf({ name, shapes, ids, draw = x => 2 * x - 1 }: OpCase): Feeds {
  const rng = rngAt('parity', name)
  const feeds: Feeds = Object.fromEntries(
    shapes.map((shape, i) => {
      const size = shape.reduce((product, dim) => product * dim, 1)
      return [
        `x${i}`,
        floats(
          Float32Array.from({ length: size }, () => draw(rng.float())),
          shape,
        ),
      ]
    }),
  )
  return ids ? { ...feeds, ids: ints(Int32Array.from(ids.values), ids.shape) } : feeds
}

async function results(
  opCase: OpCase,
  feeds: Feeds,
  options: CompareOptions,
): Promise<Record<string, Float32Array>> {
  const session = await createSession(caseGraph(opCase), options)
  const outputs = await session.run(feeds)
  await session.close()
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as Float32Array]),
  )
}

/** The value, and the gradient of its weighted sum for every operand. */
function caseGraph({ name, shapes, ids, build, forwardOnly }: OpCase): Graph {
  const graph = new Graph(name)
  const operands = shapes.map((shape, i) => graph.parameter(`x${i}`, shape))
  const value = build(graph, ids ? [...operands, graph.input('ids', ids.shape, 'int32')] : operands)
  graph.output('value', value)
  if (forwardOnly) return graph
  gradients(weightedSum(graph, value), operands).forEach((g, i) => graph.output(`g${i}`, g))
  return graph
}

/** Different weights per element, so that no error cancels in the sum. */
function weightedSum(graph: Graph, x: Tensor): Tensor {
  const shape = x.shape as readonly number[]
  const size = shape.reduce((product, dim) => product * dim, 1)
  const weights = graph.constant(
    Array.from({ length: size }, (_, i) => Math.sin(1 + i)),
    shape,
  )
  return sum(
    mul(x, weights),
    shape.map((_, axis) => axis),
  )
}
