/** @file Values of the layers, transcribed from their papers; their gradients are with those of everything else. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { TransformerConfig } from '../../../agents/nn/model/config.ts'
import { gradients } from '../../../agents/nn/graph/gradient.ts'
import type { Tensor } from '../../../agents/nn/graph/graph.ts'
import { Graph } from '../../../agents/nn/graph/graph.ts'
import { attend, embedding, rmsNorm, swiGlu } from '../../../agents/nn/graph/layers.ts'
import { mul, sum } from '../../../agents/nn/graph/ops.ts'
import { rotaryTables, rotation } from '../../../agents/nn/model/rotary.ts'
import { createSession } from '../../../agents/nn/runtime/session.ts'
import { rngAt } from '../../../envs/rng.ts'

type Float = 'float32' | 'float64'

/** What `build` gives on these constants. */
async function values(build: (graph: Graph) => Tensor[], float: Float = 'float64'): Promise<number[][]> {
  const graph = new Graph('layer', float)
  const outputs = build(graph)
  for (const [i, output] of outputs.entries()) graph.output(`y${i}`, output)
  const session = await createSession(graph)
  const found = await session.run({})
  await session.close()
  return outputs.map((_, i) => Array.from(found[`y${i}`]!.data as Float64Array))
}

function assertNear(got: readonly number[], expected: readonly number[], tolerance = 1e-7): void {
  assert.is(got.length, expected.length)
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(got[i]! - value) <= tolerance * Math.max(1, Math.abs(value)), `${got[i]} for ${value}`)
}

const drawn = (count: number, name: string): number[] => {
  const rng = rngAt('layers', name)
  return Array.from({ length: count }, () => 2 * rng.float() - 1)
}

const test = suite('layers')

test('an embedding gives rows, and adds the gradients of a row that is used twice', async () => {
  for (const vocabSize of [5, 300]) {
    const table = drawn(2 * vocabSize, 'table')
    const ids = [3, 0, 3, vocabSize - 1]
    const [rows, gradient] = await values(graph => {
      const weights = graph.constant(table, [vocabSize, 2])
      const parameter = { ...weights, differentiable: true }
      const found = embedding(parameter, graph.constant(ids, [4], 'int32'))
      const loss = sum(mul(found, graph.constant([1, 2, 3, 4, 5, 6, 7, 8], [4, 2])), [0, 1])
      return [found, gradients(loss, [parameter])[0]!]
    })
    assertNear(
      rows!,
      ids.flatMap(id => table.slice(2 * id, 2 * id + 2)),
    )
    assert.equal(gradient!.slice(0, 8), [3, 4, 0, 0, 0, 0, 6, 8])
    assert.equal(gradient!.slice(-2), [7, 8])
  }
})

test('RMSNorm divides by the root of the mean square', async () => {
  const [x, weight] = [drawn(6, 'x'), [0.5, 1, -2]]
  const [got] = await values(graph => [rmsNorm(graph.constant(x, [2, 3]), graph.constant(weight, [3]), 1e-5)])
  const expected = [0, 3].flatMap(start => {
    const row = x.slice(start, start + 3)
    const root = Math.sqrt(row.reduce((total, value) => total + value * value, 0) / 3 + 1e-5)
    return row.map((value, i) => (value / root) * weight[i]!)
  })
  assertNear(got!, expected)
})

test('SwiGLU gates by x·σ(x)', async () => {
  const [gate, up] = [drawn(4, 'gate'), drawn(4, 'up')]
  const [got] = await values(graph => [swiGlu(graph.constant(gate, [2, 2]), graph.constant(up, [2, 2]))])
  assertNear(
    got!,
    gate.map((value, i) => (value / (1 + Math.exp(-value))) * up[i]!),
  )
})

