/** @file Figures of reward models as scikit-learn and enumeration have them, and benchmark files that nobody has checked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  readProcessBench,
  readRewardBench,
  readRewardBench2,
  strictly,
} from '../../rewards/benchmark-rows.ts'
import {
  bestOfManyAccuracy,
  bestOfNCurve,
  calibration,
  firstBelow,
  overOptimisation,
  pairAccuracy,
  pooledAuc,
  processBenchAt,
  processBenchScore,
  tunedThreshold,
  withinTaskAuc,
} from '../../rewards/metrics.ts'
import { close, GOLDEN } from './reward-golden.ts'

const root = mkdtempSync(join(tmpdir(), 'ludus-benchmarks-'))
const test = suite('metrics')
test.after(() => rmSync(root, { recursive: true, force: true }))

function fileOf(name: string, text: string): string {
  writeFileSync(join(root, name), text)
  return join(root, name)
}

async function messageOf(run: () => Promise<unknown>): Promise<string> {
  return run().then(
    () => 'nothing was thrown',
    (error: Error) => error.message,
  )
}

test('areas under the curve, pooled and within tasks, and the Brier score, as scikit-learn has them', () => {
  for (const { items, pooled, within, brier } of GOLDEN.judged) {
    close(pooledAuc(items), pooled)
    close(withinTaskAuc(items), within)
    close(calibration(items).brier, brier)
  }
  assert.throws(() => calibration([{ score: 1.2, right: true }]), /\[0, 1\]/)
})

test('calibration: no error where the share right is the score, the whole distance where it is not', () => {
  const items = (score: number, right: number, of: number) =>
    Array.from({ length: of }, (_, i) => ({ score, right: i < right }))
  close(calibration([...items(0.25, 1, 4), ...items(0.75, 3, 4)]).ece, 0)
  close(calibration(items(0.95, 0, 5)).ece, 0.95)
})

test('ProcessBench: both accuracies and their harmonic mean, at thresholds and at the best one', () => {
  const { cases, byThreshold, best } = GOLDEN.processBench
  for (const { threshold, ...expected } of byThreshold) {
    const { errorAccuracy, correctAccuracy, f1 } = processBenchAt(cases, threshold)
    close(
      [errorAccuracy, correctAccuracy, f1],
      [expected.errorAccuracy, expected.correctAccuracy, expected.f1],
    )
  }
  const tuned = tunedThreshold(cases)
  close(tuned.f1, best)
  close(processBenchAt(cases, tuned.threshold).f1, best)
})

test('ProcessBench: 1 on the labels themselves, 0 for who never finds an error or always does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1, max: 5 }), { maxLength: 20 }), drawn => {
      const labels = [-1, 2, ...drawn]
      const score = (predicted: (label: number) => number): number =>
        processBenchScore(labels.map(label => ({ label, predicted: predicted(label) }))).f1
      close([score(label => label), score(() => -1), score(() => 0)], [1, 0, 0])
    }),
  )
  assert.is(firstBelow([0.9, null, 0.2, 0.1], 0.5), 2)
  assert.is(firstBelow([null], 0.5), -1)
  assert.is(firstBelow([0.5], 0.5), -1)
  assert.throws(() => tunedThreshold([{ scores: [null], label: 0 }]), /with scores/)
  assert.throws(() => tunedThreshold([{ scores: [0.4], label: 0 }]), /only one kind/)
})

test('pairs and fours: a tie or a missing score of the chosen one is not right', () => {
  assert.is(
    pairAccuracy([
      { chosen: 0.6, rejected: 0.5 },
      { chosen: 0.5, rejected: 0.5 },
      { chosen: null, rejected: 0.1 },
      { chosen: 0.1, rejected: null },
    ]),
    0.5,
  )
  assert.is(
    bestOfManyAccuracy([
      { chosen: 0.9, rejected: [0.1, 0.2, 0.3] },
      { chosen: 0.9, rejected: [0.1, 0.9, 0.3] },
      { chosen: 0.2, rejected: [0.1, 0.3, 0.1] },
      { chosen: null, rejected: [null, null, null] },
    ]),
    0.25,
  )
})

test('best-of-n curves are those of all subsets; over-optimisation is a fall of gold', () => {
  const { pools, curve } = GOLDEN.bestOfN
  const got = bestOfNCurve(
    pools,
    curve.map(({ n }) => n),
  )
  for (const [i, { n, proxy, gold, kl }] of curve.entries())
    close([got[i]!.n, got[i]!.proxy, got[i]!.gold, got[i]!.kl], [n, proxy, gold, kl])
  const hacked = [0.1, 0.2, 0.3, 0.9].map((proxy, i) => ({ proxy, gold: i === 3 ? 0 : 1 }))
  close(overOptimisation(bestOfNCurve([hacked], [1, 2, 4])), 0.75)
  assert.throws(() => bestOfNCurve([hacked], [5]), /size of the pool/)
})

const row = {
  id: 'gsm8k-0',
  generator: 'g',
  problem: '1+1',
  steps: ['a', 'b'],
  final_answer_correct: true,
  label: -1,
}

test('ProcessBench rows from JSON lines and from a list; what does not fit is named by its line', async () => {
  const bad = { ...row, label: 2 }
  const lines = fileOf(
    'rows.jsonl',
    [row, bad, row].map(each => JSON.stringify(each)).join('\n') + '\n{"id":',
  )
  const fromLines = await readProcessBench(lines)
  assert.is(fromLines.rows.length, 2)
  assert.equal(
    fromLines.problems.map(({ line, field }) => [line, field]),
    [
      [2, 'label'],
      [4, 'row'],
    ],
  )
  assert.throws(() => strictly(fromLines), /rows\.jsonl:2: label: expected a label below/)
  const list = fileOf(
    'rows.json',
    `[\n${JSON.stringify(row, null, 1)},\n{"id": "[\\"\\\\{"},\n  ${JSON.stringify(bad)}, 7]\n`,
  )
  const fromList = await readProcessBench(list)
  assert.equal(fromList.rows, [row])
  assert.equal(
    fromList.problems.map(({ line }) => line),
    [13, 14, 14],
  )
  assert.equal(strictly(await readProcessBench(fileOf('good.json', JSON.stringify([row])))), [row])
})

test('files that hold nothing usable are refused with their line', async () => {
  const refused = async (name: string, text: string): Promise<string> =>
    messageOf(() => readProcessBench(fileOf(name, text)))
  assert.match(await refused('broken.json', '[\n1,\n2,,]'), /broken\.json:3: is no JSON/)
  assert.match(await refused('object.json', '{}'), /object\.json:1: expected a list/)
  assert.match(await refused('empty.json', '[]'), /at least one row/)
  assert.match(await refused('none.json', '[\n\n{"steps": []}]'), /none\.json:3: id/)
  assert.match(await refused('none.jsonl', '{}'), /line 1, id/)
  assert.match(await messageOf(() => readProcessBench(join(root, 'missing.json'))), /cannot be read/)
})

test('RewardBench rows, of pairs and of fours, from JSON lines and CSV', async () => {
  const csv = fileOf('pairs.csv', 'prompt,chosen,rejected,subset\nq,"a, good",b,chat\n')
  assert.equal(strictly(await readRewardBench(csv)), [
    { prompt: 'q', chosen: 'a, good', rejected: 'b', subset: 'chat' },
  ])
  const four = { id: '1', prompt: 'q', chosen: ['a'], rejected: ['b', 'c', 'd'], subset: 'Math' }
  const lines = fileOf(
    'fours.jsonl',
    `${JSON.stringify({ ...four, chosen: 'a' })}\n${JSON.stringify(four)}\n`,
  )
  const { rows, problems } = await readRewardBench2(lines)
  assert.equal([rows, problems[0]!.line, problems[0]!.field], [[four], 1, 'chosen'])
})

test.run()
