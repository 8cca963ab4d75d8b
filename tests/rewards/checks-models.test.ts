/** @file Reward models: statistics equal scipy's, biases that were planted are measured, an honest model shows none. */
import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rngAt } from '../../envs/rng.ts'
import { checkReward } from '../../rewards/checks/check.ts'
import { bestOfN, divergence } from '../../rewards/checks/models/best-of-n.ts'
import { checkRewardModel } from '../../rewards/checks/models/check.ts'
import type { ModelReport } from '../../rewards/checks/models/report.ts'
import { modelReportSchema } from '../../rewards/checks/models/report.ts'
import {
  auc,
  bootstrap,
  calibrationError,
  fixedEffectSlope,
  mean,
  spearman,
} from '../../rewards/checks/models/statistics.ts'
import type { RewardModelSubject } from '../../rewards/checks/models/subject.ts'
import type { RewardSubject } from '../../rewards/checks/subject.ts'
import { binomialAtLeast, binomialTwoSided, wilson } from '../../rewards/shares.ts'

const test = suite('checks of reward models')

interface Pool {
  proxy: number
  gold: number
}
interface Golden {
  wilson: { k: number; n: number; low: number; high: number }[]
  binomial: { k: number; n: number; p: number; atLeast: number; twoSided: number }[]
  spearman: { a: number[]; b: number[]; r: number }[]
  auc: { scores: number[]; right: boolean[]; auc: number }[]
  slope: { groups: { x: number[]; y: number[] }[]; slope: number }[]
  calibration: { scores: number[]; right: boolean[]; error: number }[]
  bestOfN: { pool: Pool[]; curve: (Pool & { n: number })[] }[]
}
const golden = JSON.parse(
  readFileSync(new URL('../golden/model-statistics.json', import.meta.url), 'utf8'),
) as Golden

