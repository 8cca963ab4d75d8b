/** @file The package as users get it: packed, installed beside its dependencies alone, imported and run by plain Node. */
import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { projectFiles, ROOT } from './files.ts'

const run = promisify(execFile)
const dir = mkdtempSync(join(tmpdir(), 'ludus-package-'))
const user = join(dir, 'user')
const installed = join(user, 'node_modules/ludus')

const test = suite('package')
test.after(() => rmSync(dir, { recursive: true, force: true }))

/** Packs a copy, so that a build left lying in the project cannot help. */
async function pack(): Promise<string> {
  const source = join(dir, 'source')
  for (const file of projectFiles().filter(each => !each.startsWith('tests/'))) {
    mkdirSync(dirname(join(source, file)), { recursive: true })
    cpSync(join(ROOT, file), join(source, file))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(source, 'node_modules'))
  await run('npm', ['pack', '--pack-destination', dir], { cwd: source })
  return join(
    dir,
    readdirSync(dir).find(name => name.endsWith('.tgz'))!,
  )
}

/** Only what package.json names as dependencies: a development dependency in the code would not be found. */
async function install(tarball: string): Promise<void> {
  mkdirSync(installed, { recursive: true })
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(user, 'node_modules', name)), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), join(user, 'node_modules', name))
  }
  writeFileSync(join(user, 'package.json'), '{ "type": "module" }')
}

const node = async (...args: string[]): Promise<string> =>
  (await run(process.execPath, args, { cwd: user })).stdout
const ludus = (...args: string[]): Promise<string> => node(join(installed, 'arena/cli/ludus.js'), ...args)

test('packs and installs', async () => {
  await install(await pack())
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
  assert.ok(files.includes('dist/envs/index.js') && files.includes('dist/envs/index.d.ts'))
  assert.equal(
    files.filter(file => /\.test\.|(^|[^d])\.tsx?$/.test(file.replace(/\.d\.ts$/, ''))),
    [],
    'sources or tests were packed',
  )
})

test('all four doors open under plain Node', async () => {
  writeFileSync(
    join(user, 'doors.js'),
    `import { make } from 'ludus/envs'
    import { environmentReward } from 'ludus/rewards'
    import { openAgent, rollout, tasksOf } from 'ludus/agents'
    import { planMatch } from 'ludus/arena'
    const { env } = make('math/addition-v1')
    const tasks = tasksOf(env, { split: 'test', levels: [2], count: 3 })
    const records = await rollout(env, await openAgent('solver'), tasks)
    const attempts = records.map(({ steps }, i) => ({ task: tasks[i], actions: steps.map(step => step.action) }))
    const judged = await environmentReward(env).judge(attempts)
    console.log(JSON.stringify([judged.map(({ outcome }) => outcome > 1), typeof planMatch]))`,
  )
  assert.equal(JSON.parse(await node('doors.js')), [[true, true, true], 'function'])
})

test('its types check against a user program', async () => {
  const program = `import { make, type EnvDef } from 'ludus/envs'
    import type { RewardModel } from 'ludus/rewards'
    import { openAgent, type Agent } from 'ludus/agents'
    import { playMatch } from 'ludus/arena'
    export const env: EnvDef = make('math/addition-v1').env
    export const agent: Promise<Agent> = openAgent('random')
    export const model: RewardModel | null = null
    export const play = playMatch
    // @ts-expect-error a wrong type must be seen
    export const wrong: number = make('math/addition-v1')\n`
  writeFileSync(join(user, 'program.ts'), program)
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023']
  await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, 'program.ts'], {
    cwd: user,
  }).catch((error: { stdout: string }) => assert.unreachable(error.stdout))
})

test('the command runs from built files, its worker threads and child processes too', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  assert.is((await ludus('--version')).trim(), version)
  const envs = JSON.parse(await ludus('envs', '--json')) as { id: string }[]
  assert.ok(envs.length > 50)
  // With threads of each kind, and without.
  const played = ['math/addition-v1', 'math/countdown-v1', 'code/function-v2', 'tools/ledger-v1']
  for (const id of [...played, 'tools/sql-question-v1', 'tools/sheet-v1']) {
    const out = `${id.replace('/', '-')}.jsonl`
    await ludus('rollout', id, '--agent', 'solver', '-n', '2', '--out', out)
    assert.match(await ludus('replay', out), '2 of 2 records verified')
  }
  const { onnxruntime } = JSON.parse(await ludus('doctor', '--json')) as {
    onnxruntime: { backends: { name: string; usable: boolean }[] }
  }
  assert.ok(onnxruntime.backends.some(({ name, usable }) => name === 'cpu' && usable))
})

test.run()
