/** @file Step counters that an agent is shown: numbers that move by one with every step, whatever is done. */
import type { Json } from '../../../envs/json.ts'
import type { Seen } from '../env-operations.ts'
import type { EnvScene } from '../env-scene.ts'
import type { Probe } from '../probe.ts'
import { episode, same, stepsOf, threw } from './plays.ts'

/** Other ways to act in which a clock must go on. */
const OTHERS = 2

/** For half of the episode and two steps more, nothing but the clock has moved. */
export async function standsStill(scene: EnvScene, seed: number, seen: Seen, probe: Probe): Promise<boolean> {
  const steps = stepsOf(seen)
  const still = Math.ceil(steps.length / 2) + 2
  const { action } = steps.at(-1)!
  if (steps.length < still || !steps.slice(-still).every(each => same(each.action, action))) return false
  // Another reward than before may be that of a goal which cannot be seen coming.
  if (steps.at(-1)!.reward !== steps.at(-2)!.reward) return false
  const shown = shownIn(seen)
  const stood = (clocks: ReadonlySet<string>): boolean =>
    shown.slice(-still - 1, -1).every(each => sameBut(clocks, each, shown.at(-2)!))
  if (stood(new Set())) return true
  // What looks like a clock is one only if it goes on whatever is done.
  if (!stood(clocksOf([shown]))) return false
  const others = await otherPlay(scene, seed, action, probe)
  return others.length === OTHERS && stood(clocksOf([shown, ...others.map(shownIn)]))
}

/** Episodes of the same task in which something else is done, again and again, for half of the limit at least. */
async function otherPlay(
  { subject, invalid }: EnvScene,
  seed: number,
  action: Json,
  probe: Probe,
): Promise<Seen[]> {
  const listed = Array.isArray(subject.actions) ? (subject.actions as Json[]) : []
  const others = [...listed.slice(0, 8), ...invalid].filter(other => !same(other, action))
  const found: Seen[] = []
  for (const other of others) {
    if (found.length === OTHERS) break
    const seen = await episode(probe, { seed, actions: [], forever: [other], most: subject.horizon! })
    if (seen && !threw(seen) && 2 * stepsOf(seen).length >= subject.horizon!) found.push(seen)
  }
  return found
}

/** The numbers and the rest of an observation, each at its place. */
type Parts = Map<string, string>

function partsOf(observation: Json, place = ''): Parts {
  if (typeof observation === 'string') {
    const pieces = observation.split(/(\d+)/)
    return new Map(pieces.map((piece, at) => [`${place}~${at}`, piece]))
  }
  if (observation === null || typeof observation !== 'object')
    return new Map([[place, JSON.stringify(observation)]])
  // Empty lists and objects have a part as well.
  const inner = Object.entries(observation).flatMap(([key, value]) => [
    ...partsOf(value as Json, `${place}/${key}`),
  ])
  return new Map([[place, Array.isArray(observation) ? 'list' : 'object'], ...inner])
}

/** All that is shown over an episode, from the first observation on. */
function shownIn(seen: Seen): Parts[] {
  return [seen.first, ...stepsOf(seen).map(({ observation }) => observation)].map(each => partsOf(each))
}

/** Places that count the steps up, or down, in every one of these episodes, though different things were done in them. */
function clocksOf(episodes: readonly (readonly Parts[])[]): Set<string> {
  const places = [...(episodes[0]?.[0]?.keys() ?? [])]
  const counts = (place: string, by: 1 | -1): boolean =>
    episodes.every(episode => {
      const start = wholeAt(episode[0], place)
      return start !== null && episode.every((parts, step) => wholeAt(parts, place) === start + by * step)
    })
  return new Set(places.filter(place => counts(place, 1) || counts(place, -1)))
}

function wholeAt(parts: Parts | undefined, place: string): number | null {
  const text = parts?.get(place)
  return text !== undefined && /^-?\d{1,9}$/.test(text) ? Number(text) : null
}

/** The same but for the clocks. */
function sameBut(clocks: ReadonlySet<string>, one: Parts, other: Parts): boolean {
  return (
    one.size === other.size &&
    [...one].every(([place, text]) => clocks.has(place) || other.get(place) === text)
  )
}
