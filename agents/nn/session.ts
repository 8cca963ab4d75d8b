/** @file onnxruntime sessions: created from a graph, with explicit threads; tensors in and out. */
import * as ort from 'onnxruntime-node'
import type { Graph } from './graph.ts'
import { encodeModel } from './onnx.ts'

export type Feeds = Record<string, ort.Tensor>

export interface Session {
  run(feeds: Feeds, outputs?: readonly string[]): Promise<Record<string, ort.Tensor>>
  close(): Promise<void>
}

/** A CPU session of this graph. Creation costs about 0.1 s; `run` blocks the calling thread, so call it in a worker. */
export async function createSession(
  graph: Graph,
  { threads = 1 }: { threads?: number } = {},
): Promise<Session> {
  const session = await ort.InferenceSession.create(encodeModel(graph.spec()), {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  })
  return {
    run: async (feeds, outputs) => await session.run(feeds, outputs ?? session.outputNames),
    close: () => session.release(),
  }
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

export function bools(values: readonly boolean[]): ort.Tensor {
  return new ort.Tensor('bool', Uint8Array.from(values, Number), [values.length])
}
