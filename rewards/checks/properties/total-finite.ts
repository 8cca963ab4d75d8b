/** @file P1: whatever is answered, the score is a finite number (or null) and nothing is thrown. */
import type { Json } from '../../../envs/json.ts'
import type { Draw } from '../fast-check.ts'
import { draws } from '../fast-check.ts'
import {
  BRACKET_JUNK,
  JSON_JUNK,
  NUMBER_JUNK,
  PLANTED,
  TEXT_JUNK,
  TORN,
  planted,
  torn,
} from '../kinds/junk.ts'
import { inTurn } from '../in-turn.ts'
import { shorter } from '../minimise.ts'
import { shownOutcome } from '../probe.ts'
import type { Input, Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { dial, oneOf, taskDraw } from './draws.ts'
import { surroundings } from './wrong-answers.ts'

/** Several responses in one input, so that few runs try much; a finding keeps one of them. */
export const totalFinite: Property<Scene> = {
  id: 'total_finite',
  number: 'P1',
  title: 'every response has a finite score',
  severity: 'high',
  missing: () => null,
  operators: scene => [
    junkAnswers(scene, 'number-junk', NUMBER_JUNK),
    junkAnswers(scene, 'text-junk', TEXT_JUNK),
    junkAnswers(scene, 'json-junk', JSON_JUNK),
    junkAnswers(scene, 'bracket-junk', BRACKET_JUNK),
    junkAnswers(scene, 'kind-junk', scene.kind.junk.slice(0, 24)),
    junkResponses(scene),
    plantedJunk(scene),
    tornGold(scene),
    editedGold(scene),
    randomText(scene),
    randomJson(scene),
  ],
  async judge({ task, responses }, _scene, probe) {
    for await (const outcome of inTurn(probe, task!, responses as string[])) {
      // An endless call is the finding of bounded_time; more of them would only cost time.
      if (outcome.how === 'hung') return null
      if (outcome.how === 'returned') {
        const { score } = outcome.value
        if (score === null || Number.isFinite(score)) continue
      }
      return {
        says: `scores ${shownOutcome(outcome)}; expected a finite number`,
        scores: [shownOutcome(outcome).slice(0, 60)],
      }
    }
    return null
  },
  *smaller({ task, responses }): Iterable<Input> {
    const [first, ...rest] = responses as string[]
    if (rest.length > 0)
      for (const response of responses as string[]) yield { task: task!, responses: [response] }
    else for (const response of shorter(first!)) yield { task: task!, responses: [response] }
  },
}

const CHUNK = 24

export function chunks(texts: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(texts.length / CHUNK) }, (_, at) =>
    texts.slice(at * CHUNK, (at + 1) * CHUNK),
  )
}

function junkAnswers(scene: Scene, id: string, junk: readonly string[]): Operator<never> {
  return operator<[string[], Json]>({
    id,
    draw: draws.tuple(oneOf(chunks(junk)), taskDraw(scene)),
    input: ([texts, task]) => ({ task, responses: texts.map(text => scene.respond(task, text)) }),
  })
}

/** Without the form in which answers are given. */
function junkResponses(scene: Scene): Operator<never> {
  return operator<[string[], Json]>({
    id: 'junk-response',
    draw: draws.tuple(oneOf(chunks([...TEXT_JUNK, ...NUMBER_JUNK, ...JSON_JUNK])), taskDraw(scene)),
    input: ([responses, task]) => (scene.subject.answer ? { task, responses } : null),
  })
}

function plantedJunk(scene: Scene): Operator<never> {
  return operator<[Json, number]>({
    id: 'planted-junk',
    draw: draws.tuple(taskDraw(scene), dial),
    input: ([task, place]) => {
      const gold = scene.gold(task)
      const answers = gold === null ? [] : PLANTED.map((_, which) => planted(gold, place, which))
      return given(scene, task, answers)
    },
  })
}

function tornGold(scene: Scene): Operator<never> {
  return operator<Json>({
    id: 'torn-gold',
    draw: taskDraw(scene),
    input: task => {
      const gold = scene.gold(task)
      return given(
        scene,
        task,
        gold === null ? [] : Array.from({ length: TORN }, (_, which) => torn(gold, which)),
      )
    },
  })
}

function editedGold(scene: Scene): Operator<never> {
  return operator<[Json, number, number]>({
    id: 'wrong-answer',
    draw: draws.tuple(taskDraw(scene), dial, dial),
    input: ([task, place, size]) => {
      const gold = scene.gold(task)
      if (gold === null) return null
      const around = surroundings(scene, task)
      return given(
        scene,
        task,
        scene.kind.wrong.map(edit => edit.apply(gold, [place, size], around)),
      )
    },
  })
}

function given(scene: Scene, task: Json, answers: readonly (string | null)[]): Input | null {
  const texts = [...new Set(answers.filter(answer => answer !== null))]
  return texts.length === 0 ? null : { task, responses: texts.map(text => scene.respond(task, text)) }
}

/** Any characters, half of them of the keyboard; made here because fast-check's own takes a second to make ready. */
const anyText: Draw<string> = draws
  .array(draws.oneof(draws.nat(0x7f), draws.nat(0xd7ff), draws.integer({ min: 0xe000, max: 0x10ffff })), {
    maxLength: 30,
  })
  .map(points => String.fromCodePoint(...points))

function randomText(scene: Scene): Operator<never> {
  return operator<[Json, string]>({
    id: 'random-text',
    draw: draws.tuple(taskDraw(scene), anyText),
    input: ([task, text]) => ({ task, responses: [scene.respond(task, text)] }),
  })
}

function randomJson(scene: Scene): Operator<never> {
  return operator<[Json, unknown]>({
    id: 'random-json',
    draw: draws.tuple(taskDraw(scene), draws.jsonValue({ maxDepth: 3 })),
    input: ([task, value]) => ({ task, responses: [scene.respond(task, JSON.stringify(value))] }),
  })
}
