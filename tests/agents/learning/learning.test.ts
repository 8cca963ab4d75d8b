import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { behaviorCloning } from '../../../agents/learning/bc.ts'
import type { Group } from '../../../agents/learning/grpo.ts'
import { grpo } from '../../../agents/learning/grpo.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import type { Completion, Experience, Prompt, TrainablePolicy } from '../../../agents/policy.ts'
import { rngAt } from '../../../envs/rng.ts'

const shape = {
  hiddenSize: 16,
  intermediateSize: 24,
  numHiddenLayers: 1,
  numAttentionHeads: 2,
  numKeyValueHeads: 2,
  maxPositionEmbeddings: 8,
  ropeTheta: 30,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: false,
  initializerRange: 0.1,
}
const rate = (peak: number): { peak: number; warmupSteps: number; finalFraction: number } => ({
  peak,
  warmupSteps: 1,
  finalFraction: 1,
})
const ask = (question: string): Prompt => [{ role: 'user', content: question }]
const policy = (): NeuralPolicy =>
  NeuralPolicy.create(shape, 'ab01', rngAt('learning'), { samplers: 1, trainThreads: 1 })

const test = suite('learning')

test('behaviour cloning learns what is demonstrated', async () => {
  const learner = policy()
  const demonstrate = (i: number): { prompt: Prompt; completion: string } =>
    i % 2 === 0 ? { prompt: ask('a'), completion: '0' } : { prompt: ask('b'), completion: '1' }
  const losses: number[] = []
  await behaviorCloning(
    learner,
    demonstrate,
    { steps: 60, batchSize: 8, learningRate: rate(1e-2) },
    ({ loss }) => void losses.push(loss),
  )
  assert.is(losses.length, 60)
  assert.ok(losses.at(-1)! < 0.05, `loss ${losses.at(-1)}`)
  const options = { temperature: 0, maxTokens: 3, seeds: [[], []] }
  const texts = (await learner.sample([ask('a'), ask('b')], options)).map(({ text }) => text)
  assert.equal(texts, ['0', '1'])
  await learner.close()
})

test('GRPO moves towards the candidates with the higher return, on a two-armed bandit', async () => {
  const learner = policy()
  const sample = (iteration: number): Promise<Completion[]> =>
    learner.sample(Array<Prompt>(16).fill(ask('a')), {
      temperature: 1,
      maxTokens: 1,
      seeds: Array.from({ length: 16 }, (_, i) => ['bandit', iteration, i]),
    })
  const search = async (iteration: number): Promise<Group[]> => {
    const candidates = await sample(iteration)
    return [{ prompt: ask('a'), candidates, returns: candidates.map(({ text }) => Number(text === '1')) }]
  }
  const means: number[] = []
  const options = { iterations: 60, learningRate: rate(1e-2), clipLow: 0.2, clipHigh: 0.2, klCoef: 0 }
  await grpo(learner, search, options, ({ meanReturn }) => void means.push(meanReturn))
  assert.ok(means[0]! < 0.6 && means.at(-1)! > 0.95, `from ${means[0]} to ${means.at(-1)}`)
  await learner.close()
})

/** Remembers the batches it is given. */
function recorder(): { policy: TrainablePolicy; batches: Experience[][] } {
  const batches: Experience[][] = []
  const refuse = (): never => {
    throw new Error('not needed here')
  }
  const stats = { loss: 0, gradNorm: 0, approxKl: 0 }
  return {
    batches,
    policy: {
      numParameters: 0,
      sample: refuse,
      logprobs: refuse,
      behaviorCloningStep: refuse,
      resetOptimizer: refuse,
      save: refuse,
      close: async () => {},
      policyGradientStep: async batch => {
        batches.push([...batch])
        return stats
      },
    },
  }
}

const candidate = (length: number): Group['candidates'][number] => ({
  text: '',
  tokens: Array<number>(length).fill(2),
  logprobs: Array<number>(length).fill(-1),
  stopped: true,
})
const once = { iterations: 1, learningRate: rate(1), clipLow: 0.2, clipHigh: 0.2, klCoef: 0 }

test('each candidate weighs the same, spread over its tokens', async () => {
  const { policy: learner, batches } = recorder()
  const group = { prompt: ask('a'), candidates: [candidate(2), candidate(5)], returns: [1, 0] }
  await grpo(learner, async () => [group, group], once)
  assert.equal(
    batches[0]!.map(({ tokenWeight }) => tokenWeight),
    [1 / 8, 1 / 20, 1 / 8, 1 / 20],
  )
  assert.ok(Number(batches[0]![0]!.advantage) > 0 && Number(batches[0]![1]!.advantage) < 0)
})

test('a candidate that could not be judged is left out, not scored 0', async () => {
  const { policy: learner, batches } = recorder()
  const stats: number[] = []
  const group = {
    prompt: ask('a'),
    candidates: [candidate(1), candidate(1), candidate(1)],
    returns: [1, null, 1],
  }
  await grpo(
    learner,
    async () => [group],
    once,
    ({ meanReturn }) => void stats.push(meanReturn),
  )
  assert.is(batches[0]!.length, 2)
  assert.equal(stats, [1])
})

test('an iteration in which nothing could be judged stops with the reason', async () => {
  const { policy: learner } = recorder()
  const group = { prompt: ask('a'), candidates: [candidate(1)], returns: [null] }
  try {
    await grpo(learner, async () => [group], once)
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, /iteration 0: none of the 1 candidates could be judged/)
  }
})

test.run()
