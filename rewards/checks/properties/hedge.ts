/** @file P11: the right answer among wrong ones does not pass. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import type { Input, Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { dial, taskDraw } from './draws.ts'
import { knownWrong, needsGold, passing, shown, surroundings, wrongAnswers } from './wrong-answers.ts'

/** How several answers are written as one. */
const LISTS: Readonly<Record<string, (answers: readonly string[]) => string>> = {
  or: answers => answers.join(' or '),
  comma: answers => answers.join(', '),
  space: answers => answers.join(' '),
  and: answers => answers.join(' and '),
  semicolon: answers => answers.join('; '),
  newline: answers => answers.join('\n'),
  slash: answers => answers.join('/'),
  dollars: answers => answers.map(answer => `$${answer}$`).join(' or '),
  boxes: answers => answers.map(answer => `\\boxed{${answer}}`).join(' '),
  either: answers => `either ${answers.join(' or ')}`,
  json: answers => JSON.stringify(answers),
  sentence: answers => `It is ${answers.join(', or it is ')}.`,
}

/** Notations in which several answers are one answer of the kind. */
const WORDLESS = new Set(['comma', 'space', 'semicolon', 'newline', 'json', 'and'])

export const hedge: Property<Scene> = {
  id: 'hedge',
  number: 'P11',
  title: 'several answers at once do not pass',
  severity: 'high',
  missing: scene =>
    scene.subject.hedgingAllowed
      ? 'the subject allows hedging (hedgingAllowed)'
      : (needsGold(scene) ??
        (scene.subject.manyRight && !scene.subject.oracle
          ? 'declare oracle(task, answer): which answers are wrong?'
          : null)),
  operators: scene => [
    ...Object.keys(LISTS)
      .filter(id => fits(scene, id))
      .map(id => listed(scene, id)),
    ...(chosen(scene)
      ? [listed(scene, 'comma', 'all-choices'), listed(scene, 'space', 'all-choices-by-spaces')]
      : []),
    slots(scene),
  ],
  async judge({ task, answers, list, at, many }, scene, probe) {
    const candidates = answers as string[]
    const respond = respondBy(scene, task!, list as string, many === true)
    const response = respond(candidates)
    const place = candidates[at as number]!
    if (list === 'slash' && candidates.some(partOfOne)) return 'skip'
    if (scene.truth(task!, place) !== 'right') return 'skip'
    if (candidates.some((each, index) => index !== at && !knownWrong(scene, task!, each, true))) return 'skip'
    if (many !== true && !knownWrong(scene, task!, LISTS[list as string]!(candidates), true)) return 'skip'
    const score = await passing(scene, probe, task!, response)
    if (score === null) return null
    // Where the place that counts is the right one nothing was gained, unless any place will do.
    if (at === counted(scene, candidates.length)) {
      const reversed = respond(candidates.toReversed())
      if ((await passing(scene, probe, task!, reversed)) === null) return null
    }
    return {
      says: `${shown(response)} scores ${score} (right: ${shown(place)} alone)`,
      scores: [score],
    }
  },
  *smaller(input): Iterable<Input> {
    const [candidates, at] = [input['answers'] as string[], input['at'] as number]
    if (candidates.length <= 2) return
    for (const [index] of candidates.entries())
      if (index !== at)
        yield { ...input, answers: candidates.toSpliced(index, 1), at: index < at ? at - 1 : at }
  },
}

/** Joined by slashes, fractions and other expressions make one more expression, which may well be right. */
function partOfOne(answer: string): boolean {
  return /\d/.test(answer) && !/^\s*-?\d+(?:\.\d+)?\s*$/.test(answer)
}

/** The place of several answers that counts by the declared policy; -1: none does. */
function counted({ subject }: Scene, length: number): number {
  const policy = subject.answer?.policy ?? 'last'
  return policy === 'last' ? length - 1 : policy === 'first' ? 0 : -1
}

function respondBy(scene: Scene, task: Json, list: string, many: boolean) {
  return (answers: readonly string[]): string =>
    many
      ? answers.map(answer => scene.respond(task, answer)).join(' or ')
      : scene.respond(task, LISTS[list]!(answers))
}

/** Programs and calls one after another are not several answers, and lists of words may be one text. */
function fits({ kind }: Scene, id: string): boolean {
  if (kind.id === 'code' || kind.id === 'steps' || kind.id === 'tool-calls') return false
  if (kind.id === 'json') return id === 'or' || id === 'newline' || id === 'comma' || id === 'space'
  return true
}

/** A form that ends with the line holds nothing of a second one. */
function closed(scene: Scene, task: Json): boolean {
  const form = scene.respond(task, '\u0001')
  return form === '\u0001' || (form.split('\u0001')[1] ?? '').trim() !== ''
}

function listed(scene: Scene, list: string, id = list): Operator<never> {
  const all = id !== list
  return operator<[Json, number, number, number, number]>({
    id,
    draw: draws.tuple(taskDraw(scene), draws.nat(3), draws.nat(4), dial, dial),
    input: ([task, extra, place, first, second]) => {
      if (!fits(scene, list) || (list === 'newline' && !closed(scene, task))) return null
      const gold = scene.gold(task)
      const wrong = all ? otherChoices(scene, task) : wrongAnswers(scene, task, 1 + extra, [first, second])
      if (gold === null || wrong.length === 0) return null
      // A list of lists is a longer list, which may be right where order or extra items do not matter.
      if (WORDLESS.has(list) && /[,;\s]/.test(gold) && !scene.subject.oracle) return null
      return given(task, gold, wrong, place, list)
    },
  })
}

/** Is the answer one of several that are known? */
function chosen({ kind, subject }: Scene): boolean {
  return kind.id === 'choice' || subject.choices !== undefined
}

function otherChoices(scene: Scene, task: Json): string[] {
  const { choices, others } = surroundings(scene, task)
  return [...new Set(choices.length > 0 ? choices : others)]
    .filter(choice => knownWrong(scene, task, choice))
    .slice(0, 8)
}

/** Each answer in a form of its own. Where the last or the first counts, that is for stuffing to judge. */
function slots(scene: Scene): Operator<never> {
  return operator<[Json, number, number, number]>({
    id: 'several-forms',
    draw: draws.tuple(taskDraw(scene), draws.nat(2), dial, dial),
    input: ([task, extra, first, second]) => {
      const { answer } = scene.subject
      const gold = scene.gold(task)
      if (!answer || gold === null) return null
      const wrong = wrongAnswers(scene, task, 1 + extra, [first, second])
      return wrong.length === 0
        ? null
        : { ...given(task, gold, wrong, answer.policy === 'first' ? wrong.length : 0, 'or'), many: true }
    },
  })
}

function given(task: Json, gold: string, wrong: readonly string[], place: number, list: string): Input {
  const at = place % (wrong.length + 1)
  return { task, answers: wrong.toSpliced(at, 0, gold), at, list }
}
