/**
 * @file The grammar of a search, as it stands in `+search(...)`; reading and printing are inverse.
 *
 *     search   = strategy { "," key "=" value }
 *     guidance = term { "+" term }, term = [ number "*" ] ( name | "orm:" folder | "prm:" folder )
 */
import type { Granularity } from '../../envs/granularity.ts'
import { printValue, Scanner } from './scanner.ts'
import type { GuidanceSpec, GuidanceTerm, SearchSpec, StrategyName } from './search.ts'
import { GUIDANCES, STRATEGIES } from './search.ts'
import type { OptionSpec, ValueKind } from './spec.ts'
import { STRATEGY_SPECS } from './spec.ts'

const GRANULARITIES: readonly Granularity[] = ['solution', 'step', 'token']
const ONE_STRATEGY = `a strategy (${STRATEGIES.join(', ')})`
const ONE_GUIDANCE = `a guidance (${GUIDANCES.join(', ')}, orm:<folder>, prm:<folder>)`

/** Reads a search that stands alone, as in a validation table. Throws UsageError naming the position. */
export function parseSearchSpec(text: string): SearchSpec {
  const scanner = new Scanner(text, 'search')
  const spec = readSearch(scanner)
  scanner.end('"," or the end')
  return spec
}

/** Reads a search up to what is neither an option nor a comma. */
export function readSearch(scanner: Scanner): SearchSpec {
  const at = scanner.position
  const word = scanner.word(ONE_STRATEGY)
  const strategy = STRATEGIES.find(known => known === word)
  if (!strategy) throw scanner.expected(at, ONE_STRATEGY, word)
  const given = readOptions(scanner, strategy)
  const { options, guidance } = STRATEGY_SPECS[strategy]
  const spec: Record<string, unknown> = { strategy }
  for (const { key, fallback, required } of options) {
    const value = given.get(key) ?? fallback
    if (value !== undefined) spec[key] = value
    else if (required) throw scanner.refuse(at, `${strategy} needs ${kebab(key)}=...`)
  }
  spec.guidance = given.get('guidance') ?? guidance
  if (given.has('granularity')) spec.granularity = given.get('granularity')
  return spec as unknown as SearchSpec
}

/** The search in its one canonical form. */
export function printSearchSpec(spec: SearchSpec): string {
  const { strategy, guidance, granularity } = spec
  const options = STRATEGY_SPECS[strategy].options.flatMap(({ key }) => {
    const value = spec[key]
    if (value === undefined) return []
    return [`${kebab(key)}=${typeof value === 'string' ? printValue(value) : value}`]
  })
  const size = granularity ? [`granularity=${granularity}`] : []
  return [strategy, ...options, `guidance=${printGuidance(guidance)}`, ...size].join(', ')
}

export function printGuidance(guidance: GuidanceSpec): string {
  if (typeof guidance === 'string') return guidance
  if ('sum' in guidance)
    return guidance.sum.map(({ weight, of }) => `${weight}*${printGuidance(of)}`).join('+')
  return `${guidance.model}:${printValue(guidance.dir)}`
}

function readOptions(scanner: Scanner, strategy: StrategyName): Map<string, unknown> {
  const { options } = STRATEGY_SPECS[strategy]
  const known = [...options.map(({ key }) => kebab(key)), 'guidance', 'granularity']
  const what = `an option of ${strategy} (${known.join(', ')})`
  const given = new Map<string, unknown>()
  while (scanner.take(',')) {
    const at = scanner.position
    const word = scanner.word(what)
    const key = camel(word)
    if (given.has(key)) throw scanner.refuse(at, `${word} is given twice; keep one`)
    if (!known.includes(word)) throw scanner.expected(at, what, word)
    scanner.expect('=')
    given.set(key, readValue(scanner, options.find(option => option.key === key) ?? key))
  }
  return given
}

function readValue(scanner: Scanner, option: OptionSpec | string): unknown {
  if (option === 'guidance') return readGuidance(scanner)
  if (typeof option === 'string') return oneOf(scanner, GRANULARITIES)
  return readKind(scanner, option.kind)
}

function readKind(scanner: Scanner, kind: ValueKind): number | string {
  if ('words' in kind) return oneOf(scanner, kind.words)
  if ('text' in kind) return scanner.value(kind.text)
  if ('number' in kind) return scanner.number(kind.number.what, kind.number.fits)
  const { from, to } = kind.whole
  const fits = (value: number): boolean => Number.isInteger(value) && value >= from && value <= to
  return scanner.number(`a whole number from ${from} to ${to}`, fits)
}

function oneOf<T extends string>(scanner: Scanner, words: readonly T[]): T {
  const at = scanner.position
  const what = words.join(' or ')
  const word = scanner.word(what)
  const found = words.find(known => known === word)
  if (!found) throw scanner.expected(at, what, word)
  return found
}

function readGuidance(scanner: Scanner): GuidanceSpec {
  const sum: { weight: number; of: GuidanceTerm }[] = []
  let weighted = false
  do {
    const counted = scanner.atNumber()
    weighted ||= counted
    const weight = counted ? scanner.number('a weight', Number.isFinite) : 1
    if (counted) scanner.expect('*')
    sum.push({ weight, of: readTerm(scanner) })
  } while (scanner.take('+'))
  return sum.length === 1 && !weighted ? sum[0]!.of : { sum }
}

function readTerm(scanner: Scanner): GuidanceTerm {
  const at = scanner.position
  const word = scanner.word(ONE_GUIDANCE)
  if (word === 'orm' || word === 'prm') {
    scanner.expect(':')
    return { model: word, dir: scanner.value('the folder of a reward model') }
  }
  const guidance = GUIDANCES.find(known => known === word)
  if (!guidance) throw scanner.expected(at, ONE_GUIDANCE, word)
  return guidance
}

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

function camel(word: string): string {
  return word.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
