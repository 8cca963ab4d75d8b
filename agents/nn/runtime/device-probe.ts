/** @file Child process of `devices.ts`: answers `list`, or tries the one backend it is named, as a line of JSON. */
import './telemetry.ts'
import * as ort from 'onnxruntime-node'
import { readdirSync, readlinkSync } from 'node:fs'
import { GRAPHICS_DEVICE } from './devices.ts'
import type { Listing, Trial } from './devices.ts'
import { Graph } from '../graph/graph.ts'
import { encodeModel } from '../graph/onnx.ts'
import { matmul } from '../graph/ops.ts'

const SIZE = 512
/** Products in a row, so that on a GPU the copies in and out do not count for more than the work. */
const PRODUCTS = 8
const RUNS = 7
/** Enough to see that an adapter is slow. */
const BUDGET_MS = 1500

function list(): Listing {
  const backends = ort.listSupportedBackends().map(({ name, bundled }) => ({ name, bundled }))
  return { version: ort.env.versions.node ?? ort.env.versions.common, backends }
}

/** The best of a few runs: the first ones compile and warm up. */
async function tryBackend(name: string): Promise<Trial> {
  const session = await ort.InferenceSession.create(encodeModel(products().spec()), {
    executionProviders: [name],
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  })
  // Every element is 1/SIZE, and so is every element of the product, exactly.
  const x = new ort.Tensor('float32', new Float32Array(SIZE * SIZE).fill(1 / SIZE), [SIZE, SIZE])
  let bestMs = Infinity
  const end = performance.now() + BUDGET_MS
  for (let i = 0; i < RUNS && (i < 2 || performance.now() < end); i++) {
    const start = performance.now()
    const { y } = await session.run({ x })
    bestMs = Math.min(bestMs, performance.now() - start)
    const wrong = (y!.data as Float32Array).find(value => value !== 1 / SIZE)
    if (wrong !== undefined) throw new Error(`expected ${1 / SIZE} in the product, got ${wrong}`)
  }
  const gigaflops = Math.round((PRODUCTS * 2 * SIZE ** 3) / bestMs / 1e5) / 10
  return { gigaflops, openDevices: openDevices() }
}

function products(): Graph {
  const graph = new Graph('probe')
  const x = graph.input('x', [SIZE, SIZE])
  let y = x
  for (let i = 0; i < PRODUCTS; i++) y = matmul(y, x)
  graph.output('y', y)
  return graph
}

/** The graphics device files that this process holds open; null where the system does not tell. */
function openDevices(): string[] | null {
  if (process.platform !== 'linux') return null
  const targets = readdirSync('/proc/self/fd').flatMap(fd => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)]
    } catch {
      // The listing's own descriptor is closed by now.
      return []
    }
  })
  return [...new Set(targets.filter(path => GRAPHICS_DEVICE.test(path)))].sort()
}

const question = process.argv[2]!
const answer = question === 'list' ? list() : await tryBackend(question)
process.stdout.write(`\n${JSON.stringify(answer)}\n`)
