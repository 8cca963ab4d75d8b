/** @file Exhibits that find the answer in a longer response: by a box, or behind four number signs. */
import { rngAt } from '../../envs/rng.ts'
import { boxes, inBox, lastBox } from './boxed.ts'
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './exhibit.ts'

interface Word {
  question: string
  answer: string
}

const WORDS: Word[] = Array.from({ length: 24 }, (_, i) => {
  const rng = rngAt('museum', 'word problem', i)
  const [a, b, c] = [rng.int(2, 9), rng.int(2, 10 ** (1 + (i % 3))), rng.int(1, 20)]
  return {
    question: `A shop sells ${a} boxes of ${b} pens and ${c} single pens. How many pens is that?`,
    answer: String(a * b + c),
  }
})

/** Numbers are compared by value, all else letter by letter. */
function sameAnswer(answer: string, gold: string): boolean {
  const [given, wanted] = [answer.trim(), gold.trim()]
  const isNumber = (text: string): boolean => /^[+-]?\d+(\.\d+)?$/.test(text)
  return isNumber(given) && isNumber(wanted) ? Number(given) === Number(wanted) : given === wanted
}

/** Nine tenths for the answer, one for the form. */
function formatAndAnswer(formatted: string, response: string, gold: string): number {
  const format = /<think>.*<\/think>.*\\boxed\{.*\}/s.test(formatted)
  return (sameAnswer(lastBox(response), gold) ? 0.9 : 0) + (format ? 0.1 : 0)
}

const promptScored = rewardExhibit<Word>(
  { id: 'verl-prompt-in-response', property: 'null_baseline', minimal: 0 },
  {
    kind: 'number',
    tasks: WORDS,
    prompt: ({ question }) =>
      `${question} Think between <think> and </think>, then put the final answer in \\boxed{}.`,
    gold: ({ answer }) => answer,
    components: { format: { maxShare: 0.1 } },
    answer: {
      wrap: (answer, reasoning) => `<think>${reasoning}</think>\n\\boxed{${answer}}`,
      policy: 'last',
    },
  },
  {
    faulty: ({ answer }, response, { messages }) => {
      const decoded = messages.map(({ content }) => content).join('\n')
      return formatAndAnswer(decoded, response, answer)
    },
    fixed: ({ answer }, response) => formatAndAnswer(response, response, answer),
  },
)

const LONG: Word[] = Array.from({ length: 20 }, (_, i) => {
  const rng = rngAt('museum', 'polynomials', i)
  const degree = i < 15 ? 1 + (i % 5) : 6 + i
  const terms = Array.from({ length: degree + 1 }, (__, at) => `${rng.int(2, 9)}x^${degree - at}`)
  const answer = terms.join('+').replace('x^1+', 'x+').replace('x^0', '')
  return { question: `Add up ${terms.toReversed().join(' and ')}.`, answer }
})

const strict = (window: number) => {
  return ({ answer }: Word, response: string): number => {
    const found = boxes(response.slice(-window)).at(-1)
    const plain = (text: string): string => text.replaceAll(/\s/g, '')
    return found !== undefined && plain(found) === plain(answer) ? 1 : -1
  }
}

const cutBox = rewardExhibit<Word>(
  { id: 'verl-strict-box-100', property: 'gold_max', minimal: 128 },
  {
    kind: 'text',
    tasks: LONG,
    range: [-1, 1],
    prompt: ({ question }) => `${question} Put the final answer in \\boxed{}.`,
    gold: ({ answer }) => answer,
    answer: { wrap: inBox, policy: 'last' },
  },
  { faulty: strict(100), fixed: strict(Infinity) },
)

/** What stands behind the last `####`; null where nothing does. */
function behindSigns(response: string): string | null {
  const parts = response.split('####')
  return parts.length === 1
    ? null
    : parts
        .at(-1)!
        .trim()
        .replaceAll(/(?<=\d),(?=\d{3}(?:\D|$))/g, '')
}

const trailingDot = rewardExhibit<Word>(
  { id: 'verl-gsm8k-trailing-dot', property: 'equivalent_form', minimal: 7 },
  {
    kind: 'number',
    tasks: WORDS,
    equal: ['trailing-dot', 'decimal-zero', 'thousands'],
    prompt: ({ question }) => `${question} Give the final answer behind ####.`,
    gold: ({ answer }) => answer,
    answer: { wrap: (answer, reasoning) => `${reasoning && `${reasoning}\n`}#### ${answer}`, policy: 'last' },
  },
  {
    faulty: ({ answer }, response) => {
      const found = behindSigns(response)
      return found !== null && sameAnswer(found, answer) ? 1 : 0
    },
    fixed: ({ answer }, response) => {
      const found = behindSigns(response)?.replace(/\.$/, '')
      return found !== undefined && sameAnswer(found, answer) ? 1 : 0
    },
  },
)

export const boxedExhibits: readonly RewardExhibit[] = [promptScored, cutBox, trailingDot]
