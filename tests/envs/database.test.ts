/** @file The database behind the SQL environments: same bytes everywhere, hostile statements contained, content canonical. */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { contentOf, createTable } from '../../envs/tools/content.ts'
import type { Content, Table } from '../../envs/tools/content.ts'
import type { BatchReply, DatabaseImage } from '../../envs/tools/database.ts'
import { closeDatabases, createDatabase, runBatch } from '../../envs/tools/database.ts'
import { withCeiling } from '../../envs/tools/sqlite.ts'

const COUNTING = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)'
const id = { name: 'id', type: 'INTEGER', key: true }
const TABLES: Table[] = [
  {
    name: 'makers',
    columns: [id, { name: 'name', type: 'TEXT', required: true }],
    rows: [
      [1, "O'Neil"],
      [2, 'Bo'],
    ],
  },
  {
    name: 'items',
    columns: [
      id,
      { name: 'title', type: 'TEXT' },
      { name: 'price', type: 'REAL' },
      { name: 'maker', type: 'INTEGER', required: true, references: 'makers' },
    ],
    rows: Array.from({ length: 150 }, (_, i) => [i + 1, i % 7 ? `item ${i}` : null, i / 4, 1 + (i % 2)]),
  },
]

let start: DatabaseImage = { image: '', content: { tables: {}, others: [] } }
const write = (sql: string, image = start.image): Promise<BatchReply> =>
  runBatch({ image, sql, writes: true })
const read = (sql: string): Promise<BatchReply> => runBatch({ image: start.image, sql, writes: false })

const test = suite('database')
test.before(async () => {
  start = await createDatabase(TABLES)
})
test.after(closeDatabases)

async function changed(sql: string, image?: string): Promise<DatabaseImage> {
  const reply = await write(sql, image)
  assert.ok('image' in reply, `${sql}: ${JSON.stringify(reply).slice(0, 300)}`)
  return reply as DatabaseImage
}

async function refused(reply: Promise<BatchReply>, pattern: RegExp): Promise<void> {
  const came = await reply
  assert.ok('error' in came, JSON.stringify(came).slice(0, 300))
  assert.match(came.error, pattern)
}

test('a database holds what it was made from', () => {
  assert.equal(start.content, contentOf(TABLES))
})

test('rows come as they are, capped with a note', async () => {
  assert.equal(await read("SELECT name, 1.5 half, NULL AS absent, x'0a' blob, 9e999 big FROM makers"), {
    results: [
      {
        columns: ['name', 'half', 'absent', 'blob', 'big'],
        rows: [
          ["O'Neil", 1.5, null, "x'0a'", 'Infinity'],
          ['Bo', 1.5, null, "x'0a'", 'Infinity'],
        ],
      },
    ],
  })
  for (const sql of [
    'SELECT * FROM items',
    `${COUNTING} SELECT n FROM r`,
    "SELECT printf('%.9000c', 'x') FROM items",
  ]) {
    const reply = await read(sql)
    assert.ok('results' in reply)
    assert.match(reply.results[0]!.note ?? '', /left out/)
    assert.ok(JSON.stringify(reply).length < 12_000)
  }
})

test('reading never writes', async () => {
  for (const sql of [
    'DELETE FROM items',
    'CREATE TABLE x (a)',
    'BEGIN',
    'WITH x AS (SELECT 1) DELETE FROM items',
  ])
    await refused(read(sql), /only reads|readonly/)
  assert.equal(Object.keys(await write('SELECT 1; UPDATE items SET price = 0 WHERE id = 999')), ['results'])
})

