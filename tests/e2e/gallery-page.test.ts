/** @file The gallery is what the environments say of themselves today; only its floors are measured apart. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { floorsOf, galleryPage } from '../../arena/cli/gallery.ts'
import { listEnvs } from '../../envs/registry.ts'
import { ROOT } from '../house/files.ts'
import { needs } from '../needs.ts'

const test = suite('gallery page')
const page = readFileSync(join(ROOT, 'docs/environments.md'), 'utf8')

const lacks = await Promise.all(listEnvs().map(async env => (await env.missing?.()) ?? null))
const missing = lacks.find(each => each !== null) ?? null
const UP_TO_DATE = 'it is up to date; if not: npx ludus envs --page docs/environments.md --keep-floors'

needs(test, UP_TO_DATE, { missing: missing ?? '', there: () => missing === null })(async () => {
  assert.is(await galleryPage(listEnvs(), floorsOf(page)), page)
})

test('every environment has its floors, and none of them is above 0.2 without saying why', () => {
  const floors = floorsOf(page)
  for (const { id, guessable, tasks } of listEnvs()) {
    assert.is(floors[id]?.length, tasks.levels.length, id)
    if (guessable === undefined) assert.ok(Math.max(...floors[id]!) < 0.2, `${id}: ${floors[id]!.join()}`)
  }
})

test.run()
