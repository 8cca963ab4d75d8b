/** @file Child process of `devices.ts`: answers `list`, or tries the one backend it is named, as a line of JSON. */
import * as ort from 'onnxruntime-node'
import type { Listing, Trial } from './devices.ts'
import { Graph } from './graph.ts'
import { encodeModel } from './onnx.ts'
import { matmul } from './ops.ts'

const SIZE = 512
const RUNS = 7

function list(): Listing {
  const backends = ort.listSupportedBackends().map(({ name, bundled }) => ({ name, bundled }))
  return { version: ort.env.versions.node ?? ort.env.versions.common, backends }
}

/** The best of a few products of two SIZE×SIZE matrices: the first ones compile and warm up. */
async function tryBackend(name: string): Promise<Trial> {
  const graph = new Graph('probe')
  const square = graph.input('x', [SIZE, SIZE])
  graph.output('y', matmul(square, square))
  const session = await ort.InferenceSession.create(encodeModel(graph.spec()), {
    executionProviders: [name],
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  })
  const x = new ort.Tensor('float32', new Float32Array(SIZE * SIZE).fill(1), [SIZE, SIZE])
  let bestMs = Infinity
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now()
    const { y } = await session.run({ x })
    bestMs = Math.min(bestMs, performance.now() - start)
    const first = (y!.data as Float32Array)[0]
    if (first !== SIZE) throw new Error(`expected ${SIZE} in the product of ones, got ${first}`)
  }
  return { gigaflops: Math.round((2 * SIZE ** 3) / bestMs / 1e5) / 10 }
}

const question = process.argv[2]!
const answer = question === 'list' ? list() : await tryBackend(question)
process.stdout.write(`\n${JSON.stringify(answer)}\n`)
