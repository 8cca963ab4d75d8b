/** @file Threads from the project's own modules, whether it runs from TypeScript source (by tsx) or built. */
import type { WorkerOptions } from 'node:worker_threads'
import { Worker } from 'node:worker_threads'

export type StartOptions = Pick<
  WorkerOptions,
  'workerData' | 'resourceLimits' | 'name' | 'transferList' | 'env'
>

/**
 * A worker that runs the module `name` (no extension, relative to `base`): `name.ts` where `base` is TypeScript source,
 * `name.js` where it is built. `base` is the caller's `import.meta.url`.
 */
export function startWorker(base: string, name: string, options: StartOptions = {}): Worker {
  // Flags meant for the main thread (--test, --input-type …) can stop a worker from starting, so none is passed on.
  const settings = { ...options, execArgv: [] }
  if (!/\.tsx?$/.test(new URL(base).pathname)) return new Worker(new URL(`${name}.js`, base), settings)
  return new Worker(bootstrap(new URL(`${name}.ts`, base).href), settings)
}

/** Registers tsx inside the worker: on Node 20 a worker does not inherit the hooks, and `--import tsx` has no effect there. */
function bootstrap(module: string): URL {
  const [register, target] = [JSON.stringify(import.meta.resolve('tsx/esm/api')), JSON.stringify(module)]
  const code = `import { register } from ${register}; register(); await import(${target})`
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`)
}
