import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import { UsageError } from '../../envs/errors.ts'
import { takeLock } from '../../arena/lock.ts'
import { formatLine, Log, readLog } from '../../arena/log.ts'

const schema = z.object({ id: z.string(), text: z.string() })
type Entry = z.infer<typeof schema>
const folder = mkdtempSync(join(tmpdir(), 'ludus-log-'))
test.after(() => rmSync(folder, { recursive: true }))

let files = 0
function freshFile(): string {
  return join(folder, `log-${files++}.jsonl`)
}

async function read(file: string): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const entry of readLog(file, schema)) entries.push(entry)
  return entries
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const outcome = await attempt.catch((error: unknown) => error)
  assert.instance(outcome, UsageError)
  return (outcome as Error).message
}

const entry = (i: number): Entry => ({ id: `id-${i}`, text: `line ${i} "quoted", ünïcode` })

test('what was appended is read again, in order', async () => {
  const file = freshFile()
  const log = await Log.open(file, schema)
  await Promise.all(Array.from({ length: 300 }, (_, i) => log.append(entry(i))))
  await log.close()
  assert.equal(
    await read(file),
    Array.from({ length: 300 }, (_, i) => entry(i)),
  )
})

test('append resolves only when the record is in the file', async () => {
  const file = freshFile()
  const log = await Log.open(file, schema)
  for (let i = 0; i < 5; i++) {
    await log.append(entry(i))
    assert.is((await read(file)).length, i + 1)
  }
  await log.close()
})

test('a record is not acknowledged before the sync', async () => {
  // Seen from outside: strace is not everywhere, so the sync of the handle is watched instead.
  const file = freshFile()
  const probe = await (await import('node:fs/promises')).open(file, 'a')
  const prototype = Object.getPrototypeOf(probe) as { datasync: (this: unknown) => Promise<void> }
  await probe.close()
  const original = prototype.datasync
  let [synced, acknowledged] = [false, false]
  prototype.datasync = async function (this: unknown) {
    await new Promise(resolve => setTimeout(resolve, 30))
    assert.not.ok(acknowledged, 'acknowledged before the sync')
    await original.call(this)
    synced = true
  }
  try {
    const log = await Log.open(file, schema)
    await log.append(entry(0)).then(() => (acknowledged = true))
    assert.ok(synced)
    await log.close()
  } finally {
    prototype.datasync = original
  }
})

test('records that come together share a sync', async () => {
  const log = await Log.open(freshFile(), schema)
  const started = performance.now()
  for (let i = 0; i < 20; i++)
    await Promise.all(Array.from({ length: 64 }, (_, j) => log.append(entry(i * 64 + j))))
  assert.ok(performance.now() - started < 3000)
  await log.close()
})

test('a repeated id is read once', async () => {
  const file = freshFile()
  writeFileSync(file, [entry(0), entry(1), entry(0), entry(2), entry(1)].map(formatLine).join(''))
  assert.equal(
    (await read(file)).map(({ id }) => id),
    ['id-0', 'id-1', 'id-2'],
  )
})

test('a last line cut off anywhere is removed, and the log goes on', async () => {
  const whole = formatLine(entry(0)) + formatLine(entry(1))
  const torn = formatLine(entry(2))
  for (let cut = 1; cut < Buffer.byteLength(torn); cut += 7) {
    const file = freshFile()
    writeFileSync(file, Buffer.concat([Buffer.from(whole), Buffer.from(torn).subarray(0, cut)]))
    assert.is((await read(file)).length, 2, 'a reader ignores it')
    const said = await stderrOf(async () => {
      const log = await Log.open(file, schema)
      await log.append(entry(3))
      await log.close()
    })
    assert.match(said, /line 3 was cut off/)
    assert.equal(
      (await read(file)).map(({ id }) => id),
      ['id-0', 'id-1', 'id-3'],
    )
  }
})

test('a changed byte in the middle stops with the file and the line', async () => {
  const file = freshFile()
  writeFileSync(file, [0, 1, 2].map(i => formatLine(entry(i))).join(''))
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace('line 1', 'line 7'))
  const message = await refusal(Log.open(file, schema))
  assert.match(message, `${file}: line 2`)
  assert.match(message, 'restore')
  assert.is(readFileSync(file, 'utf8'), text.replace('line 1', 'line 7'), 'nothing was touched')
})

test('garbage lines, lost checksums and other records are refused', async () => {
  for (const line of ['\u0000\u0000\u0000\n', '{"id":"x","text":"y"}\n', '\n', formatLine({ id: 'only' })]) {
    const file = freshFile()
    writeFileSync(file, formatLine(entry(0)))
    appendFileSync(file, line)
    assert.match(await refusal(Log.open(file, schema)), 'line 2')
  }
})

test('a lock is refused while its holder lives, and taken over from a dead one', async () => {
  const file = join(folder, 'lock')
  const release = await takeLock(file)
  assert.match(await refusal(takeLock(file)), 'another arena')
  await release()
  await (
    await takeLock(file)
  )()

  const dead = spawnSync(process.execPath, ['-e', '']).pid
  for (const stale of [
    { pid: dead, started: null, nonce: 'x' },
    { pid: process.pid, started: 'before', nonce: 'x' },
    'torn',
  ]) {
    writeFileSync(file, typeof stale === 'string' ? '{"pi' : JSON.stringify(stale))
    await (
      await takeLock(file)
    )()
  }
  writeFileSync(file, JSON.stringify({ pid: process.ppid, started: startOf(process.ppid), nonce: 'x' }))
  assert.match(await refusal(takeLock(file)), `process ${process.ppid}`)
})

function startOf(pid: number): string | null {
  try {
    return (
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[19] ?? null
    )
  } catch {
    return null
  }
}

async function stderrOf(run: () => Promise<void>): Promise<string> {
  const original = process.stderr.write.bind(process.stderr)
  let said = ''
  process.stderr.write = (text: string | Uint8Array) => {
    said += String(text)
    return true
  }
  try {
    await run()
  } finally {
    process.stderr.write = original
  }
  return said
}

test.run()
