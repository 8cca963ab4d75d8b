/** @file The laws of the checks themselves: same seed, same report; every stored case fails again in a fresh process. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bar } from '../../../arena/cli/bars.ts'
import { bar } from '../../../arena/cli/bars.ts'
import { COMMAND_FILE } from '../../../arena/cli/command-file.ts'

const run = promisify(execFile)

/** A reward with many faults, checked by the command as a user would. */
const FAULTY = new URL('faulty-rewards.ts', import.meta.url).pathname

export async function lawBars(): Promise<Bar[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ludus-cases-'))
  try {
    const cases = join(folder, 'cases')
    const check = (...args: string[]) => checked(FAULTY, '--budget', '120', '--json', ...args)
    const first = await check('--cases', cases)
    const second = await check('--cases', join(folder, 'other'))
    const names = readdirSync(cases).map(file => /c-[0-9a-f]+/.exec(file)![0])
    let replayed = 0
    for (const name of names)
      if ((await check('--cases', cases, '--case', name, '--fail-on', 'info')).code === 1) replayed++
    return [
      bar(
        'same-report',
        Number(first.text === second.text),
        '>= 1 yes/no',
        'two runs with one seed, byte by byte',
      ),
      bar(
        'cases-replay',
        replayed / names.length,
        '>= 1 share',
        `${names.length} stored cases, a fresh process each`,
      ),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function checked(...args: string[]): Promise<{ code: number; text: string }> {
  try {
    const { stdout } = await run(process.execPath, [COMMAND_FILE, 'check', ...args], { maxBuffer: 1 << 28 })
    return { code: 0, text: stdout }
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string }
    return { code, text: stdout }
  }
}
