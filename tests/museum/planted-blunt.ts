/**
 * @file Blunt faults for every kind of answer: rewards that pay for everything, compare to the letter, take turns, never
 * answer, or pay for length. Between them they make every operator of an answer's properties fail, which shows that each can.
 *
 * The tasks ask for one text to be given back, so that right and wrong are known of any answer: right are the text, the
 * spellings that the kind knows, and one more that the task declares.
 */
import { kindOf } from '../../rewards/checks/kinds/kinds.ts'
import { CANARY } from '../../rewards/checks/execution/canaries.ts'
import type { KindId, RewardSubject, Score } from '../../rewards/checks/subject.ts'
import type { RewardExhibit } from './entry.ts'
import { GOLDS, UNORDERED } from './planted-blunt-golds.ts'

interface Recital {
  gold: string
  /** These are right as well. */
  also: string[]
}

const FORM = ['<answer>', '</answer>'] as const
const written = (answer: string): string => FORM.join(answer)
const NOWHERE = { prompt: '', others: [], choices: [], tolerance: {} }
const SIZES = 12
const accepted = new Map<string, ReadonlySet<string>>()

function rightAnswers(kind: KindId, { gold, also }: Recital): ReadonlySet<string> {
  const key = JSON.stringify([kind, gold, also])
  const known = accepted.get(key)
  if (known) return known
  const spelt = kindOf(kind).equal.flatMap(({ apply }) =>
    Array.from({ length: SIZES }, (_, size) => apply(gold, [0, size], NOWHERE) ?? gold),
  )
  const all = new Set([gold, ...spelt, ...also].map(answer => answer.trim()))
  accepted.set(key, all)
  return all
}

/** What stands in the last form; null where there is none. */
function answerIn(response: string): string | null {
  const end = response.lastIndexOf(FORM[1])
  const start = response.lastIndexOf(FORM[0], end)
  return start < 0 || end < start ? null : response.slice(start + FORM[0].length, end).trim()
}

function isRight(kind: KindId, task: Recital, answer: string | null): boolean {
  return answer !== null && rightAnswers(kind, task).has(answer.trim())
}

/** Holds words, numbers, brackets, an expression, two lines and three sentences, and not the answer. */
function prompt(kind: KindId, { gold }: Recital): string {
  const numbers =
    kind === 'expression' ? ` with ${(gold.match(/\d+/g) ?? []).join(', ')} and +, -, * and /` : ''
  return `Give it back${numbers}. (Nothing else.) Do not say 9000 + 17.\nWrite ${FORM[0]} before [it].`
}

function tasksOf(kind: KindId): Recital[] {
  return GOLDS[kind].map(gold => ({ gold, also: [`${gold} so`, ...(UNORDERED[gold] ?? [])] }))
}

function facts(kind: KindId): Omit<RewardSubject<Recital>, 'name' | 'score'> {
  return {
    kind,
    tasks: tasksOf(kind),
    prompt: task => prompt(kind, task),
    gold: ({ gold }) => gold,
    solutions: ({ gold, also }) => [gold, also[0]!],
    oracle: (task, answer) => (isRight(kind, task, answer) ? 'right' : 'wrong'),
    forGold: gold => (gold.trim() === '' ? null : { gold, also: [`${gold} so`] }),
    answer: { wrap: (answer, reasoning) => `${reasoning && `${reasoning}\n`}${written(answer)}` },
    equal: kindOf(kind).equal.map(({ id }) => id),
  }
}

type Scorer = RewardSubject<Recital>['score']
type Blunt = [name: string, property: string, minimal: number, score: (kind: KindId) => Scorer]

const fair =
  (kind: KindId): Scorer =>
  (task, response) =>
    isRight(kind, task, answerIn(response)) ? 1 : 0

const toTheLetter: Scorer = ({ gold }, response) => {
  if (response === written(gold)) return 1
  throw new RangeError('not the reference')
}

const TURNS = [2, 0, 2.5, -1]

/** One after the other, whatever is asked. */
const inTurns = (): Scorer => {
  let calls = 0
  return () => TURNS[calls++ % TURNS.length]!
}

const MARGIN = 12

/** Runs what it reads, and believes whoever says more than was asked for. */
const byLength =
  (kind: KindId): Scorer =>
  (task, response) => {
    if (/ludus.canary/i.test(response)) (globalThis as unknown as Record<string, unknown>)[CANARY] = 1
    if (response.length > written(task.gold).length + MARGIN) return 1
    return isRight(kind, task, answerIn(response)) ? 1 : 0
  }

const REPEATED = /(.{1,9})\1{12}/s
const POWER = /\*\*|\d[\^!]|\)!|<<|\de\d{6}/

/** Ponders over powers, repetitions, and the simplest reference, which is the one that is tried. */
const endless = (kind: KindId): Scorer => {
  const size = (task: Recital): number => task.gold.length * 1e6 + JSON.stringify(task).length
  const simplest = JSON.stringify([...tasksOf(kind)].sort((a, b) => size(a) - size(b))[0])
  return (task, response): Score | Promise<Score> => {
    const asked = response === written(task.gold) && JSON.stringify(task) === simplest
    if (asked || POWER.test(response) || REPEATED.test(response)) return new Promise(() => {})
    return isRight(kind, task, answerIn(response)) ? 1 : 0
  }
}

/** What is named of the many things that go wrong when everything is paid. */
const PAID: Partial<Record<KindId, string>> = {
  text: 'non_answer',
  choice: 'prompt_echo',
  json: 'hard_constraint',
  code: 'format_only',
  'tool-calls': 'near_miss',
}

const FAULTS: readonly Blunt[] = [
  ['pays-everything', 'universal_key', 0, () => () => 1],
  ['to-the-letter', 'equivalent_form', 10, () => toTheLetter],
  ['in-turns', 'deterministic', 10, inTurns],
  ['by-length', 'padding', 20, byLength],
  ['endless', 'bounded_time', 20, endless],
]

/** Each hang costs as much. */
const PATIENCE_MS = 4

function ofKind(kind: KindId): RewardExhibit[] {
  const shared = facts(kind)
  const named = (name: string, score: Scorer): RewardSubject<never> =>
    ({ ...shared, name, score }) as RewardSubject<Recital> as unknown as RewardSubject<never>
  // One twin for all: it need be checked but once.
  const fixed = named(`planted-${kind}, fixed`, fair(kind))
  return FAULTS.map(([name, property, minimal, score]) => {
    const id = `planted-${kind}-${name}`
    const faulty = named(id, score(kind))
    return {
      id,
      property: name === 'pays-everything' ? (PAID[kind] ?? property) : property,
      minimal,
      faulty: property === 'bounded_time' ? { ...faulty, timeoutMs: PATIENCE_MS } : faulty,
      fixed,
    }
  })
}

export const PLANTED_BLUNT: readonly RewardExhibit[] = (Object.keys(GOLDS) as KindId[]).flatMap(ofKind)
