/** @file `ludus check --watch`: the same check in a process of its own, again whenever a file changes. */
import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { dirname } from 'node:path'
import { COMMAND_FILE } from './command-file.ts'
import { interruptible } from './interrupt.ts'
import { note } from './output.ts'

/** Editors write a file in several steps. */
const SETTLE_MS = 150

/** Runs until it is interrupted. A process of its own: modules that were loaded once are not loaded again. */
export async function watching(files: readonly string[], args: readonly string[]): Promise<void> {
  await interruptible('stopped watching', async signal => {
    for (;;) {
      const change = changed(files, signal)
      await ran(args, signal)
      note(`watching ${files.join(', ')} (Ctrl-C to stop)`)
      await change
    }
  })
}

function ran(args: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [COMMAND_FILE, ...args], { stdio: 'inherit' })
  const stop = (): void => void child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
  })
}

/** Folders are watched, since editors replace files. */
function changed(files: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const folders = [...new Set(files.map(file => dirname(file)))]
    const close = (): void => watchers.forEach(each => each.close())
    const watchers = folders.map(folder =>
      watch(folder, (_event, name) => {
        if (name !== null && !files.some(file => file.endsWith(name))) return
        close()
        setTimeout(resolve, SETTLE_MS)
      }),
    )
    signal.addEventListener(
      'abort',
      () => {
        close()
        reject(signal.reason as Error)
      },
      { once: true },
    )
  })
}