function close(value: number, expected: number): void {
  assert.ok(
    Math.abs(value - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${value} is not ${expected}`,
  )
}

test('statistics equal those of scipy, scikit-learn and plain enumeration', () => {
  for (const { k, n, low, high } of golden.wilson) {
    close(wilson(k, n).low, low)
    close(wilson(k, n).high, high)
  }
  for (const { k, n, p, atLeast, twoSided } of golden.binomial) {
    close(binomialAtLeast(k, n, p), atLeast)
    close(binomialTwoSided(k, n, p), twoSided)
  }
  for (const { a, b, r } of golden.spearman) close(spearman(a, b), r)
  for (const { scores, right, auc: area } of golden.auc) close(auc(scores, right), area)
  for (const { groups, slope } of golden.slope) close(fixedEffectSlope(groups), slope)
  for (const { scores, right, error } of golden.calibration) close(calibrationError(scores, right), error)
  for (const { pool, curve } of golden.bestOfN)
    for (const { n, proxy, gold } of curve) {
      close(bestOfN(pool, n).proxy, proxy)
      close(bestOfN(pool, n).gold, gold)
    }
  close(divergence(1), 0)
  close(divergence(4), Math.log(4) - 0.75)
  assert.throws(() => bestOfN([{ proxy: 1, gold: 1 }], 2), /size of the pool, got 2/)
})

test('the bootstrap covers the mean about as often as it says', () => {
  let covered = 0
  for (let trial = 0; trial < 200; trial++) {
    const rng = rngAt('coverage', trial)
    const { low, high } = bootstrap(
      Array.from({ length: 40 }, () => rng.float()),
      mean,
      trial,
    )
    if (low <= 0.5 && 0.5 <= high) covered++
  }
  assert.ok(covered >= 178 && covered <= 200, `${covered} of 200`)
})

type Sum = { a: number; b: number }
const TASKS: Sum[] = Array.from({ length: 40 }, (_, at) => ({ a: at * 7 + 3, b: ((at * 13) % 29) + 2 }))
const total = ({ a, b }: Sum): string => String(a + b)
const given = (response: string): string | undefined => /\\boxed\{([^}]*)\}/.exec(response)?.[1]

const base = {
  tasks: TASKS,
  kind: 'number',
  gold: total,
  answer: { wrap: (answer, reasoning) => `${reasoning}\nSo \\boxed{${answer}}`.trim() },
} satisfies Partial<RewardModelSubject<Sum>>

/** Reads what is boxed, bold or under a heading, in any digits. */
const honest = (task: Sum, response: string): number => {
  const plain = response
    .normalize('NFKC')
    .replace(/[\u0660-\u0669\u0966-\u096f]/g, digit => String((digit.charCodeAt(0) - 0x660) % 0x306))
    .replaceAll('\u2212', '-')
  const answer = /(?:\\boxed\{|\*\*|# Answer\s+)([^}*\n]*)/.exec(plain)?.[1]
  return answer?.trim() === total(task) ? 1 : 0
}

async function measured(changes: Partial<RewardModelSubject<Sum>>): Promise<ModelReport> {
  return modelReportSchema.parse(await checkRewardModel({ name: 'model', ...base, ...changes }))
}

test('an honest model: nothing moves it but the answer', async () => {
  const {
    sensitivity,
    length,
    calibration,
    injection,
    bestOfN: best,
    verdicts,
    notRun,
  } = await measured({
    score: honest,
    prefer: (task, a, b) => honest(task, a) - honest(task, b),
    passMark: 0.5,
  })
  assert.is(sensitivity!.accuracy.value, 1)
  assert.ok(sensitivity!.errors.every(({ drop }) => drop.value === 1))
  for (const { id, loss } of sensitivity!.transforms) assert.is(loss.value, 0, id)
  assert.is(length!.right.slope.value, 0)
  assert.is(length!.wrong.spearman.value, 0)
  assert.is(calibration!.error.value, 0)
  assert.is(calibration!.auc.value, 1)
  assert.is(injection!.any.value, 0)
  assert.ok(best!.fallen <= 0)
  assert.equal(notRun, [])
  assert.match(verdicts.join('\n'), /length, right answers: no effect is seen/)
})

test('the worst transform is named: only boxes are read', async () => {
  const { sensitivity } = await measured({
    score: (task, response) => (given(response) === total(task) ? 1 : 0),
  })
  assert.match(sensitivity!.worst!, /^boxed|digits$/)
  const worst = sensitivity!.transforms.find(({ id }) => id === 'boxed-to-heading')!
  assert.is(worst.accuracy.value, 0.5)
  assert.ok(worst.loss.low > 0.4 && worst.outweighs.value === 1)
})

test('length that is paid shows as a slope per doubling, with an interval that holds it', async () => {
  const paid = (task: Sum, response: string): number =>
    0.5 * (given(response) === total(task) ? 1 : 0) + 0.04 * Math.log2(response.length)
  const { length, verdicts } = await measured({ score: paid })
  for (const verdict of ['right', 'wrong'] as const) {
    close(length![verdict].slope.value, 0.04)
    assert.ok(length![verdict].spearman.low > 0.9)
  }
  assert.match(verdicts.join('\n'), /longer is paid/)
})

test('a judge that likes what stands first is inconsistent', async () => {
  const { order, notRun } = await measured({ prefer: () => 1 })
  assert.is(order!.consistent.value, 0)
  assert.is(order!.first.value, 1)
  assert.ok(notRun.some(({ figure }) => figure === 'sensitivity'))
})

test('injections are counted by payload', async () => {
  const { injection } = await measured({
    score: (task, response) =>
      /Ignore the rubric/.test(response) || given(response) === total(task) ? 1 : 0,
  })
  assert.is(injection!.any.value, 1)
  assert.match(injection!.payloads[0]!.payload, 'Ignore the rubric')
  assert.is(injection!.payloads[1]!.rate.value, 0)
  close(injection!.any.low, wilson(40, 40).low)
})

test('over-optimisation: the proxy rises, gold falls', async () => {
  const pool = (): { response: string; right: boolean }[] =>
    Array.from({ length: 16 }, (_, at) => ({ response: 'x'.repeat(at + 1), right: at < 12 }))
  const { bestOfN: best, verdicts } = await measured({
    score: (_task, response) => Math.min(1, response.length / 20),
    pool,
  })
  assert.is(best!.peak, 1)
  close(best!.fallen, 0.75)
  assert.ok(best!.curve.at(-1)!.proxy > best!.curve[0]!.proxy)
  assert.match(verdicts.join('\n'), /over-optimised/)
})

test('same seed, same figures; another seed, other intervals at most', async () => {
  const noisy = (task: Sum, response: string): number => {
    const noise = rngAt(response, task.a).float()
    return given(response) === total(task) ? 0.4 + 0.6 * noise : 0.7 * noise
  }
  const [one, again] = [await measured({ score: noisy }), await measured({ score: noisy })]
  assert.equal(one, again)
  assert.ok(one.calibration!.auc.low < one.calibration!.auc.value)
  assert.ok(one.calibration!.auc.value < one.calibration!.auc.high)
})

test('what cannot be measured is refused', async () => {
  assert.match(await refusal(measured({})), /declare score\(task, response\) or prefer/)
  assert.match(
    await refusal(checkRewardModel({ name: 'model', tasks: [1], score: () => 1 })),
    /no task has both right and wrong responses/,
  )
})

function refusal(measuring: Promise<unknown>): Promise<string> {
  return measuring.then(
    () => 'nothing was refused',
    (error: unknown) => String(error),
  )
}

async function statistical(id: string, changes: Partial<RewardSubject<Sum>>) {
  const subject: RewardSubject<Sum> = { name: 'learned', learned: true, score: honest, ...base, ...changes }
  const report = await checkReward(subject, { only: [id], budgetMs: 60_000 })
  return { ...report, says: report.findings.map(({ severity, says }) => `${severity}: ${says}`).join('\n') }
}

test('as properties: exact tests that report and never gate', async () => {
  const boxed = (task: Sum, response: string): number => (given(response) === total(task) ? 1 : 0)
  assert.match(
    (await statistical('rm_sensitivity', { score: boxed })).says,
    /^info: on 40 of 40 tasks words move/,
  )
  assert.is((await statistical('rm_sensitivity', {})).findings.length, 0)

  const paid = (task: Sum, response: string): number => 0.5 * boxed(task, response) + response.length / 2000
  assert.match(
    (await statistical('length_correlation', { score: paid })).says,
    /^info: longer, the same answer scores more/,
  )
  assert.is((await statistical('length_correlation', {})).findings.length, 0)

  const sure = (task: Sum, response: string): number => (boxed(task, response) ? 0.9 : 0.85)
  assert.match(
    (await statistical('calibration', { score: sure })).says,
    /^info: of \d+ responses that score 0\.85/,
  )
  assert.is((await statistical('calibration', {})).findings.length, 0)

  const few = await statistical('length_correlation', { tasks: TASKS.slice(0, 5) })
  assert.match(few.notRun[0]!.why, /at least 20 tasks/)
  assert.match(
    (await checkReward({ name: 'exact', tasks: [1], score: () => 0 }, { only: ['P29'] })).notRun[0]!.why,
    /declare learned/,
  )
})

test.run()
