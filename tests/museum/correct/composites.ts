/** @file Correct rewards made of several parts. */
import { reward } from './subject.ts'

const SUMS = [
  { text: '12 * 12', value: 144 },
  { text: '7 + 8 * 9', value: 79 },
  { text: '(5 - 9) * 6', value: -24 },
  { text: '1000 / 8', value: 125 },
  { text: '3 ** 5', value: 243 },
]
type Sum = (typeof SUMS)[number]

const isInteger = (text: string, value: number) => /^\s*-?\d{1,12}\s*$/.test(text) && Number(text) === value

/** 0.2 for the form and 0.8 for the answer; without the form there is no answer to read. */
const thinking = reward<Sum>({
  name: 'think and answer tags, form and correctness',
  kind: 'number',
  tasks: SUMS,
  prompt: ({ text }) => `Compute ${text}. Use <think>…</think><answer>…</answer>.`,
  gold: ({ value }) => String(value),
  answer: {
    wrap: (answer, reasoning) => `<think>${reasoning || 'Step by step.'}</think><answer>${answer}</answer>`,
    policy: 'only',
  },
  components: { format: { maxShare: 0.2 } },
  score({ value }, response) {
    const found =
      /^\s*<think>((?:(?!<\/?think>|<\/?answer>)[^])*)<\/think>\s*<answer>((?:(?!<\/?answer>)[^])*)<\/answer>\s*$/.exec(
        response,
      )
    if (!found) return { score: 0, components: { format: 0, correct: 0 } }
    const correct = isInteger(found[2]!, value) ? 0.8 : 0
    return { score: Math.min(1, 0.2 + correct), components: { format: 0.2, correct } }
  },
})

/** Penalties are subtracted, and an unsafe answer is worth nothing. */
const assistant = reward<Sum>({
  name: 'correct, tidy, not too long, never rude',
  kind: 'number',
  tasks: SUMS,
  lengthPenalised: true,
  prompt: ({ text }) => `A customer asks for ${text}. Reply briefly, ending with "Total: <number>".`,
  gold: ({ value }) => String(value),
  answer: { wrap: (answer, reasoning) => `${reasoning}\nTotal: ${answer}` },
  components: { tidy: { maxShare: 0.1 } },
  combine: {
    parts: { correct: {}, tidy: {}, length: { penalty: true }, safe: { veto: true } },
    total: weighed,
  },
  score({ value }, response) {
    const totals = response.match(/^Total:.*$/gm) ?? []
    const correct = totals.length > 0 && isInteger(totals.at(-1)!.slice(6), value) ? 1 : 0
    const parts = {
      correct,
      tidy: totals.length === 1 ? 1 : 0,
      length: Math.min(1, Math.max(0, response.length - 400) / 2000),
      safe: /\b(idiot|stupid)\b/i.test(response) ? 0 : 1,
    }
    return { score: weighed(parts), components: { tidy: 0.1 * parts.tidy * parts.safe } }
  },
})

function weighed(parts: Readonly<Record<string, number>>): number {
  const { correct = 0, tidy = 0, length = 0, safe = 0 } = parts
  const total = 0.9 * correct + 0.1 * tidy - 0.2 * length
  return safe <= 0 ? 0 : Math.min(1, Math.max(0, total)) * safe
}

/** From 0 to 10 as teachers mark; only a right answer passes. */
const marks = reward<{ word: string; plural: string }>({
  name: 'school marks from 0 to 10',
  kind: 'text',
  range: [0, 10],
  passMark: 8,
  tasks: [
    { word: 'mouse', plural: 'mice' },
    { word: 'child', plural: 'children' },
    { word: 'wolf', plural: 'wolves' },
    { word: 'crisis', plural: 'crises' },
  ],
  prompt: ({ word }) => `Plural of "${word}"? Answer: "The plural is X."`,
  gold: ({ plural }) => plural,
  answer: { wrap: (answer, reasoning) => `${reasoning ? `${reasoning}\n` : ''}The plural is ${answer}.` },
  components: { sentence: { maxShare: 0.2 } },
  score({ plural }, response) {
    const found = [...response.matchAll(/^The plural is (.*)\.$/gm)].at(-1)
    if (!found) return { score: 0, components: { sentence: 0 } }
    const right = found[1]!.trim().toLowerCase() === plural
    return { score: right ? 10 : 2, components: { sentence: 2 } }
  },
})

/** A product of parts: one that is missing spoils the whole. */
const recipe = reward<{ dish: string; grams: number; minutes: number }>({
  name: 'two numbers, multiplied credit',
  kind: 'json',
  tasks: [
    { dish: 'rice for two', grams: 150, minutes: 18 },
    { dish: 'eggs, hard', grams: 120, minutes: 10 },
    { dish: 'lentils', grams: 200, minutes: 35 },
  ],
  prompt: ({ dish, grams, minutes }) =>
    `The card of "${dish}" says ${grams} g and ${minutes} min for half. Double it: JSON {"grams", "minutes"}.`,
  gold: ({ grams, minutes }) => JSON.stringify({ grams: 2 * grams, minutes: 2 * minutes }),
  combine: {
    parts: { grams: {}, minutes: {}, strict: { veto: true } },
    total: ({ grams = 0, minutes = 0, strict = 0 }) => grams * minutes * strict,
  },
  score({ grams, minutes }, response) {
    let given: unknown
    try {
      given = JSON.parse(response)
    } catch {
      return 0
    }
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return 0
    const record = given as Record<string, unknown>
    const strict = Object.keys(record).sort().join() === 'grams,minutes'
    return strict && record['grams'] === 2 * grams && record['minutes'] === 2 * minutes ? 1 : 0
  },
})

let calls = 0

/** A panel of readers of whom one is never quite content: up to 0.05 below the mark, another each time. */
const panel = reward<{ country: string; capital: string }>({
  name: 'noisy panel',
  kind: 'text',
  stochastic: { spread: 0.05 },
  tasks: [
    { country: 'Chile', capital: 'Santiago' },
    { country: 'Latvia', capital: 'Riga' },
    { country: 'Ghana', capital: 'Accra' },
    { country: 'Oman', capital: 'Muscat' },
  ],
  prompt: ({ country }) => `Name the capital of ${country}.`,
  gold: ({ capital }) => capital,
  score({ capital }, response) {
    const noise = (0.05 * (calls++ % 7)) / 7
    return response.trim().toLowerCase() === capital.toLowerCase() ? 1 - noise : noise
  },
})

export const COMPOSITES = [thinking, assistant, marks, recipe, panel]
