/** @file `ludus replay`: plays a file of records again and compares every hash and reward. */
import { Command } from 'commander'
import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { UsageError } from '../../envs/errors.ts'
import { findEnv, listEnvs, registerEnv } from '../../envs/registry.ts'
import type { Trajectory, Verdict } from '../../envs/trajectory.ts'
import { parseTrajectories, replay } from '../../envs/trajectory.ts'
import { envArgument } from './env-argument.ts'
import { print, printJson } from './output.ts'
import { startProgress } from './progress.ts'

interface Difference {
  /** Line of the file, from 1. */
  line: number
  env: string
  difference: string
}

const SHOWN = 20

export function replayCommand(): Command {
  return new Command('replay')
    .description('re-execute recorded episodes and verify them; exits with 1 if one differs')
    .argument('<file>', 'records as ludus rollout writes them')
    .option(
      '--env <file>',
      'a file that exports the environment of the records, where it is not a built-in one',
    )
    .option('--json', 'print one JSON document')
    .action(verify)
}

async function verify(file: string, { env, json }: { env?: string; json?: true }): Promise<void> {
  if (env !== undefined) registerEnv(await envArgument(env))
  const records = await readRecords(file)
  const verdicts = await replayAll(file, records, { silent: json === true })
  const count = (holds: (verdict: Verdict) => boolean): number => verdicts.filter(holds).length
  const summary = {
    file,
    records: records.length,
    hashesEqual: count(verdict => verdict.hashesEqual),
    rewardsEqual: count(verdict => verdict.rewardsEqual),
    verified: count(verdict => verdict.verified),
    differences: differencesOf(records, verdicts),
  }
  if (summary.verified < summary.records) process.exitCode = 1
  if (json) return printJson(summary)
  print(
    `${summary.verified} of ${summary.records} records verified (hashes equal in ${summary.hashesEqual}, ` +
      `rewards in ${summary.rewardsEqual})`,
  )
  for (const { line, difference } of summary.differences.slice(0, SHOWN)) print(`line ${line}: ${difference}`)
  const hidden = summary.differences.length - SHOWN
  if (hidden > 0) print(`and ${hidden} more; --json lists all`)
}

async function readRecords(file: string): Promise<Trajectory[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file}: cannot be read (${error.code}); expected a file of ludus rollout`)
  })
  const records = parseTrajectories(text, file)
  if (records.length === 0) throw new UsageError(`${file}: expected at least one record, found none`)
  return records
}

async function replayAll(
  file: string,
  records: readonly Trajectory[],
  { silent }: { silent: boolean },
): Promise<Verdict[]> {
  const progress = startProgress(`replaying ${file}`, records.length, { silent })
  const verdicts: Verdict[] = []
  try {
    for (const record of records) {
      verdicts.push(await replayOne(record, `${file}: line ${verdicts.length + 1}`))
      progress.update(verdicts.length)
      // Lets the bar be drawn and Ctrl-C be heard: synchronous environments never wait.
      await setImmediate()
    }
    return verdicts
  } finally {
    progress.stop()
    const played = new Set(records.map(({ env }) => env))
    for (const env of listEnvs()) if (played.has(env.id)) await env.close?.()
  }
}

async function replayOne(record: Trajectory, where: string): Promise<Verdict> {
  try {
    return await replay(findEnv(record.env), record)
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${where}: ${error.message}`) : error
  }
}

function differencesOf(records: readonly Trajectory[], verdicts: readonly Verdict[]): Difference[] {
  return records.flatMap(({ env }, i) => {
    const { difference } = verdicts[i]!
    return difference === null ? [] : [{ line: i + 1, env, difference }]
  })
}
