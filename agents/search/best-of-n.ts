/**
 * @file Best-of-N: draw N completions of the whole solution, keep the one that the guidance prefers.
 *
 * `verifier` takes argmaxᵢ sᵢ; `majority` takes the answer with the most votes. Ties go to the earlier candidate, so
 * N = 1 is plain sampling and, with `greedyFirst`, a tie is decided as without search.
 */
import type { EnvDef } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import type { RewardModel } from '../../rewards/reward.ts'
import type { Policy } from '../policy.ts'
import { answerOf } from './answer.ts'
import type { Candidate, Problem, SearchOptions, SearchResult } from './search.ts'

/**
 * One result per problem, in order. `verifier` judges attempts of one action each, the whole text (see `atSolution`).
 * Throws UsageError if it is to guide and a problem has no task.
 */
export async function bestOfN(
  policy: Policy,
  env: EnvDef,
  problems: readonly Problem[],
  options: SearchOptions,
  verifier: RewardModel,
): Promise<SearchResult[]> {
  const { n, greedyFirst, temperature, maxTokens } = options
  const sampled = greedyFirst ? n - 1 : n
  const draws = await policy.sample(
    problems.flatMap(({ prompt }) => Array.from({ length: sampled }, () => prompt)),
    {
      temperature,
      maxTokens,
      seeds: problems.flatMap(({ seed }) => Array.from({ length: sampled }, (_, i) => [...seed, i])),
    },
  )
  const prompts = problems.map(({ prompt }) => prompt)
  const greedy = greedyFirst
    ? await policy.sample(prompts, { temperature: 0, maxTokens, seeds: problems.map(({ seed }) => seed) })
    : []
  return Promise.all(
    problems.map(async ({ task }, i) => {
      const completions = [...greedy.slice(i, i + 1), ...draws.slice(i * sampled, (i + 1) * sampled)]
      const answers = completions.map(({ text }) => answerOf(env, text))
      const scores =
        options.guidance === 'majority' ? votes(answers) : await verified(verifier, task, completions)
      const candidates = completions.map((completion, k): Candidate => {
        return { ...completion, answer: answers[k]!, score: scores[k]! }
      })
      return { candidates, chosen: argmax(scores) }
    }),
  )
}

async function verified(
  verifier: RewardModel,
  task: Problem['task'],
  completions: readonly { text: string }[],
): Promise<(number | null)[]> {
  if (!task)
    throw new UsageError(
      'guidance=verifier asks the environment, which a remote agent cannot; use guidance=majority',
    )
  const judgements = await verifier.judge(completions.map(({ text }) => ({ task, actions: [text] })))
  return judgements.map(({ outcome }) => outcome)
}

/** Each candidate's share of the votes: how many candidates give its answer. An unreadable answer has none. */
export function votes(answers: readonly (string | null)[]): number[] {
  return answers.map(answer =>
    answer === null ? 0 : answers.filter(other => other === answer).length / answers.length,
  )
}

/** Index of the first largest score; null is below every number. */
export function argmax(scores: readonly (number | null)[]): number {
  const value = (i: number): number => scores[i] ?? -Infinity
  return scores.reduce<number>((best, _, i) => (value(i) > value(best) ? i : best), 0)
}
