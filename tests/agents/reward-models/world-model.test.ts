/** @file World models: the simulator itself is perfect, a spoilt one is caught and gets worse with the horizon, a learned one runs. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ledgerWorld } from '../../../agents/rewards/ledger-world.ts'
import { learnedWorld, mixedPlay, worldDemonstration } from '../../../agents/rewards/learned-world.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import { advance, begin } from '../../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../../envs/env.ts'
import type { Json } from '../../../envs/json.ts'
import { rngAt } from '../../../envs/rng.ts'
import { taskAt } from '../../../envs/tasks.ts'
import { ledger } from '../../../envs/tools/ledger.ts'
import type { Transition, WorldModel } from '../../../rewards/world-model.ts'
import { compareWorlds, imagined, transitionsOf, UNREADABLE } from '../../../rewards/world-model.ts'
import { shape } from './models.ts'

const test = suite('world models')
const env = ledger as unknown as EnvDef
const taskOf = (index: number, level: number): Task => taskAt(env, { split: 'train', index, level })

const played = (from: number, count: number, randomness = 0.5) =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const task = taskOf(from + i, 1 + (i % 3))
      return { task, actions: await mixedPlay(env, task, { randomness, steps: 8, seed: [] }) }
    }),
  )

/** The environment's own dynamics; in every `spoilt`-th move an account gains a cent. */
function simulator(spoilt = Infinity): WorldModel {
  let count = 0
  return {
    name: 'simulator',
    predict: moves =>
      Promise.all(
        moves.map(async ({ task, state, action }) => {
          const taken = await advance(env, task, { state, steps: 0, end: null }, action)
          const next = taken.position.state as { accounts: Record<string, number> }
          const [name] = Object.keys(next.accounts)
          const wrong = ++count % spoilt === 0 && name !== undefined
          const accounts = wrong ? { ...next.accounts, [name]: next.accounts[name]! + 1 } : next.accounts
          return { state: { ...next, accounts } as Json, reward: taken.reward, end: taken.position.end }
        }),
      ),
  }
}

test('the simulator is right in everything, at every horizon', async () => {
  const found = await compareWorlds(env, simulator(), await played(0, 12), { horizon: 6 })
  assert.ok(found.transitions > 24)
  assert.equal(
    [found.observation, found.state, found.end, found.reward, found.rewardError, found.unreadable],
    [1, 1, 1, 1, 0, 0],
  )
  assert.ok(
    found.horizon.length >= 4 &&
      found.horizon.every(({ state, observation }) => state === 1 && observation === 1),
  )
})

test('errors of single steps add up over the horizon; nothing readable is no accuracy', async () => {
  const found = await compareWorlds(env, simulator(4), await played(0, 40, 0.9), { horizon: 5 })
  assert.ok(Math.abs(found.state - 0.75) < 0.05, `${found.state}`)
  assert.ok(found.observation > found.state, 'an observation shows little of the state')
  const states = found.horizon.map(({ state }) => state)
  assert.ok(states[0]! > states[2]! && states[2]! > states[4]! && states[4]! < 0.45, states.join(' '))
  const mute = await compareWorlds(
    env,
    { name: 'mute', predict: moves => moves.map(() => null) },
    await played(0, 4),
    { horizon: 3 },
  )
  assert.equal([mute.state, mute.reward, mute.unreadable], [0, 0, mute.transitions])
  assert.equal(
    mute.horizon.map(({ state }) => state),
    mute.horizon.map(() => 0),
  )
})

