import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nextStep, ONE_STEP, openEndpointAgent } from '../../../agents/policies/openai.ts'
import { rollout } from '../../../agents/rollout.ts'
import type { EnvDef } from '../../../envs/env.ts'
import { gcd } from '../../../envs/math/families/gcd.ts'
import { taskAt } from '../../../envs/tasks.ts'
import type { Answer } from './openai-server.ts'
import { json, RECORDINGS, startServer } from './openai-server.ts'

const env = gcd as unknown as EnvDef
const task = taskAt(env, { split: 'test', index: 0, level: 2 })
const solution = env.solve!(task) as string[]

function reply(content: string): object {
  const body = structuredClone(RECORDINGS.ollama) as { choices: { message: { content: string } }[] }
  body.choices[0]!.message.content = content
  return body
}

const test = suite('openai agent')

test('it plays a task step by step, and its words are judged as the environment does', async () => {
  const server = await startServer()
  // A model that thinks aloud and writes more than was asked for; in between one step that is no line of the rules.
  const said = solution.flatMap((line, i) => (i === 1 ? ['x'.repeat(500), line] : [line]))
  server.answers = said.map(line => json(reply(`<think>Let me see.</think>\n\n${line}\nand so on`)))
  const agent = openEndpointAgent('m', server.url, { key: null, system: 'Be brief.', maxTokens: 64 })
  const [record] = await rollout(env, agent, [task])
  await agent.close!()
  await server.close()
  assert.is(record!.agent, `openai:m@${server.url}`)
  assert.is(record!.steps.length, said.length)
  assert.equal(
    record!.steps.map(({ action }) => action),
    said.map(line => (line.length > 400 ? { invalid: line + '\n' } : line)),
  )
  assert.is(record!.steps.at(-1)!.rewards['correct'], 1)
  assert.is(record!.steps[1]!.rewards['invalid'], -1)
  assert.is(record!.steps[0]!.usage!.tokens, 31)
  const messages = server.seen.map(({ body }) => body['messages'] as { role: string; content: string }[])
  assert.ok(messages[0]![0]!.content.startsWith('Be brief.') && messages[0]![0]!.content.endsWith(ONE_STEP))
  // What was written before is shown, and a chat is asked to go on.
  assert.is(messages[1]![2]!.content, `${solution[0]}\n`)
  assert.is(server.seen[0]!.headers.authorization, undefined)
  assert.is(server.seen[0]!.body['logprobs'], undefined)
})

test('an empty reply and the end of the time for a move', async () => {
  const server = await startServer()
  const never: Answer = () => {}
  server.answers = [json(reply('')), never]
  const agent = openEndpointAgent('m', server.url, { key: null, timeoutMs: 5000 })
  const session = await agent.open({
    env,
    task: null,
    rng: { next: () => 1 } as never,
  })
  const turn = {
    observation: env.observe(task, await env.start(task)),
    step: 0,
    deadlineMs: 150,
    signal: new AbortController().signal,
  }
  assert.equal((await session.act(turn)).action, '')
  const started = performance.now()
  try {
    await session.act(turn)
    assert.unreachable()
  } catch (error) {
    assert.is((error as Error).name, 'TimeoutError')
  }
  assert.ok(performance.now() - started < 2000)
  await agent.close!()
  await server.close()
})

test('the next step of a reply', () => {
  assert.is(nextStep(env, '\n\n48 mod 18 = 12\n18 mod 12 = 6\n'), '48 mod 18 = 12\n')
  assert.is(nextStep(env, '<thinking>a\nb</thinking>```\nx = 1\n```'), 'x = 1')
  assert.is(nextStep(env, '<think>never closed'), '')
  const g1 =
    '{"title":"t","content":"c","next_action":"continue"}\n{"title":"t","content":"answer: 6","next_action":"final_answer"}'
  assert.is(nextStep(env, g1), 'answer: 6')
})

test.run()
