/** @file The same coordinates are the same task, and the same actions the same episode, on every machine and Node. */
import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findEnv, listEnvs } from '../../envs/registry.ts'
import type { Fingerprints } from '../golden/fingerprints.ts'
import { fingerprint } from '../golden/fingerprints.ts'
import { needs } from '../needs.ts'

const test = suite(`fingerprints on Node ${process.version}`)
const golden = JSON.parse(
  readFileSync(new URL('../golden/fingerprints.json', import.meta.url), 'utf8'),
) as Fingerprints

test('every environment has one', () => {
  assert.equal(
    Object.keys(golden),
    listEnvs().map(({ id }) => id),
  )
})

for (const [id, expected] of Object.entries(golden)) {
  const env = findEnv(id)
  const missing = (await env.missing?.()) ?? null
  needs(test, id, { missing: missing ?? '', there: () => missing === null })(async () => {
    assert.is(await fingerprint(env), expected)
    await env.close?.()
  })
}

test.run()
