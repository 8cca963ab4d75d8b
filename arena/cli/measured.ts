/** @file Bars that are measured by programs under `tests/bench`, which only a clone of the project has. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../../envs/errors.ts'
import type { Bar } from './bars.ts'

export interface Measured {
  bars: Bar[]
  /** Bars that this machine cannot measure, with the reason. */
  missing: Record<string, string>
}

/** Runs `tests/bench/<name>/main.ts`. Throws UsageError where the sources are not there, as in the installed package. */
export async function measured(name: string, parts: readonly string[]): Promise<Measured> {
  const main = fileURLToPath(new URL(`../../tests/bench/${name}/main.ts`, import.meta.url))
  if (!existsSync(main))
    throw new UsageError(
      `bench ${name} needs the sources: expected tests/bench/${name} in a clone of the project, found none`,
    )
  const args = ['--import', import.meta.resolve('tsx'), main, ...parts]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  if (code !== 0) throw new UsageError(`bench ${name} ended with ${code}; see above`)
  return JSON.parse(printed) as Measured
}
