/** @file P27: nothing in a response is run by whoever scores it. */
import type { Json } from '../../../envs/json.ts'
import { CANARY } from '../execution/canaries.ts'
import { draws } from '../fast-check.ts'
import { shorter } from '../minimise.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { CANARY_PAYLOADS } from './canary-payloads.ts'
import { dial, taskDraw } from './draws.ts'

export const sandboxCanary: Property<Scene> = {
  id: 'sandbox_canary',
  number: 'P27',
  title: 'nothing in a response is run outside a sandbox',
  severity: 'critical',
  missing: () => null,
  operators: scene => Object.entries(CANARY_PAYLOADS).map(([language, all]) => payload(scene, language, all)),
  async judge({ task, response }, _scene, probe) {
    const outcome = await probe.score(task!, response as string)
    if (outcome.how === 'hung' || outcome.how === 'out-of-memory') return 'skip'
    const touched =
      outcome.how === 'exited' ? ['process.exit'] : (outcome.tampered ?? []).filter(each => isCanary(each))
    if (touched.length === 0) return null
    return {
      says: `scoring ${JSON.stringify(response)} ran what it says: ${touched.join(', ')}`,
      scores: ['ran'],
    }
  },
  *smaller({ task, response }) {
    for (const less of shorter(response as string)) yield { task: task!, response: less }
  },
}

const isCanary = (name: string): boolean =>
  name.includes(CANARY) || name === 'process.exit' || name === 'a file outside'

/** Ways to hand a payload in: as the answer, bare, for one word of the right answer, in JSON. */
const FORMS = ['answer', 'bare', 'in-place', 'json', 'json-value', 'appended'] as const

function payload(scene: Scene, language: string, payloads: readonly string[]) {
  return operator<[Json, number, (typeof FORMS)[number], number]>({
    id: language,
    draw: draws.tuple(taskDraw(scene), draws.nat(payloads.length - 1), draws.constantFrom(...FORMS), dial),
    input: ([task, which, form, place]) => {
      const text = payloads[which]!
      const gold = scene.gold(task)
      switch (form) {
        case 'answer':
          return { task, response: scene.respond(task, text) }
        case 'bare':
          return { task, response: text }
        case 'json':
          return { task, response: scene.respond(task, JSON.stringify(text)) }
        case 'json-value':
          return {
            task,
            response: scene.respond(task, JSON.stringify({ answer: text, code: text, name: text })),
          }
        case 'in-place':
          return gold === null ? null : { task, response: scene.respond(task, inPlace(gold, text, place)) }
        case 'appended':
          return gold === null
            ? null
            : { task, response: scene.respond(task, `${gold}${gold === '' ? '' : ','}${text}`) }
      }
    },
  })
}

function inPlace(gold: string, text: string, place: number): string {
  const words = [...gold.matchAll(/[\w.]+/g)]
  const word = words[place % Math.max(words.length, 1)]
  if (!word) return text
  return gold.slice(0, word.index) + text + gold.slice(word.index + word[0].length)
}
