/** @file Every built-in environment keeps the contract; those of worked lines and puzzles do in contract-math.test.ts. */
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runPipeline } from '../../envs/code/pipeline.ts'
import type { Step } from '../../envs/code/pipeline.ts'
import type { Json } from '../../envs/json.ts'
import { hashJson } from '../../envs/json.ts'
import { findEnv, listEnvs } from '../../envs/registry.ts'
import { rngAt } from '../../envs/rng.ts'
import { call, filled } from '../contracts/arbitraries.ts'
import type { EnvCase } from '../contracts/env-suite.ts'
import { environmentSuite } from '../contracts/env-suite.ts'

const number = fc.oneof(fc.nat(20).map(String), fc.constantFrom('7:2', '-3', '0'))
const equation = fc
  .tuple(number, fc.constantFrom('+', '-', '*', '/'), number, number)
  .map(([a, operator, b, value]) => `${a}${operator}${b}=${value}`)
const account = fc.constantFrom('alice', 'bob', 'carol', 'dave', 'savings', 'constructor', 'nobody')
const code = fc.oneof(
  fc.constantFrom(
    '',
    'function solve(xs) { return xs }',
    'const solve = xs => xs.reverse()',
    'solve = 1',
    '// try',
  ),
  fc.string({ maxLength: 40 }).filter(text => !text.includes('```')),
)

/** Inputs of the test's own: long and short lists, of scattered numbers and of numbers that are often equal. */
const PROBES = Array.from({ length: 250 }, (_, i) => {
  const rng = rngAt('probes of the contract test', i)
  const [low, width] = [rng.int(-20, 20), rng.pick([1, 4, 12, 40])]
  return Array.from({ length: rng.int(0, 12) }, () => low + rng.int(0, width))
})

/** What the other contract tests are for. */
const ELSEWHERE =
  /^math\/|^tools\/(http|calendar|retail|sheet|mcp-inventory|sql-\w+|files|search)-v1$|^code\//

const CASES: EnvCase[] = [
  {
    env: findEnv('math/addition-v1'),
    fitting: fc.nat(19).map(sum => String(sum).padStart(2, '0')),
    identity: params => {
      const { a, b } = params as { a: number; b: number }
      return `${Math.min(a, b)}+${Math.max(a, b)}`
    },
    secrets: () => [],
    distinct: 0.99,
    labelDepth: 2,
    labelLevel: 2,
    completeFrom: 0,
  },
  {
    env: findEnv('math/countdown-v1'),
    fitting: fc.oneof(
      equation,
      fc.string({ maxLength: 30 }).filter(text => !text.includes('\n')),
    ),
    identity: params => {
      const { numbers, target, integersOnly } = params as {
        numbers: number[]
        target: number
        integersOnly: boolean
      }
      return `${numbers.toSorted((a, b) => a - b).join()} ${target} ${integersOnly}`
    },
    secrets: params => (params as { solution: string[] }).solution,
    distinct: 0.99,
    labelDepth: 2,
    labelLevel: 1,
    completeFrom: 2,
  },
  {
    env: findEnv('code/function-v2'),
    fitting: filled({ code, submit: fc.boolean() }),
    identity: params =>
      JSON.stringify(PROBES.map(xs => runPipeline((params as { steps: Step[] }).steps, xs))),
    secrets: params => {
      const { tests, steps } = params as { tests: Json[][]; steps: Json }
      return [JSON.stringify(steps), ...tests.filter(xs => xs.length > 2).map(xs => JSON.stringify(xs))]
    },
    distinct: 0.95,
    labelDepth: 0, // before the end the next program can always be the right one
    labelLevel: 1,
    completeFrom: Infinity,
  },
  {
    env: findEnv('tools/ledger-v1'),
    fitting: fc.oneof(
      call('list_accounts', fc.constant({})),
      call('get_balance', filled({ account })),
      call('transfer', filled({ from: account, to: account, cents: fc.integer({ min: 1, max: 9999 }) })),
      call('open_account', filled({ account })),
      call('close_account', filled({ account })),
    ),
    identity: params => {
      const { accounts, goal } = params as { accounts: Json; goal: Json }
      return hashJson([accounts, goal])
    },
    secrets: params => [JSON.stringify((params as { goal: Json }).goal)],
    distinct: 0.99,
    labelDepth: 2,
    labelLevel: 1,
    completeFrom: Infinity,
  },
]

test('every registered environment has a case here or in one of the other contract tests', () => {
  const here = new Set(CASES.map(({ env }) => env.id))
  const missing = listEnvs().filter(({ id }) => !here.has(id) && !ELSEWHERE.test(id))
  assert.equal(
    missing.map(({ id }) => id),
    [],
  )
})
test.run()

CASES.forEach(environmentSuite)
