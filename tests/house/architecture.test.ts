/** @file The import table of the house: the linter is green on the rooms as they are and red on every planted fault. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const OXLINT = join(ROOT, 'node_modules/oxlint/bin/oxlint')
const ROOMS = ['envs', 'rewards', 'agents', 'arena', 'tests']

interface Finding {
  rule: string
  file: string
  message: string
}

const copies: string[] = []
const test = suite('architecture')
test.after(() => copies.forEach(copy => rmSync(copy, { recursive: true, force: true })))

/** A copy of the rooms with more files planted in it. */
function house(planted: Record<string, string>): string {
  const copy = mkdtempSync(join(tmpdir(), 'ludus-house-'))
  copies.push(copy)
  for (const each of [...ROOMS, '.oxlintrc.json', 'tsconfig.json', 'package.json'])
    cpSync(join(ROOT, each), join(copy, each), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  for (const [file, code] of Object.entries(planted)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    writeFileSync(join(copy, file), code)
  }
  return copy
}

function lint(copy: string): Finding[] {
  const { diagnostics } = JSON.parse(run(copy)) as {
    diagnostics: { code: string; filename: string; message: string; help?: string }[]
  }
  return diagnostics.map(({ code, filename, message, help = '' }) => ({
    rule: /\(([^)]+)\)/.exec(code)?.[1] ?? code,
    file: filename,
    message: `${message} ${help}`,
  }))
}

