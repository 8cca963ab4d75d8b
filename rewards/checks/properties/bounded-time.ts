/** @file P2: every response is scored within the time allowed. Few runs, because each hang costs the whole of it. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { shownOutcome } from '../probe.ts'
import type { Input, Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'

/** A text of which the middle is repeated; kept in this form because it may be long. */
type Long = readonly [before: string, unit: string, times: number, after: string]

/** Sizes at which a quadratic reading still takes a fraction of a second and worse ones do not. */
const LONG: Readonly<Record<string, Long>> = {
  'many-letters': ['', 'a', 10_000, '!'],
  'letters-then-mark': ['', 'a', 40, '!'],
  'many-spaces': ['1', ' ', 10_000, 'x'],
  'many-newlines': ['', '\n', 10_000, 'x'],
  'many-lines': ['', `${'word '.repeat(16)}\n`, 1_200, ''],
  'many-commas': ['', '1,', 10_000, 'x'],
  'many-minus-signs': ['', '-', 10_000, '1'],
  'many-digits': ['', '9', 10_000, ''],
  'digits-then-letter': ['', '1', 40, 'x'],
  'words-then-mark': ['', 'ab ', 40, '!'],
  'many-opening-brackets': ['', '(', 3_000, ''],
  'deep-list': ['', '[', 3_000, ''],
  'many-tags': ['', '<answer>', 3_000, ''],
  'many-boxes': ['', '\\boxed{', 3_000, ''],
  'long-sum': ['1', '+1', 3_000, ''],
  'long-product': ['9', '*9', 1_500, ''],
  'digit-groups': ['', '1 ', 5_000, ''],
}

const POWERS = [
  '9**9**9',
  '9^9^9',
  '9**9**9**9',
  '2**(2**40)',
  '(99999**99999)**99999',
  '10**10**10',
  '99999999!',
  '(9!)!!',
  '1e999999999',
  '1<<99999999999',
]

export const boundedTime: Property<Scene> = {
  id: 'bounded_time',
  number: 'P2',
  title: 'every response is scored in time',
  severity: 'high',
  missing: () => null,
  operators: scene => [
    once(scene, 'gold', (task, gold) => (gold === null ? null : [scene.respond(task, gold), '', 0, ''])),
    ...POWERS.map(text => once(scene, text, task => [scene.respond(task, text), '', 0, ''])),
    powersOfGiven(scene, '**'),
    powersOfGiven(scene, '^'),
    ...Object.entries(LONG).map(([id, long]) => once(scene, id, task => within(scene, task, long))),
  ],
  async judge({ task, response }, _scene, probe) {
    const [before, unit, times, after] = response as unknown as Long
    const outcome = await probe.score(task!, before + unit.repeat(times) + after)
    if (outcome.how !== 'hung' && outcome.how !== 'out-of-memory') return null
    return {
      says: `${shownOutcome(outcome)} for ${described(response as unknown as Long)}`,
      scores: [outcome.how],
    }
  },
  *smaller({ task, response }): Iterable<Input> {
    const [before, unit, times, after] = response as unknown as Long
    // Tries that hang are dear: a tenth is worth trying, a byte less is not.
    if (times >= 1_000) yield { task: task!, response: [before, unit, Math.floor(times / 10), after] }
  },
}

function described([before, unit, times, after]: Long): string {
  const parts = [before, times === 0 ? '' : `${unit} × ${times}`, after].filter(part => part !== '')
  return parts.map(part => JSON.stringify(part.slice(0, 100))).join(' + ')
}

function once(
  scene: Scene,
  id: string,
  make: (task: Json, gold: string | null) => Long | null,
): Operator<never> {
  const task = scene.tasks[0]!
  return operator<null>({
    id,
    draw: draws.constant(null),
    input: () => {
      const long = make(task, scene.gold(task))
      return long && { task, response: [...long] }
    },
    runs: 1,
  })
}

/** In place of the answer, in whatever form it is given. */
function within(scene: Scene, task: Json, [before, unit, times, after]: Long): Long {
  const mark = '\u0001'
  const [left = '', right = ''] = scene.respond(task, mark).split(mark)
  return [left + before, unit, times, after + right]
}

/** A tower of the numbers that the task gives, which a grader that checks for those lets through. */
function powersOfGiven(scene: Scene, operatorText: string): Operator<never> {
  return once(scene, `tower${operatorText}`, task => {
    const numbers = (scene.promptText(task) || JSON.stringify(task)).match(/\d+/g) ?? []
    const large = numbers.filter(number => Number(number) > 1).slice(0, 5)
    if (large.length < 2) return null
    const tower = [...large, ...(large.length < 3 ? large : [])].join(operatorText)
    return [scene.respond(task, tower), '', 0, '']
  })
}
