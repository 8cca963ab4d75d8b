/** @file False alarms: a short check of every environment of this project finds nothing. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { listEnvs } from '../../envs/registry.ts'
import type { Job, Result } from '../museum/jobs.ts'
import { results } from '../museum/pool.ts'
import { needs } from '../needs.ts'

const test = suite('checks of built-in environments')
const SEED = 1
/** Of every operator; `ludus check` makes many more. */
const RUNS = 1
const LEAST_PROPERTIES = 15

const there = new Map<string, string | null>()
for (const env of listEnvs()) there.set(env.id, (await env.missing?.()) ?? null)
const able = [...there].filter(([, missing]) => missing === null).map(([id]) => id)

let checked = new Map<string, Result>()

test.before(async () => {
  const jobs = able.map((id): Job => ({ what: 'built-in', id, seed: SEED, runs: RUNS }))
  const all = await results(jobs)
  checked = new Map(all.map((result, at) => [able[at]!, result]))
})

for (const [id, missing] of there)
  needs(test, id, { missing: missing ?? '', there: () => missing === null })(() => {
    const { alarms, cut, ran } = checked.get(id)!
    assert.equal(alarms, [])
    assert.not(cut, 'time ran out')
    const properties = Object.entries(ran).filter(([, runs]) => runs > 0)
    const different = new Set(properties.map(([operator]) => operator.split('/')[1]))
    assert.ok(different.size >= LEAST_PROPERTIES, `only ${[...different].join(', ')} ran`)
  })

test.run()
