/** @file What operators of environments draw: a seed, how much of the reference is followed, then runs of actions. */
import type { Json } from '../../../envs/json.ts'
import type { Choice } from '../env-operations.ts'
import type { EnvScene } from '../env-scene.ts'
import type { Draw } from '../fast-check.ts'
import { draws } from '../fast-check.ts'
import { shorter } from '../minimise.ts'
import type { Input, Operator } from '../property.ts'
import { operator } from '../property.ts'

/** Run-length encoded: plain lists of actions hardly ever go one way for long. */
export interface Script {
  seed: number
  /** Steps of the reference that are followed first. */
  gold: number
  runs: readonly { choice: Choice; times: number }[]
}

export interface Kinds {
  /** Actions that are none, among the others. */
  invalid?: boolean
  /** The reference first, in two of three scripts; needs a reference. */
  gold?: boolean
}

/** One in the simplest case, now and then enough to get somewhere. */
const times: Draw<number> = draws.oneof(
  { weight: 3, arbitrary: draws.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: draws.integer({ min: 1, max: 12 }) },
)

export function seedDraw({ seeds }: EnvScene): Draw<number> {
  return draws.nat(seeds.length - 1).map(at => seeds[at]!)
}

/** An action of the subject: legal ones where it tells them, else any of its own. */
export function choiceDraw({ subject, invalid }: EnvScene, kinds: Kinds): Draw<Choice> {
  const own: Draw<Choice> = subject.legalActions
    ? draws.nat(29).map((legal): Choice => ({ legal }))
    : anyAction(subject.actions).map((action): Choice => ({ action }))
  if (!kinds.invalid) return own
  const none = draws.constantFrom(...invalid).map((action): Choice => ({ action }))
  return draws.oneof({ weight: 2, arbitrary: own }, { weight: 1, arbitrary: none })
}

export function anyAction(actions: EnvScene['subject']['actions']): Draw<Json> {
  return Array.isArray(actions) ? draws.constantFrom(...(actions as Json[])) : (actions as Draw<Json>)
}

export function scriptDraw(scene: EnvScene, kinds: Kinds = {}): Draw<Script> {
  const gold: Draw<number> = draws.oneof(
    { weight: 1, arbitrary: draws.constant(0) },
    { weight: 2, arbitrary: draws.nat(scene.reach) },
  )
  return draws.record({
    seed: seedDraw(scene),
    gold: kinds.gold && scene.subject.reference ? gold : draws.constant(0),
    runs: draws.array(draws.record({ choice: choiceDraw(scene, kinds), times }), {
      maxLength: Math.min(scene.reach, 12),
      size: 'max',
    }),
  })
}

/** The actions of a script, up to the reach of the scene; null where the environment fails on the way. */
export async function actionsOf(scene: EnvScene, script: Script): Promise<Json[] | null> {
  const choices = await choicesOf(scene, script)
  if (choices.every(choice => 'action' in choice))
    return choices.map(choice => (choice as { action: Json }).action)
  return (await scene.walk(script.seed, choices))?.actions ?? null
}

/** The same, short of the step that would end the episode. */
export async function openActionsOf(scene: EnvScene, script: Script, most: number): Promise<Json[] | null> {
  const walked = await scene.walk(script.seed, (await choicesOf(scene, script)).slice(0, most))
  return walked && (walked.ended ? walked.actions.slice(0, -1) : walked.actions)
}

async function choicesOf(scene: EnvScene, { seed, gold, runs }: Script): Promise<Choice[]> {
  const prefix = ((await scene.reference(seed)) ?? []).slice(0, gold).map((action): Choice => ({ action }))
  return [...prefix, ...expanded(runs)].slice(0, scene.reach)
}

function expanded(runs: Script['runs']): Choice[] {
  return runs.flatMap(({ choice, times: count }) => Array.from({ length: count }, () => choice))
}

/** `{ seed, actions }`, drawn. */
export function scripted(scene: EnvScene, id: string, kinds: Kinds): Operator<never> {
  return operator<Script>({
    id,
    draw: scriptDraw(scene, kinds),
    input: async script => {
      const actions = await actionsOf(scene, script)
      return actions && { seed: script.seed, actions }
    },
  })
}

/** Walks without and with actions that are none. */
export function walks(scene: EnvScene): Operator<never>[] {
  return [
    scripted(scene, 'walk', { gold: true }),
    scripted(scene, 'walk-with-invalid', { gold: true, invalid: true }),
  ]
}

const LISTS = ['actions', 'tail', 'between', 'beyond', 'forever', 'reads']

/** The simplest seed, then lists of actions with a piece left out: halves first, then ever smaller pieces. */
export function* fewerActions(input: Input): Generator<Input> {
  if (typeof input['seed'] === 'number' && input['seed'] > 0) yield { ...input, seed: 0 }
  for (const name of LISTS) {
    const list = input[name]
    if (!Array.isArray(list) || (name === 'forever' && list.length < 2)) continue
    for (const kept of pieces(list.length)) yield { ...input, [name]: kept.map(at => list[at]!) }
  }
}

/** Places that are kept when a piece is left out, by the same search as for texts. */
function* pieces(length: number): Generator<number[]> {
  const places = String.fromCodePoint(...Array.from({ length }, (_, at) => at + FIRST))
  for (const kept of shorter(places)) yield Array.from(kept, place => place.codePointAt(0)! - FIRST)
}

/** Code points from here on are all single characters. */
const FIRST = 0x10000
