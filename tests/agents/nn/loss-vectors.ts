/** @file Losses on vectors that PyTorch has computed, and what the engine makes of them. */
import { gradients } from '../../../agents/nn/graph/gradient.ts'
import type { Tensor } from '../../../agents/nn/graph/graph.ts'
import { Graph } from '../../../agents/nn/graph/graph.ts'
import type { LossSpec } from '../../../agents/nn/losses/loss-graph.ts'
import { createSession } from '../../../agents/nn/runtime/session.ts'
import { assertClose, golden } from './golden-folders.ts'

export interface LossVector {
  name: string
  /** Which function it is for. */
  of: string
  inputs: Record<string, number | number[] | number[][]>
  value: number
  /** With respect to some of the inputs. */
  gradients: Record<string, number[]>
}

interface LossGolden {
  vectors: LossVector[]
  /** On the decoder of decoder.json with a value head. */
  model: {
    tokens: number[][]
    /** First and one past the last prediction that counts, by sequence. */
    start: number[]
    end: number[]
    losses: { spec: LossSpec; inputs: Record<string, number | number[]>; loss: number; gradNorm: number }[]
  }
}

export const LOSS_GOLDEN = golden<LossGolden>('losses.json')

export type Inputs = (name: string) => Tensor

/** Value and gradients in float64. */
export async function computed(
  { inputs, gradients: wanted }: Pick<LossVector, 'inputs' | 'gradients'>,
  build: (inputs: Inputs, graph: Graph) => Tensor,
): Promise<{ value: number; gradients: Record<string, number[]> }> {
  const graph = new Graph('loss', 'float64')
  const made = new Map<string, Tensor>()
  const input: Inputs = name => {
    const values = inputs[name]
    if (values === undefined) throw new RangeError(`this vector has no ${name}`)
    let tensor = made.get(name)
    if (!tensor) {
      const dtype = name === 'targets' ? 'int32' : 'float64'
      const constant = graph.constant([values].flat(2), shapeOf(values), dtype)
      made.set(name, (tensor = { ...constant, differentiable: name in wanted }))
    }
    return tensor
  }
  const loss = build(input, graph)
  graph.output('value', loss)
  const names = Object.keys(wanted)
  for (const [i, gradient] of gradients(loss, names.map(input)).entries())
    graph.output(`gradient of ${names[i]}`, gradient)
  const session = await createSession(graph)
  const found = await session.run({})
  await session.close()
  const list = (name: string): number[] => Array.from(found[name]!.data as Float64Array)
  return {
    value: list('value')[0]!,
    gradients: Object.fromEntries(names.map(name => [name, list(`gradient of ${name}`)])),
  }
}

/** Holds the engine's loss and its gradients against PyTorch's. */
export async function assertAsInTorch(
  vector: LossVector,
  build: (inputs: Inputs, graph: Graph) => Tensor,
): Promise<void> {
  const got = await computed(vector, build)
  assertClose([got.value], [vector.value], 1e-12 * Math.max(1, Math.abs(vector.value)))
  for (const [name, expected] of Object.entries(vector.gradients))
    assertClose(got.gradients[name]!, expected, 1e-12 * Math.max(1, ...expected.map(Math.abs)))
}

function shapeOf(values: number | number[] | number[][]): number[] {
  if (!Array.isArray(values)) return []
  const [first] = values
  return Array.isArray(first) ? [values.length, first.length] : [values.length]
}

/** The value of a loss on numbers that are given in place. */
export async function valueOf(build: (graph: Graph) => Tensor): Promise<number> {
  const { value } = await computed({ inputs: {}, gradients: {} }, (_, graph) => build(graph))
  return value
}