/** The linter's report; it exits with 1 when it has findings. */
function run(cwd: string): string {
  try {
    return execFileSync(process.execPath, [OXLINT, '--format', 'json'], {
      cwd,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    })
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

interface Fault {
  room: string
  code: string
  rule: string
  /** Part of the message, where the rule has many. */
  says?: string
}

const IMPORTS = 'no-restricted-imports'
const imports = (room: string, specifier: string, says: string): Fault => ({
  room,
  code: `import * as it from '${specifier}'\nexport const planted: unknown = it\n`,
  rule: IMPORTS,
  says,
})

const FORBIDDEN: Record<string, { rooms: string[]; packages: string[]; says: string }> = {
  envs: {
    rooms: ['rewards/reward', 'agents/agent', 'arena/match', 'tests/needs'],
    packages: ['onnxruntime-node', 'ws', 'msgpackr', 'lowdb', 'fast-check', 'commander', 'preact'],
    says: 'envs imports no other room',
  },
  rewards: {
    rooms: ['agents/agent', 'arena/match', 'tests/needs'],
    packages: ['onnxruntime-node', 'ws', 'msgpackr', 'lowdb', 'fast-check', 'commander', 'preact'],
    says: 'rewards imports envs only',
  },
  'rewards/checks': {
    rooms: ['agents/agent', 'arena/match', 'tests/needs'],
    packages: ['onnxruntime-node', 'ws', 'msgpackr', 'lowdb', 'commander', 'preact'],
    says: 'rewards imports envs only',
  },
  agents: {
    rooms: ['arena/match', 'tests/needs'],
    packages: ['onnxruntime-node', 'ws', 'msgpackr', 'lowdb', 'fast-check', 'commander', 'preact'],
    says: 'agents imports envs and rewards only',
  },
  'agents/nn': {
    rooms: ['arena/match', 'tests/needs'],
    packages: ['ws', 'msgpackr', 'lowdb', 'fast-check', 'commander', 'preact'],
    says: 'agents imports envs and rewards only',
  },
  arena: {
    rooms: ['tests/needs'],
    packages: ['onnxruntime-node', 'fast-check'],
    says: 'Nothing imports tests',
  },
}

const up = (room: string): string => '../'.repeat(room.split('/').length)

const FAULTS: Fault[] = [
  ...Object.entries(FORBIDDEN).flatMap(([room, { rooms, packages, says }]) => [
    ...rooms.map(target => imports(room, `${up(room)}${target}.ts`, says)),
    // Deeper folders of the room are held to the same table.
    ...rooms.map(target => imports(`${room}/deep`, `${up(`${room}/deep`)}${target}.ts`, says)),
    ...packages.map(name => imports(room, name, name)),
  ]),
  ...['envs', 'rewards', 'agents', 'arena'].map(room =>
    imports(room, './index.ts', 'nobody imports through a door'),
  ),
  imports('arena/deep', '../../envs/index.ts', 'nobody imports through a door'),
  {
    room: 'envs',
    code: "import type { Agent } from '../agents/agent.ts'\nexport type Planted = Agent\n",
    rule: IMPORTS,
    says: 'envs imports no other room',
  },
  {
    room: 'rewards',
    code: "export { planMatch } from '../arena/match.ts'\n",
    rule: IMPORTS,
    says: 'rewards imports envs only',
  },
  {
    room: 'agents',
    code: "export const planted = async (): Promise<unknown> => import('../arena/match.ts')\n",
    rule: IMPORTS,
    says: 'agents imports envs and rewards only',
  },
  {
    room: 'envs',
    code: 'export const planted = Math.random()\n',
    rule: 'no-restricted-properties',
    says: 'Rng',
  },
  {
    room: 'envs',
    code: 'export const planted = Date.now()\n',
    rule: 'no-restricted-properties',
    says: 'clock',
  },
  { room: 'arena', code: 'export const planted = Math.random()\n', rule: 'no-restricted-properties' },
  { room: 'agents', code: "export * from './agent.ts'\n", rule: 'no-barrel-file' },
  { room: 'agents', code: 'export default 1\n', rule: 'no-default-export' },
  {
    room: 'arena',
    code: 'export function planted(data: number): number {\n  return data\n}\n',
    rule: 'id-denylist',
  },
  { room: 'envs', code: 'export const planted = (x: any): unknown => x\n', rule: 'no-explicit-any' },
  { room: 'agents', code: "export const planted = (): void => console.log('x')\n", rule: 'no-console' },
]

const planted = Object.fromEntries(FAULTS.map(({ room, code }, i) => [`${room}/planted-${i}.ts`, code]))
/** Two files that import each other, by types alone. */
const CYCLE = {
  'agents/cycle-left.ts': "import type { Right } from './cycle-right.ts'\nexport type Left = Right[]\n",
  'agents/cycle-right.ts': "import type { Left } from './cycle-left.ts'\nexport type Right = Left | null\n",
}
/** What each room may import: a linter that refuses everything would also find every fault. */
const ALLOWED = {
  'envs/fine.ts': "import { rngAt } from './rng.ts'\nexport const fine = rngAt\n",
  'rewards/fine.ts': "import { rngAt } from '../envs/rng.ts'\nexport const fine = rngAt\n",
  'rewards/checks/fine.ts': "import * as fc from 'fast-check'\nexport const fine: unknown = fc\n",
  'agents/fine.ts':
    "import { environmentReward } from '../rewards/reward.ts'\nexport const fine = [environmentReward, Date.now()]\n",
  'agents/nn/fine.ts': "import * as ort from 'onnxruntime-node'\nexport const fine: unknown = ort\n",
  'arena/fine.ts':
    "import WebSocket from 'ws'\nimport { rollout } from '../agents/rollout.ts'\nexport const fine = [WebSocket, rollout]\n",
  'tests/fine.ts':
    "import { planMatch } from '../arena/match.ts'\nexport const fine = planMatch\nconsole.log(fine)\n",
}

test('the house as it stands, and all that it allows, is green', () => {
  assert.equal(lint(house(ALLOWED)), [])
})

test(`each of ${FAULTS.length} planted faults is red, by the rule that forbids it`, () => {
  const findings = lint(house({ ...planted, ...CYCLE }))
  const unseen = FAULTS.flatMap((fault, i) => {
    const seen = findings.some(
      ({ file, rule, message }) =>
        basename(file) === `planted-${i}.ts` && rule === fault.rule && message.includes(fault.says ?? ''),
    )
    return seen
      ? []
      : [`${fault.rule}${fault.says ? ` (${fault.says})` : ''} in ${fault.room}: ${fault.code}`]
  })
  assert.equal(unseen, [])
  assert.ok(findings.some(({ file, rule }) => rule === 'no-cycle' && file.includes('cycle-')))
})

test.run()
