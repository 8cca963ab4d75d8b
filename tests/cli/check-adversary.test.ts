/** @file `ludus check` as a hunter: exploits found and stored, a policy that learns them, mutants, and reward models. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { modelOutputSchema } from '../../arena/cli/check-model.ts'
import { mutationOutputSchema } from '../../arena/cli/check-mutate.ts'
import { checkOutputSchema } from '../../rewards/checks/check-output.ts'
import type { Ran } from './ludus.ts'
import { ludus } from './ludus.ts'

const test = suite('ludus check --adversary')

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const CORRIDOR = path('../../docs/examples/leaky-corridor.ts')
const SUMS = path('../../docs/examples/check-reward.ts')
const MODEL = path('../../docs/examples/check-reward-model.ts')
const VAULT = path('../bench/check/vault.ts')

const cwd = mkdtempSync(join(tmpdir(), 'ludus-adversary-'))
test.after(() => rmSync(cwd, { recursive: true, force: true }))

const check = (...args: string[]): Promise<Ran> => ludus(['check', ...args], { cwd })
const CASE = /c-[0-9a-f]{8}/

test('the archive finds the vault behind 16 right actions, and the stored exploit is judged again', async () => {
  const file = join(cwd, 'vaults.ts')
  writeFileSync(file, `import { vault } from ${JSON.stringify(VAULT)}\nexport const deep = vault(16)\n`)
  const ran = await check(file, '--adversary', '--steps', '25000')
  assert.is(ran.code, 1, ran.stdout + ran.stderr)
  assert.match(ran.stdout, /first exploit +after \d+ steps/)
  assert.match(ran.stdout, /part at action 17/)
  const [id] = CASE.exec(ran.stdout)!
  const again = await check(file, '--case', id)
  assert.is(again.code, 1)
  assert.match(again.stdout, new RegExp(`${id} +exploit +fails`))
})

test('a policy that learns on the leaky reward earns ever more, and the chart shows what it reaches', async () => {
  const ran = await check(CORRIDOR, '--adversary', '--learn', '4', '--json', '--html', 'r.html')
  const { reports, adversary } = checkOutputSchema.parse(JSON.parse(ran.stdout))
  assert.is(reports.length, 1)
  const [{ exploit, first, learned }] = adversary as [NonNullable<typeof adversary>[number]]
  assert.ok(first!.spent < 500)
  assert.ok(exploit!.proxy > exploit!.reference!.proxy)
  const [before, after] = [learned!.points[0]!, learned!.points.at(-1)!]
  assert.ok(after.proxy > before.proxy + 0.2, JSON.stringify([before, after]))
  // What it earns by then is more than every honest episode can; few of its episodes reach the goal.
  assert.ok(after.proxy > exploit!.reference!.proxy && after.solved < 0.6)
  assert.is.not(learned!.exploit, null)
  const html = readFileSync(join(cwd, 'r.html'), 'utf8')
  assert.match(html, /<svg class="chart" role="img"/)
  assert.not.match(html, /NaN|<script|https?:/)
})

test('nothing found is said with the budget that was spent', async () => {
  const ran = await check(`${SUMS}#sums`, '--adversary', '--scores', '1000')
  assert.is(ran.code, 0, ran.stdout + ran.stderr)
  assert.match(ran.stdout, /none found in \d+ scores/)
})

test('--mutate tells survivors by line, and fails below its mark only', async () => {
  const ran = await check(`${SUMS}#sums`, '--mutate', '--json', '--mutation-min', '1')
  const { score, interval, mutants, exit } = mutationOutputSchema.parse(JSON.parse(ran.stdout))
  assert.is(ran.code, 1)
  assert.is(exit, 1)
  assert.ok(interval![0] < score! && score! < interval![1])
  assert.ok(mutants.some(({ status }) => status === 'killed'))
  assert.is((await check('math/addition-v1', '--mutate')).code, 2)
})

test('--model gives figures and never fails', async () => {
  const ran = await check(MODEL, '--model')
  assert.is(ran.code, 0, ran.stderr)
  assert.match(ran.stdout, /longer is paid/)
  const json = await check(MODEL, '--model', '--json')
  assert.is(modelOutputSchema.parse(JSON.parse(json.stdout)).models.length, 1)
  assert.is((await check(CORRIDOR, '--model')).code, 2)
})

test.run()
