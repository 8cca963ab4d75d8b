/** @file P26: the total rises with its parts, and a veto is one. */
import type { Json } from '../../../envs/json.ts'
import type { Draw } from '../fast-check.ts'
import { draws } from '../fast-check.ts'
import type { Probe } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { slackOf } from './facet-answers.ts'

type Parts = Record<string, number>

const DECLARE_COMBINE = 'declare combine, with the parts of the score and their total'

export const monotoneComponent: Property<Scene> = {
  id: 'monotone_component',
  number: 'P26',
  title: 'raising one part never lowers the total',
  severity: 'high',
  missing: ({ subject }) => (subject.combine ? null : DECLARE_COMBINE),
  operators: scene => namesOf(scene).map(name => raised(scene, name)),
  async judge({ parts, part, to }, scene, probe) {
    const { penalty = false } = scene.subject.combine!.parts[part as string]!
    const from = (parts as Parts)[part as string]!
    const before = await totalOf(parts as Parts, probe)
    const after = await totalOf({ ...(parts as Parts), [part as string]: to as number }, probe)
    if (before === null || after === null) return 'skip'
    const fall = penalty ? after - before : before - after
    if (!(fall > slackOf(scene))) return null
    return {
      says: `${JSON.stringify(part)} raised from ${from} to ${JSON.stringify(to)} moves the total from ${before} to ${after}`,
      scores: [part as string],
    }
  },
  *smaller({ parts, ...rest }, scene) {
    for (const name of namesOf(scene))
      for (const value of ends(scene, name))
        if ((parts as Parts)[name] !== value && name !== rest['part'])
          if (value < (parts as Parts)[name]!)
            yield { ...rest, parts: { ...(parts as Parts), [name]: value } }
  },
}

export const vetoIsEnforced: Property<Scene> = {
  id: 'veto_is_enforced',
  number: 'P26',
  title: 'with a veto at its lowest nothing passes',
  severity: 'high',
  missing: ({ subject }) => {
    if (!subject.combine) return DECLARE_COMBINE
    return Object.values(subject.combine.parts).some(({ veto }) => veto)
      ? null
      : 'declare a part of combine with veto'
  },
  operators: scene =>
    namesOf(scene)
      .filter(name => scene.subject.combine!.parts[name]!.veto)
      .flatMap(name => [vetoed(scene, name, 'others-best'), vetoed(scene, name, 'others-any')]),
  async judge({ parts, part }, scene, probe) {
    const total = await totalOf(parts as Parts, probe)
    if (total === null || total < scene.passMark) return null
    return {
      says: `with ${JSON.stringify(part)} at its lowest the total is ${total}; expected less than ${scene.passMark}`,
      scores: [part as string],
    }
  },
}

const namesOf = ({ subject }: Scene): string[] => Object.keys(subject.combine!.parts)

function ends({ subject }: Scene, name: string): readonly [number, number] {
  return subject.combine!.parts[name]!.range ?? [0, 1]
}

async function totalOf(parts: Parts, probe: Probe): Promise<number | null> {
  const outcome = await probe.call<number | null>('combine', parts)
  if (outcome.how !== 'returned' || !Number.isFinite(outcome.value)) return null
  return outcome.value
}

/** Tenths of each part's range: enough for thresholds, and easy to read. */
const tenths: Draw<number> = draws.oneof(draws.constantFrom(0, 10, 5), draws.nat(10))

function valued(scene: Scene, name: string, tenth: number): number {
  const [low, high] = ends(scene, name)
  return low + ((high - low) * tenth) / 10
}

const vectors = (scene: Scene): Draw<Parts> =>
  draws.record(
    Object.fromEntries(namesOf(scene).map(name => [name, tenths.map(tenth => valued(scene, name, tenth))])),
  )

function raised(scene: Scene, name: string) {
  return operator<[Parts, number, number]>({
    id: `raise-${name}`,
    draw: draws.tuple(vectors(scene), tenths, tenths),
    input: ([parts, a, b]) =>
      a === b
        ? null
        : {
            parts: { ...parts, [name]: valued(scene, name, Math.min(a, b)) } as Json,
            part: name,
            to: valued(scene, name, Math.max(a, b)),
          },
  })
}

/** A penalty is at its worst at the top of its range. */
function best(scene: Scene, name: string): number {
  const [low, high] = ends(scene, name)
  return scene.subject.combine!.parts[name]!.penalty ? low : high
}

function worst(scene: Scene, name: string): number {
  const [low, high] = ends(scene, name)
  return scene.subject.combine!.parts[name]!.penalty ? high : low
}

function vetoed(scene: Scene, name: string, others: 'others-best' | 'others-any') {
  const top = Object.fromEntries(namesOf(scene).map(each => [each, best(scene, each)]))
  return operator<Parts>({
    id: `${name}-${others}`,
    draw: others === 'others-best' ? draws.constant(top) : vectors(scene),
    input: parts => ({ parts: { ...parts, [name]: worst(scene, name) } as Json, part: name }),
  })
}
