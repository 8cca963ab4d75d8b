/** @file Rewards that are more than one answer: every planted fault is found by its property, its twin has no finding. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkReward } from '../../rewards/checks/check.ts'
import { FACET_PROPERTIES } from '../../rewards/checks/properties/facets.ts'
import { PLANTED_FACETS } from '../museum/planted-facets.ts'

const test = suite('checks of rewards that are more than one answer')
const SEEDS = [1, 2]

for (const { id, property, faulty, fixed } of PLANTED_FACETS) {
  test(`${id}: ${property} finds it`, async () => {
    for (const seed of SEEDS) {
      const { findings } = await checkReward(faulty, { seed, only: [property], budgetMs: 60_000 })
      assert.equal([...new Set(findings.map(finding => finding.property))], [property], `seed ${seed}`)
    }
  })

  test(`${id}: nothing is found once it is fixed`, async () => {
    const report = await checkReward(fixed, { budgetMs: 60_000 })
    const found = [...report.findings, ...report.flaky].map(
      ({ property: other, says }) => `${other}: ${says}`,
    )
    assert.equal(found, [])
    const own = report.properties.find(({ id: ran }) => ran === property)
    assert.ok(own !== undefined && own.runs > 0, `${property} was judged`)
  })
}

test('every property of facets has a planted fault', () => {
  const planted = new Set(PLANTED_FACETS.map(({ property }) => property))
  assert.equal(
    FACET_PROPERTIES.map(({ id }) => id).filter(id => !planted.has(id)),
    [],
  )
})

test.run()
