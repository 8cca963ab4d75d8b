/** @file P25, stale state: what was scored before leaves nothing behind. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import type { Outcome, Scored, ScoreOptions } from '../probe.ts'
import { shownOutcome } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { taskDraw } from './draws.ts'
import { serviceNames, shownFault } from './infra-failure.ts'
import { palette, slackOf } from './facet-answers.ts'

export const staleState: Property<Scene> = {
  id: 'stale_state',
  number: 'P25',
  title: 'a score does not depend on what was scored before',
  severity: 'high',
  missing: () => null,
  operators: scene => [
    afterwards(scene, 'empty-response', () => ({ response: '', options: {} })),
    afterwards(scene, 'other-response', (task, at) => {
      const all = palette(scene, task)
      return { response: all[at % all.length]!, options: {} }
    }),
    afterwards(scene, 'cancelled', () => ({ response: 'x', options: { cancel: 'before' } })),
    ...serviceNames(scene).map(service =>
      afterwards(scene, `${service}-failing`, (task, at) => {
        const all = palette(scene, task)
        return { response: all[at % all.length]!, options: { fault: { service, how: 'reject' } } }
      }),
    ),
  ],
  async judge({ task, low, high, next, nextTask, options }, scene, probe) {
    const last = (): Promise<Outcome<Scored>> =>
      probe.score(nextTask!, next as string, options as unknown as ScoreOptions)
    const before = await probe.score(task!, low as string)
    const first = await last()
    const better = await probe.score(task!, high as string)
    const second = await last()
    if (before.how !== 'returned' || better.how !== 'returned') return 'skip'
    if (before.value.score === better.value.score) return 'skip'
    if (isAlike(first, second, slackOf(scene))) return null
    const how =
      options === null || Object.keys(options!).length === 0
        ? ''
        : ` (${shownFault(options as unknown as ScoreOptions)})`
    return {
      says: `${JSON.stringify(next)}${how} scores ${shownOutcome(first)} behind ${JSON.stringify(low)}, and ${shownOutcome(second)} behind ${JSON.stringify(high)}`,
      scores: [shownOutcome(first), shownOutcome(second)],
    }
  },
  smaller: () => [],
}

/** Two throws are alike whatever they say; a hang tells nothing. */
function isAlike(a: Outcome<Scored>, b: Outcome<Scored>, slack: number): boolean {
  if (a.how !== 'returned' || b.how !== 'returned')
    return a.how === b.how || a.how === 'hung' || b.how === 'hung'
  const [one, two] = [a.value.score, b.value.score]
  return Object.is(one, two) || (one !== null && two !== null && Math.abs(one - two) <= slack)
}

function afterwards(
  scene: Scene,
  id: string,
  make: (task: Json, at: number) => { response: string; options: ScoreOptions },
) {
  return operator<[Json, Json, number, number]>({
    id,
    draw: draws.tuple(taskDraw(scene), taskDraw(scene), draws.nat(6), draws.nat(6)),
    input: ([task, nextTask, at, lowAt]) => {
      const [high, ...others] = palette(scene, task)
      const { response, options } = make(nextTask, at)
      const low = others[lowAt % Math.max(others.length, 1)]
      if (high === undefined || low === undefined) return null
      return { task, low, high, nextTask, next: response, options: options as unknown as Json }
    },
    // Each run is four calls.
    runs: 12,
  })
}
