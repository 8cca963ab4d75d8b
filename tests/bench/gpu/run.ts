/**
 * @file The GPU benchmark: what devices there are, whether they compute rightly, and how fast.
 *
 * `node run.js [out-dir] [--quick]` writes `results.json` there, after every check anew, so that nothing is lost to a crash.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import type { Device } from '../../../agents/nn/runtime/device-choice.ts'
import { DEVICES } from '../../../agents/nn/runtime/device-choice.ts'
import type { Runtime } from '../../../agents/nn/runtime/devices.ts'
import { choiceFrom, probeRuntime } from '../../../agents/nn/runtime/devices.ts'
import type { CheckRequest, Figures } from './check.ts'
import { MODELS } from './models.ts'

const run = promisify(execFile)
const CHECK_TIMEOUT_MS = 600_000
const GIB = 2 ** 30

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
})
const outDir = positionals[0] ?? '.ludus/gpu-results'
mkdirSync(outDir, { recursive: true })

const runtime = await probeRuntime()
const results = {
  date: new Date().toISOString(),
  machine: await machine(),
  runtime,
  auto: runtime.version === null ? null : choiceFrom('auto', runtime),
  checks: [] as (CheckRequest & { figures?: Figures; problem?: string; seconds: number })[],
}
say(`onnxruntime ${runtime.version}; auto takes ${results.auto?.device}: ${results.auto?.reason}`)
save()
for (const request of plan(runtime)) {
  const start = performance.now()
  const answer = await check(request)
  results.checks.push({ ...request, ...answer, seconds: (performance.now() - start) / 1000 })
  say(`${request.check} ${request.device} ${request.model ?? ''}: ${JSON.stringify(answer)}`)
  save()
}
say(`written: ${join(outDir, 'results.json')}`)
const failed = results.checks.some(({ problem }) => problem !== undefined)
process.exitCode = failed ? 1 : 0

/** Every device that works; a software adapter is only compared, and measured with the smallest model. */
function plan({ backends }: Runtime): CheckRequest[] {
  const budgetMs = values.quick ? 2_000 : 15_000
  return DEVICES.flatMap(device => {
    const backend = backends.find(({ name, usable }) => name === device && usable)
    if (!backend) return []
    const small = values.quick || backend.adapter?.kind === 'software'
    const models = small ? MODELS.slice(0, 1) : MODELS
    return [
      ...(device === 'cpu' ? [] : comparisons(device, budgetMs)),
      ...models.flatMap(({ name: model }): CheckRequest[] => [
        { check: 'train', device, model, budgetMs },
        { check: 'sample', device, model, budgetMs },
      ]),
    ]
  })
}

function comparisons(device: Device, budgetMs: number): CheckRequest[] {
  return (['operations', 'worker', 'steps', 'samples'] as const).map(name => ({
    check: name,
    device,
    budgetMs,
  }))
}

async function check(request: CheckRequest): Promise<{ figures?: Figures; problem?: string }> {
  try {
    const { stdout } = await run(process.execPath, [...childModule(), JSON.stringify(request)], {
      timeout: CHECK_TIMEOUT_MS,
    })
    return { figures: JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as Figures }
  } catch (error) {
    const { killed, signal, stderr, message } = error as Error & {
      killed?: boolean
      signal?: string
      stderr?: string
    }
    if (killed) return { problem: `no answer within ${CHECK_TIMEOUT_MS / 1000} s` }
    const told = stderr?.split('\n').find(line => /^\w*Error: /.test(line)) ?? message
    return { problem: signal ? `ended by ${signal}` : told.slice(0, 500) }
  }
}

/** The child as TypeScript source under tsx, or bundled. */
function childModule(): string[] {
  const typed = import.meta.url.endsWith('.ts')
  const file = fileURLToPath(new URL(`./check.${typed ? 'ts' : 'js'}`, import.meta.url))
  return typed ? ['--import', import.meta.resolve('tsx'), file] : [file]
}

async function machine(): Promise<Record<string, unknown>> {
  return {
    node: process.version,
    os: `${process.platform} ${process.arch} ${release()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    threads: availableParallelism(),
    memoryGib: Math.round(totalmem() / GIB),
    gpus: await graphicsCards(),
  }
}

/** Names of NVIDIA cards, by their own tool or by the kernel module; other makers' cards are in the runtime's device files. */
async function graphicsCards(): Promise<string[]> {
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader']
  const listed = await run('nvidia-smi', query).then(
    ({ stdout }) => stdout.trim().split('\n'),
    () => null,
  )
  if (listed) return listed
  const folder = '/proc/driver/nvidia/gpus'
  if (!existsSync(folder)) return []
  return readdirSync(folder).map(
    card => /Model:\s*(.*)/.exec(readFileSync(join(folder, card, 'information'), 'utf8'))?.[1] ?? card,
  )
}

function save(): void {
  writeFileSync(join(outDir, 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
