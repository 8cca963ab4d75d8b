/** @file P28: the answer cannot be read anywhere before the agent acts. */
import { createHash } from 'node:crypto'
import type { Json } from '../../../envs/json.ts'
import type { Probe } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { taskDraw } from './draws.ts'

/** Shorter answers turn up by chance. */
const LONG_ENOUGH = 8
/** A short answer under a name like `answer` counts only if the same is found for so many tasks of different answers. */
const TASKS_TO_BE_SURE = 3

export const answerReachability: Property<Scene> = {
  id: 'answer_reachability',
  number: 'P28',
  title: 'the answer cannot be read before the agent acts',
  severity: 'critical',
  missing: ({ subject }) => {
    if (!subject.reachable) return 'declare reachable(task), all that an agent can read before it acts'
    return subject.gold || subject.solutions ? null : 'declare gold(task), the reference answer'
  },
  operators: scene => [operator<Json>({ id: 'scan', draw: taskDraw(scene), input: task => ({ task }) })],
  async judge({ task }, scene, probe) {
    const found = await leakOf(task!, scene, probe)
    if (found === null || (found.short && !(await everywhere(task!, scene, probe)))) return null
    return {
      says: `item ${found.item + 1} of what can be read holds the answer (${found.how}): ${found.excerpt}`,
      scores: [found.how],
    }
  },
}

interface Leak {
  item: number
  how: string
  excerpt: string
  short: boolean
}

async function leakOf(task: Json, scene: Scene, probe: Probe): Promise<Leak | null> {
  const outcome = await probe.call<string[]>('reachable', task)
  if (outcome.how !== 'returned') return null
  const shown = plainText(scene.promptText(task))
  const choices = scene.subject.choices?.(task) ?? []
  for (const gold of answersOf(scene, task)) {
    // What the prompt shows anyway, as in extraction or a choice, is no leak.
    const open = shown.includes(plainText(gold)) || choices.includes(gold)
    for (const [item, text] of outcome.value.entries()) {
      const leak = leakIn(text, gold, open)
      if (leak !== null) return { item, ...leak }
    }
  }
  return null
}

function answersOf({ gold, subject }: Scene, task: Json): string[] {
  const reference = gold(task)
  const all = [...(reference === null ? [] : [reference]), ...(subject.solutions?.(task) ?? [])]
  return [...new Set(all.map(answer => answer.trim()))].filter(answer => answer !== '')
}

const plainText = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, ' ').trim()

function leakIn(text: string, gold: string, open: boolean): Omit<Leak, 'item'> | null {
  for (const name of ['md5', 'sha1', 'sha256', 'sha512']) {
    const digest = createHash(name).update(gold).digest('hex')
    if (text.toLowerCase().includes(digest)) return { how: `its ${name}`, excerpt: digest, short: false }
  }
  if (open) return null
  if (gold.length >= LONG_ENOUGH)
    for (const [how, form] of formsOf(gold)) {
      const inside = how === 'as it is' ? plainText(text).includes(plainText(form)) : text.includes(form)
      if (inside) return { how, excerpt: JSON.stringify(form.slice(0, 80)), short: false }
    }
  const named = labelled(gold).exec(text)
  return named && { how: 'under its name', excerpt: JSON.stringify(named[0]), short: true }
}

function formsOf(gold: string): [string, string][] {
  const bytes = Buffer.from(gold)
  return [
    ['as it is', gold],
    ['as a JSON string', JSON.stringify(gold).slice(1, -1)],
    ['in base64', bytes.toString('base64').replace(/=+$/, '')],
    ['in hex', bytes.toString('hex')],
    ['backwards', Array.from(gold).toReversed().join('')],
    ['percent-encoded', encodeURIComponent(gold)],
  ]
}

function labelled(gold: string): RegExp {
  const literal = gold.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const name = '(?:answer|gold|solution|ground[ _-]?truth|reference|correct)\\w*'
  return new RegExp(`\\b${name}["']?\\s*(?:[:=]|is)\\s*["']?${literal}(?![\\w.])`, 'i')
}

/** Does every one of a few tasks with other answers show its own? Then it is no chance. */
async function everywhere(task: Json, scene: Scene, probe: Probe): Promise<boolean> {
  const own = scene.gold(task)
  const others = new Map(scene.tasks.map(other => [scene.gold(other), other]))
  others.delete(own)
  const asked = [...others.values()].slice(0, TASKS_TO_BE_SURE - 1)
  if (asked.length < TASKS_TO_BE_SURE - 1) return false
  for (const other of asked) if ((await leakOf(other, scene, probe)) === null) return false
  return true
}
