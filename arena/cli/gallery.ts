/** @file The gallery: every environment with a sample task, its solution, reward terms and floors, as Markdown. */
import { begin } from '../../envs/dynamics.ts'
import type { EnvDef, Message } from '../../envs/env.ts'
import { maxReturn } from '../../envs/env.ts'
import { taskAt } from '../../envs/tasks.ts'

/** Mean return of the best constant play, by level. */
export type Floors = Readonly<Record<string, readonly number[]>>

const LONGEST = 1_200
const SAMPLE = { split: 'train', index: 0 } as const

/** The whole page. `floors` by environment id; what is missing there is left out. */
export async function galleryPage(envs: readonly EnvDef[], floors: Floors): Promise<string> {
  const sections = await Promise.all(
    byGroup(envs).map(async ([group, members]) => {
      const entries = await Promise.all(members.map(env => entry(env, floors[env.id])))
      return `## ${group[0]!.toUpperCase()}${group.slice(1)}\n\n${entries.join('\n\n')}`
    }),
  )
  return [
    '# Environments',
    `Made by \`ludus envs --page docs/environments.md\` from the environments themselves: ${envs.length} of them. Every one has ` +
      'disjoint splits, a solver that earns the maximum, snapshots, replay and exact rewards; `ludus play <id>` plays one.',
    '_Floor_ is the mean return of the best constant play found, level by level: what can be earned without understanding anything.',
    ...sections,
    '',
  ].join('\n\n')
}

/** The floors as they stand on a page. */
export function floorsOf(page: string): Floors {
  const floors: Record<string, number[]> = {}
  for (const [, id, text] of page.matchAll(/^### `([^`]+)`$.*?^- floor: ([-\d., ]+)/gms))
    floors[id!] = text!.split(',').map(Number)
  return floors
}

/** One sample task in words: what the agent is shown and what the reference solution answers. */
export async function sampleOf(env: EnvDef, level: number): Promise<{ prompt: string; solution: string }> {
  const task = taskAt(env, { ...SAMPLE, level })
  const { state } = await begin(env, task)
  const prompt = env.text.prompt(env.observe(task, state)).map(said).join('\n\n')
  const solution = (env.solve?.(task) ?? []).map(action => env.text.render(action)).join('')
  return { prompt: clipped(prompt), solution: clipped(solution) }
}

async function entry(env: EnvDef, floor: readonly number[] | undefined): Promise<string> {
  const [first] = env.tasks.levels
  const missing = (await env.missing?.()) ?? null
  const sample = missing === null ? await sampleOf(env, first!.level) : null
  const terms = Object.entries(env.rewards).map(([name, { kind, weight }]) => `${name} (${kind}, ${weight})`)
  const facts = [
    `- levels: ${env.tasks.levels.map(({ title }) => title).join(' · ')}`,
    `- rewards: ${terms.join(', ')}; at most ${maxReturn(env)} in at most ${env.maxSteps} steps`,
    ...(floor ? [`- floor: ${floor.map(mean => mean.toFixed(3)).join(', ')}`] : []),
    ...(env.guessable === undefined ? [] : [`- guessable: ${env.guessable}`]),
  ]
  const shown = sample
    ? ['```text', sample.prompt, '```', '', 'Solved by', '', '```text', sample.solution.trimEnd(), '```']
    : [`Not available where the page was made: ${missing}`]
  return [`### \`${env.id}\``, '', `${env.title}.`, '', ...facts, '', ...shown].join('\n')
}

/** The JSON Schemas of tools are left out: their names say enough here. */
function said({ role, content }: Message): string {
  const tools = /\nTools: (\[.*\])$/s.exec(content)
  if (!tools) return role === 'user' ? content : `(${role}) ${content}`
  const names = (JSON.parse(tools[1]!) as { name: string }[]).map(({ name }) => name)
  return `(${role}) ${content.slice(0, tools.index)}\nTools: ${names.join(', ')}`
}

function clipped(text: string): string {
  const safe = text.replaceAll('```', "'''")
  return safe.length > LONGEST ? `${safe.slice(0, LONGEST)} …` : safe
}

/** `math: geometry` and the like, in the order of their first members. */
export function byGroup(envs: readonly EnvDef[]): [group: string, members: EnvDef[]][] {
  const groups = new Map<string, EnvDef[]>()
  for (const env of envs) {
    const name = `${domainOf(env)}: ${env.group ?? 'other'}`
    groups.set(name, [...(groups.get(name) ?? []), env])
  }
  return [...groups]
}

export function domainOf(env: Pick<EnvDef, 'id'>): string {
  return env.id.split('/')[0]!
}
