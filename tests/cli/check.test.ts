/** @file `ludus check` as a process: exit codes, formats, the corpus, graders in Python, and that nothing run is an error. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import type { Case } from '../../rewards/checks/cases.ts'
import type { Report } from '../../rewards/checks/report.ts'
import { checkSchema } from '../../rewards/checks/report.ts'
import type { Ran } from './ludus.ts'
import { ludus } from './ludus.ts'

const test = suite('ludus check')

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const GOOD = path('../../docs/examples/check-reward.ts')
const GRADER = path('../../docs/examples/grader.py')
const FAULTY = path('faulty-rewards.ts')

/** Long enough that time never decides. */
const UNHURRIED = ['--budget', '300']
const folders: string[] = []
test.after(() => folders.forEach(folder => rmSync(folder, { recursive: true, force: true })))

function folder(): string {
  folders.push(mkdtempSync(join(tmpdir(), 'ludus-check-')))
  return folders.at(-1)!
}

function check(args: readonly string[], cwd = folder()): Promise<Ran> {
  return ludus(['check', ...UNHURRIED, ...args], { cwd })
}

const parsed = ({ stdout }: Ran) => JSON.parse(stdout) as { exit: number; reports: Report[] }

test('a reward that keeps its contract: exit 0, and words that claim no more than was seen', async () => {
  const ran = await check([GOOD])
  assert.is(ran.code, 0, ran.stdout + ran.stderr)
  assert.match(ran.stdout, /no violation found in \d+ runs of \d+ properties/)
  assert.not.match(ran.stdout, /\bsafe\b/i)
  assert.match(ran.stdout, /BASELINES\n {2}empty +0\.00/)
  assert.match(ran.stdout, /NOT RUN/)
})

test('a faulty one: exit 1, every report format, and the case on disk', async () => {
  const cwd = folder()
  const formats = ['--html', 'r.html', '--junit', 'r.xml', '--sarif', 'r.sarif']
  const ran = await check([`${FAULTY}#loose`, '--only', 'near_miss,P1', ...formats], cwd)
  assert.is(ran.code, 1, ran.stderr)
  assert.match(ran.stdout, /HIGH +P8 near_miss/)
  const [id] = /c-[0-9a-f]{8}/.exec(ran.stdout)!
  assert.ok(readdirSync(join(cwd, '.ludus-cases')).some(name => name.endsWith(`.${id}.json`)))

  const xml = readFileSync(join(cwd, 'r.xml'), 'utf8')
  assert.equal(unclosed(xml), [])
  assert.match(xml, /<testsuite name="loose" tests="2" failures="1" errors="0" skipped="0">/)
  const sarif = sarifSchema.parse(JSON.parse(readFileSync(join(cwd, 'r.sarif'), 'utf8')))
  assert.is(sarif.runs[0]!.results[0]!.ruleId, 'near_miss')
  const html = readFileSync(join(cwd, 'r.html'), 'utf8')
  assert.match(html, /<svg role="img"/)
  assert.not.match(html, /<script|https?:|src=/)

  const again = await check([`${FAULTY}#loose`, '--case', id], cwd)
  assert.is(again.code, 1)
  assert.match(again.stdout, new RegExp(`${id} +near_miss +fails`))
  assert.is((await check([`${FAULTY}#loose`, '--case', 'c-00000000'], cwd)).code, 2)
})

test('--fail-on moves the mark', async () => {
  const ran = await check([`${FAULTY}#loose`, '--only', 'near_miss', '--fail-on', 'critical'])
  assert.is(ran.code, 0)
  assert.match(ran.stdout, /1 finding in/)
})

test('--json keeps to its schema, and the same seed gives the same report', async () => {
  const args = [`${FAULTY}#loose`, '--json', '--only', 'near_miss,P1', '--seed', '7']
  const [one, two] = await Promise.all([check(args), check(args)])
  assert.is(one.stdout, two.stdout)
  checkSchema.parse(parsed(one))
  const schema = JSON.parse((await check(['--schema'])).stdout) as Parameters<typeof z.fromJSONSchema>[0]
  z.fromJSONSchema(schema).parse(parsed(one))
  assert.is(parsed(one).exit, 1)
})

test('all exports of a file are checked, environments too', async () => {
  const ran = await check([FAULTY, '--json', '--only', 'P1', '--skip', 'E1', '--runs', '5', '--budget', '4'])
  const names = parsed(ran).reports.map(({ subject, about }) => `${subject} ${about}`)
  assert.ok(names.includes('loose reward'))
  assert.ok(names.includes('counter environment'))
  assert.ok(names.includes('throws reward'))
})

test('accepted cases pass until they expire', async () => {
  const cwd = folder()
  const only = [`${FAULTY}#loose`, '--only', 'near_miss']
  const [id] = /c-[0-9a-f]{8}/.exec((await check(only, cwd)).stdout)!
  const accept = (...args: string[]) => check(['--accept', id, ...args], cwd)
  assert.is((await accept('--expires', '2999-01-31')).code, 2)
  assert.is((await accept('--reason', 'known', '--expires', '2999-02-30')).code, 2)
  assert.is((await accept('--reason', 'known', '--expires', '2001-01-31')).code, 2)
  assert.is((await accept('--reason', 'known', '--expires', '2999-01-31')).code, 0)

  const passed = await check(only, cwd)
  assert.is(passed.code, 0, passed.stdout)
  assert.match(passed.stdout, /ACCEPTED\n.*until 2999-01-31: known/)

  const cases = join(cwd, '.ludus-cases')
  const file = join(cases, readdirSync(cases)[0]!)
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Case
  writeFileSync(file, JSON.stringify({ ...stored, status: { ...stored.status, expires: '2001-01-31' } }))
  assert.is((await check(only, cwd)).code, 1)
})

