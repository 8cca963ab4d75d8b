/** @file onnxruntime sessions: created from a graph for one device; tensors in and out. */
import './telemetry.ts'
import * as ort from 'onnxruntime-node'
import type { Device } from './device-choice.ts'
import { unavailable } from './device-choice.ts'
import type { DType, GraphSpec } from '../graph/onnx.ts'
import { encodeModel } from '../graph/onnx.ts'
import type { Shape } from '../graph/graph.ts'
import { Graph } from '../graph/graph.ts'

export type Feeds = Record<string, ort.Tensor>

export interface Session {
  /** Shape of each input by name. */
  readonly inputs: ReadonlyMap<string, Shape>
  run(feeds: Feeds, outputs?: readonly string[]): Promise<Record<string, ort.Tensor>>
  close(): Promise<void>
}

export interface SessionOptions {
  /** CPU threads of one operation. */
  threads?: number
  device?: Device
  /**
   * Outputs that stay in the GPU's memory: fed to a later run they cost no copy. Each is freed by `free`, read by `download`.
   * WebGPU only: on the other devices every output comes to the CPU.
   */
  keepOnDevice?: readonly string[]
  /** Refuse a graph that the device cannot compute completely, instead of leaving the rest to the CPU. */
  strict?: boolean
}

/** A session of this graph. Creation costs about 0.1 s; `run` blocks the calling thread, so call it in a worker. */
export async function createSession(graph: Graph, options: SessionOptions = {}): Promise<Session> {
  const { device = 'cpu' } = options
  const spec = graph.spec()
  const session = await ort.InferenceSession.create(encodeModel(spec), {
    ...settings(device, { ...options, keepOnDevice: keptOf(spec, options) }),
    // What onnxruntime fuses beyond that, it has for float32 only, and refuses the graph it has made.
    ...(graph.float === 'float64' && { graphOptimizationLevel: 'basic' }),
  }).catch((error: Error) => {
    throw providerMissing(device, error.message) ? unavailable(device, error.message) : error
  })
  return {
    inputs: new Map(spec.inputs.map(({ name, shape }) => [name, shape])),
    run: async (feeds, outputs) => await session.run(feeds, outputs ?? session.outputNames),
    close: () => session.release(),
  }
}

/** onnxruntime refuses names that are no outputs. */
function keptOf({ outputs }: GraphSpec, { keepOnDevice = [] }: SessionOptions): string[] {
  return outputs.map(({ name }) => name).filter(name => keepOnDevice.includes(name))
}

function settings(
  device: Device,
  { threads = 1, keepOnDevice = [], strict = false }: SessionOptions,
): ort.InferenceSession.SessionOptions {
  const kept = device === 'webgpu' ? keepOnDevice : []
  return {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Silent on a GPU: shape arithmetic that onnxruntime leaves to the CPU on purpose is a warning each time.
    logSeverityLevel: device === 'cpu' ? 3 : 4,
    ...(kept.length > 0 && {
      preferredOutputLocation: Object.fromEntries(kept.map(name => [name, 'gpu-buffer' as const])),
    }),
    ...(strict && device !== 'cpu' && { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
  }
}

/** onnxruntime throws where a provider is missing; a graph that is at fault is told apart by what it says. */
function providerMissing(device: Device, message: string): boolean {
  if (device === 'cpu') return false
  return /WebGPU (adapter|device)|shared library|providers_(shared|cuda)|CUDA (driver|failure)|no available backend|not (supported|enabled) in this build|backend .* not found/i.test(
    message,
  )
}

const downloads = new Map<string, Promise<Session>>()

/**
 * A tensor's values on the CPU. A tensor in GPU memory is copied by a session of its own: onnxruntime's `getData`
 * on one ends the process.
 */
export async function download(tensor: ort.Tensor): Promise<ort.Tensor> {
  if (tensor.location !== 'gpu-buffer') return tensor
  const key = `${tensor.type}:${tensor.dims.length}`
  let session = downloads.get(key)
  if (!session) downloads.set(key, (session = copySession(tensor, [])))
  const { y } = await (await session).run({ x: tensor })
  return y!
}

function copySession({ type, dims }: ort.Tensor, keepOnDevice: readonly string[]): Promise<Session> {
  const graph = new Graph('copy')
  const shape = dims.map((_, axis) => `d${axis}`)
  graph.output('y', graph.input('x', shape, type as DType))
  return createSession(graph, { device: 'webgpu', keepOnDevice })
}

const uploads = new Map<string, Promise<Session>>()

/** A copy in GPU memory, to be fed to many runs and freed behind the last. */
export async function upload(tensor: ort.Tensor): Promise<ort.Tensor> {
  const key = `${tensor.type}:${tensor.dims.length}`
  let session = uploads.get(key)
  if (!session) uploads.set(key, (session = copySession(tensor, ['y'])))
  const { y } = await (await session).run({ x: tensor })
  return y!
}

/** Give back the GPU memory of these tensors; the collector does it only when it happens to run. Others are left alone. */
export function free(...tensors: ort.Tensor[]): void {
  for (const tensor of tensors) if (tensor.location === 'gpu-buffer') tensor.dispose()
}

export function floats(values: Float32Array, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor('float32', values, shape)
}

export function doubles(values: Float64Array, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor('float64', values, shape)
}

export function ints(values: Int32Array, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor('int32', values, shape)
}

/** An int64 scalar. */
export function long(value: number): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.of(BigInt(value)), [])
}

export function longs(values: readonly number[], shape: readonly number[]): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape)
}
