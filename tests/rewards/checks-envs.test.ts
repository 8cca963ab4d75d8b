/** @file Planted faults of environments are found by the property that is named after them, and their twins are clean. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkEnv } from '../../rewards/checks/check.ts'
import { ENVIRONMENT_PROPERTIES } from '../../rewards/checks/env-properties/list.ts'
import type { EnvSubject } from '../../rewards/checks/env-subject.ts'
import type { Report } from '../../rewards/checks/report.ts'
import { PLANTED_ENVS } from '../museum/planted-envs.ts'

const test = suite('checks of environments')

/** Several faults have the same twin. */
const checked = new Map<EnvSubject<never>, Map<number, Promise<Report>>>()

function cleanCheck(env: EnvSubject<never>, seed: number): Promise<Report> {
  const known = checked.get(env) ?? new Map<number, Promise<Report>>()
  checked.set(env, known)
  const report = known.get(seed) ?? checkEnv(env, { seed, runs: 30, budgetMs: 60_000 })
  known.set(seed, report)
  return report
}

for (const { id, property, faultyEnv, fixedEnv } of PLANTED_ENVS)
  for (const seed of [1, 2, 3])
    test(`${id}, seed ${seed}`, async () => {
      const found = await checkEnv(faultyEnv, { seed, only: [property], runs: 60, budgetMs: 60_000 })
      assert.equal(
        found.findings.map(finding => finding.property),
        [property],
        JSON.stringify(found.notRun),
      )
      const clean = await cleanCheck(fixedEnv, seed)
      assert.equal([...clean.findings, ...clean.flaky], [])
      assert.ok(clean.properties.some(({ id: ran, runs }) => ran === property && runs > 0))
    })

test('every property of environments has a planted fault', () => {
  const planted = new Set(PLANTED_ENVS.map(({ property }) => property))
  assert.equal(
    ENVIRONMENT_PROPERTIES.map(({ id }) => id).filter(id => !planted.has(id)),
    [],
  )
})

test.run()