test('a grader in Python, end to end', async () => {
  const ran = await check(['--', 'python3', GRADER])
  assert.is(ran.code, 0, ran.stdout + ran.stderr)
  assert.match(ran.stdout, /check sum-grader/)
  const loose = join(folder(), 'loose.py')
  const text = readFileSync(GRADER, 'utf8')
  writeFileSync(loose, text.replace('== int(task["gold"])', '>= int(task["gold"])'))
  assert.not.equal(readFileSync(loose, 'utf8'), text)
  const faulty = await check(['--only', 'near_miss', `python3 ${loose}`])
  assert.is(faulty.code, 1, faulty.stderr)
  assert.match(faulty.stdout, /replay +ludus check --case c-[0-9a-f]{8} -- python3/)
})

test('a grader that describes nothing gets its tasks from a file', async () => {
  const cwd = folder()
  writeFileSync(
    join(cwd, 'plain.py'),
    'import json, sys\nfor line in sys.stdin:\n' +
      '    q = json.loads(line)\n' +
      '    same = "response" in q and q["response"] == q["task"]["gold"]\n' +
      '    print(json.dumps({"score": float(same)}), flush=True)\n',
  )
  writeFileSync(join(cwd, 'rows.jsonl'), '{"prompt": "2+5?", "gold": "7"}\n{"prompt": "3+5?", "gold": "8"}\n')
  const command = ['--', 'python3', 'plain.py']
  const args = ['--tasks', 'rows.jsonl', '--kind', 'number', '--only', 'near_miss,P1', ...command]
  const ran = await check(args, cwd)
  assert.is(ran.code, 0, ran.stdout + ran.stderr)
  assert.is((await check(command, cwd)).code, 2)
})

test('nothing run is no success', async () => {
  const nothing = await check([`${FAULTY}#loose`, '--only', 'R1'])
  assert.is(nothing.code, 2, nothing.stdout)
  assert.match(nothing.stdout, /nothing has been checked/)
  const mute = join(folder(), 'mute.py')
  const scored = '{"score": score(request["task"], request["response"])}'
  writeFileSync(mute, readFileSync(GRADER, 'utf8').replace(scored, '{"error": "not today"}'))
  const silent = await check(['--only', 'near_miss', '--', 'python3', mute])
  assert.is(silent.code, 2, silent.stdout)
})

test('usage errors name what was expected', async () => {
  const errors: [string[], RegExp][] = [
    [[], /something to check/],
    [[`${FAULTY}#nobody`], /export nobody.*found .*loose/],
    [['nowhere.ts'], /nowhere\.ts.*found none/],
    [[GOOD, '--only', 'P99'], /no property is named P99/],
    [['no-such-program-here'], /no-such-program-here.*cannot be/],
    [[GOOD, '--fail-on', 'horrible'], /horrible/],
  ]
  const all = await Promise.all(errors.map(([args]) => check(args)))
  for (const [at, { code, stderr, stdout }] of all.entries()) {
    const [args, says] = errors[at]!
    assert.is(code, 2, args.join(' '))
    assert.match(stderr, says)
    assert.is(stdout, '')
  }
})

test('--list names every property and what it needs', async () => {
  const ran = await check(['--list'])
  assert.is(ran.code, 0)
  assert.match(ran.stdout, /P8 +near_miss +high .*\n +needs: declare gold/)
})

/** The part of SARIF 2.1.0 that code scanning reads. */
const sarifSchema = z.object({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.object({
        tool: z.object({
          driver: z.object({
            name: z.string(),
            semanticVersion: z.string(),
            rules: z.array(z.object({ id: z.string(), shortDescription: z.object({ text: z.string() }) })),
          }),
        }),
        results: z.array(
          z.object({
            ruleId: z.string(),
            ruleIndex: z.number().int().nonnegative(),
            level: z.enum(['none', 'note', 'warning', 'error']),
            message: z.object({ text: z.string().min(1) }),
            locations: z.array(
              z.object({
                physicalLocation: z.object({
                  artifactLocation: z.object({ uri: z.string().min(1) }),
                  region: z.object({ startLine: z.number().int().positive() }),
                }),
              }),
            ),
            partialFingerprints: z.record(z.string(), z.string()),
          }),
        ),
      }),
    )
    .length(1),
})

/** Names of elements that are not closed, or closed in the wrong place. */
function unclosed(xml: string): string[] {
  const open: string[] = []
  for (const [, closing, name, selfClosed] of xml.matchAll(/<(\/?)([a-z]+)(?:\s+\w+="[^"<]*")*\s*(\/?)>/g)) {
    if (selfClosed) continue
    if (!closing) open.push(name!)
    else if (open.pop() !== name) return [name!]
  }
  return open
}

test.run()
