/**
 * @file LaTeX to expression trees through the parser in a worker thread, under a watchdog that ends the thread. A filter
 * before it turns away what is known to take the parser exponential time.
 */
import type { Worker } from 'node:worker_threads'
import { ask, ready } from '../../watched-worker.ts'
import { startWorker } from '../../worker.ts'
import type { Expr } from './expr.ts'
import { fromMathJson } from './mathjson.ts'

/** `null` for a text that is not understood; `failure` tells why none of the remaining texts was read. */
export interface Readings {
  read: Map<string, Expr | null>
  failure: 'timeout' | 'crash' | 'start' | 'aborted' | null
}

export interface LatexOptions {
  /** Time for the texts of one call, in milliseconds; then the thread is ended. */
  timeoutMs: number
}

const MEMORY_MB = 128
const MAX_LENGTH = 1_500
const MAX_DIGITS = 400
const MAX_BRACES = 40

/** Texts outside these bounds never reach the parser: it is exponential in bars and brackets that it has to guess about. */
export function isParsable(latex: string): boolean {
  if (latex.length > MAX_LENGTH || /[[\]]/.test(latex.replace(/\\sqrt\s*\[[\w\s]{1,10}\]/g, ''))) return false
  if ((latex.match(/\|/g)?.length ?? 0) > 6 || (latex.match(/\d/g)?.length ?? 0) > MAX_DIGITS) return false
  if (/\\(?:begin|end|input|def|newcommand|sum|prod|int|lim|frac\s*\{\s*d)(?![a-zA-Z])/.test(latex))
    return false
  return deepest(latex) <= MAX_BRACES
}

function deepest(latex: string): number {
  let [depth, most] = [0, 0]
  for (const char of latex) {
    if (char === '{' || char === '(') most = Math.max(most, ++depth)
    else if (char === '}' || char === ')') depth--
  }
  return most
}

/** Two threads, one working and one started and waiting in case the first is ended. Idle, they do not keep the process alive. */
export class LatexReader {
  readonly #timeoutMs: number
  #current: Promise<Worker> | null = null
  #spare: Promise<Worker> | null = null
  #queue: Promise<unknown> = Promise.resolve()
  #calls = 0
  #ended = 0

  constructor({ timeoutMs }: LatexOptions) {
    this.#timeoutMs = timeoutMs
  }

  /** How many threads were ended because they took too long or broke. */
  get ended(): number {
    return this.#ended
  }

  /** Never rejects. One call at a time; the time limit starts when the thread gets the texts. */
  read(texts: readonly string[], signal?: AbortSignal): Promise<Readings> {
    const turn = this.#queue.then(() => this.#read(texts, signal))
    this.#queue = turn
    return turn
  }

  async close(): Promise<void> {
    await this.#queue
    const threads = [this.#current, this.#spare]
    this.#current = this.#spare = null
    for (const thread of threads) await (await thread?.catch(() => null))?.terminate()
  }

  async #read(texts: readonly string[], signal?: AbortSignal): Promise<Readings> {
    const read = new Map<string, Expr | null>(
      texts.filter(text => !isParsable(text)).map(text => [text, null]),
    )
    const rest = texts.filter(text => !read.has(text))
    if (signal?.aborted) return { read, failure: 'aborted' }
    if (rest.length === 0) return { read, failure: null }
    let worker: Worker
    try {
      worker = await (this.#current ??= this.#next())
    } catch {
      this.#current = null
      return { read, failure: 'start' }
    }
    this.#spare ??= quietly(start())
    const failure = await this.#exchange(worker, rest, read, signal)
    if (failure) {
      this.#ended++
      this.#current = null
      // Not awaited: the spare takes over while this one dies.
      void worker.terminate()
    }
    return { read, failure }
  }

  #next(): Promise<Worker> {
    const spare = this.#spare
    this.#spare = null
    return spare ? spare.catch(() => start()) : start()
  }

  /** Fills `read` as results come in, so that a text that hangs does not take those before it along. */
  async #exchange(
    worker: Worker,
    texts: readonly string[],
    read: Map<string, Expr | null>,
    signal?: AbortSignal,
  ): Promise<Readings['failure']> {
    const id = this.#calls++
    const came = await ask(worker, {
      message: { id, texts },
      take: (message: { id: number; index: number; json: unknown }) => {
        if (message.id !== id) return undefined
        read.set(texts[message.index]!, fromMathJson(message.json))
        return message.index === texts.length - 1 ? true : undefined
      },
      deadlineMs: this.#timeoutMs,
      signal,
    })
    return 'answer' in came ? null : FAILURES[came.how]
  }
}

const FAILURES = { late: 'timeout', cancelled: 'aborted', failed: 'crash' } as const

/** A promise whose failure is looked at when it is needed, not before. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => null)
  return promise
}

function start(): Promise<Worker> {
  const worker = startWorker(import.meta.url, './latex-worker', {
    name: 'latex',
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, stackSizeMb: 4 },
  })
  return ready(worker, 'the LaTeX parser')
}
