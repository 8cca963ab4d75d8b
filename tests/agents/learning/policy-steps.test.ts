/** One optimiser step of each kind on a real policy: its loss is the formula, however its batch is cut. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { aggregate } from '../../../agents/learning/aggregation.ts'
import type { NeuralPolicy } from '../../../agents/policies/neural.ts'
import type {
  ClipOptions,
  Experience,
  PreferenceLoss,
  PreferenceRow,
  UpdateStats,
  VisitShare,
} from '../../../agents/policy.ts'
import { UsageError } from '../../../envs/errors.ts'
import { rngAt } from '../../../envs/rng.ts'
import { ask, smallPolicy } from './small-policies.ts'

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]): number => sum(values) / values.length
const clip = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x))
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const clipping = { clipLow: 0.05, clipHigh: 0.1, klCoef: 0.3 }

const lengths = [1, 5, 3, 7, 2, 4]
/** Off-policy on purpose: ratios, references and values that differ from what the policy says now. */
function experiences(now: readonly number[][]): Experience[] {
  const batch = lengths.map((length, i) => {
    const draw = (name: string, width: number): number[] =>
      Array.from({ length }, (_, t) => width * (rngAt(name, i, t).float() - 0.5))
    return {
      prompt: ask(i % 2 === 0 ? 'ab' : 'b'),
      completion: {
        text: '',
        tokens: Array.from({ length }, (_, t) => 1 + ((i + t) % 5)),
        logprobs: draw('old', 0.5).map((shift, t) => (now[i]?.[t] ?? -1) + shift),
        stopped: true,
      },
      advantage: i === 1 ? 0.7 : draw('advantage', 2),
      refLogprobs: draw('reference', 1).map((shift, t) => (now[i]?.[t] ?? -1) + shift),
      returns: draw('return', 2),
      oldValues: draw('value', 0.6),
    }
  })
  return aggregate(batch, { per: 'sequence' })
}

/** What the papers say the loss is, in plain numbers. */
function expectedLoss(
  batch: readonly Experience[],
  now: readonly number[][],
  values: readonly number[][],
  options: ClipOptions,
): number {
  const { clipLow, clipHigh, klCoef, klEstimator = 'k3', ratio: kind = 'token', critic, objective } = options
  return sum(
    batch.flatMap(({ completion, advantage, refLogprobs, returns, oldValues, tokenWeight }, i) => {
      const logRatios = completion.logprobs.map((old, t) => now[i]![t]! - old)
      return completion.tokens.map((_, t) => {
        const a = typeof advantage === 'number' ? advantage : advantage[t]!
        if (objective === 'log-likelihood') return -tokenWeight * a * now[i]![t]!
        const ratio = Math.exp(kind === 'token' ? logRatios[t]! : mean(logRatios))
        const d = now[i]![t]! - (refLogprobs ?? completion.logprobs)[t]!
        const kl = { k1: d, k2: d ** 2 / 2, k3: Math.exp(-d) + d - 1 }[klEstimator]
        const gain = Math.min(ratio * a, clip(ratio, 1 - clipLow, 1 + clipHigh) * a)
        const policyLoss = -tokenWeight * (gain - klCoef * kl)
        if (!critic) return policyLoss
        const [v, old, target] = [values[i]![t]!, oldValues![t]!, returns![t]!]
        const near = clip(v, old - critic.valueClip, old + critic.valueClip)
        const valueLoss = Math.max((v - target) ** 2, (near - target) ** 2) / 2
        return policyLoss + critic.valueCoef * tokenWeight * valueLoss
      })
    }),
  )
}

const OPTIONS: Record<string, ClipOptions> = {
  'clipped with k3': clipping,
  'clipped with k1': { ...clipping, klEstimator: 'k1' },
  'clipped with k2': { ...clipping, klEstimator: 'k2' },
  'of sequences': { ...clipping, ratio: 'sequence' },
  'with a critic': { ...clipping, critic: { valueCoef: 0.5, valueClip: 0.1 } },
  'log-likelihood': { clipLow: 0, clipHigh: 0, klCoef: 0, objective: 'log-likelihood' },
}

