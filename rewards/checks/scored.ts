/** @file What an author's reward returned, as the checks see it. */
import type { Scored } from './probe.ts'
import type { Score } from './subject.ts'

/** Throws where the reward returned something that is no score. */
export function plain(given: Score): Scored {
  if (typeof given === 'number' || given === null) return { score: given, components: {} }
  if (typeof given === 'object' && (typeof given.score === 'number' || given.score === null))
    return { score: given.score, components: given.components ?? {} }
  throw new TypeError(`expected a number, null or { score }, got ${JSON.stringify(given) ?? typeof given}`)
}
