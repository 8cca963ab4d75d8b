/** @file The WebGPU provider against the CPU one. A software adapter is enough: it is about the results, not the speed. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ADAMW_DEFAULTS } from '../../../agents/nn/training/adamw.ts'
import { chooseDevice, probeRuntime } from '../../../agents/nn/runtime/devices.ts'
import { Graph } from '../../../agents/nn/graph/graph.ts'
import type { LossSpec } from '../../../agents/nn/losses/loss-graph.ts'
import { add, exp, scale } from '../../../agents/nn/graph/ops.ts'
import { createSession, download, floats, free, ints } from '../../../agents/nn/runtime/session.ts'
import { trainGraph } from '../../../agents/nn/training/train-graph.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { TransformerConfig } from '../../../agents/nn/model/config.ts'
import { initialWeights } from '../../../agents/nn/model/config.ts'
import { LoadedModel } from '../../../agents/nn/runtime/loaded-model.ts'
import { Sampler } from '../../../agents/nn/sampling/sampler.ts'
import type { Batch } from '../../../agents/nn/training/batch.ts'
import { Trainer } from '../../../agents/nn/training/trainer.ts'
import { modelConfig } from '../../bench/gpu/models.ts'
import { CASES } from '../../bench/gpu/cases.ts'
import { difference } from '../../bench/gpu/parity.ts'
import { decodeStepGraph } from '../../../agents/nn/sampling/decode-graph.ts'
import type { Filters } from '../../../agents/nn/sampling/token-filter.ts'
import { NO_FILTERS } from '../../../agents/nn/sampling/token-filter.ts'
import { needs } from '../../needs.ts'

const test = suite('webgpu')

const webgpu = (await probeRuntime(['webgpu'])).backends[0]
const ADAPTER = {
  missing: `no WebGPU adapter (${webgpu?.problem}); a Vulkan driver is needed, and a software one will do (docs/gpu.md)`,
  there: () => webgpu?.usable === true,
}
const TOLERANCE = 2e-6

for (const opCase of CASES)
  needs(
    test,
    `${opCase.name}: computed by WebGPU alone, as on the CPU`,
    ADAPTER,
  )(async () => {
    const worst = await difference(opCase, { device: 'webgpu', strict: true })
    assert.ok(worst <= TOLERANCE, `largest difference ${worst}`)
  })

const SMALL = { name: 'small', layers: 2, width: 32, heads: 4, hidden: 64, rows: 4, length: 12 }
const FILTERS: readonly Filters[] = [NO_FILTERS, { topK: 5, topP: true, minP: true, grammarStates: 3 }]
for (const filters of FILTERS)
  for (const perGroup of [1, 2])
    needs(
      test,
      `writing a token, ${perGroup} to a prompt, ${filters.topK ? 'with' : 'without'} filters: by WebGPU alone`,
      ADAPTER,
    )(async () => {
      const shape = { groups: 2, perGroup, past: true, masked: true, greedy: false }
      const graph = decodeStepGraph({ config: modelConfig(SMALL), ...shape, filters })
      await (await createSession(graph, { device: 'webgpu', strict: true })).close()
    })

const LOSSES: readonly LossSpec[] = [
  { kind: 'cross-entropy' },
  { kind: 'clipped-surrogate' },
  { kind: 'clipped-surrogate', ratio: 'sequence', klEstimator: 'k2', critic: true },
  { kind: 'value' },
  { kind: 'step-labels' },
  { kind: 'dpo' },
  { kind: 'ipo' },
  { kind: 'simpo' },
  { kind: 'kto' },
  { kind: 'bradley-terry' },
]

for (const loss of LOSSES)
  needs(
    test,
    `the training graph of ${JSON.stringify(loss)} is placed on WebGPU completely`,
    ADAPTER,
  )(async () => {
    const config = { ...modelConfig(SMALL), scalarHead: 'value' as const }
    const shape = { rows: 4, steps: 12, sequences: 4, packed: false, positioned: false }
    const graph = trainGraph({ config, loss, shape, adamW: ADAMW_DEFAULTS })
    await (await createSession(graph, { device: 'webgpu', strict: true })).close()
  })

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.is(a.length, b.length)
  return Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0)
}

needs(
  test,
  'a tensor that stays on the GPU is fed back, read and freed; one on the CPU is left alone',
  ADAPTER,
)(async () => {
  const graph = new Graph('double')
  const x = graph.input('x', [2, 3])
  graph.output('y', add(x, x))
  graph.output('z', scale(x, 3))
  const session = await createSession(graph, { device: 'webgpu', strict: true, keepOnDevice: ['y'] })
  const start = floats(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])
  const first = await session.run({ x: start })
  assert.is(first['y']!.location, 'gpu-buffer')
  assert.is(first['z']!.location, 'cpu')
  const second = await session.run({ x: first['y']! })
  assert.equal([...((await download(second['y']!)).data as Float32Array)], [4, 8, 12, 16, 20, 24])
  assert.equal([...((await download(first['y']!)).data as Float32Array)], [2, 4, 6, 8, 10, 12])
  assert.is(await download(start), start)
  free(first['y']!, second['y']!, start)
  assert.is(first['y']!.location, 'none')
  assert.is(start.location, 'cpu')
  await session.close()
})

needs(
  test,
  'integers and tensors of other shapes are read from the GPU too',
  ADAPTER,
)(async () => {
  const graph = new Graph('pass')
  graph.output('scalar', exp(graph.input('s', [])))
  const ids = graph.input('ids', [4], 'int32')
  graph.output('sum', add(ids, ids))
  const session = await createSession(graph, { device: 'webgpu', keepOnDevice: ['scalar', 'sum'] })
  const outputs = await session.run({
    s: floats(Float32Array.of(0), []),
    ids: ints(Int32Array.of(1, -2, 3, 2 ** 30 - 1), [4]),
  })
  assert.equal([...((await download(outputs['scalar']!)).data as Float32Array)], [1])
  const sums = await download(outputs['sum']!)
  assert.equal([...(sums.data as Int32Array)], [2, -4, 6, 2 ** 31 - 2])
  assert.equal([...sums.dims], [4])
  free(...Object.values(outputs))
  await session.close()
})

test('on the CPU nothing is kept on a device, and the same code works', async () => {
  const graph = new Graph('double')
  const x = graph.input('x', [1])
  graph.output('y', add(x, x))
  const session = await createSession(graph, { keepOnDevice: ['y'], strict: true })
  const { y } = await session.run({ x: floats(Float32Array.of(2), [1]) })
  assert.equal([...((await download(y!)).data as Float32Array)], [4])
  free(y!)
  assert.is(y!.location, 'cpu')
  await session.close()
})

needs(
  test,
  'WebGPU asked for by name takes any adapter; auto never takes one in software',
  ADAPTER,
)(async () => {
  const asked = await chooseDevice('webgpu')
  assert.is(asked.device, 'webgpu')
  // Where there is no graphics device at all, whatever answers is software.
  const { graphicsDevices } = await probeRuntime([])
  if (graphicsDevices?.length === 0) assert.match(asked.reason, 'software adapter')
  const { device, reason } = await chooseDevice('auto')
  const hardware = asked.reason.includes('hardware adapter')
  assert.is(device, hardware ? 'webgpu' : 'cpu', `${asked.reason}; auto: ${reason}`)
})

const HERE: TransformerConfig = { ...modelConfig(SMALL), numKeyValueHeads: 2 }
const WEIGHTS = initialWeights(HERE, rngAt('webgpu'))

needs(
  test,
  'the trainer keeps its state on the device, and comes to the same weights: five steps, two at once, micro-batches',
  ADAPTER,
)(async () => {
  const weightsOf = async (device: 'cpu' | 'webgpu'): Promise<Float32Array> => {
    const trainer = new Trainer(HERE, WEIGHTS, { threads: 1, device })
    const batch = trainingBatch(2, 8)
    const step = { batches: [batch], learningRate: 1e-3 }
    for (let i = 0; i < 5; i++) await trainer.step({ kind: 'cross-entropy' }, step)
    await trainer.steps({ kind: 'cross-entropy' }, [step, step])
    await trainer.step({ kind: 'cross-entropy' }, { batches: [batch, batch], learningRate: 1e-3 })
    const { weights } = await trainer.state()
    await trainer.close()
    return weights
  }
  const [cpu, gpu] = [await weightsOf('cpu'), await weightsOf('webgpu')]
  const worst = largest(cpu, gpu)
  assert.ok(worst < 1e-4, `weights differ by up to ${worst}`)
})

needs(
  test,
  'the sampler writes the same tokens, token by token with caches on the device',
  ADAPTER,
)(async () => {
  const prompts = [
    [1, 2, 3],
    [1, 2, 3],
    [4, 5],
    [4, 5],
  ]
  const request = { maxTokens: 6, temperature: 1, stop: [], seeds: prompts.map((_, row) => [row]) }
  const tokensOf = async (device: 'cpu' | 'webgpu', asked: number[][]): Promise<number[][]> => {
    const sampler = new Sampler(new LoadedModel(HERE, WEIGHTS, { threads: 1, device }))
    const samples = await sampler.sample({ ...request, prompts: asked })
    await sampler.close()
    return samples.map(({ tokens }) => tokens)
  }
  assert.equal(await tokensOf('webgpu', prompts), await tokensOf('cpu', prompts))
  const ragged = [[1], [2, 3, 4, 5], [6, 7], [8]]
  assert.equal(await tokensOf('webgpu', ragged), await tokensOf('cpu', ragged))
})

function trainingBatch(rows: number, columns: number): Batch {
  const ids = (start: number) =>
    Int32Array.from({ length: rows * columns }, (_, i) => (start + 7 * i) % HERE.vocabSize)
  const weight = new Float32Array(rows * columns).fill(1 / (rows * columns))
  return { rows, tokens: ids(1), targets: ids(3), inputs: { weight } }
}

test.run()
