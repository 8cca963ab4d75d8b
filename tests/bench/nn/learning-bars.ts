/** @file Learning from nothing: two-digit addition from a teacher that forgets carries, until it is right on 95 % of held-out sums. */
import type { Bar } from '../../../arena/cli/bars.ts'
import { bar } from '../../../arena/cli/bars.ts'
import { evaluate, policyCompleter, tasksOf } from '../../../agents/evaluate.ts'
import { behaviorCloning } from '../../../agents/learning/bc.ts'
import { grpo } from '../../../agents/learning/grpo.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import { firstPrompts } from '../../../agents/prompt.ts'
import { demonstration, textLimits } from '../../../agents/recipes/demonstration.ts'
import { o1Roadmap } from '../../../agents/recipes/o1-roadmap.ts'
import { bestOfN } from '../../../agents/search/best-of-n.ts'
import { atSolution } from '../../../envs/granularity.ts'
import { findEnv } from '../../../envs/registry.ts'
import { rngAt } from '../../../envs/rng.ts'
import { verifierReward } from '../../../rewards/reward.ts'

const SEEDS = [1, 2, 3]
const LEVELS = [2]
const GOAL = 0.95
const HELD_OUT = 512
const CLONING_STEPS = 300
const MOST_ITERATIONS = 200
const CHECK_EVERY = 5
/** Seconds that stand for a goal that was not reached: JSON has no infinity. */
const NEVER = 999

/** The slowest of three seeds, in seconds from an untrained model to the goal; what does not reach it counts as 999. */
export async function additionBar(progress: () => void): Promise<Bar> {
  const runs = []
  for (const seed of SEEDS) {
    runs.push(await learnAddition(seed))
    progress()
  }
  const detail = runs.map(
    ({ seconds, accuracy }, i) =>
      `seed ${SEEDS[i]}: ${(100 * accuracy).toFixed(1)} % in ${seconds.toFixed(1)} s`,
  )
  const slowest = Math.max(...runs.map(({ seconds, accuracy }) => (accuracy >= GOAL ? seconds : NEVER)))
  return bar('addition-seconds', slowest, '<= 30 s', `held-out two-digit sums, greedy; ${detail.join('; ')}`)
}

async function learnAddition(seed: number): Promise<{ seconds: number; accuracy: number }> {
  const env = findEnv('math/addition-v1')
  const limits = await textLimits(env, LEVELS)
  const heldOut = tasksOf(env, { split: 'test', levels: LEVELS, count: HELD_OUT })
  const started = performance.now()
  const shape = { ...o1Roadmap.policy.shape, maxPositionEmbeddings: limits.maxPositions }
  const policy = NeuralPolicy.create(shape, limits.alphabet, rngAt('addition', seed))
  const complete = policyCompleter(policy, env, { temperature: 0, maxTokens: limits.maxTokens, seed: [] })
  const demonstrate = (i: number) =>
    demonstration(env, {
      levels: LEVELS,
      index: i,
      slip: o1Roadmap.policy.expertSlip,
      seed: ['addition', seed],
    })
  await behaviorCloning(policy, demonstrate, { ...o1Roadmap.policy.initialisation, steps: CLONING_STEPS })
  await policy.resetOptimizer()

  const search = async (iteration: number) => {
    const tasks = tasksOf(env, {
      split: 'train',
      levels: LEVELS,
      count: 64,
      first: 1_000_000 + 64 * iteration,
    })
    const prompts = await firstPrompts(env, tasks)
    const problems = tasks.map((task, i) => ({ prompt: prompts[i]!, task, seed: [seed, iteration, i] }))
    const options = { ...o1Roadmap.search, maxTokens: limits.maxTokens, greedyFirst: false }
    const results = await bestOfN(policy, env, problems, options, verifierReward(atSolution(env)))
    return results.map(({ candidates }, i) => ({
      prompt: problems[i]!.prompt,
      candidates,
      returns: candidates.map(({ score }) => score),
    }))
  }
  let accuracy = 0
  const reached = new Error('reached')
  const settings = { ...o1Roadmap.learning, iterations: MOST_ITERATIONS }
  await grpo(policy, search, settings, async ({ iteration }) => {
    if ((iteration + 1) % CHECK_EVERY !== 0) return
    accuracy = (await evaluate(env, heldOut, complete)).accuracy
    if (accuracy >= GOAL) throw reached
  }).catch((error: unknown) => {
    if (error !== reached) throw error
  })
  await policy.close()
  return { seconds: (performance.now() - started) / 1000, accuracy }
}
