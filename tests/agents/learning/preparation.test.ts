/** What happens before a step: dynamic sampling, minibatches, pairs and mismatches, keeping what is right, visit shares. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { visitRows, visitShares } from '../../../agents/learning/distillation.ts'
import { dynamicSampling, groupKind } from '../../../agents/learning/dynamic-sampling.ts'
import { grpoEstimate } from '../../../agents/learning/estimators/grpo.ts'
import { rlooEstimate } from '../../../agents/learning/estimators/rloo.ts'
import { minibatchesOf, policyGradient, scoredRollouts } from '../../../agents/learning/policy-gradient.ts'
import { kto, ktoWeights, mismatched } from '../../../agents/learning/preference/kto.ts'
import { withoutPrefix } from '../../../agents/learning/preference/pairs.ts'
import { firstDifference } from '../../../agents/learning/preference/step-dpo.ts'
import type { Rollout } from '../../../agents/learning/rollouts.ts'
import { equationsOf, rft } from '../../../agents/learning/self-training/rft.ts'
import { distinctUpTo, fineTuneFrom } from '../../../agents/learning/self-training/rounds.ts'
import { star } from '../../../agents/learning/self-training/star.ts'
import type {
  Demonstration,
  LearningPolicy,
  PreferenceLoss,
  PreferenceRow,
  Prompt,
} from '../../../agents/policy.ts'
import { UsageError } from '../../../envs/errors.ts'
import { assertClose } from '../nn/golden-folders.ts'
import { goldenRollouts, plainRollouts } from './rollout-cases.ts'
import { ask, constantRate } from './small-policies.ts'

async function refusal(run: () => unknown): Promise<string> {
  try {
    await run()
  } catch (error) {
    assert.instance(error, UsageError)
    return (error as Error).message
  }
  throw new Error('expected a refusal')
}

const test = suite('before a step')

/** Right or wrong as told; the outcome is shaped, and always differs. */
function group(id: number, verdicts: readonly (boolean | null)[]): Rollout[] {
  return plainRollouts(
    verdicts.map((_, i) => i / 10),
    { group: id },
  ).map((rollout, i) => ({ ...rollout, correct: verdicts[i]! }))
}

test('dynamic sampling refills by accuracy, whatever shaped rewards say', async () => {
  const rounds = [
    [...group(0, [true, true]), ...group(1, [true, false]), ...group(2, [false, false])],
    [...group(3, [false, true]), ...group(4, [null, true]), ...group(5, [true, false, null])],
  ]
  const asked: [number, number][] = []
  const draw = async (round: number, missing: number): Promise<Rollout[]> => {
    asked.push([round, missing])
    return rounds[round] ?? []
  }
  const { rollouts, ...counts } = await dynamicSampling(draw, { groups: 2, maxRounds: 5 })
  assert.equal(rollouts, [...rounds[0]!.slice(2, 4), ...rounds[1]!.slice(0, 2)])
  assert.equal(asked, [
    [0, 2],
    [1, 1],
  ])
  assert.equal(counts, {
    rounds: 2,
    drawn: 6,
    allRight: 1,
    allWrong: 1,
    unjudged: 1,
    surplus: 1,
    short: false,
  })
  assert.ok((await dynamicSampling(draw, { groups: 9, maxRounds: 3 })).short)
  assert.match(await refusal(() => groupKind(plainRollouts([1, 0]))), /whether each rollout is correct/)
})

test('minibatches are the batch, each weighted by itself', () => {
  const estimate = grpoEstimate(goldenRollouts())
  const parts = minibatchesOf(estimate, 3, ['parts'])
  assert.equal(
    parts.map(part => part.length),
    [4, 4, 4],
  )
  for (const part of parts)
    assertClose(
      part.map(({ tokenWeight, completion }) => tokenWeight * completion.tokens.length),
      [1 / 4, 1 / 4, 1 / 4, 1 / 4],
      1e-12,
    )
  const logprobs = (batch: readonly { completion: { logprobs: number[] } }[]): string[] =>
    batch.map(({ completion }) => completion.logprobs.join()).toSorted()
  assert.equal(logprobs(parts.flat()), logprobs(estimate.batch))
  assert.is(minibatchesOf(estimate, 1, [])[0], estimate.batch)
})

