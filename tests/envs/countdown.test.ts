/** @file Countdown's rules case by case: what counts as an equation, and what progress is worth. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { advance, begin } from '../../envs/dynamics.ts'
import type { Task } from '../../envs/env.ts'
import { maxReturn } from '../../envs/env.ts'
import { findEnv } from '../../envs/registry.ts'

const env = findEnv('math/countdown-v1')

function task(numbers: number[], target: number, integersOnly = false): Task {
  return {
    env: env.id,
    split: 'train',
    index: 0,
    level: 1,
    params: { numbers, target, integersOnly, solution: [] },
  }
}

/** The terms of each step, and the pool at the end. */
async function play(given: Task, equations: string[]) {
  let position = await begin(env, given)
  const rows = []
  let total = 0
  for (const equation of equations) {
    const taken = await advance(env, given, position, equation)
    position = taken.position
    rows.push(taken.rewards)
    total += taken.reward
  }
  const { pool } = position.state as { pool: string[] }
  return { rows, total, pool, end: position.end?.reason ?? null }
}

test('one equation or several, the way does not change the return', async () => {
  const given = task([3, 25, 4], 97)
  for (const way of [['25*4-3=97'], ['25*4=100', '100-3=97'], ['3*4=5', '(25 * 4) = 100', '-3+100=97']]) {
    const { rows, end } = await play(given, way)
    assert.is(end, 'solved')
    const progress = rows.reduce((sum, row) => sum + row['progress']!, 0)
    assert.ok(Math.abs(progress - 1) < 1e-12)
    assert.is(rows.at(-1)!['correct'], 1)
  }
  assert.ok(Math.abs((await play(given, ['25*4-3=97'])).total - maxReturn(env)) < 1e-12)
})

test('a step off the way takes back what the way had earned', async () => {
  const { rows, end } = await play(task([3, 25, 4], 97), ['25*4=100', '100+3=103'])
  assert.is(end, 'used-up')
  assert.is(rows[0]!['progress'], 0.5)
  assert.is(rows[1]!['progress'], -0.5)
  assert.is(rows[1]!['correct'], 0)
})

test('fractions go into the pool and come out of it exactly', async () => {
  assert.equal((await play(task([7, 2, 8], 28), ['7/2=7/2'])).pool, ['8', '7:2'])
  assert.is((await play(task([7, 2, 8], 28), ['7/2=7:2', '7:2*8=28'])).end, 'solved')
  assert.is((await play(task([7, 2, 8], 28), ['7/2=7:2', '7/2*8=28'])).end, null)
  assert.equal((await play(task([3, 5, 8], 6), ['3-5=-2', '8-2=6'])).end, 'solved')
})

test('broken rules are charged and change nothing', async () => {
  const given = task([3, 4, 25], 97, true)
  const broken = [
    '25*4=101', // false
    '25*25=625', // one 25 only
    '5*4=20', // no 5
    '4/3*3=4', // no second 3
    '25/4=25:4', // not an integer
    '25/4*3=75:4',
    '25=25', // no operation
    '-25=-25',
    '4/(3-3)=1',
    '25*4', // no value
    '25*4=100=100',
    '2.5*4=10',
    '3**4=81',
    'process.exit()=1',
    '',
  ]
  for (const equation of broken) {
    const { rows, pool } = await play(given, [equation])
    assert.equal(rows, [{ correct: null, progress: 0, invalid: -1 }], equation)
    assert.equal(pool, ['3', '4', '25'])
  }
})

test('the label knows what can still be reached, at once if need be', () => {
  const label = (pool: string[], target: number, integersOnly: boolean, stepsLeft = 1): boolean | null =>
    env.stepLabel!(task([1, 1, 1], target, integersOnly), { pool, equations: [], solved: false }, stepsLeft)
  assert.is(label(['2', '5', '5', '10'], 24, false), true) // (5 - 2/10) * 5
  assert.is(label(['2', '5', '5', '10'], 24, true), false)
  assert.is(label(['3', '3', '8', '8'], 24, true), true) // 3 * 8; not every number has to be used
  assert.is(label(['7:2', '8'], 28, false), true)
  assert.is(label(['3', '4', '25'], 97, true, 0), false)
})

test.run()
