/** @file What is certain enough to be reported, and what is not: the guards of single properties. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineEnv } from '../../envs/define-env.ts'
import { advance, begin } from '../../envs/dynamics.ts'
import { outcome } from '../../envs/env.ts'
import { atGranularity } from '../../envs/granularity.ts'
import { taskAt } from '../../envs/tasks.ts'
import { checkEnv, checkReward } from '../../rewards/checks/check.ts'
import type { EnvSubject } from '../../rewards/checks/env-subject.ts'
import { isolated } from '../../rewards/checks/execution/process.ts'
import type { Report } from '../../rewards/checks/report.ts'
import type { RewardSubject } from '../../rewards/checks/subject.ts'
import { evaluating } from '../cli/faulty-rewards.ts'
import { z } from 'zod'

const test = suite('guards of checks')
const UNHURRIED = { budgetMs: 300_000 }

const found = ({ findings }: Report) => findings.map(({ property, severity }) => `${severity} ${property}`)

const LIMIT = 8

/** Guess a number; what is shown tells the steps that are left, or counts what was said. */
function guessing(how: { end: 'terminated' | 'truncated'; counts: 'steps' | 'fives' }): EnvSubject<number> {
  return {
    name: 'guessing',
    actions: [1, 2, 3, 4, 5],
    horizon: LIMIT,
    make() {
      let [steps, fives, secret] = [0, 0, 0]
      const shown = () => `${how.counts === 'steps' ? LIMIT - steps : fives} so far`
      return {
        reset(seed) {
          ;[steps, fives, secret] = [0, 0, 1 + (seed % 4)]
          return { observation: shown() }
        },
        step(action) {
          steps++
          if (action === 5) fives++
          const solved = action === secret || fives === LIMIT
          const end = !solved && steps >= LIMIT
          return {
            observation: shown(),
            reward: Number(solved),
            terminated: solved || (end && how.end === 'terminated'),
            truncated: end && how.end === 'truncated',
          }
        },
      }
    },
  }
}

test('a limit reported as an end is seen behind a step counter that the agent is shown', async () => {
  const only = ['truncation_not_termination']
  const faulty = await checkEnv(guessing({ end: 'terminated', counts: 'steps' }), { only, ...UNHURRIED })
  assert.equal(found(faulty), ['medium truncation_not_termination'])
  assert.match(faulty.findings[0]!.says, 'finiteHorizon')
  const fair = await checkEnv(guessing({ end: 'truncated', counts: 'steps' }), { only, ...UNHURRIED })
  assert.equal(found(fair), [])
})

test('what counts only some actions is no clock: the last of them may be the end', async () => {
  const only = ['truncation_not_termination']
  const report = await checkEnv(guessing({ end: 'truncated', counts: 'fives' }), { only, ...UNHURRIED })
  assert.equal(found(report), [])
})

const echoing: RewardSubject<{ sum: number }> = {
  name: 'learned',
  kind: 'number',
  tasks: [{ sum: 3 }, { sum: 17 }, { sum: 40 }],
  gold: ({ sum }) => String(sum),
  score: () => 1,
}

test('laws of quality do not gate where the score is learned; faults of code do', async () => {
  const gating = (report: Report) => found(report).filter(each => !each.startsWith('info'))
  const learned = { ...echoing, learned: true } as const
  assert.ok(gating(await checkReward(echoing, UNHURRIED)).length > 0)
  const report = await checkReward(learned, UNHURRIED)
  assert.ok(found(report).includes('info near_miss'), found(report).join())
  assert.equal(gating(report), [])
  const broken = await checkReward({ ...learned, score: () => NaN }, UNHURRIED)
  assert.ok(gating(broken).includes('high total_finite'), found(broken).join())
})

test('an empty response earns no declared component either', async () => {
  const paid: RewardSubject<{ sum: number }> = {
    ...echoing,
    components: { format: { maxShare: 0.2 } },
    score: ({ sum }, response) => (response === String(sum) ? 1 : 0.1),
  }
  const only = ['null_baseline']
  assert.equal(found(await checkReward(paid, { only, ...UNHURRIED })), ['high null_baseline'])
  const worded: RewardSubject<{ sum: number }> = {
    ...paid,
    score: ({ sum }, response) => (response === String(sum) ? 1 : response.trim().length > 1 ? 0.1 : 0),
  }
  assert.equal(found(await checkReward(worded, { only, ...UNHURRIED })), [])
})

test('a process of its own tells what a response ran in it', async () => {
  const url = new URL('../cli/faulty-rewards.ts', import.meta.url).href
  const executor = isolated({ as: 'reward', url, name: 'evaluating' })
  const report = await checkReward(evaluating, { executor, only: ['sandbox_canary'], ...UNHURRIED })
  await executor.close()
  assert.equal([...new Set(found(report))], ['critical sandbox_canary'])
})

/** Its tool fails at `break`. */
const failing = defineEnv({
  id: 'test/failing-v1',
  title: 'Fails now and then',
  action: z.string(),
  observation: z.string(),
  tasks: { levels: [{ level: 1, title: 'one' }], at: () => ({}) },
  maxSteps: 5,
  start: () => ({}),
  observe: () => '',
  step: (_task, state, action) => ({
    state,
    facts: { broken: action === 'break;' },
    ...(action === 'end;' && { end: { kind: 'terminated' as const, reason: 'solved' } }),
  }),
  rewards: { correct: outcome(({ broken }: { broken: boolean }, { end }) => (!end || broken ? null : 1)) },
  text: {
    prompt: () => [{ role: 'user', content: 'go' }],
    parse: text => text,
    render: action => action,
    stepEnd: ';',
  },
})

for (const [text, expected] of [
  ['go;go;', 0],
  ['go;break;', null],
  ['break;go;', 0],
  ['break;end;', 1],
] as const)
  for (const granularity of ['solution', 'token'] as const)
    test(`${text} of which nothing follows has outcome ${expected}, ${granularity} by ${granularity}`, async () => {
      const env = atGranularity(failing, granularity)
      const task = taskAt(env, { split: 'train', level: 1, index: 0 })
      let position = await begin(env, task)
      let last: number | null = null
      for (const action of granularity === 'solution' ? [text] : [text, '']) {
        if (position.end) break
        const taken = await advance(env, task, position, action)
        ;[position, last] = [taken.position, taken.rewards['correct'] ?? null]
      }
      assert.is(last, expected)
    })

test.run()