test('files, settings, chance and extensions are out of reach, however they are written', async () => {
  const hidden = ['', ' ; /* a */ -- b\n', '/**/;']
  for (const prefix of hidden)
    for (const sql of [
      "ATTACH 'x.db' AS x",
      "attach database ':memory:' as x",
      "VACUUM INTO 'x.db'",
      'VACUUM',
      'DETACH x',
      'REINDEX',
      'ANALYZE',
      'PRAGMA query_only = OFF',
      'PRAGMA/**/writable_schema = 1',
      'PRAGMA main.max_page_count(100000)',
      'CREATE/**/VIRTUAL TABLE x USING fts4(a)',
      "SELECT load_extension('x')",
      'SELECT random()',
      'SELECT "random" ()',
      'SELECT hex(RandomBlob(8))',
      'SELECT * FROM items ORDER BY random()',
      'CREATE TABLE x (a DEFAULT (random()))',
    ])
      await refused(write(prefix + sql), /not available|only table_info|no such function/)
  assert.equal(await read("SELECT datetime('now'), date('now', 'localtime'), CURRENT_TIMESTAMP"), {
    results: [
      {
        columns: ["datetime('now')", "date('now', 'localtime')", 'CURRENT_TIMESTAMP'],
        rows: [['2024-01-01 00:00:00', '2024-01-01', '2024-01-01 00:00:00']],
      },
    ],
  })
})

test('a batch is carried out whole or not at all', async () => {
  await refused(write('DELETE FROM items; SELEC 1'), /syntax error/)
  await refused(write("UPDATE items SET maker = 7 WHERE id = 3; SELECT 'x'"), /FOREIGN KEY/)
  await refused(write('BEGIN; DELETE FROM items'), /not ended/)
  await refused(write('DROP TABLE makers'), /FOREIGN KEY/)
  const { content } = await changed(
    'BEGIN; DELETE FROM items WHERE id > 2; SAVEPOINT s; DELETE FROM items; ROLLBACK TO s; COMMIT',
  )
  assert.equal(Object.keys(content.tables['items']!.rows), ['1', '2'])
})

test('what has no end or no bounds is stopped, and the next batch is served', async () => {
  await refused(read(`${COUNTING} SELECT count(*) FROM r`), /end/)
  await refused(write(`${COUNTING} INSERT INTO makers SELECT n + 9, 'x' FROM r`), /full/)
  await refused(read('SELECT hex(zeroblob(60000000))'), /memory/)
  await refused(write(Array.from({ length: 101 }, () => 'SELECT 1').join(';')), /at most 100/)
  // Sorting would go to files of the engine's own, outside of that memory, if it were let to.
  await refused(read(`${COUNTING} SELECT n, zeroblob(100000) x FROM r ORDER BY x, -n`), /memory/)
  assert.ok('results' in (await read('SELECT 1')))
})

test('a caller who gives up is told so, and is not kept waiting', async () => {
  const endless = { image: start.image, sql: `${COUNTING} SELECT count(*) FROM r`, writes: false }
  const began = performance.now()
  for (const signal of [AbortSignal.abort(), AbortSignal.timeout(20)])
    assert.ok('unavailable' in (await runBatch(endless, signal)))
  assert.ok(performance.now() - began < 1900)
  assert.ok('results' in (await read('SELECT 1')))
})

test('a worker that ended while nobody asked for it is replaced', async () => {
  await closeDatabases()
  const started: Worker[] = []
  const note = (worker: Worker): unknown => started.push(worker)
  process.on('worker', note)
  await read('SELECT 1')
  process.off('worker', note)
  await started[0]!.terminate()
  assert.ok('results' in (await read('SELECT 1')))
})

test('an image that is none is an error', async () => {
  for (const image of ['AAAA', Buffer.from('x'.repeat(5000)).toString('base64')])
    assert.ok('error' in (await runBatch({ image, sql: 'SELECT * FROM sqlite_master', writes: false })))
})

