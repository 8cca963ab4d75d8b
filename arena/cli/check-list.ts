/** @file The catalogue of properties: what each of them asks, how bad its failure is, and what it needs to be told. */
import type { EnvScene } from '../../rewards/checks/env-scene.ts'
import { envSceneOf } from '../../rewards/checks/env-scene.ts'
import type { Property } from '../../rewards/checks/property.ts'
import { ENV_PROPERTIES, REWARD_PROPERTIES } from '../../rewards/checks/registry.ts'
import type { Scene } from '../../rewards/checks/scene.ts'
import { sceneOf } from '../../rewards/checks/scene.ts'

export interface Entry {
  id: string
  number: string
  of: 'rewards' | 'environments'
  severity: string
  title: string
  /** What a subject must declare; null: nothing. */
  needs: string | null
}

/** Subjects that declare nothing beyond what they must: what a property misses in them is what it needs. */
const BARE_REWARD = { name: 'bare', tasks: [{}], score: () => 0 }
const BARE_ENV = {
  name: 'bare',
  actions: [0],
  horizon: null,
  make: () => ({
    reset: () => ({ observation: null }),
    step: () => ({ observation: null, reward: 0, terminated: false, truncated: false }),
  }),
}

export async function catalogue(): Promise<Entry[]> {
  const reward: Scene = sceneOf(BARE_REWARD, 1)
  const env: EnvScene = await envSceneOf(BARE_ENV, 1)
  return [
    ...REWARD_PROPERTIES.map(property => entry(property, reward, 'rewards')),
    ...ENV_PROPERTIES.map(property => entry(property, env, 'environments')),
  ].toSorted((a, b) => place(a) - place(b))
}

function entry<S>(property: Property<S>, scene: S, of: Entry['of']): Entry {
  const { id, number, severity, title, statistical } = property
  return { id, number, of, severity: statistical ? 'info' : severity, title, needs: property.missing(scene) }
}

/** P before R before E before A, each by number. */
function place({ number }: Entry): number {
  return 'PREA'.indexOf(number[0] ?? '') * 1000 + Number(number.slice(1))
}

export function catalogueText(entries: readonly Entry[]): string {
  const width = Math.max(...entries.map(({ id }) => id.length))
  return entries
    .map(({ number, id, severity, title, needs }) => {
      const line = `${number.padEnd(4)} ${id.padEnd(width)}  ${severity.padEnd(8)}  ${title}`
      return needs === null ? line : `${line}\n${' '.repeat(width + 17)}needs: ${needs}`
    })
    .join('\n')
}
