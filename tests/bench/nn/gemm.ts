/** @file The machine's measured peak: the fastest matrix product by the runtime that the engine runs on. */
import { Graph } from '../../../agents/nn/graph/graph.ts'
import { matmul } from '../../../agents/nn/graph/ops.ts'
import { createSession, floats } from '../../../agents/nn/runtime/session.ts'
import { timed } from './timing.ts'

const SIZES = [512, 1024, 2048]
const RUNS = 12

/** 10⁹ floating-point operations per second, the best of all sizes and runs. */
export async function gemmPeak(threads: number): Promise<{ gigaflops: number; bySize: string }> {
  const bySize: [number, number][] = []
  for (const size of SIZES) bySize.push([size, await gemmGigaflops(size, threads)])
  return {
    gigaflops: Math.max(...bySize.map(([, gigaflops]) => gigaflops)),
    bySize: bySize.map(([size, gigaflops]) => `${size}³ ${gigaflops.toFixed(0)}`).join(', '),
  }
}

async function gemmGigaflops(size: number, threads: number): Promise<number> {
  const graph = new Graph('gemm')
  graph.output('y', matmul(graph.input('a', [size, size]), graph.input('b', [size, size])))
  const session = await createSession(graph, { threads })
  const x = floats(new Float32Array(size * size).fill(0.5), [size, size])
  let best = Infinity
  for (let run = 0; run < RUNS; run++) best = Math.min(best, await timed(() => session.run({ a: x, b: x })))
  await session.close()
  return (2 * size ** 3) / best / 1e6
}
