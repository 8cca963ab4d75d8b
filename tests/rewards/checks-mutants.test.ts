/** @file Mutants of rewards: what is changed, what is left alone, what a contract kills, and which lines survive. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mutantsOf, mutated } from '../../rewards/checks/mutants/mutants.ts'
import { mutationReportSchema } from '../../rewards/checks/mutants/report.ts'
import { mutationScore } from '../../rewards/checks/mutants/score.ts'
import { parsed } from '../../rewards/checks/mutants/syntax.ts'

const test = suite('mutants of rewards')
const FILE = fileURLToPath(new URL('./mutated/sum-reward.ts', import.meta.url))
const SOURCE = readFileSync(FILE, 'utf8')

/** `operator: before -> after` of every mutant of a reward with this body of `score`. */
function changesOf(body: string, outside = ''): string[] {
  const source = `${outside}\nexport const reward = { name: 'r', tasks: [0], score(task: number, response: string) { ${body} } }`
  const mutants = mutantsOf(source, 'reward.ts', { top: 5 })
  for (const mutant of mutants) parsed(mutated(source, mutant), 'reward.ts')
  return mutants.map(({ operator, before, after }) => `${operator}: ${before} -> ${after}`)
}

const EXPECTED: Record<string, string[]> = {
  'if (task > 3) return null': [
    'drop-guard: if (task > 3) return null -> ;',
    'move-boundary: task > 3 -> task >= 3',
    'flip-comparison: task > 3 -> task <= 3',
    'flip-default: null -> 1',
  ],
  'return Math.abs(task - 1e-6)': [
    'drop-abs: Math.abs(task - 1e-6) -> (task - 1e-6)',
    'swap-arithmetic: task - 1e-6 -> task + 1e-6',
    'loosen-tolerance: 1e-6 -> (1e-6 * 1000)',
    'tighten-tolerance: 1e-6 -> 0',
  ],
  'return Math.min(1, task) + +response': [
    'swap-arithmetic: Math.min(1, task) + +response -> Math.min(1, task) - +response',
    'swap-extremes: min -> max',
  ],
  "return response.trim() === 'a' && !task": [
    "swap-logic: response.trim() === 'a' && !task -> ((response.trim() === 'a') || (!task))",
    'drop-trim: response.trim() -> response',
    "loose-equality: response.trim() === 'a' -> response.trim() == 'a'",
    "flip-comparison: response.trim() === 'a' -> response.trim() !== 'a'",
    'drop-negation: !task -> (task)',
  ],
  'return /^a\\$$/i.test(response)': [
    'drop-start-anchor: /^a\\$$/i -> /a\\$$/i',
    'drop-end-anchor: /^a\\$$/i -> /^a\\$/i',
    'drop-flag-i: /^a\\$$/i -> /^a\\$$/',
  ],
  'return [...response.matchAll(/a\\$/g)].every(Boolean)': ['every-to-some: every -> some'],
  "return response.split(' ').at(-1) ?? response.split(' ')[0]": [
    'last-to-first: -1 -> 0',
    "first-to-last: response.split(' ')[0] -> response.split(' ').at(-1)",
  ],
  'return response.slice(1)': ['off-by-one-slice: 1 -> (1) + 1'],
  "try { return 'x' + response } catch { return 0 }": [
    'catch-to-top: { return 0 } -> { return 5 }',
    'flip-default: 0 -> 1',
  ],
  'return task ? task : response': ['flip-branches: task : response -> (response) : (task)'],
}

for (const [body, expected] of Object.entries(EXPECTED))
  test(`changes of: ${body}`, () => {
    assert.equal(changesOf(body).sort(), [...expected].sort())
  })

test('types are no code', () => {
  assert.equal(changesOf('const x = response as unknown as `${0}`; return x!', 'type T = 0 | 1'), [])
})

test('what scoring names is changed wherever it stands; what it does not name is not', () => {
  const outside = `
    const LIMIT = 0.01
    const unused = (x: number): boolean => x < 3
    function near(x: number): boolean { return x < LIMIT }
    class Grader { ok(x: number): boolean { return near(x) } }
    export const facts = { oracle: (x: number) => x < 4, gold: (x: number) => String(x + 1) }`
  const changes = changesOf('return new Grader().ok(task)', outside)
  assert.ok(changes.includes('move-boundary: x < LIMIT -> x <= LIMIT'))
  assert.ok(changes.some(change => change.startsWith('loosen-tolerance: 0.01')))
  assert.not.ok(changes.some(change => /x < [34]|x \+ 1/.test(change)))
})

