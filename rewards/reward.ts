/**
 * @file The contract of everything that judges behaviour: verifiers, learned models, opinions, the environment itself.
 *
 * A reward model is shown attempts, finished or not, and says what each step and the whole are worth. `null` means "not
 * judged here" and is not 0. Networks are injected as functions, so this room knows none.
 */
import { advance, begin } from '../envs/dynamics.ts'
import type { EnvDef, MaybePromise, Task } from '../envs/env.ts'
import type { Json } from '../envs/json.ts'

/** The actions taken on a task so far. */
export interface Attempt {
  task: Task
  actions: readonly Json[]
}

export interface Judgement {
  /** One per action: what that step is worth. */
  steps: (number | null)[]
  /** What the attempt as a whole is worth. */
  outcome: number | null
}

export interface RewardModel {
  readonly name: string
  /** One judgement per attempt, in order. */
  judge(attempts: readonly Attempt[]): MaybePromise<Judgement[]>
}

/** The environment's own rewards: each step's scalar reward, and their sum, the return. */
export function environmentReward(env: EnvDef): RewardModel {
  return {
    name: `environment(${env.id})`,
    judge: attempts =>
      Promise.all(
        attempts.map(async attempt => {
          const steps = (await play(env, attempt)).map(taken => taken.reward)
          return { steps, outcome: steps.reduce((sum, reward) => sum + reward, 0) }
        }),
      ),
  }
}

/**
 * Only the environment's verdict on the whole, in [0, 1]: its outcome term, the largest if there are several. null
 * while the episode goes on, and where the outcome could not be judged. No step is credited.
 */
export function verifierReward(env: EnvDef): RewardModel {
  const names = Object.keys(env.rewards).filter(name => env.rewards[name]!.kind === 'outcome')
  return {
    name: `verifier(${env.id})`,
    judge: attempts =>
      Promise.all(
        attempts.map(async attempt => {
          const played = await play(env, attempt)
          const rewards = played.at(-1)?.rewards ?? {}
          const values = names.map(name => rewards[name] ?? null).filter(value => value !== null)
          return { steps: played.map(() => null), outcome: values.length > 0 ? Math.max(...values) : null }
        }),
      ),
  }
}

async function play(env: EnvDef, { task, actions }: Attempt) {
  let position = await begin(env, task)
  const played = []
  for (const action of actions) {
    const taken = await advance(env, task, position, action)
    played.push(taken)
    position = taken.position
  }
  return played
}
