/** @file The random agent: legal actions where it can know them, else values that fit the action schema. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import { tasksOf } from '../../../agents/evaluate.ts'
import { randomAgent } from '../../../agents/policies/random.ts'
import type { JsonSchema } from '../../../agents/policies/schema.ts'
import { drawMatching, drawValue } from '../../../agents/policies/schema.ts'
import { rollout } from '../../../agents/rollout.ts'
import { advance, begin } from '../../../envs/dynamics.ts'
import { hashJson } from '../../../envs/json.ts'
import { listEnvs } from '../../../envs/registry.ts'
import { rngAt } from '../../../envs/rng.ts'

const test = suite('random')
const { signal } = new AbortController()
/** A step takes milliseconds there: the program is run, or the server asked. */
const SLOW = /^code\/.*-(js|py)-v|^tools\/(sql-|mcp-|sheet|http)/

test('without the task it still writes actions that fit the schema of every environment', async () => {
  for (const env of listEnvs()) {
    const task = tasksOf(env, { split: 'train', levels: [env.tasks.levels[0]!.level], count: 1 })[0]!
    const observation = env.observe(task, await env.start(task))
    const session = await randomAgent().open({ env, task: null, rng: rngAt('schema', env.id) })
    for (let step = 0; step < 100; step++) {
      const { action } = await session.act({ observation, step, deadlineMs: null, signal })
      const parsed = env.action.safeParse(action)
      assert.ok(parsed.success, `${env.id}: ${JSON.stringify(action)}`)
    }
  }
})

test('with the task it plays what is legal at that moment', async () => {
  for (const env of listEnvs().filter(each => 'legalActions' in each)) {
    const levels = env.tasks.levels.map(entry => entry.level)
    for (const task of tasksOf(env, { split: 'train', levels, count: SLOW.test(env.id) ? 4 : 20 })) {
      const [record] = await rollout(env, randomAgent(), [task])
      let position = await begin(env, task)
      for (const { action } of record!.steps) {
        const legal = env.legalActions!(task, position.state).map(hashJson)
        assert.ok(
          legal.length === 0 || legal.includes(hashJson(action)),
          `${env.id}: ${JSON.stringify(action)}`,
        )
        position = (await advance(env, task, position, action)).position
      }
    }
  }
})

test('draws values of every kind of schema', () => {
  const schemas = [
    z.string(),
    z.string().min(3).max(4),
    z.int(),
    z.int().min(-5).max(-2),
    z.int().min(2 ** 40),
    z.int().gt(3).lt(5),
    z.number().min(0.25).max(0.75),
    z.boolean(),
    z.null(),
    z.enum(['a', 'b']),
    z.literal('only'),
    z.array(z.int()).min(1).max(2),
    z.tuple([z.boolean(), z.string()]),
    z.object({ name: z.string(), count: z.int().optional() }),
    z.union([z.object({ kind: z.literal('x'), x: z.boolean() }), z.object({ kind: z.literal('y') })]),
    z.nullable(z.array(z.string().regex(/^[a-c]{2}$/))),
  ]
  for (const schema of schemas) {
    const json = z.toJSONSchema(schema) as JsonSchema
    for (let i = 0; i < 50; i++) {
      const value = drawValue(json, rngAt('value', i))
      assert.ok(schema.safeParse(value).success, `${JSON.stringify(json)} drew ${JSON.stringify(value)}`)
    }
  }
})

test('draws strings that match patterns, and knows which it cannot', () => {
  const patterns = [
    '^[01]\\d$',
    'a|bc|(d|e)f',
    '^(?:x[^a-zA-Z]?)+\\.\\w*$',
    '[a-z-]{2,5}',
    '\\(\\d{1,}\\)',
    '^-?\\d+(:\\d+)?$',
  ]
  fc.assert(
    fc.property(fc.constantFrom(...patterns), fc.nat(), (pattern, seed) => {
      const text = drawMatching(pattern, rngAt('pattern', seed))
      assert.ok(text !== null && new RegExp(`^(?:${pattern})$`).test(text), `${pattern} drew ${text}`)
    }),
  )
  for (const pattern of ['(?=a)b', 'a\\bword', '[unclosed', '(unclosed', 'a)'])
    assert.is(drawMatching(pattern, rngAt('pattern')), null, pattern)
})

test.run()
