/** @file Workers start from source and from built files, and a broken one says so. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startWorker } from '../../envs/worker.ts'

const TYPED = `import { parentPort, workerData } from 'node:worker_threads'
const doubled: number = (workerData as { n: number }).n * 2
parentPort!.postMessage(doubled)`
const BUILT = TYPED.replace(': number', '').replace(' as { n: number }', '').replace('!', '')

async function folderWith(name: string, code: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ludus-worker-'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, name), code)
  return pathToFileURL(join(folder, name)).href
}

function firstMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
}

test('a worker starts from TypeScript source', async () => {
  const base = await folderWith('double.ts', TYPED)
  assert.is(await firstMessage(startWorker(base, './double', { workerData: { n: 21 } })), 42)
})

test('a worker starts from built JavaScript', async () => {
  const base = await folderWith('double.js', BUILT)
  assert.is(await firstMessage(startWorker(base, './double', { workerData: { n: 4 } })), 8)
})

test('a worker that cannot be loaded emits an error that names its file', async () => {
  const base = await folderWith('broken.ts', "throw new Error('no luck')")
  for (const [name, expected] of [
    ['./broken', /no luck/],
    ['./missing', /missing/],
  ] as const) {
    try {
      await firstMessage(startWorker(base, name))
      assert.unreachable('expected an error event')
    } catch (error) {
      assert.match(String(error), expected)
    }
  }
})

test.run()
