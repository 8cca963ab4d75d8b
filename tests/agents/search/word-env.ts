/** @file A small game in which everything can be listed: write a word of three letters, one per step; and a policy that is a table. */
import { z } from 'zod'
import type { Completion, Policy, Prompt, SampleOptions } from '../../../agents/policy.ts'
import type { EnvDef, Task } from '../../../envs/env.ts'
import { isInvalid, outcome, process } from '../../../envs/env.ts'
import { atStep } from '../../../envs/granularity.ts'
import { stepLabels } from '../../../envs/labels.ts'
import { rngAt } from '../../../envs/rng.ts'
import { taskAt } from '../../../envs/tasks.ts'
import type { RewardModel } from '../../../rewards/reward.ts'
import type { Problem } from '../../../agents/search/search.ts'

export const LETTERS = ['a', 'b', 'c'] as const
export const LENGTH = 3
const action = z.enum(LETTERS)

const word: EnvDef<
  { target: string },
  { written: string },
  { index: number },
  string,
  { before: number; after: number; right: boolean }
> = {
  id: 'test/word-v1',
  title: 'Write the word',
  action,
  observation: z.object({ index: z.number() }),
  tasks: {
    levels: [{ level: 1, title: 'three letters' }],
    at: (_, index) => ({
      target: Array.from({ length: LENGTH }, (_unused, i) => LETTERS[Math.floor(index / 3 ** i) % 3]!).join(
        '',
      ),
    }),
  },
  maxSteps: LENGTH + 1,
  start: () => ({ written: '' }),
  observe: () => ({ index: 0 }),
  step({ params: { target } }, { written }, move) {
    const next = isInvalid(move) ? `${written}?` : written + move
    const prefix = (text: string): number => Array.from(text).findIndex((letter, i) => letter !== target[i])
    const right = (text: string): number => (prefix(text) < 0 ? text.length : prefix(text))
    const facts = { before: right(written), after: right(next), right: next === target }
    const end = { kind: 'terminated', reason: 'written' } as const
    return { state: { written: next }, facts, ...(next.length >= LENGTH && { end }) }
  },
  rewards: {
    correct: outcome((facts, { end }) => (end ? Number(facts.right) : null)),
    progress: process(({ before, after }) => (after - before) / LENGTH, 0.3),
  },
  text: {
    prompt: ({ index }) => [{ role: 'user', content: `word ${index}:` }],
    parse: reply => {
      const letter = reply.replace(/;$/, '')
      return action.safeParse(letter).success ? letter : { invalid: reply }
    },
    render: move => `${move};`,
    stepEnd: ';',
  },
  solve: ({ params: { target } }) => Array.from(target),
  legalActions: () => [...LETTERS],
  stepLabel: ({ params: { target } }, { written }) => target.startsWith(written),
}

export const wordEnv = word as unknown as EnvDef

export function problemAt(index: number, seed = 'seed'): Problem {
  const task = taskAt(wordEnv, { split: 'train', index, level: 1 })
  return { prompt: [{ role: 'user', content: 'word 0:' }], task, seed: ['word', seed, index] }
}

/** 1 for a step after which the word can still be written, else 0: a perfect judge of steps, on texts of steps. */
export const perfectModel: RewardModel = {
  name: 'perfect',
  judge: attempts =>
    Promise.all(
      attempts.map(async ({ task, actions }) => {
        const labels = await stepLabels(atStep(wordEnv) as unknown as EnvDef, task as Task, actions)
        const steps = actions.map((_, i) => (labels[i] === 'right' ? 1 : 0))
        return { steps, outcome: steps.length >= LENGTH && steps.every(step => step === 1) ? 1 : 0 }
      }),
    ),
}

const END = '\n'
const JUNK = 'x'

export interface TablePolicy extends Policy {
  /** Tokens that were sampled, and calls that sampled them. */
  sampled: number
  calls: number
}

/** One token per character, likelihoods from a table over what was written; `junk` is the chance of a letter that is none. */
export function tablePolicy({ junk = 0.1, top = 6, salt = 'table' } = {}): TablePolicy {
  const policy: TablePolicy = {
    numParameters: 100,
    topLogprobs: top,
    sampled: 0,
    calls: 0,
    logprobs: pairs =>
      Promise.resolve(
        pairs.map(({ completion }) => Array.from(completion).map(letter => -1 - (letter.charCodeAt(0) % 3))),
      ),
    close: () => Promise.resolve(),
    sample(prompts, options) {
      policy.calls += 1
      return Promise.resolve(
        prompts.map((prompt, row) => {
          const completion = write(prompt, row, options, { junk, salt })
          policy.sampled += completion.tokens.length
          return completion
        }),
      )
    },
  }
  return policy
}

function write(
  prompt: Prompt,
  row: number,
  options: SampleOptions,
  table: { junk: number; salt: string },
): Completion {
  const { temperature, maxTokens, seeds, stop } = options
  const last = prompt.at(-1)!
  const begun = last.role === 'assistant' ? last.content : ''
  const rng = rngAt(...seeds[row]!)
  const completion = {
    text: '',
    tokens: [] as number[],
    logprobs: [] as number[],
    topLogprobs: [] as number[][],
  }
  while (completion.tokens.length < maxTokens) {
    const likely = nextOf(begun + completion.text, prompt.find(({ role }) => role === 'user')!.content, table)
    const drawn = temperature === 0 ? likeliest(likely) : draw(likely, rng.float(), temperature)
    completion.tokens.push(drawn.charCodeAt(0))
    completion.logprobs.push(Math.log(likely.get(drawn)!))
    completion.topLogprobs.push([...likely.values()].map(Math.log).sort((a, b) => b - a))
    if (drawn === END) return { ...completion, stopped: true }
    completion.text += drawn
    if (stop !== undefined && completion.text.endsWith(stop)) return { ...completion, stopped: true }
  }
  return { ...completion, stopped: false }
}

function nextOf(
  text: string,
  asked: string,
  { junk, salt }: { junk: number; salt: string },
): Map<string, number> {
  if (text !== '' && /[abcx]$/.test(text)) return new Map([[';', 1]])
  const steps = text.split(';').length - 1
  if (steps >= LENGTH) return new Map([[END, 1]])
  const rng = rngAt(salt, text, asked)
  const weights = LETTERS.map(() => 0.1 + rng.float())
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const letters = LETTERS.map((letter, i): [string, number] => [letter, ((1 - junk) * weights[i]!) / sum])
  return new Map([...letters, [JUNK, junk]])
}

function likeliest(likely: Map<string, number>): string {
  return [...likely].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0]
}

function draw(likely: Map<string, number>, at: number, temperature: number): string {
  const powers = [...likely].map(([token, p]): [string, number] => [token, p ** (1 / temperature)])
  const sum = powers.reduce((total, [, p]) => total + p, 0)
  let left = at * sum
  for (const [token, p] of powers) {
    left -= p
    if (left < 0) return token
  }
  return powers.at(-1)![0]
}
