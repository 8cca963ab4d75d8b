/** @file The retail desk: the customer answers in whatever words it is asked, and a closed case stays closed. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Position } from '../../envs/dynamics.ts'
import { advance, begin } from '../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import { taskAt } from '../../envs/tasks.ts'
import { retail } from '../../envs/tools/retail.ts'
import type { Call } from '../../envs/tools/call-form.ts'

const env = retail as unknown as EnvDef
const call = (tool: string, args: Call['args']): Call => ({ tool, args })

async function said(
  task: Task,
  position: Position,
  text: string,
): Promise<{ position: Position; answer: string }> {
  const taken = await advance(env, task, position, call('say', { text }))
  const { result } = env.observe(task, taken.position.state) as { result: { result: string } }
  return { position: taken.position, answer: result.result }
}

test('the customer answers what it is asked, in whatever words', async () => {
  const task = taskAt(env, { split: 'train', level: 5, index: 1 })
  const { person } = task.params as unknown as { person: { email: string; postcode: string } }
  const start = await begin(env, task)
  for (const text of [
    'What is your e-mail address?',
    'I need your EMAIL please',
    'And the email you used, thanks',
  ])
    assert.match((await said(task, start, text)).answer, person.email)
  const both = await said(task, start, 'Your e-mail and your post code, please.')
  assert.ok(both.answer.includes(person.email) && both.answer.includes(person.postcode))
  assert.match((await said(task, start, 'Lovely weather.')).answer, 'What do you need to know')
  assert.match((await said(task, start, 'Unfortunately I cannot do that.')).answer, 'exception')
})

test('the second wish is told only when it is asked for, and the first can be talked about again', async () => {
  const task = taskAt(env, { split: 'train', level: 5, index: 1 })
  const first = await said(task, await begin(env, task), 'Which item is it?')
  const more = await said(task, first.position, 'Is there anything else?')
  assert.match(more.answer, /^Yes\. /)
  const second = await said(task, more.position, 'Which item is it?')
  assert.is.not(second.answer, first.answer)
  assert.is((await said(task, more.position, 'Anything else?')).answer, 'No, that is all.')
  const back = await said(task, second.position, 'Let us go back to your first wish.')
  assert.is((await said(task, back.position, 'Which item is it?')).answer, first.answer)
})

test('nothing is done after the case is closed', async () => {
  const task = taskAt(env, { split: 'train', level: 2, index: 0 })
  const { orders } = task.params as unknown as { orders: { id: string }[] }
  const closed = await advance(
    env,
    task,
    await begin(env, task),
    call('close_case', { outcome: 'refused', reason: 'time' }),
  )
  for (const late of [
    call('close_case', { outcome: 'resolved', reason: 'none' }),
    call('transfer_case', { reason: 'amount' }),
    call('change_address', { order: orders[0]!.id, address: 'Nowhere' }),
  ]) {
    const { position, rewards } = await advance(env, task, closed.position, late)
    assert.is(rewards['invalid'], -1)
    assert.equal(
      (position.state as { world: unknown }).world,
      (closed.position.state as { world: unknown }).world,
    )
  }
})

test.run()
