/**
 * @file The inside of the JavaScript sandbox: one QuickJS engine (WebAssembly) in a worker thread, fresh for each program.
 *
 * The guest gets code and inputs as text and can only compute: no clock, no files, no network, no host objects.
 * Expected answers never come here. The host watches this thread from outside and ends it if it does not answer.
 */
import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { parentPort } from 'node:worker_threads'
import type { Limits, Program, RunResult } from './program.ts'
import { DEFAULT_LIMITS, stopped } from './program.ts'
import type { Stop } from './reply.ts'
import { joined, readReply } from './reply.ts'
import { Engine, Halt } from './sandbox-engine.ts'

// Started before the first program, whose deadline it must not eat into.
let engine: Engine | null = await Engine.start(DEFAULT_LIMITS.javascript.memoryBytes)

/** The limits of one run, over all of its cases. */
class Budget {
  readonly #limits: Limits
  readonly #started = performance.now()
  #interrupts = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  readonly spent = (): boolean =>
    ++this.#interrupts > this.#limits.interrupts ||
    performance.now() - this.#started > this.#limits.deadlineMs
}

/** An engine in which no program has run. */
async function fresh(limits: Limits, interrupt: () => boolean): Promise<Engine> {
  if (engine?.memoryBytes === limits.memoryBytes && engine.reset(interrupt)) return engine
  engine?.dispose()
  engine = null
  engine = await Engine.start(limits.memoryBytes)
  engine.reset(interrupt)
  return engine
}

async function runProgram(program: Program, limits: Limits): Promise<RunResult> {
  const budget = new Budget(limits)
  if (program.entry !== undefined) {
    const guest = await fresh(limits, budget.spent)
    return finish(guest, program.inputs.length, limits, call => callEntry(guest, program, limits, call))
  }
  const runs: RunResult[] = []
  let room = limits.outputChars
  for (const stdin of program.inputs) {
    const guest = await fresh(limits, budget.spent)
    const run = finish(guest, 1, limits, call => wholeProgram(guest, program, stdin, room, call))
    runs.push(run)
    if (run.status !== 'ok') break
    for (const entry of run.cases) if ('output' in entry) room -= entry.output.length
  }
  return joined(runs)
}

type Call = { nonce: string; steps: number[] }

function callEntry(
  guest: Engine,
  { code, entry, inputs, countSteps }: Program,
  limits: Limits,
  call: Call,
): void {
  guest.call('load', call.nonce, code, entry!, JSON.stringify(inputs), limits.outputChars)
  if (countSteps) for (const _ of inputs) call.steps.push(guest.counted(() => guest.call('run', 1)))
  else guest.call('run', inputs.length)
}

function wholeProgram(
  guest: Engine,
  { code, countSteps }: Program,
  stdin: string,
  room: number,
  call: Call,
): void {
  const steps = guest.counted(() => guest.call('program', call.nonce, code, stdin, room))
  if (countSteps) call.steps.push(steps)
}

/** Runs the guest and reads what it has finished, whether it came to its end or was halted. */
function finish(guest: Engine, expected: number, limits: Limits, run: (call: Call) => void): RunResult {
  const call: Call = { nonce: randomBytes(16).toString('hex'), steps: [] }
  let stop: Stop | undefined
  try {
    run(call)
  } catch (error) {
    if (!(error instanceof Halt)) throw error
    stop = stopOf(error)
  }
  const text = stop?.status === 'crash' ? '' : collected(guest)
  const result = readReply(text, call.nonce, expected, limits, stop)
  const cases = result.cases.map((entry, i) =>
    i in call.steps ? { ...entry, steps: call.steps[i]! } : entry,
  )
  return { ...result, cases }
}

function collected(guest: Engine): string {
  try {
    return guest.call('collect')
  } catch {
    return ''
  }
}

function stopOf({ kind, message }: Halt): Stop {
  if (kind === 'interrupted') return { status: 'timeout', error: 'TimeoutError: the program took too long' }
  if (kind === 'out-of-memory') return { status: 'out-of-memory', error: `InternalError: ${message}` }
  return { status: 'crash', error: `EngineError: ${message}` }
}

parentPort!.on('message', ({ id, program, limits }: { id: number; program: Program; limits: Limits }) => {
  void runProgram(program, limits)
    .catch((error: unknown) => stopped('sandbox-error', String(error).slice(0, 300)))
    .then(result => parentPort!.postMessage({ id, result }))
})
parentPort!.postMessage('ready')
