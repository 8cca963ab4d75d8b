/** @file `ludus envs`: what there is to play, found by word, shown with an example, or written as a page. */
import { Command } from 'commander'
import { readFile, writeFile } from 'node:fs/promises'
import type { EnvDef } from '../../envs/env.ts'
import { maxReturn } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import { listEnvs } from '../../envs/registry.ts'
import { constantFloor } from '../../rewards/baselines.ts'
import { painter } from './colour.ts'
import type { Floors } from './gallery.ts'
import { byGroup, domainOf, floorsOf, galleryPage, sampleOf } from './gallery.ts'
import { print, printJson } from './output.ts'
import { startProgress } from './progress.ts'

interface EnvsFlags {
  page?: string
  keepFloors?: true
  json?: true
}

/** Tasks and candidates of a floor: more where a step costs microseconds. */
const FLOOR = { tasks: 60, candidates: 60 }
const FLOOR_ASYNC = { tasks: 8, candidates: 6 }
const EXAMPLES_UP_TO = 3

export function envsCommand(): Command {
  return new Command('envs')
    .description(
      'list the environments with domain, levels and reward terms; with words, only those that match',
    )
    .argument('[words...]', 'words that must all be in the id, title or group, e.g. math geometry')
    .option('--page <file>', 'write a page with a sample task, solution, reward terms and floors of each')
    .option('--keep-floors', 'with --page: keep the floors that the page has instead of measuring them')
    .option('--json', 'print one JSON document')
    .action(list)
}

async function list(words: string[], flags: EnvsFlags): Promise<void> {
  const envs = listEnvs().filter(env => matches(env, words))
  if (envs.length === 0)
    throw new UsageError(
      `no environment matches ${words.join(' ')}; ludus envs lists all ${listEnvs().length}`,
    )
  if (flags.page !== undefined) return writePage(envs, flags.page, flags)
  if (flags.json) return printJson(await Promise.all(envs.map(describe)))
  await show(envs, words)
}

function matches({ id, title, group = '' }: EnvDef, words: readonly string[]): boolean {
  const text = `${id} ${title} ${group}`.toLowerCase()
  return words.every(word => text.includes(word.toLowerCase()))
}

async function show(envs: readonly EnvDef[], words: readonly string[]): Promise<void> {
  const paint = painter(process.stdout)
  for (const [group, members] of byGroup(envs)) {
    print(paint('bold', group))
    for (const env of members) print(`  ${paint('cyan', env.id.padEnd(32))} ${env.title}`)
  }
  const few = words.length > 0 && envs.length <= EXAMPLES_UP_TO
  for (const env of few ? envs : []) await showOne(env)
  print(
    few
      ? `\nplay: npx ludus play ${envs[0]!.id}`
      : `\n${envs.length} environments; add words to search, e.g. npx ludus envs geometry`,
  )
}

async function showOne(env: EnvDef): Promise<void> {
  const { levels, terms, missing } = await describe(env)
  print(`\n${env.id}: return up to ${maxReturn(env)} in at most ${env.maxSteps} steps`)
  for (const { level, title } of levels) print(`  level ${level}: ${title}`)
  for (const [name, { kind, weight }] of Object.entries(terms)) print(`  ${kind} ${name}, weight ${weight}`)
  if (missing !== null) return print(`  cannot run here: ${missing}`)
  const { prompt, solution } = await sampleOf(env, levels[0]!.level)
  print(`\n${indented(prompt)}\n\n  solved by\n\n${indented(solution)}`)
}

async function describe(env: EnvDef) {
  const terms = Object.entries(env.rewards).map(
    ([name, { kind, weight }]) => [name, { kind, weight }] as const,
  )
  return {
    id: env.id,
    domain: domainOf(env),
    group: env.group ?? null,
    title: env.title,
    levels: env.tasks.levels,
    maxSteps: env.maxSteps,
    maxReturn: maxReturn(env),
    terms: Object.fromEntries(terms),
    snapshot: env.snapshot ?? 'value',
    guessable: env.guessable ?? null,
    missing: (await env.missing?.()) ?? null,
  }
}

async function writePage(
  envs: readonly EnvDef[],
  file: string,
  { keepFloors, json }: EnvsFlags,
): Promise<void> {
  const floors = keepFloors
    ? floorsOf(await readFile(file, 'utf8'))
    : await measureFloors(envs, json === true)
  await writeFile(file, await galleryPage(envs, floors))
  if (json) printJson({ file, environments: envs.length, floors })
  else print(`${envs.length} environments are on ${file}`)
}

async function measureFloors(envs: readonly EnvDef[], silent: boolean): Promise<Floors> {
  const floors: Record<string, number[]> = {}
  const progress = startProgress('Floors', envs.length, { silent })
  for (const [i, env] of envs.entries()) {
    if (((await env.missing?.()) ?? null) === null) floors[env.id] = await floorsByLevel(env)
    await env.close?.()
    progress.update(i + 1, env.id)
  }
  progress.stop()
  return floors
}

async function floorsByLevel(env: EnvDef): Promise<number[]> {
  const counts = env.id.startsWith('math/') ? FLOOR : FLOOR_ASYNC
  const means: number[] = []
  for (const { level } of env.tasks.levels) means.push((await constantFloor(env, { level, ...counts })).mean)
  return means
}

function indented(text: string): string {
  return text.trimEnd().replace(/^/gm, '  ')
}