const cuts = [undefined, 30]
const policies = cuts.map(microBatchTokens =>
  smallPolicy({ critic: true, initializerRange: 0.5, ...(microBatchTokens && { microBatchTokens }) }),
)
const [whole] = policies as [NeuralPolicy]

/** The step on each policy from the same weights; the loss is as expected, the gradient the same on all. */
async function stepEverywhere(
  step: (policy: NeuralPolicy) => Promise<UpdateStats>,
  expected: number,
  name: string,
): Promise<void> {
  const norms: number[] = []
  for (const policy of policies) {
    const start = await policy.snapshot()
    const { loss, gradNorm } = await step(policy)
    await policy.restore(start)
    assert.ok(
      Math.abs(loss - expected) < 2e-5 * Math.max(1, Math.abs(expected)),
      `${name}: ${loss}, ${expected}`,
    )
    norms.push(gradNorm)
  }
  for (const norm of norms)
    assert.ok(norm > 0 && Math.abs(norm / norms[0]! - 1) < 1e-3, `${name}: ${norms.join()}`)
}

const test = suite('steps on a policy')
test.after(async () => void (await Promise.all(policies.map(policy => policy.close()))))

test('policy-gradient losses are what the formulas say', async () => {
  const sequences = experiences([]).map(({ prompt, completion }) => ({ prompt, tokens: completion.tokens }))
  // A value head starts at 0; a step makes it say something.
  for (const policy of policies)
    await policy.policyGradientStep(
      experiences([]),
      { ...clipping, critic: { valueCoef: 1, valueClip: 9 } },
      0.02,
    )
  const [now, values] = [await whole.tokenLogprobs(sequences), await whole.values(sequences)]
  assert.ok(Math.max(...values.flat().map(Math.abs)) > 1e-3)
  const batch = experiences(now)
  for (const [name, options] of Object.entries(OPTIONS)) {
    const expected = expectedLoss(batch, now, values, options)
    await stepEverywhere(policy => policy.policyGradientStep(batch, options, 1e-3), expected, name)
  }
})

const texts = ['0', '1101', '01', '10010', '1', '0010']
const rows = (refLogprob: (i: number) => number): PreferenceRow[] =>
  texts.map((completion, i) => ({
    prompt: ask(i < 2 ? 'a' : 'bb'),
    completion,
    refLogprob: refLogprob(i),
    desirable: i % 3 !== 0,
    lambda: 1 + i / 10,
    ended: i < 4,
  }))

test('preference losses are what the formulas say, pairs staying together', async () => {
  const all = await whole.logprobs(rows(() => 0))
  assert.equal(
    all.map(list => list.length),
    texts.map((text, i) => text.length + Number(i < 4)),
  )
  const sums = all.map(sum)
  const means = all.map(mean)
  const reference = (i: number, of: readonly number[]): number => of[i]! + Math.sin(i + 1)
  const margins = (of: readonly number[]): number[] =>
    [0, 2, 4].map(i => of[i]! - reference(i, of) - (of[i + 1]! - reference(i + 1, of)))
  const [d, perToken] = [margins(sums), margins(means)]
  const dpo = (eps: number): number =>
    mean(d.map(x => -(1 - eps) * Math.log(sigmoid(0.3 * x)) - eps * Math.log(sigmoid(-0.3 * x))))
  const cases: [PreferenceLoss, number][] = [
    [{ kind: 'dpo', beta: 0.3, smoothing: 0, nllCoef: 0 }, dpo(0)],
    [
      { kind: 'dpo', beta: 0.3, smoothing: 0.1, nllCoef: 0.2 },
      dpo(0.1) - 0.2 * mean([0, 2, 4].map(i => means[i]!)),
    ],
    [{ kind: 'ipo', beta: 0.3, means: false }, mean(d.map(x => (x - 1 / 0.6) ** 2))],
    [{ kind: 'ipo', beta: 0.3, means: true }, mean(perToken.map(x => (x - 1 / 0.6) ** 2))],
    [
      { kind: 'simpo', beta: 2, gamma: 0.5 },
      mean([0, 2, 4].map(i => -Math.log(sigmoid(2 * (means[i]! - means[i + 1]!) - 0.5)))),
    ],
    [
      { kind: 'kto', beta: 0.3, reference: 0.4 },
      mean(
        texts.map((_, i) => {
          const gain = 0.3 * (sums[i]! - reference(i, sums) - 0.4)
          return (1 + i / 10) * (1 - sigmoid(i % 3 === 0 ? -gain : gain))
        }),
      ),
    ],
  ]
  for (const [loss, expected] of cases) {
    const of = loss.kind === 'ipo' && loss.means ? means : sums
    const batch = rows(i => reference(i, of))
    await stepEverywhere(policy => policy.preferenceStep(batch, loss, 1e-3), expected, JSON.stringify(loss))
  }
})