test('facts of the subject are left alone, its other scoring functions are not', () => {
  const source = `export const reward = {
    tasks: [1, 2].map(x => x + 1), gold: t => String(t * 2), score: (t, r) => (r.length > 3 ? 1 : 0),
    combine: { parts: {}, total: p => p.a * p.b }, judge: { parse: text => text.indexOf('yes') },
    process: { solution: t => [t + 1], score: (t, s) => s.map(x => x.length < 9), aggregate: { how: 'min', of: s => Math.min(...s) } },
  }`
  const before = mutantsOf(source, 'reward.ts').map(mutant => mutant.before)
  for (const changed of ['r.length > 3', 'p.a * p.b', 'indexOf', 'x.length < 9', 'min'])
    assert.ok(before.includes(changed), changed)
  for (const kept of ['x + 1', 't * 2', 't + 1']) assert.not.ok(before.includes(kept), kept)
})

test('a source that cannot be read is refused', () => {
  assert.throws(() => mutantsOf('const = 3', 'reward.ts'), /reward\.ts cannot be read/)
})

test('mutants of a right reward with its contract: most are killed', async () => {
  const shares: number[] = []
  const operators = ['flip-comparison', 'flip-default', 'swap-arithmetic', 'flip-branches', 'loose-equality']
  const report = mutationReportSchema.parse(
    await mutationScore(FILE, {
      name: 'declared',
      runs: 12,
      operators,
      progress: share => shares.push(share),
    }),
  )
  assert.equal(report.failing, [])
  assert.ok(report.score! >= 0.75, `score ${report.score}`)
  assert.is(report.killed + report.survived + report.equivalent + report.invalid, report.mutants.length)
  assert.is(shares.at(-1), 1)
  const status = Object.fromEntries(
    report.mutants.map(each => [`${each.operator} ${each.before}`, each.status]),
  )
  assert.is(status['flip-comparison answer === total(task)'], 'killed')
  assert.is(status['swap-arithmetic sum += each'], 'killed')
  assert.is(status['loose-equality answer === total(task)'], 'equivalent')
  assert.equal(readdirSync(dirname(FILE)), ['sum-reward.ts'], 'nothing is left behind')
})

test('without a reference answer mutants survive, and their lines are named', async () => {
  const operators = ['flip-comparison', 'flip-default', 'swap-arithmetic']
  const report = await mutationScore(FILE, { name: 'bare', runs: 12, operators })
  assert.ok(report.score! < 0.5, `score ${report.score}`)
  assert.is(report.equivalent, 0, 'no right response is known, so nothing can be shown to be the same')
  const lines = SOURCE.split('\n')
  const survivor = report.mutants.find(
    ({ before, status }) => before === 'answer === total(task)' && status === 'survived',
  )!
  assert.match(lines[survivor.line - 1]!, 'answer === total(task)')
  assert.match(report.notRun.find(({ id }) => id === 'near_miss')!.why, 'declare gold(task)')
})

test('what does not load, and what never answers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ludus-mutants-'))
  try {
    const file = join(folder, 'reward.mjs')
    writeFileSync(
      file,
      `const LIMIT = 8 + 1
       if (LIMIT < 9) throw new Error('refused')
       const BEST = [3, 1].indexOf(1)
       export const reward = { name: 'counting', tasks: [1, 2], gold: t => String(t), score: (t, r) => {
         let n = 0
         while (n < LIMIT) n += BEST
         return r === String(t) ? 1 : 0
       } }`,
    )
    const operators = ['swap-arithmetic', 'indexOf-to-lastIndexOf']
    const { mutants } = await mutationScore(file, { runs: 12, operators })
    assert.equal(
      mutants.map(({ operator, status, by }) => [operator, status, by]),
      [
        ['swap-arithmetic', 'invalid', null],
        ['indexOf-to-lastIndexOf', 'equivalent', null],
        ['swap-arithmetic', 'killed', 'no_answer'],
      ],
    )
    assert.equal(readdirSync(folder), ['reward.mjs'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a file without a reward is refused', async () => {
  const refusal = await mutationScore(
    fileURLToPath(import.meta.url.replace('checks-mutants.test', '../needs')),
  ).then(
    () => '',
    (error: unknown) => String(error),
  )
  assert.match(refusal, /expected one reward, got none/)
})

test.run()
