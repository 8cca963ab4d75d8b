/** @file Rewards that score steps: what is not run, and what does not gate. The museum test runs the planted faults. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkReward } from '../../rewards/checks/check.ts'
import { reportSchema } from '../../rewards/checks/report.ts'
import { chain } from '../museum/chain.ts'
import { PLANTED_PROCESS } from '../museum/planted-process.ts'

const test = suite('checks of rewards that score steps')

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
