/** @file P13: text of the prompt, or the goal restated, does not pass. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { shorter } from '../minimise.ts'
import type { Input, Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { dial, ownTaskDraw, taskAndDials } from './draws.ts'
import { knownWrong, passing, shown, surroundings } from './wrong-answers.ts'

/** Pieces of a prompt that might be given back. */
const PIECES: Readonly<Record<string, (prompt: string) => string[]>> = {
  'whole-prompt': prompt => [prompt],
  line: prompt => prompt.split('\n').filter(line => line.trim() !== ''),
  sentence: prompt => prompt.split(/(?<=[.!?])\s+/),
  word: prompt => prompt.match(/[\p{L}\p{N}]+/gu) ?? [],
  number: prompt => prompt.match(/-?\d+(?:\.\d+)?/g) ?? [],
  expression: prompt => prompt.match(/[-\d(][\d\s+\-*/().]*[-+*/][\d\s+\-*/().]*\d\)?/g) ?? [],
  bracketed: prompt => prompt.match(/[[({][^\n]*[\])}]/g) ?? [],
}

export const promptEcho: Property<Scene> = {
  id: 'prompt_echo',
  number: 'P13',
  title: 'text of the prompt does not pass',
  severity: 'high',
  missing: ({ subject }) =>
    !subject.prompt
      ? 'declare prompt(task), what the agent is shown'
      : subject.gold || subject.solutions || subject.oracle
        ? null
        : 'declare gold(task) or oracle(task, answer)',
  operators: scene => [
    ...Object.keys(PIECES).map(piece => echoed(scene, piece, true)),
    echoed(scene, 'whole-prompt', false),
    echoed(scene, 'line', false),
  ],
  async judge({ task, answer, response }, scene, probe) {
    if (!echoIsWrong(scene, task!, answer as string)) return 'skip'
    const score = await passing(scene, probe, task!, response as string)
    if (score === null) return null
    return { says: `${shown(response as string)}, text of the prompt, scores ${score}`, scores: [score] }
  },
  *smaller({ task, answer, response, wrapped }, scene): Iterable<Input> {
    for (const less of shorter(answer as string)) {
      if (less.trim() === '') continue
      const text = wrapped === true ? scene.respond(task!, less) : less
      if (text !== response) yield { task: task!, answer: less, response: text, wrapped: wrapped! }
    }
  },
}

/** Where the answer stands in the prompt, only a verdict of `wrong` is believed. */
function echoIsWrong(scene: Scene, task: Json, answer: string): boolean {
  const truth = scene.truth(task, answer)
  if (truth !== 'unknown') return truth === 'wrong'
  const golds = [scene.gold(task), ...(scene.subject.solutions?.(task) ?? [])].filter(gold => gold !== null)
  const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
  const inside = golds.some(gold => letters(answer).includes(letters(gold)))
  const stated = ['number', 'text', 'choice'].includes(scene.kind.id)
  // An expression of the prompt may have the right value.
  const computed = scene.kind.id === 'number' && /^[\d\s+\-*/().=?]*$/.test(answer)
  return golds.length > 0 && !inside && stated && !computed && knownWrong(scene, task, answer, true)
}

function echoed(scene: Scene, piece: string, wrapped: boolean): Operator<never> {
  return operator<[Json, number]>({
    id: wrapped ? piece : `bare-${piece}`,
    draw: draws.tuple(ownTaskDraw(scene), dial),
    input: ([task, at]) => {
      const prompt = scene.promptText(task)
      const pieces = PIECES[piece]!(prompt)
      const answer = pieces[at % Math.max(pieces.length, 1)]?.trim() ?? ''
      if (answer === '' || (!wrapped && !scene.subject.answer)) return null
      return { task, answer, response: wrapped ? scene.respond(task, answer) : answer, wrapped }
    },
  })
}

export const goalRestatement: Property<Scene> = {
  id: 'goal_restatement',
  number: 'P13',
  title: 'the goal restated does not pass',
  severity: 'high',
  missing: scene => {
    if (!scene.subject.gold && !scene.subject.solutions) return 'declare gold(task), the reference answer'
    if (restatements(scene).length > 0 || scene.subject.prompt) return null
    return 'declare prompt(task), which states the goal'
  },
  operators: scene => [
    ...restatements(scene).map(edit =>
      operator<[Json, number, number]>({
        id: edit.id,
        draw: taskAndDials(scene),
        input: ([task, place, size]) => {
          const gold = scene.gold(task)
          const answer = gold === null ? null : edit.apply(gold, [place, size], surroundings(scene, task))
          return answer === null ? null : { task, answer, response: scene.respond(task, answer) }
        },
      }),
    ),
    ...(scene.subject.prompt ? ['whole-prompt', 'sentence', 'expression'] : []).map(piece =>
      echoed(scene, piece, true),
    ),
  ],
  async judge({ task, answer, response, wrapped }, scene, probe) {
    const wrong =
      wrapped === true
        ? echoIsWrong(scene, task!, answer as string)
        : knownWrong(scene, task!, answer as string, true)
    if (!wrong) return 'skip'
    const score = await passing(scene, probe, task!, response as string)
    if (score === null) return null
    return {
      says: `${shown(answer as string)}, the goal restated, scores ${score} (right: ${shown(scene.gold(task!)!)})`,
      scores: [score],
    }
  },
}

function restatements({ kind }: Scene) {
  return kind.wrong.filter(({ property }) => property === 'goal_restatement')
}
