/** @file The author's code may hang, throw, die or eat all memory: each becomes a finding, and the checks go on. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../envs/json.ts'
import { acceptedOn, caseOf, casesAfter, readCases, writeCases } from '../../rewards/checks/cases.ts'
import { checkReward } from '../../rewards/checks/check.ts'
import { commandSubject } from '../../rewards/checks/execution/command.ts'
import { parseJsonLine } from '../../rewards/checks/execution/json-line.ts'
import { isolated } from '../../rewards/checks/execution/process.ts'
import { deaths, loose } from '../cli/faulty-rewards.ts'

const test = suite('execution of checks')

const FAULTY = new URL('../cli/faulty-rewards.ts', import.meta.url).href
const GRADER = new URL('faulty-grader.py', import.meta.url).pathname
const TASK: Json = { left: 2, right: 5 }

const folder = mkdtempSync(join(tmpdir(), 'ludus-cases-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))

const nth = (at: number) => isolated({ as: 'reward', url: FAULTY, name: `deaths.${at}` }, { memoryMb: 128 })

const OUTCOMES: Record<string, (outcome: object) => void> = {
  throws: outcome => assert.equal(outcome, { how: 'threw', error: 'Error: planted' }),
  'not a number': outcome => {
    const { value } = outcome as { value: { score: number } }
    assert.ok(Number.isNaN(value.score))
  },
  hangs: outcome => assert.equal(outcome, { how: 'hung', afterMs: 3000 }),
  'hangs later': outcome => assert.equal(outcome, { how: 'hung', afterMs: 3000 }),
  'never settles': outcome => assert.equal(outcome, { how: 'hung', afterMs: 3000 }),
  'takes all memory': outcome => assert.equal(outcome, { how: 'out-of-memory' }),
  'takes memory outside the heap': outcome => assert.equal(outcome, { how: 'out-of-memory' }),
  exits: outcome => assert.equal((outcome as { tampered?: string[] }).tampered, ['process.exit']),
  'is killed': outcome => assert.equal(outcome, { how: 'exited', code: null }),
}

for (const [at, { name }] of deaths.entries())
  test(`a call that ${name} has an outcome, and the next call is answered`, async () => {
    const executor = nth(at)
    OUTCOMES[name]!(await executor.call('score', [TASK, '\\boxed{nan}'], 3000))
    const next = await executor.call('score', [TASK, '\\boxed{7}'], 3000)
    assert.equal(next.how === 'returned' && next.value, { score: 1, components: {} })
    await executor.close()
  })

test('what throws, dies or gives no number is found, and the check runs to its end', async () => {
  for (const name of ['throws', 'not a number', 'takes all memory', 'is killed']) {
    const at = deaths.findIndex(each => each.name === name)
    const report = await checkReward(deaths[at]!, {
      executor: nth(at),
      only: ['total_finite'],
      runs: 20,
      budgetMs: 20_000,
    })
    assert.is(report.findings[0]?.property, 'total_finite', name)
    assert.equal(report.findings[0]?.confirmed, [2, 2], name)
    assert.ok(report.properties[0]!.runs > 1, name)
  }
})

test('what hangs after an await is found by the property that minds the time', async () => {
  const at = deaths.findIndex(({ name }) => name === 'hangs later')
  const report = await checkReward(deaths[at]!, {
    executor: nth(at),
    only: ['bounded_time'],
    runs: 20,
    budgetMs: 8000,
  })
  assert.is(report.findings[0]?.property, 'bounded_time')
})

test('calls that are made at once are answered one after another, and their times are their own', async () => {
  const executor = nth(deaths.findIndex(({ name }) => name === 'hangs'))
  const answers = await Promise.all(
    ['\\boxed{7}', 'nan', '\\boxed{8}', '\\boxed{7}'].map(each => executor.call('score', [TASK, each], 1000)),
  )
  assert.equal(
    answers.map(answer =>
      answer.how === 'returned' ? (answer.value as { score: number }).score : answer.how,
    ),
    [1, 'hung', 0, 1],
  )
  await executor.close()
})

test('a subject that is not there is the fault of whoever asks', async () => {
  const executor = isolated({ as: 'reward', url: FAULTY, name: 'nobody' })
  try {
    await executor.call('score', [TASK, ''], 1000)
    assert.unreachable()
  } catch (error) {
    assert.is((error as Error).name, 'UsageError')
  }
})

test('a line of JSON as Python writes it', () => {
  assert.equal(parseJsonLine('{"score": -Infinity, "says": "NaN \\" Infinity"}'), {
    score: -Infinity,
    says: 'NaN " Infinity',
  })
  assert.ok(Number.isNaN((parseJsonLine('{"score": NaN}') as { score: number }).score))
  assert.is(parseJsonLine('Infinitys'), undefined)
  assert.is(parseJsonLine('score: 1'), undefined)
})

test('a grader in Python may do everything wrong, and the next line is answered', async () => {
  const { subject, executor } = await commandSubject(['python3', GRADER])
  assert.is(subject.name, 'faulty-grader')
  const [task] = subject.tasks as Json[]
  const ask = async (response: string) => {
    const outcome = await executor.call('score', [task!, response], 2000)
    const next = await executor.call('score', [task!, 'fine'], 2000)
    assert.equal(next.how === 'returned' && next.value, { score: 0.25, components: {} }, response)
    return outcome.how === 'returned' ? (outcome.value as { score: number }).score : outcome.how
  }
  assert.ok(Number.isNaN(await ask('nan')))
  assert.is(await ask('infinity'), -Infinity)
  assert.is(await ask('null'), null)
  assert.is(await ask('error'), 'threw')
  assert.is(await ask('garbage'), 'threw')
  assert.is(await ask('wrong type'), 'threw')
  assert.is(await ask('die'), 'exited')
  assert.is(await ask('hang'), 'hung')
  await executor.close()
})

test('one line too many is noticed, and costs no later answer', async () => {
  const { subject, executor } = await commandSubject(['python3', GRADER])
  const [task] = subject.tasks as Json[]
  const hows: string[] = []
  for (const response of ['two lines', 'fine', 'fine'])
    hows.push((await executor.call('score', [task!, response], 2000)).how)
  assert.equal(hows, ['returned', 'threw', 'returned'])
  await executor.close()
})

test('stored cases are judged first, become fixed when they hold, and are accepted until a day', async () => {
  const first = await checkReward(loose, { only: ['near_miss'] })
  const [finding] = first.findings
  const stored = caseOf(first, finding!, '2026-11-28')!
  await writeCases(folder, [stored])
  assert.equal(await readCases(folder), [stored])
  assert.is(readdirSync(folder).length, 1)

  const again = await checkReward(loose, { only: ['near_miss'], corpus: [stored], replayOnly: true })
  assert.equal(again.replayed, [{ id: stored.id, property: 'near_miss', verdict: 'fails' }])
  assert.is(again.findings[0]!.id, stored.id)

  const mended = { ...loose, score: () => 0 }
  const held = await checkReward(mended, { only: ['near_miss'], corpus: [stored], replayOnly: true })
  assert.is(held.replayed[0]!.verdict, 'holds')
  assert.equal(casesAfter([stored], { replayed: held.replayed, found: [] })[0]!.status, { is: 'fixed' })

  const accepted = { ...stored, status: { is: 'accepted', reason: 'known', expires: '2026-12-31' } as const }
  assert.equal(acceptedOn([accepted], '2027-01-01'), [])
  const let1 = await checkReward(loose, {
    only: ['near_miss'],
    corpus: [accepted],
    accepted: acceptedOn([accepted], '2026-12-31'),
  })
  assert.equal(let1.findings, [])
  assert.is(let1.accepted[0]!.reason, 'known')
})

test('a stored case fails again in a process that knows nothing but the file', () => {
  const [name] = readdirSync(folder)
  const code = `
    import { checkReward } from ${JSON.stringify(new URL('../../rewards/checks/check.ts', import.meta.url).href)}
    import { readCases } from ${JSON.stringify(new URL('../../rewards/checks/cases.ts', import.meta.url).href)}
    import { loose } from ${JSON.stringify(FAULTY)}
    const corpus = await readCases(${JSON.stringify(folder)})
    const { replayed } = await checkReward(loose, { corpus, replayOnly: true, only: ['near_miss'] })
    process.stdout.write(JSON.stringify(replayed))`
  const printed = execFileSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', code],
    { encoding: 'utf8' },
  )
  assert.equal(JSON.parse(printed), [
    { id: /c-[0-9a-f]{8}/.exec(name!)![0], property: 'near_miss', verdict: 'fails' },
  ])
})

test('a file that is no case is named', async () => {
  const [name] = readdirSync(folder)
  const stored = JSON.parse(readFileSync(join(folder, name!), 'utf8')) as object
  writeFileSync(join(folder, 'bad.json'), JSON.stringify({ ...stored, status: { is: 'accepted' } }))
  try {
    await readCases(folder)
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, /bad\.json: status\.(reason|expires)/)
  }
})

test.run()