test('rollouts without a token are not scored, and those that nobody judged stop training', async () => {
  const [full, empty] = [plainRollouts([1])[0]!, plainRollouts([1], { length: () => 0 })[0]!]
  const reference = { tokenLogprobs: async (rows: readonly unknown[]) => rows.map(() => [-3, -3]) }
  const scored = await scoredRollouts({} as LearningPolicy, [empty, full], { reference })
  assert.equal(scored[1]!.refLogprobs, [-3, -3])
  assert.is(scored[0], empty)
  const options = { iterations: 1, learningRate: constantRate(1), estimator: grpoEstimate }
  const collect = async (): Promise<Rollout[]> => plainRollouts([null, 1])
  assert.match(
    await refusal(() => policyGradient({} as LearningPolicy, collect, options)),
    /iteration 0: nothing to learn from in 2 rollouts: 1 were not judged, 0 have no token, 1 were the only/,
  )
})

test('an algorithm without a ratio takes one step on a batch', async () => {
  const collect = async (): Promise<Rollout[]> => plainRollouts([0, 1])
  const options = { iterations: 1, learningRate: constantRate(1), estimator: rlooEstimate }
  for (const more of [{ epochs: 2 }, { minibatches: 2 }])
    assert.match(
      await refusal(() => policyGradient({} as LearningPolicy, collect, { ...options, ...more })),
      /only the first step on a batch is on-policy/,
    )
})

test('a shared prefix is read, not learned', async () => {
  const pair = { prompt: ask('q'), chosen: 'same;right', rejected: 'same;wrong', sharedPrefix: 'same;' }
  const { chosen, rejected } = withoutPrefix(pair)
  const begun: Prompt = [...ask('q'), { role: 'assistant', content: 'same;' }]
  assert.equal(chosen, { prompt: begun, completion: 'right', ended: true })
  assert.equal(rejected, { prompt: begun, completion: 'wrong', ended: true })
  const further = withoutPrefix({ ...pair, prompt: [...ask('q'), { role: 'assistant', content: 'so: ' }] })
  assert.equal(further.chosen.prompt.at(-1), { role: 'assistant', content: 'so: same;' })
  assert.match(
    await refusal(() => withoutPrefix({ ...pair, sharedPrefix: 'other' })),
    /begin with the shared/,
  )
  assert.match(await refusal(() => withoutPrefix({ ...pair, rejected: pair.chosen })), /drop such pairs/)
})

test('step-DPO compares the first step that differs, and nothing behind it', async () => {
  const found = firstDifference({ prompt: ask('q'), chosen: ['a;', 'b;', 'c;'], rejected: ['a;', 'x;'] })
  assert.equal(found, {
    prompt: ask('q'),
    chosen: 'a;b;',
    rejected: 'a;x;',
    sharedPrefix: 'a;',
    ended: false,
  })
  assert.ok(firstDifference({ prompt: ask('q'), chosen: ['a', 'b'], rejected: ['a', 'x'] }).ended)
  const same = { prompt: ask('q'), chosen: ['a'], rejected: ['a', 'b'] }
  assert.match(await refusal(() => firstDifference(same)), /some step differs/)
})

test('KTO mismatches every prompt with the completion of another', async () => {
  const example = (question: string, completion: string, desirable = true) => ({
    prompt: ask(question),
    completion,
    desirable,
  })
  const examples = [example('a', '1'), example('a', '2'), example('b', '3', false), example('c', '4')]
  assert.equal(
    mismatched(examples).map(({ prompt, completion }) => [prompt[0]!.content, completion]),
    [
      ['a', '3'],
      ['a', '3'],
      ['b', '4'],
      ['c', '1'],
    ],
  )
  assert.equal(
    mismatched(examples.slice(0, 2)).map(({ completion }) => completion),
    ['2', '1'],
  )
  assert.equal(ktoWeights(examples), { desirableWeight: 1, undesirableWeight: 3 })
  assert.match(await refusal(() => ktoWeights(examples.slice(0, 2))), /got 2 and 0/)
})

