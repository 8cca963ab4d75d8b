/** @file What `ludus check` is asked to check: an environment by id, what a file exports, or a grader that is a command. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { ENV_ID } from '../../envs/define-env.ts'
import type { EnvDef } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import { findEnv } from '../../envs/registry.ts'
import { importUserModule, isEnv } from '../../envs/user-module.ts'
import type { Hunt, HuntOptions } from '../../rewards/checks/adversary/hunt.ts'
import { huntEnv, huntReward } from '../../rewards/checks/adversary/hunt.ts'
import type { CheckOptions } from '../../rewards/checks/check.ts'
import { checkEnv, checkReward } from '../../rewards/checks/check.ts'
import type { CommandOptions, CommandTask } from '../../rewards/checks/execution/command.ts'
import { commandSubject } from '../../rewards/checks/execution/command.ts'
import type { Executor, ModuleRef } from '../../rewards/checks/execution/executor.ts'
import { isolated } from '../../rewards/checks/execution/process.ts'
import type { Found } from '../../rewards/checks/execution/subject-ref.ts'
import { subjectsOf } from '../../rewards/checks/execution/subject-ref.ts'
import type { Report } from '../../rewards/checks/report.ts'
import { MODULE_FILE } from './env-argument.ts'

export interface Target {
  name: string
  about: Report['about']
  check(options: CheckOptions): Promise<Report>
  /** Only exploits, with a larger budget. */
  hunt(options: HuntOptions): Promise<Hunt>
  /** Where it is an environment of this project's kind. */
  env?: EnvDef
}

export interface Wanted {
  targets: Target[]
  /** As it is typed on a command line, for replay. */
  argument: string
  /** Files whose change calls for another check. */
  files: string[]
}

/** `words`: what stands on the command line; `command`: behind a `--`. */
export async function wantedOf(
  words: readonly string[],
  { command, ...options }: CommandOptions & { command: boolean },
): Promise<Wanted> {
  const [first = ''] = words
  const module = command ? null : MODULE_FILE.exec(first)
  if (!module && (command || !ENV_ID.test(first))) return commandTarget(words, options)
  if (words.length > 1)
    throw new UsageError(
      `expected one subject, got ${words.length}; for a command, write ludus check -- ${words.join(' ')}`,
    )
  return module ? targetsOfFile(first, module[1]!, module[2]) : targetsOfEnv(first)
}

async function targetsOfEnv(id: string): Promise<Wanted> {
  const env = findEnv(id)
  const missing = (await env.missing?.()) ?? null
  if (missing !== null) throw new UsageError(`${id} cannot run here: ${missing}`)
  return {
    targets: subjectsOf(env).map(found => target(found, { registered: id }, env)),
    argument: id,
    files: [],
  }
}

async function targetsOfFile(argument: string, file: string, name: string | undefined): Promise<Wanted> {
  const path = resolve(file)
  if (!existsSync(path))
    throw new UsageError(`${file}: expected a file that exports what to check, found none`)
  const exports = Object.entries(await importUserModule(path))
  const chosen = exports.filter(([key]) => name === undefined || key === name)
  const url = pathToFileURL(path).href
  const targets = chosen.flatMap(([key, value]) => targetsOfExport(key, value, url))
  if (targets.length > 0) return { targets, argument, files: [path] }
  const seen = exports.length === 0 ? 'no exports' : exports.map(([key]) => key).join(', ')
  throw new UsageError(
    `${file}: expected ${name === undefined ? 'an export that is' : `the export ${name} to be`} a RewardSubject ` +
      `{ name, tasks, score }, an EnvSubject { name, make, actions } or an environment, found ${seen}`,
  )
}

function targetsOfExport(key: string, value: unknown, url: string): Target[] {
  const named = Array.isArray(value)
    ? value.map((each: unknown, at): [string, unknown] => [`${key}.${at}`, each])
    : [[key, value] as [string, unknown]]
  return named.flatMap(([name, each]) =>
    subjectsOf(each).map(found => target(found, { url, name }, isEnv(each) ? each : undefined)),
  )
}

function target(found: Found, place: ModuleRef | { registered: string }, env?: EnvDef): Target {
  const executor = isolated({ as: found.as, ...place })
  return {
    name: found.subject.name,
    about: found.as === 'reward' ? 'reward' : 'environment',
    check: options =>
      closing(executor, () =>
        found.as === 'reward'
          ? checkReward(found.subject, { ...options, executor })
          : checkEnv(found.subject, { ...options, executor }),
      ),
    hunt: options =>
      closing(executor, () =>
        found.as === 'reward'
          ? huntReward(found.subject, { ...options, executor })
          : huntEnv(found.subject, { ...options, executor }),
      ),
    ...(env && found.as === 'env' && { env }),
  }
}

async function commandTarget(words: readonly string[], options: CommandOptions): Promise<Wanted> {
  const command = words.length === 1 ? splitWords(words[0]!) : words
  const { subject, executor } = await commandSubject(command, options)
  return {
    targets: [
      {
        name: subject.name,
        about: 'reward',
        check: given => closing(executor, () => checkReward(subject, { ...given, executor })),
        hunt: given => closing(executor, () => huntReward(subject, { ...given, executor })),
      },
    ],
    argument: `-- ${command.map(shellWord).join(' ')}`,
    files: command.filter(existsSync).map(file => resolve(file)),
  }
}

async function closing<R>(executor: Executor, work: () => Promise<R>): Promise<R> {
  try {
    return await work()
  } finally {
    await executor.close()
  }
}

/** Words as a shell splits them: quotes keep blanks together. */
function splitWords(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare!,
  )
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

const rowSchema = z.looseObject({ prompt: z.string().optional(), gold: z.string().optional() })

/** Tasks of a JSON lines file, for graders that do not describe theirs. */
export async function readTasks(file: string): Promise<CommandTask[]> {
  const lines = (await readFile(file, 'utf8')).split('\n')
  const rows = lines.flatMap((line, at) =>
    line.trim() === '' ? [] : [taskOf(line, `${file}: line ${at + 1}`)],
  )
  if (rows.length === 0) throw new UsageError(`${file}: expected at least one task, found none`)
  return rows
}

function taskOf(line: string, where: string): CommandTask {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    throw new UsageError(`${where}: expected a JSON object with "prompt" and "gold", got no JSON`)
  }
  const parsed = rowSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw new UsageError(`${where}: ${path.join('.') || 'the row'}: ${message}`)
}
