/** @file Environments that users bring: made by `new env`, played, recorded, replayed; from files of problems, too. */
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROOT } from '../house/files.ts'
import { ludus } from './ludus.ts'

const run = promisify(execFile)

const test = suite('authoring')
const cwd = mkdtempSync(join(tmpdir(), 'ludus-author-'))
test.after(() => rmSync(cwd, { recursive: true, force: true }))

type Summary = { episodes: number; meanReturn: number; maxReturn: number; reachedMaximum: number }

async function rollout(env: string, agent: string): Promise<Summary> {
  const out = `${agent}-${env.replace(/\W/g, '')}.jsonl`
  const { code, stdout, stderr } = await ludus(
    ['rollout', env, '--agent', agent, '-n', '40', '--split', 'test', '--out', out, '--json'],
    { cwd },
  )
  assert.is(code, 0, stderr)
  return JSON.parse(stdout) as Summary
}

for (const kind of ['task', 'lines', 'tools', 'full'])
  test(`new env --kind ${kind} writes a file of at most 40 lines that plays at once`, async () => {
    const written = await ludus(['new', 'env', `my-${kind}`, '--kind', kind, '--json'], { cwd })
    assert.is(written.code, 0, written.stderr)
    const { file } = JSON.parse(written.stdout) as { file: string }
    const lines = readFileSync(join(cwd, file), 'utf8').trimEnd().split('\n')
    assert.ok(lines.length <= 40, `${lines.length} lines`)
    assert.ok(
      lines.every(line => line.length <= 130),
      'lines that fit a screen',
    )
    const solved = await rollout(`./${file}`, 'solver')
    assert.is(solved.reachedMaximum, 40)
  })

test('what was recorded in an environment of one’s own replays, and random play earns less', async () => {
  const random = await rollout('./my-tools.ts', 'random')
  assert.ok(random.meanReturn < 0.5 * random.maxReturn, `random play earns ${random.meanReturn}`)
  const replayed = await ludus(['replay', 'random-mytoolsts.jsonl', '--env', './my-tools.ts', '--json'], {
    cwd,
  })
  assert.is(replayed.code, 0, replayed.stderr)
  assert.is((JSON.parse(replayed.stdout) as { verified: number }).verified, 40)
})

test('what new env writes has its types right', async () => {
  mkdirSync(join(ROOT, '.ludus'), { recursive: true })
  const dir = mkdtempSync(join(ROOT, '.ludus', 'types-')) // inside the project, where `ludus/envs` is found
  try {
    for (const kind of ['task', 'lines', 'tools', 'full'])
      copyFileSync(join(cwd, `my-${kind}.ts`), join(dir, `my-${kind}.ts`))
    writeFileSync(
      join(dir, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'] }),
    )
    const { stdout } = await run('npx', ['tsc', '-p', dir], { cwd: ROOT }).catch(
      (error: { stdout: string }) => error,
    )
    assert.is(stdout, '')
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test('nothing is overwritten, and a bad name or file is refused in one line', async () => {
  writeFileSync(join(cwd, 'taken.ts'), 'mine')
  writeFileSync(join(cwd, 'broken.ts'), 'export const = 3')
  writeFileSync(join(cwd, 'empty.ts'), 'export const number = 3')
  for (const [args, words] of [
    [['new', 'env', 'taken'], /taken\.ts exists already/],
    [['new', 'env', 'Not A Name'], /expected a name like/],
    [['new', 'env', 'x', '--kind', 'none'], /kind/],
    [['play', './none.ts'], /expected a file that exports an environment/],
    [['play', './broken.ts'], /cannot be loaded/],
    [['play', './empty.ts'], /expected an exported environment, found none/],
    [['play', './none.jsonl'], /cannot be read/],
  ] as const) {
    const { code, stderr } = await ludus(args, { cwd })
    assert.is(code, 2, stderr)
    assert.match(stderr, words)
    assert.is(stderr.trim().split('\n').length, 1, stderr)
  }
  assert.is(readFileSync(join(cwd, 'taken.ts'), 'utf8'), 'mine')
})

test('a file of problems is an environment; rows that do not fit are told', async () => {
  const rows = Array.from({ length: 120 }, (_, i) =>
    JSON.stringify({ question: `What is ${i} + ${i}?`, answer: `#### ${2 * i}` }),
  )
  writeFileSync(join(cwd, 'sums.jsonl'), [...rows, '{"question": "and?"}'].join('\n'))
  const { code, stdout, stderr } = await ludus(
    ['rollout', './sums.jsonl', '--agent', 'solver', '-n', '5', '--out', 'sums-solved.jsonl', '--json'],
    { cwd },
  )
  assert.is(code, 0, stderr)
  assert.match(stderr, /120 problems, 1 rows left out\n {2}line 121, answer: expected an answer/)
  assert.is((JSON.parse(stdout) as Summary).reachedMaximum, 5)
})

test('a file of programming problems is an environment, too', async () => {
  const row = (n: number): string =>
    JSON.stringify({
      task_id: n,
      text: `Write a function add_${n} that adds ${n} to a number.`,
      code: `def add_${n}(x):\n    return x + ${n}`,
      test_list: [`assert add_${n}(1) == ${n + 1}`, `assert add_${n}(-${n}) == 0`],
    })
  writeFileSync(
    join(cwd, 'adders.jsonl'),
    [...Array.from({ length: 40 }, (_, i) => row(i + 1)), '{}'].join('\n'),
  )
  const { code, stdout, stderr } = await ludus(
    ['rollout', './adders.jsonl', '--agent', 'solver', '-n', '4', '--out', 'adders-solved.jsonl', '--json'],
    { cwd },
  )
  if (/cannot run here/.test(stderr)) return assert.is(code, 2)
  assert.is(code, 0, stderr)
  assert.match(stderr, /40 problems, 1 rows left out/)
  assert.is((JSON.parse(stdout) as Summary).reachedMaximum, 4)
})

test('play fills in tools field by field, takes steps back, and lists what can be done', async () => {
  await ludus(['new', 'env', 'lamps', '--kind', 'tools'], { cwd })
  const lines = [
    ':help',
    ':tools',
    '2',
    '1',
    ':undo',
    ':undo',
    'toggle',
    '99',
    ':moves',
    ':solution',
    ':quit',
  ]
  const { code, stdout, stderr } = await ludus(['play', './lamps.ts'], {
    cwd,
    input: lines.join('\n') + '\n',
  })
  assert.is(code, 0, stderr)
  for (const words of [
    /:undo +take the last step back/,
    /2 toggle\(lamp\)/,
    /one step back\n/,
    /nothing to take back/,
    /"ok":false/,
    /\{"tool":"finish","args":\{\}\}/,
    /left: return/,
  ])
    assert.match(stdout, words)
  assert.not.match(stdout, /\$schema/)
})

test('envs finds by word and shows an example where few match', async () => {
  const { stdout } = await ludus(['envs', 'countdown'])
  assert.match(stdout, /level 1: 3 numbers, integers only/)
  assert.match(stdout, /solved by\n\n {2}\d/)
  const none = await ludus(['envs', 'nothing-like-this'])
  assert.is(none.code, 2)
  assert.match(none.stderr, /no environment matches/)
})

test.run()