test('KTO measures z₀ on mismatched pairs against the policy before training, and never below 0', async () => {
  // Each step makes every completion of two tokens likelier by `gain` per token.
  for (const [gain, expected] of [
    [0.25, [0, 0.5, 1]],
    [-0.25, [0, 0, 0]],
  ] as const) {
    let shift = 0
    const steps: { rows: readonly PreferenceRow[]; loss: PreferenceLoss }[] = []
    const policy = {
      logprobs: async (rows: readonly Demonstration[]) =>
        rows.map(({ completion }) => [Number(completion) + shift, shift - 2]),
      preferenceStep: async (rows: readonly PreferenceRow[], loss: PreferenceLoss) => {
        steps.push({ rows, loss })
        shift += gain
        return { loss: 0, gradNorm: 0, approxKl: 0 }
      },
    } as unknown as LearningPolicy
    const examples = ['a', 'b', 'c'].map((question, i) => ({
      prompt: ask(question),
      completion: String(-1 - i),
      desirable: i === 0,
    }))
    const options = { epochs: 3, batchSize: 3, learningRate: constantRate(1), undesirableWeight: 0.5 }
    await kto(policy, examples, options)
    assert.equal(
      steps.map(({ loss }) => loss.kind === 'kto' && loss.reference),
      expected,
    )
    // The reference stays that of the start.
    for (const { rows } of steps)
      for (const { completion, refLogprob, lambda, desirable } of rows)
        assert.equal([refLogprob, lambda], [Number(completion) - 2, desirable ? 1 : 0.5])
    assert.match(
      await refusal(() => kto(policy, examples, { ...options, batchSize: 1 })),
      /batches of two, whose completions are exchanged/,
    )
  }
})

test('equal completions are kept once, and few of one prompt', () => {
  const kept = [
    ['1+2=3', 0],
    ['so 1 + 2 = 3', 0],
    ['2+1=3', 0],
    ['3=3', 0],
    ['1+2=3', 1],
  ].map(([completion, exercise]) => ({
    prompt: ask('q'),
    completion: String(completion),
    exercise: Number(exercise),
  }))
  const texts = distinctUpTo(kept, { cap: 2, keyOf: equationsOf }).map(({ completion }) => completion)
  assert.equal(texts, ['1+2=3', '2+1=3', '1+2=3'])
  assert.is(equationsOf('first 10 / 5 = 2, then 2*-3 = -6.'), '10/5=2;2*-3=-6.')
})

/** Writes what it is told to by the prompt, and remembers what it was trained on. */
function scripted(script: Readonly<Record<string, string>>) {
  const log: string[] = []
  const cloned: Demonstration[] = []
  const policy = {
    sample: async (prompts: readonly Prompt[]) =>
      prompts.map(prompt => {
        const text = script[prompt.at(-1)!.content]!
        return { text, tokens: [1], logprobs: [-1], stopped: !text.endsWith('…') }
      }),
    snapshot: async () => ({ snapshot: 'base' }),
    restore: async ({ snapshot }: { snapshot: string }) => void log.push(`restore ${snapshot}`),
    resetOptimizer: async () => void log.push('reset'),
    behaviorCloningStep: async (batch: readonly Demonstration[]) => {
      log.push('clone')
      cloned.push(...batch)
      return { loss: 0, gradNorm: 0, approxKl: 0 }
    },
  } as unknown as LearningPolicy
  return { policy, log, cloned }
}

