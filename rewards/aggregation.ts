/**
 * @file One score of a whole from the scores of its steps, and solutions judged by a model of steps.
 *
 * `null` (not judged) is left out and is not 0; of nothing judged the aggregate is null. `min` and `product` are those of
 * Lightman et al. 2023 (arXiv 2305.20050, appendix F), `last` and `mean` those of public search code. There is no sum on
 * purpose: it pays for steps that add nothing (PURE, arXiv 2504.15275).
 */
import type { EnvDef } from '../envs/env.ts'
import { splitSteps } from '../envs/granularity.ts'
import type { Attempt, Judgement, RewardModel } from './reward.ts'

export type Aggregation = 'min' | 'product' | 'last' | 'mean'
export const AGGREGATIONS: readonly Aggregation[] = ['min', 'product', 'last', 'mean']

type Scores = readonly (number | null)[]

/** `last`: the last step that was judged. `product` is meant for scores in [0, 1]. */
export function aggregate(scores: Scores, how: Aggregation): number | null {
  const judged = scores.filter(score => score !== null)
  if (judged.length === 0) return null
  switch (how) {
    case 'min':
      return Math.min(...judged)
    case 'product':
      return judged.reduce((product, score) => product * score, 1)
    case 'last':
      return judged.at(-1)!
    case 'mean':
      return judged.reduce((sum, score) => sum + score, 0) / judged.length
  }
}

/** The model with this aggregate of its steps as the outcome. */
export function aggregated(model: RewardModel, how: Aggregation): RewardModel {
  return {
    name: `${how}(${model.name})`,
    judge: async attempts =>
      (await model.judge(attempts)).map(({ steps }) => ({ steps, outcome: aggregate(steps, how) })),
  }
}

/**
 * A model of single steps as one of whole completions: each action is text of one or several steps of `env`, as under
 * `atSolution` and `atStep`, and is worth the aggregate of its own steps. The outcome is the model's.
 */
export function ofTexts(env: EnvDef, model: RewardModel, how: Aggregation): RewardModel {
  return {
    name: `texts(${model.name})`,
    judge: async attempts => {
      const pieces = attempts.map(({ actions }) => actions.map(text => splitSteps(env, text as string)))
      const inner = attempts.map(({ task }, i): Attempt => {
        return { task, actions: pieces[i]!.flat().map(step => env.text.parse(step)) }
      })
      const judgements = await model.judge(inner)
      return judgements.map((judgement, i): Judgement => regrouped(judgement, pieces[i]!, how))
    },
  }
}

function regrouped({ steps, outcome }: Judgement, texts: readonly string[][], how: Aggregation): Judgement {
  let from = 0
  const whole = texts.map(({ length }) => aggregate(steps.slice(from, (from += length)), how))
  return { steps: whole, outcome }
}
