/** @file The choice of a device, as a table over evidence, and as this machine gives it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type {
  Adapter,
  AdapterEvidence,
  Outcome,
  WantedDevice,
} from '../../../agents/nn/runtime/device-choice.ts'
import { decideDevice, judgeAdapter } from '../../../agents/nn/runtime/device-choice.ts'
import { chooseDevice, probeRuntime } from '../../../agents/nn/runtime/devices.ts'
import { Graph } from '../../../agents/nn/graph/graph.ts'
import { createSession } from '../../../agents/nn/runtime/session.ts'
import { UsageError } from '../../../envs/errors.ts'

const test = suite('devices')

const ADAPTERS: readonly (AdapterEvidence & { of: string; kind: Adapter['kind'] })[] = [
  { of: 'lavapipe', gigaflops: 5, cpuGigaflops: 90, openDevices: [], kind: 'software' },
  {
    of: 'a software adapter on many cores',
    gigaflops: 300,
    cpuGigaflops: 90,
    openDevices: [],
    kind: 'software',
  },
  { of: 'a GPU', gigaflops: 2000, cpuGigaflops: 90, openDevices: ['/dev/nvidia0'], kind: 'hardware' },
  {
    of: 'a software adapter beside a driver that was only looked at',
    gigaflops: 5,
    cpuGigaflops: 90,
    openDevices: ['/dev/nvidia0'],
    kind: 'software',
  },
  {
    of: 'a GPU where the CPU provider fails',
    gigaflops: 50,
    cpuGigaflops: null,
    openDevices: ['/dev/dri/renderD128'],
    kind: 'hardware',
  },
  {
    of: 'a GPU on a system that does not tell',
    gigaflops: 2000,
    cpuGigaflops: 90,
    openDevices: null,
    kind: 'hardware',
  },
  {
    of: 'a slow adapter on a system that does not tell',
    gigaflops: 40,
    cpuGigaflops: 90,
    openDevices: null,
    kind: 'software',
  },
]

for (const { of, kind, ...evidence } of ADAPTERS)
  test(`${of} is ${kind}, and the figures are told`, () => {
    const adapter = judgeAdapter(evidence)
    assert.is(adapter.kind, kind)
    assert.match(adapter.why, `${evidence.gigaflops} GFLOP/s`)
  })

const works = (kind: Adapter['kind']): Outcome => ({
  usable: true,
  problem: null,
  adapter: { kind, why: 'as seen' },
})
const fails: Outcome = { usable: false, problem: 'no adapter', adapter: null }
const plain: Outcome = { usable: true, problem: null, adapter: null }

const CHOICES: readonly {
  wanted: WantedDevice
  webgpu?: Outcome
  cuda?: Outcome
  takes: string
  says: RegExp
}[] = [
  { wanted: 'auto', webgpu: works('hardware'), takes: 'webgpu', says: /as seen/ },
  { wanted: 'auto', webgpu: works('software'), takes: 'cpu', says: /software adapter: as seen/ },
  { wanted: 'auto', webgpu: fails, cuda: plain, takes: 'cpu', says: /no adapter/ },
  { wanted: 'auto', takes: 'cpu', says: /not part of onnxruntime here/ },
  { wanted: 'cpu', webgpu: works('hardware'), takes: 'cpu', says: /asked for/ },
  { wanted: 'webgpu', webgpu: works('software'), takes: 'webgpu', says: /software adapter: as seen/ },
  { wanted: 'webgpu', webgpu: works('hardware'), takes: 'webgpu', says: /hardware adapter: as seen/ },
  { wanted: 'cuda', cuda: plain, takes: 'cuda', says: /asked for and works/ },
]

for (const { wanted, takes, says, ...outcomes } of CHOICES)
  test(`${wanted} takes ${takes}: ${says.source}`, () => {
    const { device, reason } = decideDevice(wanted, outcomes)
    assert.is(device, takes)
    assert.match(reason, says)
  })

function messageOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    assert.instance(error, UsageError)
    return (error as UsageError).message
  }
  throw new Error('expected an error')
}

test('a device asked for by name that does not work is an error that says what to do', () => {
  const webgpu = messageOf(() => decideDevice('webgpu', { webgpu: fails }))
  assert.match(webgpu, /device webgpu: .*no adapter; install a Vulkan driver or choose cpu \(docs\/gpu\.md\)/)
  const cuda = messageOf(() => decideDevice('cuda', { cuda: fails }))
  for (const part of [
    'libonnxruntime_providers_shared.so',
    'libonnxruntime_providers_cuda.so',
    'onnxruntime-node/bin/napi-v6/',
    'CUDA 12',
    'cuDNN 9',
    'docs/gpu.md',
  ])
    assert.ok(cuda.includes(part), `${part} in: ${cuda}`)
})

/** `run` with one variable of the environment changed, which child processes inherit. */
async function withEnvironment<T>(name: string, value: string, run: () => Promise<T>): Promise<T> {
  const before = process.env[name]
  process.env[name] = value
  try {
    return await run()
  } finally {
    if (before === undefined) delete process.env[name]
    else process.env[name] = before
  }
}

test('without a Vulkan driver, WebGPU is found unusable, and auto takes the CPU', async () => {
  const { backends } = await withEnvironment('VK_DRIVER_FILES', '/nonexistent', () =>
    probeRuntime(['webgpu']),
  )
  assert.is(backends.length, 1)
  assert.is(backends[0]!.usable, false)
  assert.match(backends[0]!.problem!, /WebGPU adapter/)
  assert.is(decideDevice('auto', { webgpu: backends[0]! }).device, 'cpu')
})

test('onnxruntime is told not to report usage: it keeps no record of itself in the home folder', async () => {
  const home = mkdtempSync(join(tmpdir(), 'ludus-home-'))
  const { backends } = await withEnvironment('HOME', home, () => probeRuntime(['cpu']))
  const left = readdirSync(home, { recursive: true })
  rmSync(home, { recursive: true })
  assert.is(backends[0]?.usable, true)
  assert.equal(left, [])
})

test('the CPU needs no trial', async () => {
  assert.is((await chooseDevice('cpu')).device, 'cpu')
})

test('a session on a provider that is not installed names the files it needs', async () => {
  const graph = new Graph('nothing')
  graph.output('y', graph.input('x', [1]))
  const { backends } = await probeRuntime(['cuda'])
  if (backends[0]?.usable) return
  const error = await createSession(graph, { device: 'cuda' }).then(
    () => null,
    (caught: Error) => caught,
  )
  assert.instance(error, UsageError)
  assert.match(error!.message, 'libonnxruntime_providers_cuda.so')
})

test.run()
