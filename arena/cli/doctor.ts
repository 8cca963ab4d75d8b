/** @file `ludus doctor`: what this machine can do, and how to get what it lacks. */
import { Command } from 'commander'
import { execFile } from 'node:child_process'
import { availableParallelism, cpus, freemem, release, totalmem } from 'node:os'
import { promisify } from 'node:util'
import type { DeviceChoice } from '../../agents/nn/runtime/device-choice.ts'
import type { Backend, Runtime } from '../../agents/nn/runtime/devices.ts'
import { choiceFrom, probeRuntime } from '../../agents/nn/runtime/devices.ts'
import type { PythonBackend } from '../../envs/code/python-backend.ts'
import { pythonBackend } from '../../envs/code/python-backend.ts'
import { print, printJson } from './output.ts'
import { startProgress } from './progress.ts'

interface Program {
  name: string
  /** Commands that may be it, tried in this order, with arguments that make it prove itself. */
  commands: readonly string[]
  proof: readonly string[]
  neededFor: string
  install: string
}

const PROGRAMS: readonly Program[] = [
  {
    name: 'Chromium',
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    proof: ['--version'],
    neededFor: 'the tests of the web page',
    install: 'apt-get install chromium',
  },
  {
    name: 'Python 3',
    commands: ['python3'],
    proof: ['--version'],
    neededFor: 'environments that run Python, and the test that reads a checkpoint from another language',
    install: 'apt-get install python3',
  },
  {
    name: 'bubblewrap',
    commands: ['bwrap'],
    proof: ['--version'],
    neededFor:
      'environments that run Python; without it they need the packages deno and pyodide, and are slow',
    install: 'apt-get install bubblewrap',
  },
]

const HINTS: Readonly<Record<string, string>> = {
  cuda: '; docs/gpu.md says how to add it',
  webgpu: '; it needs a Vulkan driver (docs/gpu.md)',
}
const GIB = 2 ** 30
const PROOF_MS = 20_000
const run = promisify(execFile)

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('tell what this machine can do; exits with 1 if training cannot work')
    .option('--json', 'print one JSON document')
    .action(examine)
}

async function examine({ json }: { json?: true }): Promise<void> {
  const progress = startProgress('looking', PROGRAMS.length + 2, { silent: json === true })
  const programs = []
  for (const program of PROGRAMS) {
    programs.push(await find(program))
    progress.update(programs.length)
  }
  const sandbox = await pythonBackend()
  progress.update(programs.length + 1)
  const runtime = await probeRuntime()
  progress.stop()
  const auto = runtime.version === null ? null : choiceFrom('auto', runtime)
  const report = { ...machine(), onnxruntime: { ...runtime, auto }, python: sandbox, programs }
  if (!runtime.backends.some(backend => backend.name === 'cpu' && backend.usable)) process.exitCode = 1
  if (json) return printJson(report)
  tell(report)
}

function machine() {
  return {
    node: process.version,
    os: `${process.platform} ${process.arch} ${release()}`,
    cpu: { model: cpus()[0]?.model ?? 'unknown', threads: availableParallelism() },
    memoryGib: { total: rounded(totalmem() / GIB), free: rounded(freemem() / GIB) },
  }
}

async function find({ name, commands, proof, neededFor, install }: Program) {
  const missing = { name, found: false, says: 'not found', neededFor, install }
  let failed: string | null = null
  for (const command of commands) {
    try {
      const { stdout } = await run(command, [...proof], { timeout: PROOF_MS })
      return { name, found: true, says: stdout.trim().split('\n')[0] || 'works', neededFor, install: null }
    } catch (error) {
      const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string }
      if (code !== 'ENOENT')
        failed ??= `${command} does not work here: ${(stderr ?? '').trim().split('\n')[0]}`
    }
  }
  return failed === null ? missing : { ...missing, says: failed }
}

type Report = ReturnType<typeof machine> & {
  onnxruntime: Runtime & { auto: DeviceChoice | null }
  python: PythonBackend
  programs: Awaited<ReturnType<typeof find>>[]
}

function tell({ node, os, cpu, memoryGib, onnxruntime, python, programs }: Report): void {
  print(`Node        ${node}`)
  print(`system      ${os}`)
  print(`processor   ${cpu.model}, ${cpu.threads} threads`)
  print(`memory      ${memoryGib.total} GiB, ${memoryGib.free} GiB free`)
  tellRuntime(onnxruntime)
  print(
    python.kind === 'none'
      ? `sandbox     no Python, and environments that run it give no rewards: ${python.detail}`
      : `sandbox     Python by ${python.kind}: ${python.detail}`,
  )
  for (const { name, found, says, neededFor, install } of programs) {
    print(`${name.padEnd(11)} ${says}`)
    if (!found) print(`${''.padEnd(11)} for ${neededFor}; ${install}`)
  }
}

function tellRuntime({ version, problem, backends, graphicsDevices, auto }: Report['onnxruntime']): void {
  print(`onnxruntime ${version ?? `cannot be loaded: ${problem}; run npm ci`}`)
  for (const backend of backends) print(`  ${backend.name.padEnd(9)} ${standing(backend)}`)
  if (auto) print(`  ${'auto'.padEnd(9)} takes ${auto.device}: ${auto.reason}`)
  if (graphicsDevices?.length && auto?.device === 'cpu')
    print(
      `  ${''.padEnd(9)} ${graphicsDevices.join(', ')} cannot be used this way; docs/gpu.md says what it needs`,
    )
}

function standing({ name, bundled, usable, gigaflops, adapter, problem }: Backend): string {
  if (!usable) return `${bundled ? 'not usable' : 'not installed'}: ${problem}${HINTS[name] ?? ''}`
  if (!adapter) return `works, ${gigaflops} GFLOP/s on one thread`
  return `works, ${adapter.kind} adapter: ${adapter.why}`
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
