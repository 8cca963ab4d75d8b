/** @file A world model learned from play: a policy that is asked in text for the next state, and answers in text. */
import type { EnvDef, Task } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import { advance, begin } from '../../envs/dynamics.ts'
import type { Move, Prediction, Transition, WorldModel } from '../../rewards/world-model.ts'
import type { Demonstration, Policy } from '../policy.ts'

/** How moves and predictions of an environment are written; short, as a small model reads them. */
export interface WorldText {
  /** Every character that may occur. */
  alphabet: string
  question(move: Move): string
  answer(move: Move, prediction: Prediction): string
  /** The prediction that a text answers a move with; null if it is none. */
  read(move: Move, text: string): Prediction | null
  maxTokens: number
}

/** The greedy answer of a policy that was trained on demonstrations of transitions. */
export function learnedWorld(policy: Policy, text: WorldText, name = 'learned-world'): WorldModel {
  return {
    name,
    predict: async moves => {
      if (moves.length === 0) return []
      const completions = await policy.sample(
        moves.map(move => prompt(text, move)),
        { temperature: 0, maxTokens: text.maxTokens, seeds: moves.map(() => []) },
      )
      return moves.map((move, i) => text.read(move, completions[i]!.text))
    },
  }
}

/** A transition as what the policy should say. */
export function worldDemonstration(text: WorldText, transition: Transition): Demonstration {
  const { next, reward, end } = transition
  return {
    prompt: prompt(text, transition),
    completion: text.answer(transition, { state: next, reward, end }),
  }
}

function prompt(text: WorldText, move: Move): Demonstration['prompt'] {
  return [{ role: 'user', content: text.question(move) }]
}

/**
 * Play to learn from: the solution, with a legal action at random in place of each of its own at this rate, up to a number of
 * steps. What random actions alone reach is not what a search visits; what the solution alone reaches shows no mistakes.
 */
export async function mixedPlay(
  env: EnvDef,
  task: Task,
  { randomness, steps, seed }: { randomness: number; steps: number; seed: readonly (string | number)[] },
): Promise<Json[]> {
  const rng = rngAt('play', ...seed, task.split, task.level, task.index)
  const solution = env.solve?.(task) ?? []
  const actions: Json[] = []
  let position = await begin(env, task)
  for (let next = 0; actions.length < steps && !position.end;) {
    const legal = env.legalActions?.(task, position.state) ?? []
    const random = legal.length > 0 && (next >= solution.length || rng.float() < randomness)
    if (!random && next >= solution.length) break
    const action = random ? rng.pick(legal) : solution[next++]!
    actions.push(action)
    position = (await advance(env, task, position, action)).position
  }
  return actions
}
