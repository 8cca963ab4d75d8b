/** @file The museum: every exhibit is found by the property that it names, no twin has a finding, every operator can fail. */
import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ENV_PROPERTIES, REWARD_PROPERTIES } from '../../rewards/checks/registry.ts'
import { isEnvExhibit } from '../museum/entry.ts'
import type { Result } from '../museum/jobs.ts'
import { exhibitJobs, twinOf } from '../museum/jobs.ts'
import type { Kills } from '../museum/kills.ts'
import { killCounts, lawOf, partsOf, RECORD, RECORDED_SEED } from '../museum/kills.ts'
import { results } from '../museum/pool.ts'
import { WHOLE_MUSEUM } from '../museum/whole.ts'

const test = suite('museum')
/** Looked for by a search of its own, which its own tests are about. */
const ELSEWHERE = new Set(['exploit'])

const found = new Map<string, Result>()

test.before(async () => {
  const all = await results(exhibitJobs(WHOLE_MUSEUM, { seed: RECORDED_SEED, short: true }))
  for (const [at, { id }] of WHOLE_MUSEUM.entries()) found.set(id, all[at]!)
})

test('no two exhibits share a name', () => {
  assert.is(new Set(WHOLE_MUSEUM.map(({ id }) => id)).size, WHOLE_MUSEUM.length)
})

/** Properties that were judged on a twin, by the twin. */
function judgedOn(twin: unknown): string[] {
  return WHOLE_MUSEUM.filter(each => twinOf(each) === twin).flatMap(({ id }) => found.get(id)!.twin)
}

for (const exhibit of WHOLE_MUSEUM)
  test(`${exhibit.id}: ${exhibit.property} finds it, and nothing is found in its twin`, () => {
    const { hit, alarms, cut } = found.get(exhibit.id)!
    assert.equal(alarms, [])
    assert.ok(hit, `not found by ${exhibit.property}`)
    assert.ok(judgedOn(twinOf(exhibit)).includes(exhibit.property), `${exhibit.property} ran on the twin`)
    assert.not(cut, 'time ran out')
  })

test('every property is named by an exhibit', () => {
  const named = (env: boolean) =>
    new Set(WHOLE_MUSEUM.filter(each => isEnvExhibit(each) === env).map(({ property }) => property))
  const unnamed = (properties: readonly { id: string }[], env: boolean): string[] =>
    properties.map(({ id }) => id).filter(id => !named(env).has(id) && !ELSEWHERE.has(id))
  assert.equal(unnamed(REWARD_PROPERTIES, false), [])
  assert.equal(unnamed(ENV_PROPERTIES, true), [])
})

test('every operator that ran has made something fail', () => {
  const killed = new Set([...found.values()].flatMap(({ kills }) => kills.map(lawOf)))
  const ran = new Set(
    [...found.values()].flatMap(result =>
      Object.keys(result.ran)
        .filter(key => result.ran[key]! > 0 && !ELSEWHERE.has(partsOf(key)[1]))
        .map(lawOf),
    ),
  )
  const harmless = [...ran].filter(law => !killed.has(law))
  assert.equal(harmless.sort(), [])
})

test('operators make at least as many exhibits fail as recorded', () => {
  const recorded = JSON.parse(readFileSync(RECORD, 'utf8')) as Kills
  const counted = killCounts([...found.values()])
  const fewer = Object.entries(recorded).flatMap(([kind, properties]) =>
    Object.entries(properties).flatMap(([property, operators]) =>
      Object.entries(operators).flatMap(([operator, count]) => {
        const now = counted[kind]?.[property]?.[operator] ?? 0
        return now >= count ? [] : [`${kind}/${property}/${operator}: ${now}, recorded ${count}`]
      }),
    ),
  )
  assert.equal(fewer, [])
})

test.run()
