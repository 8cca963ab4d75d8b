/**
 * @file One QuickJS engine (WebAssembly) whose memory is put back before every program, so that each starts in a fresh one.
 *
 * A WebAssembly instance has no state but its memory, its mutable globals (here the stack pointer alone, balanced after
 * every call that returned) and its table (never written here). So an image of the memory, taken when the driver had
 * just been loaded, makes the instance new again for a fiftieth of what a new one costs. After a call that did not
 * return, and where the memory has grown, which cannot be undone, the engine is thrown away instead.
 */
import { readFile } from 'node:fs/promises'
import type { JSValueHandle, QuickJSOptions } from 'quickjs-wasi'
import { JSException, QuickJS } from 'quickjs-wasi'
import { DRIVER } from './sandbox-driver.ts'

/** The part of the global that is used here; the compiler's libraries only have it together with the DOM. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<QuickJSOptions['wasm']> }

/** The guest's clock stands still here. Its Math.random is seeded from the clock, so every run draws the same numbers. */
const CLOCK_NS = 1_704_067_200_000_000_000n

/** Half the default: QuickJS has to find a deep recursion before the thread's own stack runs out. */
const GUEST_STACK_BYTES = 128 * 1024

/** QuickJS counts calls and jumps down from here, then looks at its interrupt handler. */
const POLLS = 10_000
/** How many words of the engine's context are searched for that counter. */
const CONTEXT_WORDS = 256

const wasm = await WebAssembly.compile(
  await readFile(new URL(import.meta.resolve('quickjs-wasi/quickjs.wasm'))),
)

type Routine = 'load' | 'run' | 'program' | 'collect'

/** Byte offset in the engine's context of its own counter of calls and jumps. */
const COUNTER = findCounter(await QuickJS.create({ wasm }))

/** Why a call did not return. After a `trap` the instance is in no known state. */
export class Halt extends Error {
  readonly kind: 'interrupted' | 'out-of-memory' | 'trap'
  constructor(kind: Halt['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

export class Engine {
  readonly memoryBytes: number
  readonly #vm: QuickJS
  readonly #memory: { readonly buffer: ArrayBuffer }
  readonly #routines: Record<Routine, JSValueHandle>
  readonly #image: Uint8Array
  /** Where the counter of calls and jumps is in the memory. */
  readonly #counter: number
  #interrupt: () => boolean = () => false
  #halted = false
  #steps = 0
  #mark = 0

  static async start(memoryBytes: number): Promise<Engine> {
    let memory: { buffer: ArrayBuffer } | undefined
    const bridge = { interrupted: () => false }
    const vm = await QuickJS.create({
      wasm,
      memoryLimit: memoryBytes,
      maxStackSize: GUEST_STACK_BYTES,
      interruptHandler: () => bridge.interrupted(),
      timezoneOffset: 0,
      wasi: (own: { buffer: ArrayBuffer }) => {
        memory = own
        return {
          clock_time_get(_clock: number, _precision: bigint, result: number) {
            new DataView(own.buffer).setBigUint64(result, CLOCK_NS, true)
            return 0
          },
        }
      },
    })
    const engine = new Engine(vm, memory!, memoryBytes)
    bridge.interrupted = () => engine.#interrupted()
    return engine
  }

  private constructor(vm: QuickJS, memory: { buffer: ArrayBuffer }, memoryBytes: number) {
    this.#vm = vm
    this.#memory = memory
    this.memoryBytes = memoryBytes
    const driver = vm.evalCode(DRIVER)
    const [load, run, program, collect] = [0, 1, 2, 3].map(i => driver.getProp(String(i))) as [
      JSValueHandle,
      JSValueHandle,
      JSValueHandle,
      JSValueHandle,
    ]
    this.#routines = { load, run, program, collect }
    // The wrapper makes this handle when it is first asked for; it has to be part of the image.
    void vm.undefined
    const { memory: image, contextPtr } = vm.snapshot()
    this.#image = image
    this.#counter = contextPtr + COUNTER
  }

  /** Puts the memory back to where no program had run. False: this engine cannot be used again. */
  reset(interrupt: () => boolean): boolean {
    if (this.#halted || this.#memory.buffer.byteLength !== this.#image.length) return false
    new Uint8Array(this.#memory.buffer).set(this.#image)
    this.#interrupt = interrupt
    return true
  }

  /** Text that the routine returned, or '' where it is none. @throws {Halt} */
  call(routine: Routine, ...texts: (string | number)[]): string {
    const vm = this.#vm
    try {
      const values = texts.map(text => (typeof text === 'string' ? vm.newString(text) : vm.newNumber(text)))
      const answer = vm.callFunction(this.#routines[routine], vm.undefined, ...values)
      return answer.isString ? answer.toString() : ''
    } catch (error) {
      throw this.#halt(error)
    }
  }

  /** Calls and jumps of the guest while `action` runs. */
  counted(action: () => void): number {
    this.#steps = 0
    this.#mark = this.#polls()
    action()
    return this.#steps + this.#mark - this.#polls()
  }

  dispose(): void {
    this.#vm.dispose()
  }

  #interrupted(): boolean {
    // A regular expression also asks, in between; the counter then stands where it stood, and has not begun again.
    const polls = this.#polls()
    this.#steps += polls === POLLS ? this.#mark : this.#mark - polls + POLLS
    this.#mark = polls
    return this.#interrupt()
  }

  #polls(): number {
    return new DataView(this.#memory.buffer).getInt32(this.#counter, true)
  }

  /** What escapes the driver is the engine's own doing: an interrupt, no memory, or a trap. */
  #halt(error: unknown): Halt {
    const words = (error instanceof Error ? error.message : String(error)).slice(0, 300)
    this.#halted = true
    if (error instanceof JSException && words === 'interrupted') return new Halt('interrupted', words)
    if (error instanceof JSException && words === 'out of memory') return new Halt('out-of-memory', words)
    return new Halt('trap', words)
  }
}

/**
 * Where the engine keeps its counter: the one word of its context that a loop of n rounds lowers by n times the same.
 * @throws where there is no such word, as in another build of QuickJS.
 */
function findCounter(vm: QuickJS): number {
  const loop = vm.evalCode('n => { for (let i = 0; i < n; i++); }')
  const { contextPtr } = vm.snapshot()
  const words = (): Int32Array => {
    const { memory } = vm.snapshot()
    return new Int32Array(memory.slice(contextPtr, contextPtr + 4 * CONTEXT_WORDS).buffer)
  }
  const lowered = (rounds: number): number[] => {
    const before = words()
    vm.callFunction(loop, vm.undefined, vm.newNumber(rounds))
    const after = words()
    return Array.from(before, (word, i) => word - after[i]!)
  }
  const [none, ten, hundred] = [lowered(0), lowered(10), lowered(100)]
  const found = none!.flatMap((base, i) => {
    const perRound = (ten![i]! - base) / 10
    return perRound > 0 && hundred![i]! - base === 100 * perRound ? [i] : []
  })
  if (found.length !== 1)
    throw new Error(`expected one step counter in the engine's context, found ${found.length}`)
  return 4 * found[0]!
}