test('distillation is cross-entropy to the visits and squared error of the value', async () => {
  const shares: VisitShare[] = texts.map((completion, i) => ({
    prompt: ask(i < 2 ? 'a' : 'bb'),
    completion,
    ended: false,
    policyWeight: (i + 1) / 30,
    valueWeight: (6 - i) / 40,
    outcome: i / 3 - 0.5,
  }))
  const logprobs = await whole.logprobs(shares)
  const values = await whole.values(
    shares.map(({ prompt, completion }) => ({ prompt, tokens: whole.tokenizer.encode(completion) })),
  )
  const policyTerm = sum(shares.map(({ policyWeight }, i) => -policyWeight * sum(logprobs[i]!)))
  const valueTerm = sum(
    shares.map(({ valueWeight, outcome }, i) => valueWeight * (values[i]![0]! - outcome) ** 2),
  )
  for (const coef of [0, 0.7])
    await stepEverywhere(
      policy => policy.distillationStep(shares, coef, 1e-3),
      policyTerm + coef * valueTerm,
      `distillation with ${coef}`,
    )
})

test('a snapshot is gone on from to the bit', async () => {
  const batch = rows(() => -3)
  const loss: PreferenceLoss = { kind: 'dpo', beta: 0.5, smoothing: 0, nllCoef: 0 }
  const start = await whole.snapshot()
  const run = async (): Promise<number[][]> => {
    await whole.preferenceStep(batch, loss, 1e-2)
    await whole.preferenceStep(batch, loss, 1e-2)
    return whole.logprobs(batch)
  }
  const first = await run()
  await whole.restore(start)
  assert.equal(await run(), first)
  await whole.restore(start)
})

test('what a step cannot read is refused with what to do', async () => {
  const plain = smallPolicy()
  const batch = experiences([])
  const refused = async (run: () => Promise<unknown>, message: RegExp): Promise<void> => {
    try {
      await run()
    } catch (error) {
      assert.instance(error, UsageError)
      assert.match((error as Error).message, message)
      return
    }
    throw new Error(`expected a refusal: ${message}`)
  }
  const critic = { ...clipping, critic: { valueCoef: 1, valueClip: 1 } }
  await refused(() => plain.policyGradientStep(batch, critic, 1e-3), /value head; create it with scalarHead/)
  await refused(() => plain.values([{ prompt: ask('a'), tokens: [1] }]), /value head/)
  await refused(() => plain.distillationStep([], 1, 1e-3), /value head/)
  const { oldValues: _, ...bare } = batch[0]!
  await refused(() => whole.policyGradientStep([bare], critic, 1e-3), /experience 0: a critic learns from/)
  const short = { ...batch[3]!, refLogprobs: [1] }
  await refused(() => whole.policyGradientStep([short], clipping, 1e-3), /expected 7 numbers in refLogprobs/)
  const both = { ...clipping, objective: 'log-likelihood' as const }
  await refused(() => whole.policyGradientStep(batch, both, 1e-3), /set klCoef to 0/)
  const dpo: PreferenceLoss = { kind: 'dpo', beta: 1, smoothing: 0, nllCoef: 0 }
  await refused(() => whole.preferenceStep(rows(() => -1).slice(1), dpo, 1e-3), /pairs of rows.* got 5 rows/)
  await refused(
    () =>
      whole.preferenceStep(
        rows(() => NaN),
        dpo,
        1e-3,
      ),
    /row 0 needs the reference/,
  )
  await plain.close()
})

test.run()
