/**
 * @file Agents by name: the one grammar that every command uses.
 *
 *     agent  = base [ "+search(" strategy { "," key "=" value } ")" ]
 *     base   = "random" | "human" | "solver" [ "(slip=" number ")" ] | "policy:" dir
 *
 * A folder's name runs up to `+search(` or to the end; one that holds such characters itself is written in JSON quotes.
 */
import { UsageError } from '../envs/errors.ts'
import type { Agent } from './agent.ts'
import type { Terminal } from './policies/human.ts'
import { humanAgent } from './policies/human.ts'
import type { Device } from './nn/runtime/device-choice.ts'
import { openNeuralAgent } from './policies/neural-agent.ts'
import { randomAgent } from './policies/random.ts'
import { solverAgent } from './policies/solver.ts'
import type { Guidance, SearchSpec } from './search/search.ts'
import { GUIDANCES } from './search/search.ts'

export type BaseSpec =
  { kind: 'random' } | { kind: 'human' } | { kind: 'solver'; slip: number } | { kind: 'policy'; dir: string }

export interface AgentSpec {
  base: BaseSpec
  search: SearchSpec | null
}

const FORMS = 'random, solver, solver(slip=0.7), human, policy:<dir>, policy:<dir>+search(best-of-n, n=8)'
const SEARCH = '+search('
const DEFAULT_SEARCH: SearchSpec = { strategy: 'best-of-n', n: 8, guidance: 'majority' }
const MAX_CANDIDATES = 4096

/** Reads an agent's name. Throws UsageError naming the position of what cannot be read. */
export function parseAgentSpec(text: string): AgentSpec {
  const scanner = new Scanner(text)
  const base = parseBase(scanner)
  const search = scanner.take(SEARCH) ? parseSearch(scanner) : null
  scanner.end()
  return { base, search }
}

/** The name in its one canonical form: `parseAgentSpec` reads it back to an equal spec. */
export function printAgentSpec({ base, search }: AgentSpec): string {
  const behind = search ? `${SEARCH}${search.strategy}, n=${search.n}, guidance=${search.guidance})` : ''
  return printBase(base) + behind
}

export interface OpenAgentOptions {
  /** Where `human` is asked. */
  terminal?: Terminal
  /** Where networks compute; default: cpu. */
  device?: Device
}

/** The agent of that name. Throws UsageError if there is no such agent, or it cannot play here. */
export async function openAgent(
  named: string | AgentSpec,
  { terminal, device = 'cpu' }: OpenAgentOptions = {},
): Promise<Agent> {
  const spec = typeof named === 'string' ? parseAgentSpec(named) : named
  const { base, search } = spec
  if (base.kind === 'policy')
    return openNeuralAgent(base.dir, { name: printAgentSpec(spec), device, ...(search && { search }) })
  if (search)
    throw new UsageError(
      `${printAgentSpec(spec)}: search chooses among texts that a policy samples, and ${base.kind} samples none; ` +
        'put it behind policy:<dir>',
    )
  switch (base.kind) {
    case 'random':
      return randomAgent()
    case 'solver':
      return solverAgent({ slip: base.slip })
    case 'human':
      if (!terminal)
        throw new UsageError(
          'human: expected a terminal to ask at, found none; use ludus play <env> in a terminal',
        )
      return humanAgent(terminal)
  }
}

function printBase(base: BaseSpec): string {
  switch (base.kind) {
    case 'random':
    case 'human':
      return base.kind
    case 'solver':
      return base.slip === 0 ? 'solver' : `solver(slip=${base.slip})`
    case 'policy':
      return `policy:${isPlain(base.dir) ? base.dir : JSON.stringify(base.dir)}`
  }
}

function isPlain(dir: string): boolean {
  return !dir.includes(SEARCH) && !dir.startsWith('"') && dir.trim() === dir
}

function parseBase(scanner: Scanner): BaseSpec {
  const at = scanner.position
  const word = scanner.word(`an agent (${FORMS})`)
  switch (word) {
    case 'random':
    case 'human':
      return { kind: word }
    case 'solver':
      return { kind: 'solver', slip: scanner.take('(') ? parseSlip(scanner) : 0 }
    case 'policy':
      scanner.expect(':')
      return { kind: 'policy', dir: scanner.path() }
    case 'openai':
    case 'ws':
      throw scanner.refuse(at, `${word}: agents are not available in this version; use one of ${FORMS}`)
    default:
      throw scanner.expected(at, `an agent (${FORMS})`, word)
  }
}

