/** @file Rollouts of a policy from prefixes of attempts: what Monte-Carlo labels, OmegaPRM and provers are estimated from. */
import type { EnvDef } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import { advance, begin } from '../../envs/dynamics.ts'
import { splitSteps } from '../../envs/granularity.ts'
import type { Json } from '../../envs/json.ts'
import type { Rollout, RolloutSampler } from '../../rewards/monte-carlo.ts'
import type { PrefixValues } from '../../rewards/progress.ts'
import { prefixesOf, successRate } from '../../rewards/monte-carlo.ts'
import type { Attempt } from '../../rewards/reward.ts'
import { verifierReward } from '../../rewards/reward.ts'
import type { Coordinate } from '../../envs/rng.ts'
import type { Ledger } from '../ledger.ts'
import type { Policy } from '../policy.ts'
import { transcripts } from './transcript.ts'

export interface RolloutSettings {
  temperature: number
  maxTokens: number
  /** Counts the steps that are judged; the policy counts its tokens itself. */
  ledger?: Ledger
}

/**
 * Completions by the policy, judged by the environment's outcome; a text that ends before the episode does has failed. Throws
 * UsageError for environments that write between the steps: their rollouts are played, not completed.
 */
export function policyRollouts(
  policy: Policy,
  env: EnvDef,
  { temperature, maxTokens, ledger }: RolloutSettings,
): RolloutSampler {
  if (env.text.respond)
    throw new UsageError(
      `${env.id} answers between steps; expected an environment whose solution is one text`,
    )
  return async (prefixes, count, seed) => {
    const over = await Promise.all(prefixes.map(prefix => isOver(env, prefix)))
    const open = prefixes.flatMap((_, i) => (over[i] ? [] : [i]))
    const texts = await transcripts(
      env,
      open.map(i => prefixes[i]!),
    )
    const drawn = await policy.sample(
      texts.flatMap(({ prompt, steps }) => {
        const begun = steps.map(({ text }) => text).join('')
        const asked = begun === '' ? prompt : [...prompt, { role: 'assistant' as const, content: begun }]
        return Array.from({ length: count }, () => asked)
      }),
      {
        temperature,
        maxTokens,
        seeds: open.flatMap(i => Array.from({ length: count }, (_, k) => seedOf(prefixes[i]!, seed, k))),
      },
    )
    let next = 0
    const rolled = prefixes.map((_, i) =>
      over[i]
        ? [{ actions: [] as Json[], tokens: 0 }]
        : drawn.slice(next, (next += count)).map(({ text, tokens }) => ({
            actions: splitSteps(env, text).map((step): Json => env.text.parse(step)),
            tokens: tokens.length,
          })),
    )
    return judged(env, prefixes, rolled, ledger)
  }
}

/** V^μ of every prefix, the empty one first: the share of the prover's rollouts that are right. For progress rewards. */
export function rolloutValues(
  sample: RolloutSampler,
  { rollouts, seed, pass = 1 }: { rollouts: number; seed: readonly Coordinate[]; pass?: number },
): PrefixValues {
  return async attempts => {
    const prefixes = attempts.flatMap(attempt => [{ ...attempt, actions: [] }, ...prefixesOf(attempt)])
    const drawn = await sample(prefixes, rollouts, seed)
    let next = 0
    return attempts.map(({ actions }) =>
      drawn.slice(next, (next += actions.length + 1)).map(each => successRate(each, pass)),
    )
  }
}

async function judged(
  env: EnvDef,
  prefixes: readonly Attempt[],
  rolled: readonly Omit<Rollout, 'outcome'>[][],
  ledger: Ledger | undefined,
): Promise<Rollout[][]> {
  const attempts = prefixes.flatMap(({ task, actions }, i) =>
    rolled[i]!.map(each => ({ task, actions: [...actions, ...each.actions] })),
  )
  const outcomes = await Promise.all(attempts.map(attempt => outcomeOf(env, attempt)))
  ledger?.stepped(attempts.reduce((sum, { actions }) => sum + actions.length, 0))
  let next = 0
  return rolled.map(each => each.map(rollout => ({ ...rollout, outcome: outcomes[next++]! })))
}

/** The verdict on a whole; 0 where it never came to one. What stands behind the end of the episode does not count. */
async function outcomeOf(env: EnvDef, { task, actions }: Attempt): Promise<number | null> {
  let position = await begin(env, task)
  const played: Json[] = []
  for (const action of actions) {
    if (position.end) break
    played.push(action)
    position = (await advance(env, task, position, action)).position
  }
  if (!position.end) return 0
  return (await verifierReward(env).judge([{ task, actions: played }]))[0]!.outcome
}

async function isOver(env: EnvDef, { task, actions }: Attempt): Promise<boolean> {
  let position = await begin(env, task)
  for (const action of actions) {
    if (position.end) return true
    position = (await advance(env, task, position, action)).position
  }
  return position.end !== null
}

function seedOf({ task, actions }: Attempt, seed: readonly Coordinate[], k: number): Coordinate[] {
  return [...seed, task.split, task.level, task.index, JSON.stringify(actions), k]
}
