/** @file P17: declared-neutral transforms of a whole response do not change its score. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { changedAt, isObject, parsed, places } from '../kinds/json-places.ts'
import { listed, relisted } from '../kinds/lists.ts'
import { numberOf, shownOutcome } from '../probe.ts'
import type { Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { dial, ownTaskDraw } from './draws.ts'
import { needsGold, shown, wrongAnswers } from './wrong-answers.ts'

/** By the names that a subject declares in `neutral`. */
export const TRANSFORMS: Readonly<Record<string, (response: string) => string>> = {
  nfc: text => text.normalize('NFC'),
  nfd: text => text.normalize('NFD'),
  'no-break-space': text => text.replaceAll(' ', '\u00a0'),
  'zero-width': text => `\u200b${text}\u200b`,
  'byte-order-mark': text => `\ufeff${text}`,
  'full-width': text => text.replace(/\d/g, digit => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  'line-ends': text => text.replaceAll('\n', '\r\n'),
  'final-newline': text => `${text}\n`,
  'leading-newline': text => `\n${text}`,
  'double-space': text => text.replaceAll(' ', '  '),
  tabs: text => text.replaceAll(' ', '\t'),
  'upper-case': text => text.toUpperCase(),
  'lower-case': text => text.toLowerCase(),
  'curly-quotes': text => text.replaceAll("'", '’').replaceAll('"', '”'),
  'minus-sign': text => text.replace(/-(?=\d)/g, '−'),
  'key-order': text => inJson(text, value => (isObject(value) ? reversedKeys(value) : value)),
  'list-order': text => {
    const parts = listed(text)
    if (parsed(text) !== undefined)
      return inJson(text, value => (Array.isArray(value) ? value.toReversed() : value))
    return parts ? relisted(parts, parts.items.toReversed()) : text
  },
  'line-order': text => text.split('\n').toReversed().join('\n'),
}

function inJson(text: string, change: (value: Json) => Json): string {
  const value = parsed(text)
  if (value === undefined) return text
  const deepFirst = places(value).toReversed()
  return JSON.stringify(deepFirst.reduce((whole, { path }) => changedAt(whole, path, change), value))
}

function reversedKeys(value: { [key: string]: Json }): Json {
  return Object.fromEntries(Object.entries(value).toReversed())
}

export const neutralTransforms: Property<Scene> = {
  id: 'neutral_transforms',
  number: 'P17',
  title: 'declared-neutral transforms change no score',
  severity: 'medium',
  missing: scene =>
    needsGold(scene) ??
    (declared(scene).length > 0
      ? null
      : `declare neutral, names of transforms that change nothing: ${Object.keys(TRANSFORMS).join(', ')}`),
  operators: scene =>
    declared(scene).flatMap(name => [transformed(scene, name, true), transformed(scene, name, false)]),
  async judge({ task, response, changed }, scene, probe) {
    const before = await probe.score(task!, response as string)
    const after = await probe.score(task!, changed as string)
    if (before.how === 'hung' || after.how === 'hung') return 'skip'
    const slack = 1e-9 * (scene.high - scene.low) + (scene.subject.stochastic?.spread ?? 0)
    const [x, y] = [numberOf(before), numberOf(after)]
    if (before.how === after.how && (x === null || y === null ? x === y : Math.abs(x - y) <= slack))
      return null
    return {
      says: `${shown(response as string)} scores ${shownOutcome(before)}, ${shown(changed as string)} scores ${shownOutcome(after)}`,
      scores: [x, shownOutcome(after).slice(0, 60)],
    }
  },
}

function declared({ subject }: Scene): string[] {
  return (subject.neutral ?? []).filter(name => Object.hasOwn(TRANSFORMS, name))
}

/** Key and list order are changed in the answer, the others in the whole response. */
function transformed(scene: Scene, name: string, right: boolean): Operator<never> {
  const transform = TRANSFORMS[name]!
  return operator<[Json, number, number]>({
    id: `${name}-${right ? 'right' : 'wrong'}`,
    draw: draws.tuple(ownTaskDraw(scene), dial, dial),
    input: ([task, first, second]) => {
      const answer = right ? scene.gold(task) : wrongAnswers(scene, task, 1, [first, second])[0]
      if (answer === null || answer === undefined) return null
      const response = scene.respond(task, answer)
      const changed = name.endsWith('-order') ? scene.respond(task, transform(answer)) : transform(response)
      return changed === response ? null : { task, response, changed }
    },
  })
}
