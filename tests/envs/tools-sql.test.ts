/** @file The environments on a database: questions, migrations and repairs keep the laws of tool environments. */
import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { advance, begin } from '../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { taskAt } from '../../envs/tasks.ts'
import { closeDatabases } from '../../envs/tools/database.ts'
import type { Answer } from '../../envs/tools/questions.ts'
import { sqlMigration } from '../../envs/tools/sql-migration.ts'
import { sqlQuestion } from '../../envs/tools/sql-question.ts'
import { sqlRepair } from '../../envs/tools/sql-repair.ts'
import { executeCall, queryCall } from '../../envs/tools/sql-tools.ts'
import type { Call } from '../../envs/tools/call-form.ts'
import { finishCall } from '../../envs/tools/call-form.ts'
import type { Subject } from './tool-laws.ts'
import { courseHash, play, registerLaws, solutionOf } from './tool-laws.ts'

const ENDLESS = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)'
const REFUSED = [
  '',
  'SELEC 1',
  'SELECT * FROM nothing',
  "ATTACH 'x.db' AS x",
  "VACUUM INTO 'x.db'",
  'PRAGMA query_only = OFF',
  'PRAGMA writable_schema(1)',
  'SELECT random()',
  "SELECT load_extension('x')",
  'x'.repeat(100_000),
]
const queries = REFUSED.map(queryCall)
const statementOf = ({ args }: Call): string => args['sql'] as string
const firstTable = (world: Json): string =>
  Object.keys((world as { content: { tables: object } }).content.tables)[0]!
const answerOf = (task: Task): Answer => (task.params as { answer: Answer }).answer
const reads = (): Call[] => [
  { tool: 'describe_tables', args: {} },
  queryCall('SELECT name FROM sqlite_master'),
  queryCall('PRAGMA table_list'),
]

const SUBJECTS: Subject[] = [
  {
    env: sqlQuestion as unknown as EnvDef,
    writes: [],
    alternatives: (task, calls) => {
      const answer = answerOf(task)
      const same: Json[] = Array.isArray(answer)
        ? [answer.toReversed(), answer.map(name => ` ${name.toUpperCase()}`), [...answer, answer[0]!]]
        : [String(answer), [answer], `${String(answer).toUpperCase()} `]
      return same.map(given => [...calls.slice(0, -1), finishCall(given)])
    },
    harm: task => {
      const answer = answerOf(task)
      if (typeof answer === 'number') return [finishCall(answer + 1)]
      return [finishCall(Array.isArray(answer) ? [...answer, 'Nobody'] : `not ${answer}`)]
    },
    reads,
    hostile: [
      ...queries,
      queryCall(`${ENDLESS} SELECT count(*) FROM r`),
      queryCall('DROP TABLE members'),
      queryCall('WITH x AS (SELECT 1) DELETE FROM sqlite_master'),
      { tool: 'finish', args: {} },
      { tool: 'finish', args: { answer: { $ne: null } } },
    ],
    secrets: task => [(task.params as { sql: string }).sql],
  },
  {
    env: sqlMigration as unknown as EnvDef,
    writes: ['execute'],
    alternatives: (_task, calls) => {
      const statements = calls.filter(({ tool }) => tool === 'execute').map(statementOf)
      return [
        [executeCall(statements.join(';\n')), finishCall()],
        [executeCall(`BEGIN; ${statements.join('; ')}; COMMIT`), finishCall()],
        [
          executeCall('CREATE TABLE "a ""b" (c)'),
          ...calls.slice(1, -1),
          executeCall('DROP TABLE "a ""b"'),
          finishCall(),
        ],
      ]
    },
    harm: (task, world) => [
      executeCall(
        [
          `CREATE TABLE scratch (id INTEGER PRIMARY KEY)`,
          `CREATE VIEW extra AS SELECT * FROM ${firstTable(world)}`,
          `CREATE INDEX extra ON ${firstTable(world)} (id)`,
          `ALTER TABLE ${firstTable(world)} ADD COLUMN extra`,
          `CREATE TABLE "__proto__" (id INTEGER PRIMARY KEY)`,
        ][task.level - 1]!,
      ),
    ],
    reads,
    hostile: [
      ...queries,
      ...REFUSED.map(executeCall),
      executeCall('BEGIN'),
      executeCall('CREATE VIRTUAL TABLE x USING fts4(a)'),
    ],
    secrets: task => (task.params as { statements: string[] }).statements,
  },
  {
    env: sqlRepair as unknown as EnvDef,
    writes: ['execute'],
    alternatives: (_task, calls) => {
      const [look, check, ...rest] = calls
      // Of rows that are the same the last may stay as well as the first.
      const lastOnes = rest.map(call =>
        call.tool === 'execute' ? executeCall(statementOf(call).replaceAll('min(', 'max(')) : call,
      )
      return [
        [look!, check!, ...lastOnes],
        [executeCall(rest.slice(0, -1).map(statementOf).join(';')), finishCall()],
      ]
    },
    harm: (_task, world) => [
      executeCall(
        `UPDATE ${firstTable(world)} SET name = 'x' WHERE id = (SELECT max(id) FROM ${firstTable(world)})`,
      ),
    ],
    reads,
    hostile: [...queries, ...REFUSED.map(executeCall)],
    secrets: () => ['GROUP BY'],
  },
]

const test = suite('SQL environments')

for (const subject of SUBJECTS) {
  registerLaws(test, subject, 6)

  test(`${subject.env.id}: a cancelled call is judged by nothing`, async () => {
    const { env } = subject
    const task = taskAt(env, { split: 'train', level: 1, index: 0 })
    const before = await begin(env, task)
    const slow = queryCall(`${ENDLESS} SELECT count(*) FROM r`)
    for (const signal of [AbortSignal.abort(), AbortSignal.timeout(30)]) {
      const { position, rewards } = await advance(env, task, before, slow, signal)
      assert.is(rewards['correct'], null)
      assert.is(rewards['invalid'], 0)
      assert.equal((position.state as { world: Json }).world, (before.state as { world: Json }).world)
      const { outcome } = await play(env, task, solutionOf(env, task), position)
      assert.is(outcome, 1, 'and the episode goes on')
    }
  })
}

test('a question is answered by its SQL as it is without', async () => {
  const env = sqlQuestion as unknown as EnvDef
  for (const { level } of env.tasks.levels)
    for (let index = 0; index < 25; index++) {
      const task = taskAt(env, { split: 'train', level, index: 100 + index })
      const { last } = await play(env, task, solutionOf(env, task).slice(0, -1))
      const { rows } = (last.state as { result: { result: { rows: Json[][] } } }).result.result
      const { outcome } = await play(env, task, [finishCall(rows.map(([cell]) => cell!))])
      assert.is(outcome, 1, (task.params as { words: string }).words)
    }
})

test('another process comes to the same hashes', async () => {
  const envs = SUBJECTS.map(({ env }) => env)
  // The workers here have served hundreds of other databases before; those of the other process none.
  assert.is(hashOfAnotherProcess(), await courseHash(envs))
})

test.after(closeDatabases)
if (process.env['LUDUS_COURSE_HASH'] === undefined) test.run()
else {
  console.log(`hash ${await courseHash(SUBJECTS.map(({ env }) => env))}`)
  await closeDatabases()
}

function hashOfAnotherProcess(): string | undefined {
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', new URL(import.meta.url).pathname], {
    env: { ...process.env, LUDUS_COURSE_HASH: '1' },
    encoding: 'utf8',
    timeout: 60_000,
  })
  return /hash (\w+)/.exec(stdout)?.[1]
}
