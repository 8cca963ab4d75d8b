/** @file False alarms: the checks find nothing in rewards and environments that have no fault. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { alarmsOf, reportOf } from '../museum/correct/alarms.ts'
import { CORRECT } from '../museum/correct/all.ts'

const test = suite('false alarms')

test('the correct set is large, and no two of it share a name', () => {
  assert.ok(CORRECT.length >= 46, `got ${CORRECT.length}`)
  assert.is(new Set(CORRECT.map(({ name }) => name)).size, CORRECT.length)
})

for (const subject of CORRECT)
  test(`${subject.name}: no finding`, async () => {
    assert.equal(await alarmsOf(subject, 1), [])
  })

test('something was run of every kind of subject', async () => {
  for (const subject of [CORRECT[0]!, CORRECT.at(-1)!]) {
    const { properties } = await reportOf(subject, 1)
    assert.ok(
      properties.some(({ runs }) => runs > 0),
      `${subject.name}: nothing was run`,
    )
  }
})

test.run()
