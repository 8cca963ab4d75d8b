/**
 * @file What each strategy takes, with its defaults: the table that the grammar of `+search(...)` is read from.
 *
 * An option with a default is always there in a spec that was read; one without is there where it was given.
 */
import type { Granularity } from '../../envs/granularity.ts'
import { AGGREGATIONS } from '../../rewards/aggregation.ts'
import type { GuidanceSpec, SearchSpec, StrategyName } from './search.ts'
import { BACKUPS } from './search.ts'

type OptionKey = Exclude<keyof SearchSpec, 'strategy' | 'guidance' | 'granularity'>

/** What a value may be: whole numbers from `from`, numbers that fit, words, or any text. */
export type ValueKind =
  | { whole: { from: number; to: number } }
  | { number: { what: string; fits: (value: number) => boolean } }
  | { words: readonly string[] }
  | { text: string }

export interface OptionSpec {
  key: OptionKey
  kind: ValueKind
  fallback?: number | string
  required?: true
}

export interface StrategySpec {
  options: readonly OptionSpec[]
  guidance: GuidanceSpec
  granularities: readonly Granularity[]
}

const MANY = 1_000_000_000
const whole = (from: number, to: number): ValueKind => ({ whole: { from, to } })
const share: ValueKind = { number: { what: 'a number from 0 to 1', fits: value => value >= 0 && value <= 1 } }
const positive: ValueKind = {
  number: { what: 'a number above 0', fits: value => value > 0 && value < Infinity },
}
const option = (key: OptionKey, kind: ValueKind, fallback?: number | string): OptionSpec => ({
  key,
  kind,
  ...(fallback !== undefined && { fallback }),
})

const N = option('n', whole(1, 4096), 8)
const WIDTH = option('width', whole(1, 4096), 4)
const LOOKAHEAD = option('lookahead', whole(0, 64))
const STEP_TOKENS = option('stepTokens', whole(1, MANY))
const BATCH = option('batch', whole(1, 4096))
const COMMON = [
  option('aggregate', { words: AGGREGATIONS }),
  option('temperature', positive),
  option('tokens', whole(1, MANY)),
  option('expansions', whole(1, MANY)),
]

const whatever = (options: readonly OptionSpec[], guidance: GuidanceSpec): StrategySpec => ({
  options: [...options, ...COMMON],
  guidance,
  granularities: ['solution'],
})
const tree = (options: readonly OptionSpec[]): StrategySpec => ({
  options: [...options, STEP_TOKENS, ...COMMON],
  guidance: 'logprob',
  granularities: ['step', 'token'],
})

export const STRATEGY_SPECS: Readonly<Record<StrategyName, StrategySpec>> = {
  'best-of-n': whatever([N, BATCH], 'majority'),
  majority: whatever([N, BATCH, option('sure', share)], 'majority'),
  'weighted-vote': whatever([N, BATCH], 'logprob'),
  beam: tree([N, WIDTH, LOOKAHEAD]),
  dvts: tree([N, WIDTH, LOOKAHEAD, option('pick', { words: ['best', 'vote'] })]),
  rebase: tree([option('n', whole(1, 4096), 16), option('balance', positive, 0.2)]),
  mcts: tree([
    option('simulations', whole(1, 1_000_000), 64),
    WIDTH,
    option('backup', { words: BACKUPS }),
    option('lambda', share),
    option('leaves', whole(1, 4096)),
    option('noise', share),
  ]),
  revision: whatever(
    [option('n', whole(1, 4096), 4), option('window', whole(1, 64), 4), option('chains', whole(1, 4096))],
    'logprob',
  ),
  'budget-forcing': whatever(
    [
      option('cap', whole(1, MANY), 256),
      option('ignore', whole(0, 64), 1),
      option('wait', { text: 'words that are written instead of an end' }),
      option('final', { text: 'words that are written before the answer' }),
    ],
    'last',
  ),
  'compute-optimal': whatever(
    [
      { ...option('table', { text: 'the file of a validation table' }), required: true },
      option('pilot', whole(1, 4096), 4),
    ],
    'majority',
  ),
}