test('attention is a mean of the values that are not masked', async () => {
  const scores = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(scores, fc.integer({ min: 0, max: 3 }), async (q, hidden) => {
      const keys = drawn(8, 'keys')
      const read = drawn(8, 'values')
      const mask = Array.from({ length: 4 }, (_, i) => (i === hidden ? -1e9 : 0))
      const [got] = await values(graph => [
        attend(
          graph.constant(q, [1, 2, 2]),
          graph.constant(keys, [1, 4, 2]),
          graph.constant(read, [1, 4, 2]),
          graph.constant(mask, [4]),
        ),
      ])
      const expected = [0, 1].flatMap(row => {
        const shares = [0, 1, 2, 3].map(t =>
          t === hidden ? 0 : Math.exp(q[2 * row]! * keys[2 * t]! + q[2 * row + 1]! * keys[2 * t + 1]!),
        )
        const total = shares.reduce((a, b) => a + b)
        return [0, 1].map(i =>
          shares.reduce((mean, share, t) => mean + (share / total) * read[2 * t + i]!, 0),
        )
      })
      assertNear(got!, expected)
    }),
    { numRuns: 20 },
  )
})

const config = { headDim: 8, maxPositionEmbeddings: 16, ropeTheta: 30 } as TransformerConfig
const POSITIONS = [3, 4, 15, 0, 1, 2]

test('the rotation that training uses in float32 has the value and the gradient of that in float64', async () => {
  for (const positions of [null, POSITIONS]) {
    const both = (float: Float): Promise<number[][]> =>
      values(graph => {
        const x = { ...graph.constant(drawn(96, 'turned'), [2, 2, 3, 8]), differentiable: true }
        const ids = positions && graph.constant(positions, [2, 3], 'int32')
        const turned = rotation(config, graph, ids, 3)(x)
        const loss = sum(mul(turned, graph.constant(drawn(96, 'pull'), [2, 2, 3, 8])), [0, 1, 2, 3])
        return [turned, gradients(loss, [x])[0]!]
      }, float)
    const [single, double] = await Promise.all([both('float32'), both('float64')])
    for (const [i, expected] of double.entries()) assertNear(single[i]!, expected, 2e-6)
  }
})

test('a rotation divides products by the root of the size, and they depend on the distance alone', async () => {
  const rotated = async (x: number[], position: number): Promise<number[]> => {
    const [turned] = await values(graph => [
      rotation(
        config,
        graph,
        graph.constant([position], [1, 1], 'int32'),
        1,
      )(graph.constant(x, [1, 1, 1, 8])),
    ])
    return turned!
  }
  const product = (a: number[], b: number[]): number =>
    a.reduce((total, value, i) => total + value * b[i]!, 0)
  const [q, k] = [drawn(8, 'q'), drawn(8, 'k')]
  const turned = await rotated(q, 11)
  assertNear([product(turned, turned)], [product(q, q) / Math.sqrt(8)])
  const near = product(await rotated(q, 5), await rotated(k, 3))
  const far = product(await rotated(q, 12), await rotated(k, 10))
  assertNear([far], [near])
  assert.ok(Math.abs(near - product(await rotated(q, 5), await rotated(k, 4))) > 1e-3)
})

test('frequencies are stretched for long contexts, and fast ones are left alone', () => {
  const ropeScaling = {
    factor: 8,
    lowFreqFactor: 1,
    highFreqFactor: 4,
    originalMaxPositionEmbeddings: 8192,
  }
  const long = { headDim: 64, maxPositionEmbeddings: 16, ropeTheta: 500_000 } as TransformerConfig
  const angle = (from: TransformerConfig, pair: number): number =>
    Math.asin(rotaryTables(from, 2).sin[32 + pair]!)
  const ratio = (pair: number): number => angle({ ...long, ropeScaling }, pair) / angle(long, pair)
  assertNear([ratio(5), ratio(31)], [1, 1 / 8])
  const between = ratio(16)
  assert.ok(between > 1 / 8 && between < 1, String(between))
})

test.run()