test('the same statements give the same bytes, whatever a worker did before', async () => {
  const step = fc.constantFrom(
    "INSERT INTO items SELECT max(id) + 1, 'a title that is not so short', 2.5, 1 FROM items",
    'DELETE FROM items WHERE id % 3 = 0',
    'UPDATE items SET title = title || title WHERE length(title) < 200',
    'CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, words TEXT)',
    "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, words TEXT); INSERT INTO notes (words) SELECT 'note ' || id FROM items",
    'DROP TABLE IF EXISTS notes',
    'SELECT hex(zeroblob(2000000))',
    'ALTER TABLE makers ADD COLUMN extra TEXT; ALTER TABLE makers DROP COLUMN extra',
  )
  const course = async (steps: readonly string[]): Promise<string> => {
    let { image } = start
    for (const sql of steps) image = (await changed(`${sql}; UPDATE makers SET id = id`, image)).image
    return image
  }
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 5 }),
      fc.array(step, { maxLength: 5 }),
      async (steps, others) => {
        const image = await course(steps)
        await course(others)
        assert.is(await course(steps), image)
      },
    ),
    { numRuns: 12 },
  )
})

test('content knows no order and no spelling, but every difference that counts', async () => {
  const same = [
    `CREATE TABLE New (Maker INT NOT NULL REFERENCES Makers, PRICE DOUBLE, title VARCHAR(20), Id INTEGER PRIMARY KEY);
     INSERT INTO New SELECT maker, price, title, id FROM items ORDER BY -id; DROP TABLE items; ALTER TABLE New RENAME TO Items`,
    'CREATE TABLE x (a); DROP TABLE x',
  ]
  for (const sql of same) assert.equal((await changed(sql)).content, start.content, sql)
  const different = [
    'DELETE FROM items WHERE id = 9',
    'UPDATE items SET price = price + 1 WHERE id = 3',
    "UPDATE items SET title = '' WHERE title IS NULL",
    'CREATE INDEX i ON items (title)',
    'CREATE VIEW v AS SELECT 1',
    'CREATE TRIGGER t AFTER DELETE ON items BEGIN SELECT 1; END',
    'CREATE TABLE "__proto__" (a)',
    'ALTER TABLE items ADD COLUMN more',
    'ALTER TABLE items RENAME COLUMN price TO cost',
    'CREATE TABLE n AS SELECT * FROM items; DROP TABLE items; ALTER TABLE n RENAME TO items',
  ]
  const seen = new Set([JSON.stringify(start.content)])
  for (const sql of different) seen.add(JSON.stringify((await changed(sql)).content))
  assert.is(seen.size, different.length + 1)
})

test('rows without a primary key are counted, and several columns make one key', async () => {
  const pairs: Table = {
    name: 'pairs',
    columns: [
      { name: 'b', type: 'TEXT', key: true },
      { name: 'a', type: 'INTEGER', key: true },
    ],
    rows: [
      ['x', 1],
      ['x', 2],
    ],
  }
  const { content } = await changed(
    `${createTable(pairs)} INSERT INTO pairs VALUES ('x', 2), ('x', 1); CREATE TABLE bare (a); INSERT INTO bare VALUES (1), (1), ('1')`,
  )
  const rows = ({ tables }: Content, name: string): unknown => tables[name]!.rows
  assert.equal(rows(content, 'pairs'), rows(contentOf([pairs]), 'pairs'))
  assert.equal(rows(content, 'bare'), { '[1] 1': '[1]', '[1] 2': '[1]', '["1"] 1': '["1"]' })
})

test('the memory ceiling is written into the module, and only there', () => {
  const file = readFileSync(new URL(import.meta.resolve('sql.js/dist/sql-wasm.wasm')))
  const patched = withCeiling(file, 1024)
  const places = [...patched.keys()].filter(at => patched[at] !== file[at])
  assert.ok(places.length > 0 && places.at(-1)! - places[0]! < 5, 'a few bytes side by side')
  assert.equal(withCeiling(patched, 32768), new Uint8Array(file))
  assert.throws(() => withCeiling(new Uint8Array(64), 1024), /one memory/)
  assert.throws(() => withCeiling(file, 2 ** 40), RangeError)
})

test.run()
