/** @file The bars of tree search, measured by `tests/bench/search` in a process of its own. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { UsageError } from '../../envs/errors.ts'
import type { Bar } from './bars.ts'

const MAIN = fileURLToPath(new URL('../../tests/bench/search/main.ts', import.meta.url))

/** Throws UsageError where the sources are not there, as in the installed package. */
export async function searchBars(): Promise<Bar[]> {
  if (!existsSync(MAIN))
    throw new UsageError(
      'bench search needs the sources: expected tests/bench/search in a clone of the project, found none',
    )
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    import.meta.resolve('tsx'),
    MAIN,
  ])
  return (JSON.parse(stdout) as { bars: Bar[] }).bars
}
