/**
 * @file The inside of the sandbox: one fresh QuickJS instance (WebAssembly) per program, in a worker thread.
 *
 * The guest gets code and inputs as text and can only compute: no clock, no files, no network, no host objects.
 * Expected answers never come here. The host watches this thread from outside and ends it if it does not answer.
 */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { parentPort } from 'node:worker_threads'
import type { JSValueHandle, QuickJSOptions } from 'quickjs-wasi'
import { JSException, QuickJS } from 'quickjs-wasi'
import type { CaseResult, Limits, Program, RunResult, RunStatus } from './sandbox.ts'

/** The part of the global that is used here; the compiler's libraries only have it together with the DOM. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<QuickJSOptions['wasm']> }

/**
 * Runs before the guest's code and keeps every intrinsic it uses, so that a guest which changes prototypes or globals
 * deceives itself only. Answers are strings: the run's nonce, one letter (v value, e error, l too long), then the text.
 */
const DRIVER = `(() => {
  'use strict'
  const { parse, stringify } = JSON
  const { apply } = Reflect
  const { slice } = String.prototype
  const string = String
  const run = eval
  const clip = (text, length) => (text.length > length ? apply(slice, text, [0, length]) : text)
  const describe = error => {
    try {
      if (typeof error !== 'object' || error === null) return 'thrown: ' + clip(string(error), 300)
      return clip(string(error.name), 40) + ': ' + clip(string(error.message), 300)
    } catch {
      return 'an error that cannot be described'
    }
  }
  let entry
  const load = (nonce, code, name) => {
    try {
      entry = run(code + '\\n;typeof ' + name + ' === "function" ? ' + name + ' : undefined')
      if (typeof entry === 'function') return nonce + 'v'
      return nonce + 'eReferenceError: expected a function named ' + name
    } catch (error) {
      return nonce + 'e' + describe(error)
    }
  }
  const call = (nonce, input, maxLength) => {
    try {
      const output = stringify(apply(entry, undefined, [parse(input)]))
      if (typeof output !== 'string') return nonce + 'vundefined'
      return output.length > maxLength ? nonce + 'l' : nonce + 'v' + output
    } catch (error) {
      return nonce + 'e' + describe(error)
    }
  }
  return [load, call]
})()`

/** The guest's clock stands still here. Its Math.random is seeded from the clock, so every run draws the same numbers. */
const CLOCK_NS = 1_704_067_200_000_000_000n

/** Half the default: QuickJS has to find a deep recursion before the thread's own stack runs out. */
const GUEST_STACK_BYTES = 128 * 1024

/** Ends a run early with a status of its own. */
class Stop extends Error {
  readonly status: RunStatus
  constructor(status: RunStatus, message: string) {
    super(message)
    this.status = status
  }
}

/** A program inside its fresh instance. */
class Guest {
  interrupts = 0
  readonly #started = performance.now()
  readonly #nonce = randomBytes(16).toString('hex')
  readonly #limits: Limits
  #vm: QuickJS | null = null
  #load: JSValueHandle | null = null
  #call: JSValueHandle | null = null

  constructor(limits: Limits) {
    this.#limits = limits
  }

  async boot(): Promise<void> {
    const vm = await QuickJS.create({
      wasm,
      memoryLimit: this.#limits.memoryBytes,
      maxStackSize: GUEST_STACK_BYTES,
      interruptHandler: () => ++this.interrupts > this.#limits.interrupts || this.#late(),
      timezoneOffset: 0,
      wasi: (memory: { buffer: ArrayBuffer }) => ({
        clock_time_get(_clock: number, _precision: bigint, result: number) {
          new DataView(memory.buffer).setBigUint64(result, CLOCK_NS, true)
          return 0
        },
      }),
    })
    this.#vm = vm
    const driver = vm.evalCode(DRIVER)
    this.#load = driver.getProp('0')
    this.#call = driver.getProp('1')
  }

  load({ code, entry }: Program): void {
    const answer = this.#ask(this.#load!, [code, entry], 0)
    if ('error' in answer) throw new Stop('exception', answer.error)
  }

  call(input: string, maxLength: number): CaseResult {
    return this.#ask(this.#call!, [input], maxLength)
  }

  close(): void {
    this.#vm?.dispose()
  }

  #ask(asked: JSValueHandle, texts: readonly string[], maxLength: number): CaseResult {
    const vm = this.#vm!
    const values = [this.#nonce, ...texts].map(text => vm.newString(text))
    const answer = this.#guarded(() =>
      vm.callFunction(asked, vm.undefined, ...values, vm.newNumber(maxLength)),
    )
    const text = answer.isString ? answer.toString() : ''
    if (!text.startsWith(this.#nonce)) throw new Stop('crash', 'the answer does not carry the run’s mark')
    const body = text.slice(this.#nonce.length + 1)
    const kind = text[this.#nonce.length]
    if (kind === 'v') return { output: body }
    if (kind === 'l') throw new Stop('output-limit', `the output is longer than ${maxLength} characters`)
    if (body === 'InternalError: out of memory') throw new Stop('out-of-memory', body)
    return { error: body }
  }

  /** What escapes the driver is the engine's own doing: an interrupt, no memory, or a trap. */
  #guarded(run: () => JSValueHandle): JSValueHandle {
    try {
      return run()
    } catch (error) {
      if (this.interrupts > this.#limits.interrupts || this.#late())
        throw new Stop('timeout', 'the program took too long')
      const words = error instanceof Error ? error.message : String(error)
      if (error instanceof JSException && words === 'out of memory') throw new Stop('out-of-memory', words)
      throw new Stop('crash', words.slice(0, 300))
    }
  }

  #late(): boolean {
    return performance.now() - this.#started > this.#limits.deadlineMs
  }
}

async function runProgram(program: Program, limits: Limits): Promise<RunResult> {
  const guest = new Guest(limits)
  const cases: CaseResult[] = []
  let room = limits.outputChars
  try {
    await guest.boot()
    guest.load(program)
    for (const input of program.inputs) {
      const result = guest.call(input, room)
      if ('output' in result) room -= result.output.length
      cases.push(result)
    }
    return { status: 'ok', error: null, cases }
  } catch (error) {
    if (error instanceof Stop) return { status: error.status, error: error.message, cases }
    return { status: 'sandbox-error', error: String(error).slice(0, 300), cases: [] }
  } finally {
    guest.close()
  }
}

const wasm = await WebAssembly.compile(
  await readFile(new URL(import.meta.resolve('quickjs-wasi/quickjs.wasm'))),
)

parentPort!.on('message', ({ id, program, limits }: { id: number; program: Program; limits: Limits }) => {
  void runProgram(program, limits).then(result => parentPort!.postMessage({ id, result }))
})
parentPort!.postMessage('ready')
