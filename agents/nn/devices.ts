/**
 * @file What onnxruntime can compute on here, found out by trying.
 *
 * Every backend is tried in a process of its own: a graphics driver that crashes takes nothing with it.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export interface Backend {
  name: string
  /** Its library comes with the package. */
  bundled: boolean
  /** It has multiplied two matrices. */
  usable: boolean
  /** 10⁹ floating-point operations per second on that product, one thread; null if it is not usable. */
  gigaflops: number | null
  /** What went wrong; null if nothing did. */
  problem: string | null
}

export interface Runtime {
  /** null: onnxruntime-node cannot be loaded at all. */
  version: string | null
  backends: Backend[]
  problem: string | null
}

/** What the child process answers, for `list` and for the name of a backend. */
export type Listing = { version: string; backends: { name: string; bundled: boolean }[] }
export type Trial = { gigaflops: number }

const run = promisify(execFile)
const TIMEOUT_MS = 60_000

/** Loads the runtime and tries each of its backends. Never rejects. */
export async function probeRuntime(): Promise<Runtime> {
  const listing = await ask<Listing>('list')
  if ('problem' in listing) return { version: null, backends: [], problem: listing.problem }
  const backends: Backend[] = []
  // One after another, so that they do not measure each other.
  for (const { name, bundled } of listing.backends) backends.push(await probeBackend(name, bundled))
  return { version: listing.version, backends, problem: null }
}

async function probeBackend(name: string, bundled: boolean): Promise<Backend> {
  const trial = await ask<Trial>(name)
  if ('problem' in trial) return { name, bundled, usable: false, gigaflops: null, problem: trial.problem }
  return { name, bundled, usable: true, gigaflops: trial.gigaflops, problem: null }
}

async function ask<T>(question: string): Promise<T | { problem: string }> {
  try {
    const { stdout } = await run(process.execPath, [...childModule(), question], { timeout: TIMEOUT_MS })
    return JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as T
  } catch (error) {
    return { problem: describe(error as ChildFailure) }
  }
}

/** The child as TypeScript source under tsx, or built. */
function childModule(): string[] {
  const typed = import.meta.url.endsWith('.ts')
  const file = fileURLToPath(new URL(`./device-probe.${typed ? 'ts' : 'js'}`, import.meta.url))
  return typed ? ['--import', import.meta.resolve('tsx'), file] : [file]
}

type ChildFailure = Error & { killed?: boolean; signal?: string | null; stderr?: string }

function describe({ killed, signal, stderr, message }: ChildFailure): string {
  if (killed) return `no answer within ${TIMEOUT_MS / 1000} s`
  if (signal) return `the process trying it was ended by ${signal}`
  const lines = (stderr ?? '').split('\n').filter(line => line.trim() !== '')
  const told = lines.find(line => /^\w*Error: /.test(line)) ?? lines.at(-1) ?? message.split('\n')[0]!
  // onnxruntime puts the place in its own sources and the failed condition before the reason.
  return told.replace(/^(\w*Error: )?(.* was false\. )?/, '').slice(0, 200)
}
