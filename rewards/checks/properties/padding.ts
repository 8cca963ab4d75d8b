/** @file P16: what says nothing changes nothing: spaces, empty lines, filler and repetition around an answer. */
import type { Json } from '../../../envs/json.ts'
import type { Draw } from '../fast-check.ts'
import { draws } from '../fast-check.ts'
import { numberOf, shownOutcome } from '../probe.ts'
import type { Input, Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { dial, ownTaskDraw } from './draws.ts'
import { knownWrong, needsGold, wrongAnswers } from './wrong-answers.ts'

/** Where the padding stands and what it is made of; `reasoning`: in the place that the form has for it. */
const PADS = {
  'trailing-spaces': { where: 'behind', unit: ' ' },
  'trailing-newlines': { where: 'behind', unit: '\n' },
  'leading-spaces': { where: 'front', unit: ' ' },
  'leading-newlines': { where: 'front', unit: '\n' },
  'long-reasoning': { where: 'reasoning', unit: 'zzz ' },
  'long-lines': { where: 'reasoning', unit: 'zzz.\n' },
} as const
type Pad = keyof typeof PADS

export const padding: Property<Scene> = {
  id: 'padding',
  number: 'P16',
  title: 'padding changes no score',
  severity: 'medium',
  missing: needsGold,
  operators: scene => {
    const pads = (Object.keys(PADS) as Pad[]).filter(pad => fits(scene, pad))
    return [
      ...pads.filter(pad => neutral(scene, pad)).map(pad => padded(scene, pad, true)),
      ...pads.map(pad => padded(scene, pad, false)),
    ]
  },
  async judge({ task, answer, pad, times, right }, scene, probe) {
    const { low, high, passMark, subject } = scene
    const [plain, long] = [0, times as number].map(count =>
      response(scene, task!, answer as string, pad as Pad, count),
    )
    const before = numberOf(await probe.score(task!, plain!))
    if (before === null || before >= passMark !== right) return 'skip'
    if (!right && !knownWrong(scene, task!, answer as string)) return 'skip'
    // Without a form the response is the answer, and the author may count spaces as part of it.
    if (right && !subject.answer && scene.truth(task!, long!) !== 'right') return 'skip'
    const outcome = await probe.score(task!, long!)
    if (outcome.how === 'hung') return 'skip'
    const after = numberOf(outcome)
    const slack = (right ? 1e-6 : 0.01) * (high - low) + (subject.stochastic?.spread ?? 0)
    const crossed = after !== null && !right && after >= passMark
    const rose = after !== null && after > before + slack && (right || comparable(scene) || crossed)
    const fell = right && !subject.lengthPenalised && (after === null || after < before - slack)
    if (!rose && !fell) return null
    return {
      says: `${times as number} × ${JSON.stringify(PADS[pad as Pad].unit)} (${pad as string}) change the score of ${right ? 'a right' : 'a wrong'} answer from ${before} to ${shownOutcome(outcome)}`,
      scores: [before, shownOutcome(outcome).slice(0, 60)],
      ...(crossed && { severity: 'high' as const }),
      // Nobody has declared that spaces around the whole response are neutral.
      ...(right && subject.answer && PADS[pad as Pad].where !== 'reasoning' && { severity: 'info' as const }),
    }
  },
  *smaller(input): Iterable<Input> {
    const times = input['times'] as number
    for (const fewer of [1, Math.floor(times / 2), Math.floor(times * 0.9), times - 1])
      if (fewer >= 1 && fewer < times) yield { ...input, times: fewer }
  },
}

/** Rewards that compare letters may find filler a little similar. */
function comparable({ kind }: Scene): boolean {
  return kind.id === 'number' || kind.id === 'choice' || kind.id === 'expression'
}

function fits(scene: Scene, pad: Pad): boolean {
  const task = scene.tasks[0]!
  return PADS[pad].where !== 'reasoning' || scene.respond(task, 'a', '\u0002').includes('\u0002')
}

/** Spaces before a program, and lines before what is read by lines, may mean something. */
function neutral({ kind, subject }: Scene, pad: Pad): boolean {
  if (PADS[pad].where === 'reasoning') return true
  if (!subject.answer && (subject.unequal ?? []).includes('surrounding-space')) return false
  return !(kind.id === 'code' || kind.id === 'steps') || PADS[pad].unit === '\n'
}

function response(scene: Scene, task: Json, answer: string, pad: Pad, times: number): string {
  const { where, unit } = PADS[pad]
  const text = unit.repeat(times)
  if (where === 'reasoning') return scene.respond(task, answer, text.trim())
  const plain = scene.respond(task, answer)
  return where === 'front' ? text + plain : plain + text
}

/** Up to 1,200 characters and a little more, often just above a round limit. */
const length: Draw<number> = draws.oneof(
  draws.constantFrom(1, 310, 1_200, 600, 150),
  draws.integer({ min: 1, max: 1_200 }),
)

function padded(scene: Scene, pad: Pad, right: boolean): Operator<never> {
  return operator<[Json, number, number, number]>({
    id: `${right ? 'right' : 'wrong'}-${pad}`,
    draw: draws.tuple(ownTaskDraw(scene), length, dial, dial),
    input: ([task, characters, first, second]) => {
      const answer = right ? scene.gold(task) : wrongAnswers(scene, task, 1, [first, second])[0]
      const times = Math.max(1, Math.floor(characters / PADS[pad].unit.length))
      return answer === null || answer === undefined ? null : { task, answer, pad, times, right }
    },
  })
}
