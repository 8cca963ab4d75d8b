/** @file Which device computes: decided from what a trial of each backend showed. */
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { UsageError } from '../../../envs/errors.ts'

export const DEVICES = ['cpu', 'webgpu', 'cuda'] as const
export type Device = (typeof DEVICES)[number]

/** `auto`: a hardware GPU by WebGPU, else the CPU. */
export type WantedDevice = Device | 'auto'

export interface DeviceChoice {
  device: Device
  /** The evidence, for people. */
  reason: string
}

/** What computes behind WebGPU. */
export interface Adapter {
  kind: 'hardware' | 'software'
  why: string
}

export interface AdapterEvidence {
  /** 10⁹ floating-point operations per second by WebGPU. */
  gigaflops: number
  /** The same product by the CPU provider on one thread; null if that failed. */
  cpuGigaflops: number | null
  /** Graphics device files that the process held open while it computed; null where the system does not tell. */
  openDevices: readonly string[] | null
}

/**
 * A driver cannot reach hardware without holding its device file open, so where none is open the processor itself computes.
 * An open one is not proof, since drivers that were only looked at may keep theirs; hence hardware must also win.
 */
export function judgeAdapter({ gigaflops, cpuGigaflops, openDevices }: AdapterEvidence): Adapter {
  const speed = `${gigaflops} GFLOP/s, the CPU provider ${cpuGigaflops ?? 'none'}`
  if (openDevices?.length === 0)
    return { kind: 'software', why: `it computes without any graphics device open (${speed})` }
  if (gigaflops < (cpuGigaflops ?? 0))
    return { kind: 'software', why: `it is slower than one thread of the processor (${speed})` }
  const open = openDevices ? `it holds ${openDevices.join(', ')} open and ` : ''
  return { kind: 'hardware', why: `${open}is faster than one thread of the processor (${speed})` }
}

/** What a trial of a backend came to. */
export interface Outcome {
  usable: boolean
  problem: string | null
  adapter: Adapter | null
}

/** `outcomes` needs those of `cuda` or `webgpu` where that is wanted, and of `webgpu` for `auto`; absent means not built in. */
export function decideDevice(
  wanted: WantedDevice,
  outcomes: Readonly<Partial<Record<Device, Outcome>>>,
): DeviceChoice {
  if (wanted === 'cpu') return { device: 'cpu', reason: 'the CPU was asked for' }
  if (wanted === 'auto') return automatic(outcomes.webgpu)
  const { usable, problem, adapter } = outcomes[wanted] ?? NOT_BUILT_IN
  if (!usable) throw unavailable(wanted, problem ?? 'no reason given')
  const found = adapter ? `, with a ${adapter.kind} adapter: ${adapter.why}` : ''
  return { device: wanted, reason: `${wanted} was asked for and works${found}` }
}

const NOT_BUILT_IN: Outcome = { usable: false, problem: 'not part of onnxruntime here', adapter: null }

function automatic(webgpu: Outcome = NOT_BUILT_IN): DeviceChoice {
  const { usable, problem, adapter } = webgpu
  if (!usable) return { device: 'cpu', reason: `WebGPU cannot be used: ${problem}` }
  if (adapter?.kind === 'hardware')
    return { device: 'webgpu', reason: `a GPU answers by WebGPU: ${adapter.why}` }
  return { device: 'cpu', reason: `WebGPU has only a software adapter: ${adapter?.why}` }
}

/** The error for a device that was asked for and cannot be had, with what to do. */
export function unavailable(device: Device, problem: string): UsageError {
  const said = problem
    .replace(/^(\S*onnxruntime_src\S* .* was false\. |OrtSessionOptionsAppend\w+: )/, '')
    .trim()
  if (device !== 'cuda')
    return new UsageError(
      `device ${device}: expected a GPU that WebGPU can reach, but ${said}; install a Vulkan driver or choose cpu (docs/gpu.md)`,
    )
  return new UsageError(
    `device cuda: expected onnxruntime's CUDA provider, but ${said}; put libonnxruntime_providers_shared.so and ` +
      `libonnxruntime_providers_cuda.so into ${libraryFolder()}, with CUDA 12 and cuDNN 9 on the system (docs/gpu.md)`,
  )
}

/** Where onnxruntime looks for its providers. */
function libraryFolder(): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node')
  return resolve(dirname(entry), '../bin/napi-v6', process.platform, process.arch)
}
