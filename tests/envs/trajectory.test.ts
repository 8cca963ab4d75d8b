/** @file Records that were damaged on the way: one clear error that names the line. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UsageError } from '../../envs/errors.ts'
import { findEnv } from '../../envs/registry.ts'
import { taskAt } from '../../envs/tasks.ts'
import type { Trajectory } from '../../envs/trajectory.ts'
import { formatTrajectories, parseTrajectories, recordEpisode, replay } from '../../envs/trajectory.ts'

async function someRecords(): Promise<Trajectory[]> {
  const env = findEnv('math/addition-v1')
  return Promise.all(
    [0, 1, 2].map(async index => {
      const task = taskAt(env, { split: 'train', index, level: 2 })
      const plan = env.solve!(task)
      return recordEpisode(env, task, 'solver', async (_, step) => ({
        action: plan[step]!,
        usage: { tokens: 3 },
      }))
    }),
  )
}

function refusal(text: string): string {
  try {
    parseTrajectories(text, 'run.jsonl')
  } catch (error) {
    assert.instance(error, UsageError)
    return String(error)
  }
  assert.unreachable('expected a UsageError')
  return ''
}

test('records written and read back are the same', async () => {
  const records = await someRecords()
  assert.equal(parseTrajectories(formatTrajectories(records), 'run.jsonl'), records)
  assert.equal(parseTrajectories('', 'empty.jsonl'), [])
})

test('a torn last line is named', async () => {
  const text = formatTrajectories(await someRecords())
  assert.match(refusal(text.slice(0, -20)), /run\.jsonl: line 3 is cut off/)
  assert.match(refusal(text.slice(0, -1)), /run\.jsonl: line 3 is cut off/)
})

test('a line that is not JSON is named', async () => {
  const lines = formatTrajectories(await someRecords()).split('\n')
  assert.match(
    refusal(lines.with(1, '{"v":1,').join('\n')),
    /run\.jsonl: line 2: expected a trajectory as one line of JSON/,
  )
  assert.match(refusal(lines.toSpliced(1, 0, '').join('\n')), /run\.jsonl: line 2/)
})

test('a line of another shape is named with the field', async () => {
  const records = await someRecords()
  const broken = { ...records[2]!, steps: [{ ...records[2]!.steps[0]!, reward: 'much' }] }
  const text = formatTrajectories([records[0]!, records[1]!]) + JSON.stringify(broken) + '\n'
  assert.match(refusal(text), /run\.jsonl: line 3: not a trajectory: steps\.0\.reward/)
  assert.match(refusal('{"v":2}\n'), /run\.jsonl: line 1: not a trajectory: v/)
  assert.match(refusal('null\n'), /run\.jsonl: line 1: not a trajectory: record/)
})

test('the record of an episode that the agent left replays as far as it goes', async () => {
  const env = findEnv('math/addition-v1')
  const task = taskAt(env, { split: 'test', index: 0, level: 3 })
  const [first] = env.solve!(task)
  const left = await recordEpisode(env, task, 'gone', async (_, step) =>
    step === 0 ? { action: first! } : null,
  )
  assert.is(left.steps.length, 1)
  assert.not(left.steps[0]!.terminated)
  assert.is((await replay(env, left)).verified, true)
  const { left: _, ...whole } = left
  assert.match((await replay(env, whole)).difference ?? '', /agent left: recorded false, replayed true/)
  const changed = { ...left, steps: [{ ...left.steps[0]!, action: '00' }] }
  assert.is((await replay(env, changed)).verified, false)
})

test.run()