function parseSlip(scanner: Scanner): number {
  const at = scanner.position
  const key = scanner.word('slip=<number>')
  if (key !== 'slip') throw scanner.expected(at, 'slip=<number>', key)
  scanner.expect('=')
  const slip = scanner.number('a chance from 0 to 1', value => value >= 0 && value <= 1)
  scanner.expect(')')
  return slip
}

function parseSearch(scanner: Scanner): SearchSpec {
  const at = scanner.position
  const strategy = scanner.word('a strategy (best-of-n)')
  if (strategy !== 'best-of-n') throw scanner.expected(at, 'a strategy (best-of-n)', strategy)
  const spec = { ...DEFAULT_SEARCH }
  const seen = new Set<string>()
  while (scanner.take(',')) {
    const keyAt = scanner.position
    const key = scanner.word('n=<number> or guidance=majority|verifier')
    if (seen.has(key)) throw scanner.refuse(keyAt, `${key} is given twice; keep one`)
    seen.add(key)
    scanner.expect('=')
    if (key === 'n') spec.n = parseCount(scanner)
    else if (key === 'guidance') spec.guidance = parseGuidance(scanner)
    else throw scanner.expected(keyAt, 'n or guidance', key)
  }
  scanner.expect(')')
  return spec
}

function parseCount(scanner: Scanner): number {
  const fits = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= MAX_CANDIDATES
  return scanner.number(`a whole number from 1 to ${MAX_CANDIDATES}`, fits)
}

function parseGuidance(scanner: Scanner): Guidance {
  const at = scanner.position
  const word = scanner.word(GUIDANCES.join(' or '))
  const guidance = GUIDANCES.find(known => known === word)
  if (!guidance) throw scanner.expected(at, GUIDANCES.join(' or '), word)
  return guidance
}

/** Cuts a name into words, numbers and marks; spaces between them mean nothing. */
class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Where the next token starts. */
  get position(): number {
    this.#match(/\s*/y)
    return this.#at
  }

  take(mark: string): boolean {
    const found = this.#text.startsWith(mark, this.position)
    if (found) this.#at += mark.length
    return found
  }

  expect(mark: string): void {
    const at = this.position
    if (!this.take(mark)) throw this.expected(at, `"${mark}"`)
  }

  word(what: string): string {
    const at = this.position
    const word = this.#match(/[a-z][a-z0-9-]*/iy)
    if (word === null) throw this.expected(at, what)
    return word
  }

  number(what: string, fits: (value: number) => boolean): number {
    const at = this.position
    const digits = this.#match(/[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy)
    if (digits === null) throw this.expected(at, what)
    if (!fits(Number(digits))) throw this.expected(at, what, digits)
    return Number(digits)
  }

  /** A folder: in JSON quotes, or plain up to `+search(` or the end. */
  path(): string {
    const at = this.position
    if (this.#text[at] === '"') return this.#quoted(at)
    const end = this.#text.indexOf(SEARCH, at)
    const path = this.#text.slice(at, end < 0 ? undefined : end).trim()
    if (path === '') throw this.expected(at, 'a checkpoint folder')
    this.#at = end < 0 ? this.#text.length : end
    return path
  }

  end(): void {
    if (this.position < this.#text.length) throw this.expected(this.position, 'the end or +search(...)')
  }

  /** The error for what stands at `at`: the token `got`, or else the rest of the text. */
  expected(at: number, what: string, got = this.#text.slice(at, at + 20)): UsageError {
    return this.refuse(at, `expected ${what}, got ${got === '' ? 'the end' : JSON.stringify(got)}`)
  }

  refuse(at: number, why: string): UsageError {
    return new UsageError(`agent ${JSON.stringify(this.#text)}, position ${at + 1}: ${why}`)
  }

  #quoted(at: number): string {
    const quoted = this.#match(/"(?:[^"\\]|\\.)*"/sy)
    try {
      const path = JSON.parse(quoted ?? '') as string
      if (path !== '') return path
    } catch {
      // Falls through to the one message for every bad quotation.
    }
    throw this.expected(at, 'a checkpoint folder in JSON quotes')
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (!match) return null
    this.#at = pattern.lastIndex
    return match[0]
  }
}
