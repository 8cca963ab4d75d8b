/** @file Searches behind an agent's name: played by rollouts, and refused with the reason before anything is sampled. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { tasksOf } from '../../../agents/evaluate.ts'
import { openAgent, parseAgentSpec } from '../../../agents/naming.ts'
import { NeuralRewardModel } from '../../../agents/policies/neural-reward.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import { o1Roadmap } from '../../../agents/recipes/o1-roadmap.ts'
import { rollout } from '../../../agents/rollout.ts'
import type { EnvDef } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import { atStep } from '../../../envs/granularity.ts'
import { findEnv } from '../../../envs/registry.ts'
import { rngAt } from '../../../envs/rng.ts'

const root = mkdtempSync(join(tmpdir(), 'ludus-search-agent-'))
const policyDir = join(root, 'policy')
const prmDir = join(root, 'prm')
const env = findEnv('math/addition-v1')
const tasks = tasksOf(env, { split: 'test', levels: [1, 2], count: 3 })
const alphabet = '+0123456789;='
const shape = { ...o1Roadmap.policy.shape, hiddenSize: 16, intermediateSize: 24, maxPositionEmbeddings: 24 }

const test = suite('searching agents')

test.before(async () => {
  const policy = NeuralPolicy.create(shape, alphabet, rngAt('agent'), { samplers: 1 })
  await policy.save(policyDir)
  await policy.close()
  const stepped = atStep(env) as unknown as EnvDef
  const model = NeuralRewardModel.create(
    shape,
    alphabet,
    { kind: 'prm', rng: rngAt('prm') },
    { env: stepped },
  )
  await model.save(prmDir)
  await model.close()
})
test.after(() => rmSync(root, { recursive: true, force: true }))

test('a tree search under a learned process model plays, and plays the same again', async () => {
  const name = `policy:${policyDir}+search(mcts, simulations=4, width=2, step-tokens=4, guidance=0.5*prm:${prmDir}+logprob)`
  const agent = await openAgent(name)
  try {
    const first = await rollout(env, agent, tasks, { seed: 1 })
    assert.equal(await rollout(env, agent, tasks, { seed: 1 }), first)
    for (const { steps } of first) assert.ok(steps[0]!.usage!.tokens! > 0)
    assert.equal(parseAgentSpec(agent.name), parseAgentSpec(name))
  } finally {
    await agent.close?.()
  }
})

test('what this policy cannot give is refused when the agent is opened or begins to play', async () => {
  const failure = async (search: string): Promise<string> => {
    const error: unknown = await (async () => {
      const agent = await openAgent(`policy:${policyDir}+search(${search})`)
      try {
        await rollout(env, agent, tasks.slice(0, 1))
      } finally {
        await agent.close?.()
      }
    })().catch((caught: unknown) => caught)
    assert.instance(error, UsageError)
    return (error as Error).message
  }
  assert.match(await failure('beam, guidance=self-evaluation'), 'not been trained on chats')
  assert.match(await failure('beam, guidance=confidence'), 'does not tell them')
  assert.match(await failure('beam, granularity=solution'), 'cannot be continued')
  assert.match(await failure('mcts, guidance=majority'), 'changes with every other text')
  assert.match(
    await failure(`best-of-n, guidance=orm:${prmDir}`),
    'expected a reward model of kind orm, got prm',
  )
  assert.match(await failure('revision, guidance=logprob'), /character|alphabet|\\n|newline|written/i)
})

test.run()
