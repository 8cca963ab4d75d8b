/** @file The ledger's distance to the goal, against breadth-first search over every call there is. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { rngAt } from '../../envs/rng.ts'
import type { Accounts } from '../../envs/tools/settlement.ts'
import { callsToGoal } from '../../envs/tools/settlement.ts'

type Database = { accounts: Accounts; closed: string[] }

/** Every database one valid call away. */
function neighbours({ accounts, closed }: Database, names: readonly string[]): Database[] {
  const next: Database[] = []
  const open = Object.keys(accounts)
  for (const name of names)
    if (!open.includes(name) && !closed.includes(name))
      next.push({ accounts: { ...accounts, [name]: 0 }, closed })
  for (const from of open) {
    const { [from]: held, ...rest } = accounts
    if (held === 0) next.push({ accounts: rest, closed: [...closed, from] })
    for (const to of open)
      for (let cents = 1; cents <= held! && to !== from; cents++)
        next.push({ accounts: { ...accounts, [from]: held! - cents, [to]: accounts[to]! + cents }, closed })
  }
  return next
}

const key = ({ accounts, closed }: Database): string =>
  JSON.stringify([money(accounts), closed.toSorted((a, b) => a.localeCompare(b))])
const money = (accounts: Accounts): string =>
  JSON.stringify(Object.entries(accounts).toSorted(([a], [b]) => a.localeCompare(b)))

/** Fewest calls from the database to each set of balances, by breadth-first search. */
function distances(start: Database, names: readonly string[]): Map<string, number> {
  const found = new Map([[money(start.accounts), 0]])
  const seen = new Set([key(start)])
  let frontier = [start]
  for (let depth = 1; frontier.length > 0; depth++) {
    const next: Database[] = []
    for (const database of frontier)
      for (const neighbour of neighbours(database, names)) {
        if (seen.has(key(neighbour))) continue
        seen.add(key(neighbour))
        next.push(neighbour)
        if (!found.has(money(neighbour.accounts))) found.set(money(neighbour.accounts), depth)
      }
    frontier = next
  }
  return found
}

test('the distance is the one that breadth-first search finds, for every goal that can be reached', () => {
  let [checked, furthest] = [0, 0]
  for (let i = 0; i < 12; i++) {
    const rng = rngAt('ledger', i)
    const names = ['a', 'b', 'c', 'd'].slice(0, i < 6 ? 3 : 4)
    const most = names.length === 3 ? 4 : 2
    const open = names.filter((_, at) => at === 0 || rng.float() < 0.7)
    const accounts = Object.fromEntries(open.map(name => [name, rng.int(0, most)]))
    const closed = names.filter(name => !open.includes(name) && rng.float() < 0.4)
    for (const [goal, calls] of distances({ accounts, closed }, names)) {
      const balances = Object.fromEntries(JSON.parse(goal) as [string, number][])
      assert.is(
        callsToGoal(accounts, closed, balances),
        calls,
        `${money(accounts)} closed ${closed.join()} to ${goal}`,
      )
      checked++
      furthest = Math.max(furthest, calls)
    }
  }
  assert.ok(checked > 300 && furthest >= 5, `checked ${checked} goals up to ${furthest} calls away`)
})

test('two pairs that cancel take two transfers, not three', () => {
  assert.is(callsToGoal({ a: 5, b: 7, c: 0, d: 0 }, [], { a: 0, b: 0, c: 5, d: 7 }), 2)
  assert.is(callsToGoal({ a: 5, b: 7, c: 0, d: 0 }, [], { a: 0, b: 0, c: 6, d: 6 }), 3)
})

test('a goal with an account that was closed cannot be reached', () => {
  assert.is(callsToGoal({ a: 5 }, ['b'], { a: 5, b: 0 }), null)
})

test('names of object properties are names like any other', () => {
  assert.is(callsToGoal({ a: 5 }, [], { a: 5, constructor: 0 }), 1)
  assert.is(callsToGoal({ a: 5, constructor: 0 }, [], { a: 5 }), 1)
})

test.run()
