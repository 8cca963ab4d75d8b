/**
 * @file Agents by name: the one grammar that every command uses.
 *
 *     agent  = base [ "+search(" search ")" ]
 *     base   = "random" | "human" | "solver" [ "(slip=" number ")" ] | "policy:" dir | "openai:" model "@" url
 *
 * What a search is stands in `search/spec-grammar.ts`. A folder's name, or an address, runs up to `+search(` or to the end; one that holds such characters itself is written in JSON quotes.
 */
import { UsageError } from '../envs/errors.ts'
import type { Agent } from './agent.ts'
import type { Terminal } from './policies/human.ts'
import { humanAgent } from './policies/human.ts'
import type { Device } from './nn/runtime/device-choice.ts'
import { parseAddress } from './policies/endpoint/address.ts'
import { openEndpointAgent } from './policies/openai.ts'
import { openNeuralAgent } from './policies/neural-agent.ts'
import { randomAgent } from './policies/random.ts'
import { solverAgent } from './policies/solver.ts'
import { Scanner, SEARCH } from './search/scanner.ts'
import type { SearchSpec } from './search/search.ts'
import { printSearchSpec, readSearch } from './search/spec-grammar.ts'

export type BaseSpec =
  | { kind: 'random' }
  | { kind: 'human' }
  | { kind: 'solver'; slip: number }
  | { kind: 'policy'; dir: string }
  | { kind: 'openai'; model: string; url: string }

export interface AgentSpec {
  base: BaseSpec
  search: SearchSpec | null
}

const FORMS =
  'random, solver, solver(slip=0.7), human, policy:<dir>, policy:<dir>+search(best-of-n, n=8), openai:<model>@<url>'

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
  return printBase(base) + (search ? `${SEARCH}${printSearchSpec(search)})` : '')
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
    case 'openai':
      return openEndpointAgent(base.model, base.url, { name: printAgentSpec(spec) })
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
    case 'openai': {
      const address = `${base.model}@${base.url}`
      return `openai:${isPlain(address) ? address : JSON.stringify(address)}`
    }
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
      scanner.expect(':')
      return { kind: 'openai', ...parseAddress(scanner.path()) }
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
  const search = readSearch(scanner)
  scanner.expect(')')
  return search
}