test('an environment in the model plays as the environment does, and ends where nothing can be read', async () => {
  const inside = imagined(env, simulator())
  for (const { task, actions } of await played(100, 6)) {
    let [dream, real] = [await begin(inside, task), await begin(env, task)]
    for (const action of actions) {
      const [a, b] = [await advance(inside, task, dream, action), await advance(env, task, real, action)]
      assert.equal(a.position, b.position)
      assert.is(a.reward, b.reward)
      ;[dream, real] = [a.position, b.position]
    }
  }
  const lost = imagined(env, { name: 'mute', predict: moves => moves.map(() => null) })
  const task = taskOf(0, 1)
  const taken = await advance(lost, task, await begin(lost, task), env.solve!(task)[0])
  assert.equal(taken.position.end, { kind: 'truncated', reason: UNREADABLE })
  assert.equal(taken.rewards, { predicted: null })
})

test('what is written of a transition is read back as what happened, refusals and looks with it', async () => {
  const probes = (task: Task): Json[] => [
    { tool: 'list_accounts', args: {} },
    { tool: 'get_balance', args: { account: 'alice' } },
    { tool: 'close_account', args: { account: 'bob' } },
    { tool: 'open_account', args: { account: 'savings' } },
    { tool: 'open_account', args: { account: 'savings' } },
    { tool: 'close_account', args: { account: 'savings' } },
    { tool: 'open_account', args: { account: 'savings' } },
    { tool: 'transfer', args: { from: 'carol', to: 'carol', cents: 5 } },
    { tool: 'transfer', args: { from: 'bob', to: 'carol', cents: 900_000 } },
    ...env.solve!(task),
  ]
  const fits = new Set(ledgerWorld.alphabet)
  assert.is(fits.size, ledgerWorld.alphabet.length)
  const transitions: Transition[] = []
  for (let i = 0; i < 12; i++)
    transitions.push(...(await transitionsOf(env, taskOf(i, 1 + (i % 4)), probes(taskOf(i, 1 + (i % 4))))))
  for (const transition of transitions) {
    const { prompt, completion } = worldDemonstration(ledgerWorld, transition)
    for (const character of prompt[0]!.content + completion) assert.ok(fits.has(character), character)
    assert.ok(completion.length <= ledgerWorld.maxTokens)
    const read = ledgerWorld.read(transition, completion)!
    assert.equal(read.state, transition.next, completion)
    assert.ok(Math.abs(read.reward - transition.reward) <= 0.005)
    assert.is(read.end?.kind, transition.end?.kind)
  }
  const [first] = transitions as [Transition]
  const { accounts } = first.state as { accounts: Record<string, number> }
  const refused = ledgerWorld.read(first, 'A7/B:n+-5')!
  assert.equal(
    (refused.state as typeof first.state & { accounts: object; closed: string[] }).accounts,
    accounts,
  )
  assert.is(refused.reward, -0.05)
  for (const text of ['', 'A10A20/:y+0', 'A1/:q+0', 'A1/:y+', 'A1/:y+0 '])
    assert.is(ledgerWorld.read(transitions[0]!, text), null)
})

test('a learned model trains on play and is compared with the simulator', async () => {
  const policy = NeuralPolicy.create(
    { ...shape, maxPositionEmbeddings: 224 },
    ledgerWorld.alphabet,
    rngAt('world'),
    { samplers: 1, trainThreads: 1 },
  )
  const transitions: Transition[] = []
  for (const { task, actions } of await played(1_000, 12))
    transitions.push(...(await transitionsOf(env, task, actions)))
  const lessons = transitions.slice(0, 24).map(transition => worldDemonstration(ledgerWorld, transition))
  const losses: number[] = []
  for (let step = 0; step < 25; step++) losses.push((await policy.behaviorCloningStep(lessons, 1e-2)).loss)
  assert.ok(losses.at(-1)! < losses[0]! * 0.7, `${losses[0]} to ${losses.at(-1)}`)
  const found = await compareWorlds(env, learnedWorld(policy, ledgerWorld), await played(5_000, 4), {
    horizon: 2,
  })
  for (const figure of [found.observation, found.state, found.reward]) assert.ok(figure >= 0 && figure <= 1)
  assert.ok(found.horizon.length === 2 && found.transitions > 6)
  await policy.close()
})

test.run()
