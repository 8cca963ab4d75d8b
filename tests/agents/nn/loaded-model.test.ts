/** @file Sessions of a model: made once, bounded in number. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Graph } from '../../../agents/nn/graph/graph.ts'
import { scale } from '../../../agents/nn/graph/ops.ts'
import { initialWeights } from '../../../agents/nn/model/config.ts'
import { LoadedModel, MAX_SESSIONS } from '../../../agents/nn/runtime/loaded-model.ts'
import { floats } from '../../../agents/nn/runtime/session.ts'
import { rngAt } from '../../../envs/rng.ts'

const config = {
  vocabSize: 8,
  hiddenSize: 8,
  intermediateSize: 8,
  numHiddenLayers: 1,
  numAttentionHeads: 2,
  numKeyValueHeads: 1,
  maxPositionEmbeddings: 8,
  ropeTheta: 100,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: true,
  initializerRange: 0.1,
}

const test = suite('loaded model')

test('a session is made once; the one that was not used for longest is given up, and made again', async () => {
  const model = new LoadedModel(config, initialWeights(config, rngAt('sessions')), { threads: 1 })
  const made: number[] = []
  const times = async (factor: number): Promise<number> => {
    const session = await model.session(`times ${factor}`, () => {
      made.push(factor)
      const graph = new Graph('times')
      graph.output('y', scale(graph.input('x', [1]), factor))
      return graph
    })
    const { y } = await session.run({ x: floats(Float32Array.of(3), [1]) })
    return (y!.data as Float32Array)[0]!
  }
  for (let factor = 0; factor < MAX_SESSIONS; factor++) assert.is(await times(factor), 3 * factor)
  for (let factor = MAX_SESSIONS - 1; factor >= 0; factor--) assert.is(await times(factor), 3 * factor)
  assert.is(made.length, MAX_SESSIONS)
  const last = MAX_SESSIONS - 1
  assert.is(await times(MAX_SESSIONS), 3 * MAX_SESSIONS)
  for (let factor = 0; factor < last; factor++) await times(factor)
  assert.is(made.length, MAX_SESSIONS + 1)
  assert.is(await times(last), 3 * last)
  assert.equal(made.slice(MAX_SESSIONS), [MAX_SESSIONS, last])
  await model.close()
})

test.run()
