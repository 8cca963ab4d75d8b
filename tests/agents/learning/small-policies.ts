/** @file Policies so small that they learn in seconds, and prompts for them. */
import type { NeuralOptions } from '../../../agents/policies/neural.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import type { Completion, Policy, Prompt } from '../../../agents/policy.ts'
import type { Rollout } from '../../../agents/learning/rollouts.ts'
import { groupAt } from '../../../agents/learning/rollouts.ts'
import { rngAt } from '../../../envs/rng.ts'

const SHAPE = {
  hiddenSize: 16,
  intermediateSize: 24,
  numHiddenLayers: 1,
  numAttentionHeads: 2,
  numKeyValueHeads: 2,
  maxPositionEmbeddings: 16,
  ropeTheta: 30,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: false,
  initializerRange: 0.1,
}

export function smallPolicy({
  critic = false,
  initializerRange = 0.1,
  ...options
}: NeuralOptions & { critic?: boolean; initializerRange?: number } = {}): NeuralPolicy {
  const shape = { ...SHAPE, initializerRange, ...(critic && { scalarHead: 'value' as const }) }
  return NeuralPolicy.create(shape, 'abh01', rngAt('small policy'), {
    samplers: 1,
    trainThreads: 1,
    ...options,
  })
}

export const ask = (question: string): Prompt => [{ role: 'user', content: question }]

export const constantRate = (peak: number) => ({ peak, warmupSteps: 1, finalFraction: 1 })

/** `count` samples of each prompt. */
export async function sampled(
  policy: Policy,
  prompts: readonly Prompt[],
  { count, iteration, maxTokens = 1 }: { count: number; iteration: number; maxTokens?: number },
): Promise<{ prompt: Prompt; group: number; completion: Completion }[]> {
  const rows = prompts.flatMap((prompt, group) =>
    Array.from({ length: count }, (_, i) => ({ prompt, group, i })),
  )
  const completions = await policy.sample(
    rows.map(({ prompt }) => prompt),
    { temperature: 1, maxTokens, seeds: rows.map(({ group, i }) => ['sampled', iteration, group, i]) },
  )
  return rows.map(({ prompt, group }, i) => ({ prompt, group, completion: completions[i]! }))
}

/** The answer to `a` is 0, to `b` it is 1. */
export const QUESTIONS = [ask('a'), ask('b')]
export const isRight = (prompt: Prompt, text: string): boolean =>
  text === (prompt[0]!.content === 'a' ? '0' : '1')

export async function judgedRollouts(policy: Policy, iteration: number, count = 16): Promise<Rollout[]> {
  return (await sampled(policy, QUESTIONS, { count, iteration })).map(({ prompt, group, completion }) => {
    const correct = isRight(prompt, completion.text)
    return { group: groupAt(group), prompt, completion, outcome: Number(correct), correct }
  })
}

/** Mean probability of the right answer's token. */
export async function rightProbability(policy: Policy): Promise<number> {
  const pairs = QUESTIONS.map((prompt, i) => ({ prompt, completion: String(i), ended: false }))
  const logprobs = await policy.logprobs(pairs)
  return logprobs.reduce((sum, all) => sum + Math.exp(all.reduce((a, b) => a + b, 0)), 0) / pairs.length
}
