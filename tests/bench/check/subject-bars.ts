/** @file The built-in environments: none has findings, and each default check is short. */
import { spawn } from 'node:child_process'
import type { Bar } from '../../../arena/cli/bars.ts'
import { bar } from '../../../arena/cli/bars.ts'
import { COMMAND_FILE } from '../../../arena/cli/command-file.ts'
import { startProgress } from '../../../arena/cli/progress.ts'
import { listEnvs } from '../../../envs/registry.ts'

export async function subjectBars(): Promise<Bar[]> {
  const envs = listEnvs()
  const progress = startProgress('Environments', envs.length, { silent: false })
  const seen: { id: string; seconds: number; code: number | null }[] = []
  for (const { id } of envs) {
    const started = performance.now()
    const code = await checked(id)
    seen.push({ id, code, seconds: (performance.now() - started) / 1000 })
    progress.update(seen.length)
  }
  progress.stop()
  const slowest = seen.reduce((a, b) => (b.seconds > a.seconds ? b : a))
  const failed = seen.filter(({ code }) => code !== 0).map(({ id, code }) => `${id} (${code})`)
  return [
    bar(
      'check-seconds',
      slowest.seconds,
      '<= 10 s',
      `ludus check with its defaults, process and all; the slowest of ${seen.length}: ${slowest.id}; mean ${(seen.reduce((sum, { seconds }) => sum + seconds, 0) / seen.length).toFixed(1)}`,
    ),
    bar(
      'built-in-clean',
      failed.length,
      '<= 0 environments',
      `with findings: ${failed.join(', ') || 'none'}`,
    ),
  ]
}

function checked(id: string): Promise<number | null> {
  const child = spawn(process.execPath, [COMMAND_FILE, 'check', id, '--json'], { stdio: 'ignore' })
  return new Promise(resolve => child.on('close', resolve))
}
