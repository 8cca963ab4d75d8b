/** @file Many episodes at once give what they give one by one; slow ones are cut, and nobody else notices. */
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { UsageError } from '../../envs/errors.ts'
import { Gym } from '../../envs/gym.ts'
import type { Json } from '../../envs/json.ts'
import { findEnv } from '../../envs/registry.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import type { Vector, VectorStep } from '../../envs/vector.ts'
import { vector } from '../../envs/vector.ts'

const test = suite('vector')
const ID = 'math/countdown-v1'
const SLOW = { module: new URL('./slow-env.ts', import.meta.url).href, name: 'slow' }

const threaded = vector(ID, 6, { workers: 2 })
test.after(() => threaded.close())

/** A plan of actions for one task: its solution, with nonsense in between. */
function planOf(index: number, seed: number): Json[] {
  const env = findEnv(ID)
  const rng = rngAt('vector test', index, seed)
  const solution = env.solve!(taskAt(env, { split: 'train', index, level: 3 }), { slip: 0.5, rng })
  return rng.float() < 0.5 ? solution : ['nonsense', ...solution]
}

async function oneByOne(indices: readonly number[], seed: number): Promise<object[][]> {
  return Promise.all(
    indices.map(async index => {
      const gym = new Gym(findEnv(ID))
      const { observation } = await gym.reset({ split: 'train', index, level: 3 })
      const steps: object[] = [{ observation }]
      for (const action of planOf(index, seed)) {
        const { info: _, ...step } = await gym.step(action)
        steps.push(step)
        if (step.terminated || step.truncated) break
      }
      return steps
    }),
  )
}

async function together(many: Vector, indices: readonly number[], seed: number): Promise<object[][]> {
  const first = await many.reset(env => ({ split: 'train', index: indices[env]!, level: 3 }))
  const steps: object[][] = first.map(({ observation }) => [{ observation }])
  const plans = indices.map(index => planOf(index, seed))
  const goOn = (env: number): number => {
    const action = plans[env]!.shift()
    if (action !== undefined) many.send([{ env, action }])
    return Number(action !== undefined)
  }
  let open = first.reduce((count, { env }) => count + goOn(env), 0)
  while (open > 0)
    for (const { env, task: _, ...step } of await many.recv()) {
      open--
      steps[env]!.push(step)
      if (!step.terminated && !step.truncated) open += goOn(env)
    }
  return steps
}

test('same results as one by one, on threads and without', async () => {
  const local = vector(ID, 6, { workers: 0 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(500), { minLength: 6, maxLength: 6 }),
      fc.nat(),
      async (indices, seed) => {
        const expected = await oneByOne(indices, seed)
        assert.equal(await together(threaded, indices, seed), expected)
        assert.equal(await together(local, indices, seed), expected)
      },
    ),
    { numRuns: 15 },
  )
  await local.close()
})

test('lockstep keeps the order; an episode that is over is not reset by itself', async () => {
  await threaded.reset(env => ({ split: 'train', index: env, level: 1 }))
  const solved = await threaded.step(
    Array.from({ length: 6 }, (_, index) => {
      const env = findEnv(ID)
      const [first] = env.solve!(taskAt(env, { split: 'train', index, level: 1 }))
      return first!
    }),
  )
  assert.equal(
    solved.map(({ env }) => env),
    [0, 1, 2, 3, 4, 5],
  )
  for (const { env, terminated } of solved) {
    if (terminated) assert.throws(() => threaded.send([{ env, action: 'x' }]), /is over; reset it first/)
    else threaded.send([{ env, action: 'x' }])
  }
  const open = solved.filter(({ terminated }) => !terminated).length
  if (open > 0) assert.is((await threaded.recv(open)).length, open)
})

test('observations are the receiver’s own', async () => {
  const local = vector(ID, 1, { workers: 0 })
  for (const many of [threaded, local]) {
    const [step] = await many.reset(() => ({ split: 'train', index: 3, level: 3 }), [0])
    const shown = step!.observation as { pool: string[] }
    const pool = [...shown.pool]
    shown.pool.length = 0
    many.send([{ env: 0, action: 'nonsense' }])
    const [after] = await many.recv(1)
    assert.equal((after!.observation as { pool: string[] }).pool, pool)
  }
  await local.close()
})

test('nothing is taken twice: a result must be received before the next action', async () => {
  await threaded.reset()
  threaded.send([{ env: 1, action: 'x' }])
  assert.throws(() => threaded.send([{ env: 1, action: 'x' }]), /has a result on its way/)
  assert.is((await threaded.recv(1)).length, 1)
  assert.throws(
    () =>
      threaded.send([
        { env: 2, action: 'x' },
        { env: 2, action: 'x' },
      ]),
    /at most once/,
  )
  await rejects(threaded.recv(1), UsageError, /only 0 are on their way/)
  assert.throws(() => threaded.send([{ env: 6, action: 'x' }]), /expected environments 0 to 5/)
})

test('what cannot be is refused by name, and the rest goes on', async () => {
  assert.throws(() => vector(ID, 0), /number of environments of 1 or more/)
  await rejects(
    threaded.reset(() => ({ level: 99 }), [0]),
    UsageError,
    /expected a level of/,
  )
  const broken = vector(SLOW, 2, { workers: 1 })
  await broken.reset()
  broken.send([{ env: 0, action: 'throw' }])
  await rejects(broken.recv(1), Error, /a bug of the author/)
  broken.send([{ env: 1, action: 'x' }])
  assert.equal((await broken.recv(1))[0]!.observation, { steps: 1 })
  await broken.close()
})

test('a step that is cancelled has no reward, not 0', async () => {
  const many = vector(SLOW, 2, { workers: 1 })
  await many.reset()
  const controller = new AbortController()
  many.send([{ env: 0, action: 'wait' }], { signal: controller.signal })
  setTimeout(() => controller.abort(), 100)
  const [step] = await many.recv(1)
  assert.is(step!.rewards['correct'], null)
  assert.is(step!.truncated, false)
  await many.close()
})

test('a step that never comes back is cut with its thread, and the others go on from where they were', async () => {
  const many = vector(SLOW, 3, { workers: 1 })
  await many.reset()
  await many.step(['a', 'b', 'c'])
  await many.step(['a', 'b', 'c'])
  const started = performance.now()
  many.send([{ env: 1, action: 'hang' }], { signal: AbortSignal.timeout(100) })
  const [cut] = (await many.recv(1)) as [VectorStep]
  assert.ok(performance.now() - started < 5_000)
  assert.equal(
    [cut.env, cut.truncated, cut.terminated, cut.reason, cut.rewards],
    [1, true, false, 'cancelled', { correct: null }],
  )
  assert.throws(() => many.send([{ env: 1, action: 'x' }]), /is over/)
  many.send([
    { env: 0, action: 'x' },
    { env: 2, action: 'x' },
  ])
  assert.equal(
    (await many.recv(2)).map(({ observation }) => observation),
    [{ steps: 3 }, { steps: 3 }],
  )
  await many.reset(() => ({}), [1])
  await many.close()
})

async function rejects(
  promise: Promise<unknown>,
  kind: new (...args: never[]) => Error,
  words: RegExp,
): Promise<void> {
  try {
    await promise
  } catch (error) {
    assert.instance(error, kind)
    assert.match((error as Error).message, words)
    return
  }
  assert.unreachable('expected a rejection')
}

test.run()
