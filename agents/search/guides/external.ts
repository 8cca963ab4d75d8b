/** @file Guidance from the task's side: the environment, its verdict, reward models of outcomes and of steps, a function. */
import type { EnvDef, Task } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import { atSolution } from '../../../envs/granularity.ts'
import type { Aggregation } from '../../../rewards/aggregation.ts'
import { aggregate } from '../../../rewards/aggregation.ts'
import type { Judgement, RewardModel } from '../../../rewards/reward.ts'
import { environmentReward, verifierReward } from '../../../rewards/reward.ts'
import type { Guide, Partial } from '../search.ts'

/** The environment's own return so far: what is written of a step that is not over counts only in a finished text. */
export function environmentGuide(env: EnvDef): Guide {
  const model = environmentReward(atSolution(env))
  return {
    name: 'environment',
    source: 'external',
    scoresPartial: true,
    score: async partials => {
      const texts = partials.map(partial =>
        partial.finished ? partial.text : wholeSteps(env, partial).join(''),
      )
      const attempts = partials.map((partial, i) => ({
        task: taskOf(partial, 'environment'),
        actions: [texts[i]!],
      }))
      const judged = await model.judge(attempts)
      return partials.map(({ finished }, i) => (finished || texts[i] !== '' ? judged[i]!.outcome : null))
    },
  }
}

/** The environment's verdict on a finished text; null while it is not finished, and where it could not be judged. */
export function verifierGuide(env: EnvDef): Guide {
  return verdictGuide(verifierReward(atSolution(env)))
}

/** A verdict on the text of a whole solution, in [0, 1], from a model that judges attempts of one action (see `atSolution`). */
export function verdictGuide(model: RewardModel): Guide {
  return {
    name: 'verifier',
    source: 'external',
    scoresPartial: false,
    best: 1,
    score: partials =>
      ofFinished(partials, finished =>
        judge(
          model,
          'verifier',
          finished,
          ({ text }) => [text],
          ({ outcome }) => outcome,
        ),
      ),
  }
}

/** An outcome reward model, on the steps of a finished text. */
export function outcomeModelGuide(model: RewardModel): Guide {
  return {
    name: `orm(${model.name})`,
    source: 'external',
    scoresPartial: false,
    score: partials =>
      ofFinished(partials, finished =>
        judge(
          model,
          'orm',
          finished,
          ({ steps }) => steps,
          ({ outcome }) => outcome,
        ),
      ),
  }
}

/** A process reward model: the scores of the steps that are over, as one. null where none has been judged. */
export function processModelGuide(env: EnvDef, model: RewardModel, how: Aggregation): Guide {
  const steps = (partial: Partial): readonly string[] =>
    partial.finished ? partial.steps : wholeSteps(env, partial)
  return {
    name: `prm(${model.name}, ${how})`,
    source: 'external',
    scoresPartial: true,
    score: partials => judge(model, 'prm', partials, steps, judgement => aggregate(judgement.steps, how)),
  }
}

/** Any function of what has been written. */
export function heuristicGuide(
  name: string,
  heuristic: (partial: Partial) => number | null,
  { scoresPartial = true, best }: { scoresPartial?: boolean; best?: number } = {},
): Guide {
  return {
    name,
    source: 'external',
    scoresPartial,
    ...(best !== undefined && { best }),
    score: partials =>
      partials.map(partial => (partial.finished || scoresPartial ? heuristic(partial) : null)),
  }
}

function wholeSteps({ text: { stepEnd } }: EnvDef, { steps }: Partial): readonly string[] {
  const open = stepEnd === '' || steps.at(-1)?.endsWith(stepEnd) === false
  return open ? steps.slice(0, -1) : steps
}

async function ofFinished(
  partials: readonly Partial[],
  score: (finished: Partial[]) => Promise<(number | null)[]>,
): Promise<(number | null)[]> {
  const finished = partials.filter(partial => partial.finished)
  const scores = new Map<Partial, number | null>()
  const judged = finished.length > 0 ? await score(finished) : []
  finished.forEach((partial, i) => scores.set(partial, judged[i]!))
  return partials.map(partial => scores.get(partial) ?? null)
}

async function judge(
  model: RewardModel,
  kind: string,
  partials: readonly Partial[],
  actions: (partial: Partial) => readonly string[],
  score: (judgement: Judgement) => number | null,
): Promise<(number | null)[]> {
  const attempts = partials.map(partial => ({ task: taskOf(partial, kind), actions: actions(partial) }))
  return (await model.judge(attempts)).map(score)
}

function taskOf({ problem: { task } }: Partial, kind: string): Task {
  if (!task)
    throw new UsageError(
      `guidance=${kind} asks the environment, which a remote agent cannot; use guidance=${kind === 'verifier' ? 'majority' : 'logprob'}`,
    )
  return task
}