test('STaR rationalises failures with a hint, drops the hint, and starts each round from the base', async () => {
  const { policy, log, cloned } = scripted({
    easy: 'right',
    hard: 'wrong',
    'hard, answer 7': 'right',
    leaky: 'wrong',
    'leaky, answer 7': 'right as the hint says',
    long: 'right…',
    broken: 'unjudged',
  })
  const exercise = (content: string) => ({
    prompt: ask(content),
    hinted: ask(`${content}, answer 7`),
    seed: [content],
    judge: (text: string) => (text === 'unjudged' ? null : text.startsWith('right')),
  })
  const exercises = ['easy', 'hard', 'leaky', 'broken'].map(exercise)
  const { hinted: _, ...unhinted } = exercise('long')
  const stats: unknown[] = []
  await star(
    policy,
    [...exercises, unhinted],
    {
      rounds: 2,
      epochs: 1,
      batchSize: 8,
      learningRate: constantRate(1),
      sampling: { temperature: 0, maxTokens: 4 },
      leaks: text => text.includes('hint'),
    },
    ({ accuracy, rationalised, leaked, unjudged }) =>
      void stats.push([accuracy, rationalised, leaked, unjudged]),
  )
  assert.equal(stats, Array(2).fill([1 / 4, 1, 1, 1]))
  assert.equal(log, ['restore base', 'reset', 'clone', 'restore base', 'reset', 'clone'])
  const learned = cloned.slice(0, 2).map(({ prompt, completion }) => `${prompt[0]!.content}: ${completion}`)
  assert.equal(learned.toSorted(), ['easy: right', 'hard: right'])
  const options = { epochs: 1, batchSize: 1, learningRate: constantRate(1), seed: [] }
  assert.match(
    await refusal(() => fineTuneFrom(policy, { snapshot: 'base' }, [], options)),
    /no right completion was found/,
  )
})

test('RFT adds distinct right solutions to what was demonstrated, and fine-tunes the base once', async () => {
  const { policy, log, cloned } = scripted({ q: '1+1=2', r: '1+1=3' })
  const exercise = (content: string) => ({
    prompt: ask(content),
    seed: [content],
    judge: (text: string) => text.endsWith('=2'),
  })
  const demonstrations = [{ prompt: ask('d'), completion: 'shown' }]
  const stats = await rft(policy, ['q', 'r'].map(exercise), {
    base: { snapshot: 'base' },
    demonstrations,
    samples: 3,
    cap: 10,
    keyOf: equationsOf,
    sampling: { temperature: 0.7, maxTokens: 4 },
    epochs: 1,
    batchSize: 8,
    learningRate: constantRate(1),
  })
  assert.equal([stats.right, stats.learned, stats.accuracy, stats.unjudged], [3, 1, 0.5, 0])
  assert.equal(log, ['restore base', 'reset', 'clone'])
  assert.equal(cloned.map(({ completion }) => completion).toSorted(), ['1+1=2', 'shown'])
})

test('visit shares follow the temperature, and rows spread a state over its children', async () => {
  assertClose(visitShares([6, 3, 1]), [0.6, 0.3, 0.1], 1e-12)
  assertClose(visitShares([6, 3, 0], 0.5), [0.8, 0.2, 0], 1e-12)
  assertClose(visitShares([1000, 999], 1e-4), [1, 4.5e-5], 1e-4)
  assert.match(await refusal(() => visitShares([0, 0])), /search has not expanded/)
  const children = [
    { text: 'x', visits: 3 },
    { text: 'y', visits: 1, terminal: true },
    { text: 'z', visits: 0 },
  ]
  const rows = visitRows([
    { prompt: ask('s'), children, outcome: 1 },
    { prompt: ask('t'), children: [{ text: 'x', visits: 5 }], outcome: 0 },
  ])
  assertClose(
    rows.map(({ policyWeight }) => policyWeight),
    [3 / 8, 1 / 8, 1 / 2],
    1e-12,
  )
  assert.equal(
    rows.map(({ ended }) => ended),
    [false, true, false],
  )
  assert.equal(
    rows.map(({ valueWeight }) => valueWeight),
    rows.map(({ policyWeight }) => policyWeight),
  )
})

test.run()
