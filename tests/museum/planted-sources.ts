/** @file Faults planted into where tasks come from, into declared neutrality, and into rewards that estimate. */
import { murmur3 } from '../../envs/murmur.ts'
import type { RewardExhibit } from './entry.ts'
import { TRANSFORMS } from '../../rewards/checks/properties/neutral-transforms.ts'
import type { Facts, Sum } from './planted.ts'
import { isRight, planted, SUM_FACTS } from './planted.ts'

let drawn = 0

const sumsOf = (seed: number): Sum[] =>
  Array.from({ length: 12 }, (_, at) => ({ a: (at * 37 + seed * 11) % 90, b: 7 * at + 3 }))

const sourced = (tasks: Facts<Sum>['tasks'], more: Partial<Facts<Sum>> = {}): Facts<Sum> => ({
  ...SUM_FACTS,
  ...more,
  tasks,
  score: (task, response) => (isRight(task, response) ? 1 : 0),
})

/** Draws go on where the last call ended. */
const clockwork = (faulty: boolean): Facts<Sum> =>
  sourced(seed => sumsOf(faulty ? seed + (drawn++ % 2) : seed))

const shares = (faulty: boolean): Facts<Sum> =>
  sourced(sumsOf, {
    distribution: {
      'with an even term': { holds: ({ a, b }) => a % 2 === 0 || b % 2 === 0, share: faulty ? 0.2 : 0.75 },
    },
  })

/** Accents, quotes, signs, spaces, digits, lines, lists and keys for all that may be neutral. */
const MOTTOES: readonly string[] = [
  'Caf\u00e9 cre\u0300me, 25 - it is "Ada\'s"',
  'one -5 two\nthree 14',
  'pear, plum, fig',
  '{"size":12,"names":["Ada","Bob"]}',
]

/** The same words, in whatever order, case and typography. */
function wordsIn(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().replaceAll('\u2212', '-')
  return (plain.match(/[\p{L}\p{N}\p{M}-]+/gu) ?? []).sort().join(' ')
}

interface Motto {
  motto: string
}

/** All that is not the motto to the letter is scored by chance, though always below the pass mark. */
const typography = (faulty: boolean): Facts<Motto> => ({
  kind: 'text',
  tasks: MOTTOES.map(motto => ({ motto })),
  gold: ({ motto }) => motto,
  oracle: ({ motto }, answer) => (wordsIn(answer) === wordsIn(motto) ? 'right' : 'wrong'),
  neutral: Object.keys(TRANSFORMS),
  score({ motto }, response) {
    if (faulty) return response === motto ? 1 : (murmur3(response, 0) % 50) / 100
    return wordsIn(response) === wordsIn(motto) ? 1 : 0
  },
})

const TEMPERATURES: readonly Motto[] = Array.from({ length: 60 }, (_, at) => ({
  motto: String(17 * at - 503),
}))
const written = (answer: string, reasoning = ''): string => `${reasoning}\nSo it is\n\\boxed{${answer}}`

/** The last number, in the digits of any script. */
function lastNumber(text: string): string | undefined {
  const digits = text
    .normalize('NFKC')
    .replaceAll('\u2212', '-')
    .replace(/[\u0660-\u0669\u0966-\u096f]/g, digit =>
      String((digit.charCodeAt(0) % 16) - (digit < '\u0700' ? 0 : 6)),
    )
  return digits.match(/-?\d+(?:\.\d+)?/g)?.at(-1)
}

/** An estimate in which `scored` says how sure it is. */
const estimate = (scored: (right: boolean, task: Motto, response: string) => number): Facts<Motto> => ({
  kind: 'number',
  learned: true,
  tasks: TEMPERATURES,
  prompt: () => 'Read the thermometer.',
  gold: ({ motto }) => motto,
  answer: { wrap: written },
  score: (task, response) => scored(lastNumber(response) === task.motto, task, response),
})

const sure = (right: boolean): number => (right ? 0.97 : 0.03)

export const PLANTED_SOURCES: readonly RewardExhibit[] = [
  planted('planted-draws-go-on', 'seed_determinism', clockwork, 1),
  planted('planted-share-not-met', 'declared_distribution', shares, 1),
  planted('planted-typography-counts', 'neutral_transforms', typography, 10),
  planted('planted-wrong-ones-are-likely', 'calibration', faulty =>
    estimate(faulty ? right => (right ? 0.97 : 0.6) : sure),
  ),
  planted('planted-own-words-only', 'rm_sensitivity', faulty =>
    estimate(faulty ? (_, task, response) => sure(response === written(task.motto)) : sure),
  ),
  planted('planted-length-is-quality', 'length_correlation', faulty =>
    estimate(
      faulty ? (right, _, { length }) => (right ? 0.6 : 0.1) + Math.min(length, 3_000) / 10_000 : sure,
    ),
  ),
]
