/** @file The environments of databases, files and articles keep the contract. */
import fc from 'fast-check'
import type { Json } from '../../envs/json.ts'
import { findEnv } from '../../envs/registry.ts'
import { call, filled } from '../contracts/arbitraries.ts'
import type { EnvCase } from '../contracts/env-suite.ts'
import { environmentSuite } from '../contracts/env-suite.ts'

const seedOf = (params: Json): string => JSON.stringify((params as { seed: number }).seed)
const sql = fc.constantFrom(
  'SELECT 1',
  'SELECT name FROM sqlite_master',
  'SELECT * FROM customers',
  'DELETE FROM orders WHERE id = 3',
  'DROP TABLE visits',
  'CREATE TABLE x (id INTEGER PRIMARY KEY)',
  'SELEC',
)
const looks = [call('describe_tables', fc.constant({})), call('query', filled({ sql }))]
const path = fc.constantFrom(
  '/',
  '/inbox',
  '/logs/server-1.log',
  '/src/lib',
  '/new',
  '/new/a.txt',
  '/__proto__',
)
const text = fc.constantFrom('a', 'import', 'Year: 2021', '')
const shared = { solved: 12, runs: 6, distinct: 0.99, labelDepth: 0, labelLevel: 1, completeFrom: Infinity }

const CASES: EnvCase[] = [
  {
    ...shared,
    env: findEnv('tools/sql-question-v1'),
    fitting: fc.oneof(
      ...looks,
      call('finish', filled({ answer: fc.constantFrom<Json[]>(3, 'Ann Berg', ['a', 2]) })),
    ),
    identity: seedOf,
    secrets: params => [(params as { sql: string }).sql],
  },
  {
    ...shared,
    env: findEnv('tools/sql-migration-v1'),
    fitting: fc.oneof(...looks, call('execute', filled({ sql }))),
    identity: seedOf,
    secrets: params => (params as { statements: string[] }).statements,
  },
  {
    ...shared,
    env: findEnv('tools/sql-repair-v1'),
    fitting: fc.oneof(...looks, call('execute', filled({ sql }))),
    identity: seedOf,
    secrets: () => ['GROUP BY', 'DELETE FROM'],
  },
  {
    ...shared,
    env: findEnv('tools/files-v1'),
    fitting: fc.oneof(
      call('ls', filled({ path })),
      call('cat', filled({ path })),
      call('grep', filled({ text: fc.constantFrom('e', 'ERROR'), path })),
      call('find', filled({ pattern: fc.constantFrom('*', '*.ts'), path })),
      call('write', filled({ path, text })),
      call('append', filled({ path, text })),
      call('replace', filled({ path, before: fc.constantFrom('a', 'ERROR'), after: text })),
      call('move', filled({ from: path, to: path })),
      call('copy', filled({ from: path, to: path })),
      call('remove', filled({ path })),
      call('mkdir', filled({ path })),
    ),
    identity: seedOf,
    secrets: () => [],
  },
  {
    ...shared,
    env: findEnv('tools/search-v1'),
    fitting: fc.oneof(
      call('search', filled({ query: fc.constantFrom('mayor', 'founded by', 'the river') })),
      call('open', filled({ id: fc.constantFrom('doc-1', 'doc-7', 'doc-999') })),
      call('finish', filled({ answer: fc.constantFrom<Json[]>('lamps', 1950) })),
    ),
    identity: seedOf,
    secrets: params => [(params as { answer: string }).answer],
  },
]

CASES.forEach(subject => environmentSuite({ ...subject, undecided: true }))
