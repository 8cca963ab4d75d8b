/**
 * @file The bars of the neural engine, measured by `tests/bench/nn` in a process of their own: beside PyTorch, where python
 * with torch and transformers is there.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../../envs/errors.ts'
import type { Bar } from './bars.ts'

const MAIN = fileURLToPath(new URL('../../tests/bench/nn/main.ts', import.meta.url))

export const NN_PARTS = ['train', 'sample', 'parity', 'addition', 'leak', 'delay', 'large'] as const

export interface NnMeasured {
  bars: Bar[]
  /** Bars that this machine cannot measure, with the reason. */
  missing: Record<string, string>
}

/** Throws UsageError where the sources are not there, as in the installed package. */
export async function nnBars(parts: readonly string[]): Promise<NnMeasured> {
  if (!existsSync(MAIN))
    throw new UsageError(
      'bench nn needs the sources: expected tests/bench/nn in a clone of the project, found none',
    )
  const args = ['--import', import.meta.resolve('tsx'), MAIN, ...parts]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  if (code !== 0) throw new UsageError(`bench nn ended with ${code}; see above`)
  return JSON.parse(printed) as NnMeasured
}
