/**
 * @file Whether a reply's final answer equals a reference answer. Sound before complete: whatever is not understood,
 * ambiguous or too large is not equal.
 */
import type { Answer, ReadScalar } from './answer.ts'
import { parseAnswer } from './answer.ts'
import { isEqual } from './equal.ts'
import type { Expr } from './expr.ts'
import { extractAnswer, MAX_ANSWER } from './extract.ts'
import { LatexReader } from './latex.ts'
import { normalise } from './normalise.ts'
import { readScalar } from './scalar.ts'
import { choiceLetter } from './words.ts'
import { bounded } from './work.ts'

export interface Verdict {
  /** null: not judged, because the reference is empty or not understood, the parser failed on it, or the call was aborted. */
  equal: boolean | null
  reason: string
}

export interface VerifyOptions {
  /** `28 %` also equals a bare 28, as some data sets have it. Default false. */
  loosePercent?: boolean
  /**
   * Where the reference is a number, so must the answer be: for tasks whose prompt states an expression that has the answer's
   * value. Default false.
   */
  evaluated?: boolean
  signal?: AbortSignal
}

/** Time for the LaTeX of one side. */
const TIMEOUT_MS = 300
const CACHED = 2_000

type Side = { answer: Answer | null; text: string; reason: string; unread: readonly string[] }
type Gold = Side & { usable: boolean }

const golds = new Map<string, Gold>()

/**
 * The verdict for texts without much LaTeX, at once and without a thread; null where the LaTeX parser is needed.
 * Never throws.
 */
export function verifySimple(gold: string, answer: string, options: VerifyOptions = {}): Verdict | null {
  if (PLAIN.test(gold) && PLAIN.test(answer)) return compareIntegers(gold, answer)
  const reference = goldSide(gold)
  if (reference.unread.length > 0) return null
  if (!reference.usable) return { equal: null, reason: `reference: ${reference.reason}` }
  const reply = side(answer, unreadAsNull)
  return reply.unread.length > 0 ? null : compare(reference, reply, options)
}

/** What most references are: no reading is needed, and environments ask hundreds of thousands of times a second. */
const PLAIN = /^[-+]?\d{1,15}$/

function compareIntegers(gold: string, answer: string): Verdict {
  return Number(gold) === Number(answer)
    ? { equal: true, reason: 'equal' }
    : { equal: false, reason: `${answer} is not ${gold}` }
}

/** Verifies answers, with threads of its own for LaTeX. Threads start when first needed. */
export class Verifier {
  readonly #latex: LatexReader

  constructor({ timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {}) {
    this.#latex = new LatexReader({ timeoutMs })
  }

  /** Threads that had to be ended so far. */
  get endedThreads(): number {
    return this.#latex.ended
  }

  /** Never rejects. Many calls may be under way at once. */
  async verify(gold: string, answer: string, options: VerifyOptions = {}): Promise<Verdict> {
    const { signal } = options
    if (signal?.aborted) return ABORTED
    const simple = verifySimple(gold, answer, options)
    if (simple) return simple
    const reference = await this.#resolve(goldSide(gold), gold, signal)
    if (reference === 'aborted') return ABORTED
    if (typeof reference === 'string') return { equal: null, reason: `reference: ${reference}` }
    const usable = 'usable' in reference ? (reference as Gold) : remember(gold, reference)
    if (!usable.usable) return { equal: null, reason: `reference: ${usable.reason}` }
    const reply = await this.#resolve(side(answer, unreadAsNull), answer, signal)
    if (reply === 'aborted') return ABORTED
    if (reply === 'start') return { equal: null, reason: 'the LaTeX parser did not start' }
    if (typeof reply === 'string') return { equal: false, reason: `answer: ${reply}` }
    return compare(usable, reply, options)
  }

  close(): Promise<void> {
    return this.#latex.close()
  }

  /** Reads what the plain reader could not. A text of why it failed otherwise. */
  async #resolve(given: Side, text: string, signal?: AbortSignal): Promise<Side | string> {
    if (given.unread.length === 0) return given
    const { read, failure } = await this.#latex.read(given.unread, signal)
    if (failure === 'aborted' || failure === 'start') return failure
    if (failure !== null) return `the LaTeX parser stopped (${failure})`
    return side(text, unknown => read.get(unknown) ?? null)
  }
}

const ABORTED: Verdict = { equal: null, reason: 'aborted' }

let shared: Verifier | null = null

/** `Verifier.verify` on a verifier that everybody shares. */
export function verify(gold: string, answer: string, options: VerifyOptions = {}): Promise<Verdict> {
  return (shared ??= new Verifier()).verify(gold, answer, options)
}

function goldSide(text: string): Gold {
  const known = golds.get(text)
  if (known) return known
  const read = side(text, unreadAsNull)
  return read.unread.length > 0 ? { ...read, usable: false } : remember(text, read)
}

const STRICT = { loosePercent: false, evaluated: false }

/** A reference is usable if it is understood and equal to itself: 1/0 is not. */
function remember(text: string, read: Side): Gold {
  const { answer } = read
  const sane = answer !== null && bounded(() => isEqual(answer, answer, STRICT)) === true
  const reason = read.answer !== null && !sane ? 'undefined or too large' : read.reason
  const gold: Gold = { ...read, usable: sane, reason }
  if (golds.size >= CACHED) golds.delete(golds.keys().next().value!)
  if (text.length <= MAX_ANSWER) golds.set(text, gold)
  return gold
}

function unreadAsNull(): null {
  return null
}

/** Extracts and parses one side; `unread` lists the scalars that only the LaTeX parser may know. */
function side(text: string, readUnread: ReadScalar): Side {
  const extracted = extractAnswer(text)
  const nothing = (reason: string): Side => ({ answer: null, text: '', reason, unread: [] })
  if ('none' in extracted) return nothing(extracted.none)
  if (extracted.text === '') return nothing('empty')
  if (extracted.text.length > MAX_ANSWER) return nothing(`an answer has at most ${MAX_ANSWER} characters`)
  const normal = normalise(extracted.text)
  const unread: string[] = []
  const read = (scalar: string): Expr | null => {
    const reading = readScalar(scalar)
    if (reading !== 'unread') return reading
    const known = readUnread(scalar)
    if (known === null && readUnread === unreadAsNull) unread.push(scalar)
    return known
  }
  const answer = parseAnswer(normal, read)
  return {
    answer,
    text: normal,
    reason: answer ? '' : `not understood: ${normal.slice(0, 80)}`,
    unread: answer ? [] : unread,
  }
}

function compare(
  gold: Side,
  reply: Side,
  { loosePercent = false, evaluated = false }: VerifyOptions,
): Verdict {
  const letter = /^[^a-z]*[A-J][^a-z]*$/.test(gold.text) ? choiceLetter(gold.text) : null
  if (letter !== null && choiceLetter(reply.text) === letter)
    return { equal: true, reason: 'the same choice' }
  if (reply.answer === null) return { equal: false, reason: `answer: ${reply.reason}` }
  const [reference, answer] = [gold.answer!, reply.answer]
  const equal = bounded(() => isEqual(reference, answer, { loosePercent, evaluated }))
  if (equal === null) return { equal: false, reason: 'answer: takes too much computing to compare' }
  return { equal, reason: equal ? 'equal' : `${reply.text.slice(0, 80)} is not ${gold.text.slice(0, 80)}` }
}
