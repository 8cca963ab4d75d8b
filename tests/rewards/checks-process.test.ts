/** @file Rewards that score steps: every planted fault is found by its property, and its twin has no finding. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkReward } from '../../rewards/checks/check.ts'
import { PROCESS_PROPERTIES } from '../../rewards/checks/process-properties/list.ts'
import { reportSchema } from '../../rewards/checks/report.ts'
import { chain } from '../museum/chain.ts'
import { PLANTED_PROCESS } from '../museum/planted-process.ts'

const test = suite('checks of rewards that score steps')
const SEEDS = [1, 2, 3]

for (const { id, property, faulty, fixed } of PLANTED_PROCESS) {
  test(`${id}: ${property} finds it`, async () => {
    for (const seed of SEEDS) {
      const { findings } = await checkReward(faulty, { seed, only: [property], budgetMs: 60_000 })
      assert.equal([...new Set(findings.map(finding => finding.property))], [property], `seed ${seed}`)
    }
  })

  test(`${id}: nothing is found once it is fixed`, async () => {
    for (const seed of SEEDS) {
      const report = await checkReward(fixed, { seed, budgetMs: 60_000 })
      assert.equal(
        [...report.findings, ...report.flaky].map(({ says }) => says),
        [],
        `seed ${seed}`,
      )
      assert.ok(
        report.properties.some(({ id: ran }) => ran === property),
        'the property was run',
      )
    }
  })
}

test('every property of steps has a planted fault', () => {
  const planted = new Set(PLANTED_PROCESS.map(({ property }) => property))
  assert.equal(
    PROCESS_PROPERTIES.map(({ id }) => id).filter(id => !planted.has(id)),
    [],
  )
})

test('what lacks its facts is not run, and says which', async () => {
  const report = reportSchema.parse(await checkReward(chain({})))
  const why = Object.fromEntries(report.notRun.map(({ id, why }) => [id, why]))
  assert.match(why['corruption_drop']!, 'process.aggregate')
  assert.match(why['outcome_consistency']!, 'process.outcome')
  assert.match(why['step_split_invariance']!, 'process.scoreText')
  assert.match(why['count_neutrality']!, 'process.neutral')
  assert.match(why['first_error_metric']!, 'process.firstErrorScore')
})

test('of a learned model, laws of quality are reported without gating', async () => {
  const faulty = PLANTED_PROCESS.find(({ id }) => id === 'planted-step-form-only')!.faulty
  const { findings } = await checkReward({ ...faulty, learned: true }, { only: ['R1'] })
  assert.equal([...new Set(findings.map(({ severity }) => severity))], ['info'])
})

test.run()
