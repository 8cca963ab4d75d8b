/** @file The sandboxes as measured figures: checks per second in each, and how late an endless program is ended. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Limits, Program, RunResult } from '../../envs/code/program.ts'
import { DEFAULT_LIMITS } from '../../envs/code/program.ts'
import { pythonBackend } from '../../envs/code/python-backend.ts'
import { PythonSandbox } from '../../envs/code/python-bubblewrap.ts'
import { WorkerPool } from '../../envs/code/sandbox-pool.ts'
import type { Bar } from './bars.ts'
import { bar } from './bars.ts'

/** One function and ten tests. */
const TESTS = Array.from({ length: 10 }, (_, i) => JSON.stringify([[2, 7, 11, 15, i, 30 + i], 9 + i]))
const JAVASCRIPT: Program = {
  code: `function twoSum(xs, target) {
    const seen = new Map()
    for (const [i, x] of xs.entries()) {
      if (seen.has(target - x)) return [seen.get(target - x), i]
      seen.set(x, i)
    }
    return []
  }`,
  entry: 'twoSum',
  inputs: TESTS,
}
const PYTHON: Program = {
  language: 'python',
  code: `def two_sum(xs, target):
    seen = {}
    for i, x in enumerate(xs):
        if target - x in seen:
            return [seen[target - x], i]
        seen[x] = i
    return []`,
  entry: 'two_sum',
  inputs: TESTS,
}
const ENDLESS = 'const solve = () => { for (;;); }'
/** One native search that never looks at an interrupt. */
const DEAF = `const solve = () => 'a'.repeat(4e6).indexOf('a'.repeat(2e6) + 'b')`
const LIMIT_MS = 300
const WINDOWS = 5

const run = promisify(execFile)

/** Bars of the JavaScript and the Python sandbox, each measured through one worker or one sandbox. */
export async function sandboxBars(): Promise<Bar[]> {
  const pool = new WorkerPool(1)
  try {
    return [...(await javascriptBars(pool)), ...(await loopBars(pool)), ...(await pythonBars())]
  } finally {
    await pool.close()
  }
}

async function javascriptBars(pool: WorkerPool): Promise<Bar[]> {
  const check = (): Promise<RunResult> => pool.run({ program: JAVASCRIPT, limits: DEFAULT_LIMITS.javascript })
  await checksPerSecond(check, 300)
  const sandboxed = await checksPerSecond(check, 500)
  const processes = await checksPerSecond(inProcess, 10)
  return [
    bar(
      'js-checks-per-s',
      sandboxed,
      '>= 600 checks/s',
      'one function, 10 tests, fresh memory each, one worker',
    ),
    bar(
      'js-vs-process',
      sandboxed / processes,
      '>= 10 x',
      `a node process each: ${processes.toFixed(0)} checks/s`,
    ),
  ]
}

async function loopBars(pool: WorkerPool): Promise<Bar[]> {
  const late = async (code: string, status: string): Promise<number> => {
    const limits: Limits = { ...DEFAULT_LIMITS.javascript, interrupts: Infinity, deadlineMs: LIMIT_MS }
    const program = { code, entry: 'solve', inputs: ['[]'] }
    // A worker that had to be ended is started again here, not in the measured time.
    await pool.run({ program: { ...program, code: 'const solve = () => 0' }, limits })
    const started = performance.now()
    const result = await pool.run({ program, limits })
    if (result.status !== status) throw new Error(`expected ${status}, got ${result.status}: ${result.error}`)
    return performance.now() - started - LIMIT_MS
  }
  const guest = await median(() => late(ENDLESS, 'timeout'))
  const watchdog = await median(() => late(DEAF, 'watchdog'))
  return [
    bar('loop-overrun-ms', guest, '<= 20 ms', 'an endless loop, ended from inside the worker; median'),
    bar('loop-overrun-watchdog-ms', watchdog, '<= 200 ms', 'a native search, ended with its worker; median'),
  ]
}

async function pythonBars(): Promise<Bar[]> {
  const { kind, detail } = await pythonBackend()
  if (kind !== 'bubblewrap') {
    const missing = `no bubblewrap here: ${detail}`
    return [
      bar('py-checks-per-s', 0, '>= 25 checks/s', missing),
      bar('py-warm-checks-per-s', 0, '>= 300 checks/s', missing),
    ]
  }
  const rate = async (fresh: boolean, checks: number): Promise<number> => {
    const sandbox = new PythonSandbox(fresh)
    const check = (): Promise<RunResult> => sandbox.run(PYTHON, DEFAULT_LIMITS.python)
    await check()
    const figure = await checksPerSecond(check, checks)
    sandbox.close()
    return figure
  }
  return [
    bar(
      'py-checks-per-s',
      await rate(true, 10),
      '>= 25 checks/s',
      `10 tests, a fresh sandbox each, ${detail}`,
    ),
    bar(
      'py-warm-checks-per-s',
      await rate(false, 150),
      '>= 300 checks/s',
      `10 tests, a forked process each, ${detail}`,
    ),
  ]
}

/** Of the best of some windows, because other work on the machine can only slow one down. */
async function checksPerSecond(check: () => Promise<RunResult | void>, checks: number): Promise<number> {
  let best = 0
  for (let window = 0; window < WINDOWS; window++) {
    const started = performance.now()
    for (let i = 0; i < checks; i++) {
      const result = await check()
      if (result && result.status !== 'ok') throw new Error(`a check failed: ${result.error}`)
    }
    best = Math.max(best, (1000 * checks) / (performance.now() - started))
  }
  return best
}

async function inProcess(): Promise<void> {
  const code = `${JAVASCRIPT.code}
    process.stdout.write(JSON.stringify([${TESTS.join()}].map(input => twoSum(...input))))`
  await run(process.execPath, ['-e', code])
}

async function median(measure: () => Promise<number>): Promise<number> {
  const values: number[] = []
  for (let i = 0; i < WINDOWS; i++) values.push(await measure())
  return values.toSorted((a, b) => a - b)[WINDOWS >> 1]!
}
