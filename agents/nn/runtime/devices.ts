/**
 * @file What onnxruntime can compute on here, found out by trying.
 *
 * Every backend is tried in a process of its own: a graphics driver that crashes takes nothing with it.
 */
import './telemetry.ts'
import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Adapter, DeviceChoice, WantedDevice } from './device-choice.ts'
import { decideDevice, judgeAdapter } from './device-choice.ts'

export interface Backend {
  name: string
  /** Its library comes with the package. */
  bundled: boolean
  /** It has multiplied matrices, and rightly. */
  usable: boolean
  /** 10⁹ floating-point operations per second on that product, one thread; null if it is not usable. */
  gigaflops: number | null
  /** WebGPU only: hardware, or the processor in disguise. */
  adapter: Adapter | null
  /** What went wrong; null if nothing did. */
  problem: string | null
}

export interface Runtime {
  /** null: onnxruntime-node cannot be loaded at all. */
  version: string | null
  backends: Backend[]
  /** Graphics device files of this system, whether or not a backend can use them; null where a system has no such files. */
  graphicsDevices: string[] | null
  problem: string | null
}

/** What the child process answers, for `list` and for the name of a backend. */
export type Listing = { version: string; backends: { name: string; bundled: boolean }[] }
export type Trial = { gigaflops: number; openDevices: string[] | null }

/** Files by which Linux drivers reach graphics hardware: NVIDIA, any driver of the kernel, AMD compute, WSL, ARM, Qualcomm. */
export const GRAPHICS_DEVICE = /^\/dev\/(nvidia\d+|dri\/renderD\d+|kfd|dxg|mali\d+|kgsl-3d\d+)$/

const run = promisify(execFile)
const TIMEOUT_MS = 60_000

/** Loads the runtime and tries each of its backends, or those named. Never rejects. */
export async function probeRuntime(only?: readonly string[]): Promise<Runtime> {
  const graphicsDevices = presentDevices()
  const listing = await ask<Listing>('list')
  if ('problem' in listing) return { version: null, backends: [], graphicsDevices, problem: listing.problem }
  const wanted = listing.backends.filter(({ name }) => !only || only.includes(name))
  // The CPU first, because the others are compared with it; one after another, so that they do not measure each other.
  wanted.sort((a, b) => Number(b.name === 'cpu') - Number(a.name === 'cpu'))
  const backends: Backend[] = []
  for (const { name, bundled } of wanted)
    backends.push(await probeBackend(name, bundled, backends[0]?.gigaflops ?? null))
  return { version: listing.version, backends, graphicsDevices, problem: null }
}

const choices = new Map<WantedDevice, Promise<DeviceChoice>>()

/**
 * The device to compute on, and why. Found out once per process; about 3 s where a GPU has to be tried.
 * @throws UsageError if a device is asked for by name and does not work here.
 */
export function chooseDevice(wanted: WantedDevice): Promise<DeviceChoice> {
  let choice = choices.get(wanted)
  if (!choice) choices.set(wanted, (choice = choose(wanted)))
  return choice
}

async function choose(wanted: WantedDevice): Promise<DeviceChoice> {
  if (wanted === 'cpu') return decideDevice(wanted, {})
  if (wanted === 'auto' && presentDevices()?.length === 0)
    return { device: 'cpu', reason: 'this system has no graphics device (/dev/dri/renderD*, /dev/nvidia*)' }
  return choiceFrom(wanted, await probeRuntime(wanted === 'cuda' ? ['cuda'] : ['cpu', 'webgpu']))
}

/** `chooseDevice` for a runtime that has been probed. */
export function choiceFrom(wanted: WantedDevice, { backends, problem }: Runtime): DeviceChoice {
  if (problem !== null) throw new Error(`onnxruntime cannot be loaded: ${problem}`)
  return decideDevice(wanted, Object.fromEntries(backends.map(backend => [backend.name, backend])))
}

async function probeBackend(name: string, bundled: boolean, cpuGigaflops: number | null): Promise<Backend> {
  const trial = await ask<Trial>(name)
  if ('problem' in trial)
    return { name, bundled, usable: false, gigaflops: null, adapter: null, problem: trial.problem }
  const { gigaflops, openDevices } = trial
  const adapter = name === 'webgpu' ? judgeAdapter({ gigaflops, cpuGigaflops, openDevices }) : null
  return { name, bundled, usable: true, gigaflops, adapter, problem: null }
}

function presentDevices(): string[] | null {
  if (process.platform !== 'linux') return null
  return ['/dev', '/dev/dri']
    .filter(folder => existsSync(folder))
    .flatMap(folder => readdirSync(folder).map(name => `${folder}/${name}`))
    .filter(path => GRAPHICS_DEVICE.test(path))
    .sort()
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
  return told.replace(/^(\w*Error: )?(.* was false\. |OrtSessionOptionsAppend\w+: )?/, '').slice(0, 200)
}
