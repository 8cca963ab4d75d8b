/** @file False alarms: the checks find nothing in rewards and environments that have no fault. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CORRECT } from '../museum/correct/all.ts'
import type { Job, Result } from '../museum/jobs.ts'
import { results } from '../museum/pool.ts'

const test = suite('false alarms')
const SEED = 1
/** Of every operator; `ludus bench check` makes all of them, on 20 seeds. */
const RUNS = 3

let checked: Result[] = []

test.before(async () => {
  checked = await results(CORRECT.map(({ name }): Job => ({ what: 'correct', name, seed: SEED, runs: RUNS })))
})

test('the correct set is large, and no two of it share a name', () => {
  assert.ok(CORRECT.length >= 46, `got ${CORRECT.length}`)
  assert.is(new Set(CORRECT.map(({ name }) => name)).size, CORRECT.length)
})

for (const [at, { name }] of CORRECT.entries())
  test(`${name}: no finding`, () => {
    const { alarms, cut, ran } = checked[at]!
    assert.equal(alarms, [])
    assert.not(cut, 'time ran out')
    assert.ok(
      Object.values(ran).some(runs => runs > 0),
      'nothing was run',
    )
  })

test.run()
