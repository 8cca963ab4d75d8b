/** @file Correct rewards for choices: letters, yes and no, labels, lists. */
import { rngAt } from '../../../envs/rng.ts'
import { reward } from './subject.ts'

interface Question {
  question: string
  options: string[]
  right: number
}

const QUESTIONS: Question[] = [
  { question: 'Which planet is largest?', options: ['Mars', 'Jupiter', 'Venus', 'Earth'], right: 1 },
  { question: 'Which is a mammal?', options: ['trout', 'newt', 'robin', 'bat'], right: 3 },
  { question: 'Which gas do plants take in?', options: ['CO2', 'helium', 'argon', 'neon'], right: 0 },
  { question: 'Which is prime?', options: ['21', '33', '29', '51'], right: 2 },
  { question: 'Which is not a verb?', options: ['run', 'table', 'sing', 'ask'], right: 1 },
  { question: 'Which lies in Asia?', options: ['Peru', 'Kenya', 'Nepal', 'Spain'], right: 2 },
]

const letters = reward<Question>({
  name: 'multiple choice, last "Answer: X" line',
  kind: 'choice',
  tasks: QUESTIONS,
  prompt: ({ question, options }) =>
    `${question}\n${options.map((each, i) => `(${'ABCD'[i]}) ${each}`).join('\n')}\nFinish with "Answer: <letter>".`,
  gold: ({ right }) => 'ABCD'[right]!,
  forGold: gold => (/^[A-D]$/.test(gold) ? { ...QUESTIONS[0]!, right: 'ABCD'.indexOf(gold) } : null),
  choices: () => ['A', 'B', 'C', 'D'],
  answer: { wrap: (answer, reasoning) => `${reasoning}\nAnswer: ${answer}` },
  score({ right }, response) {
    const lines = response.split('\n').filter(line => line.startsWith('Answer:'))
    const given = (lines.at(-1) ?? '').slice('Answer:'.length).trim()
    const letter = /^\(?([A-D])\)?\.?$/i.exec(given)?.[1]
    return letter?.toUpperCase() === 'ABCD'[right] ? 1 : 0
  },
})

const yesNo = reward<{ n: number }>({
  name: 'is it prime, yes or no',
  kind: 'choice',
  tasks: [2, 9, 15, 17, 21, 23, 27, 31, 33, 37, 39, 41, 49, 51].map(n => ({ n })),
  prompt: ({ n }) => `Is ${n} prime? Say yes or no.`,
  gold: ({ n }) => (prime(n) ? 'yes' : 'no'),
  choices: () => ['yes', 'no'],
  score: ({ n }, response) => {
    const word = response.trim().toLowerCase().replace(/[.!]$/, '')
    return word === (prime(n) ? 'yes' : 'no') ? 1 : 0
  },
})

function prime(n: number): boolean {
  return n > 1 && Array.from({ length: n - 2 }, (_, i) => i + 2).every(d => n % d !== 0)
}

/** The exact words True and False: this output goes to a program. */
const strictBool = reward<{ claim: string; holds: boolean }>({
  name: 'True or False and nothing else',
  kind: 'choice',
  tasks: [
    { claim: '3 > 2', holds: true },
    { claim: '10 == 11', holds: false },
    { claim: '7 % 2 == 1', holds: true },
    { claim: '2 ** 5 < 30', holds: false },
    { claim: '1 + 1 != 3', holds: true },
  ],
  prompt: ({ claim }) => `Evaluate in Python: ${claim}`,
  gold: ({ holds }) => (holds ? 'True' : 'False'),
  choices: () => ['True', 'False'],
  oracle: ({ holds }, answer) => (answer === (holds ? 'True' : 'False') ? 'right' : 'wrong'),
  score: ({ holds }, response) => Number(response === (holds ? 'True' : 'False')),
})

const COLOURS = ['red', 'green', 'blue', 'yellow', 'black', 'white']

/** A set: order and repetition of the order do not matter, but nothing may be missing or added. */
const labels = reward<{ flag: string; colours: string[] }>({
  name: 'colours of a flag as a set',
  kind: 'text',
  tasks: [
    { flag: 'Italy', colours: ['green', 'red', 'white'] },
    { flag: 'Ukraine', colours: ['blue', 'yellow'] },
    { flag: 'Japan', colours: ['red', 'white'] },
    { flag: 'Germany', colours: ['black', 'red', 'yellow'] },
  ],
  prompt: ({ flag }) => `Which of ${COLOURS.join(', ')} are in the flag of ${flag}? Separate by commas.`,
  gold: ({ colours }) => colours.join(', '),
  solutions: ({ colours }) => [colours.join(', '), colours.toReversed().join(',')],
  oracle({ colours }, answer) {
    const words = answer
      .toLowerCase()
      .split(',')
      .map(each => each.trim())
    return new Set(words).size === words.length && words.toSorted().join() === colours.toSorted().join()
      ? 'right'
      : 'wrong'
  },
  score({ colours }, response) {
    const given = response.split(',').map(each => each.trim().toLowerCase())
    if (given.length !== colours.length) return 0
    return colours.every(colour => given.includes(colour)) ? 1 : 0
  },
})

const sorting = reward<{ items: number[] }>({
  name: 'sorted list, order counts',
  kind: 'text',
  tasks: seed => {
    const rng = rngAt('sorting', seed)
    return Array.from({ length: 15 }, () => ({
      items: Array.from({ length: rng.int(3, 7) }, () => rng.int(0, 60)),
    }))
  },
  prompt: ({ items }) => `Sort ascending: ${items.join(' ')}. Answer as [a, b, c].`,
  gold: ({ items }) => `[${items.toSorted((a, b) => a - b).join(', ')}]`,
  oracle({ items }, answer) {
    try {
      const given = JSON.parse(answer) as unknown
      const left = [...items]
      if (!Array.isArray(given) || given.length !== items.length) return 'wrong'
      for (const [i, each] of given.entries()) {
        const at = left.indexOf(each as number)
        if (at < 0 || (i > 0 && given[i - 1] > each)) return 'wrong'
        left.splice(at, 1)
      }
      return 'right'
    } catch {
      return /^\s*\[[\d\s,]*\]\s*$/.test(answer) ? 'unknown' : 'wrong'
    }
  },
  score({ items }, response) {
    const inner = /^\s*\[(.*)\]\s*$/s.exec(response)?.[1]
    if (inner === undefined) return 0
    const given = inner.split(',').map(each => each.trim())
    const want = items.toSorted((a, b) => a - b)
    return given.length === want.length &&
      given.every((each, i) => /^\d+$/.test(each) && Number(each) === want[i])
      ? 1
      : 0
  },
})

/** Recall among five guesses, one a line: naming several is what the task asks for. */
const guesses = reward<{ clue: string; names: string[] }>({
  name: 'one of up to five guesses',
  kind: 'text',
  hedgingAllowed: true,
  tasks: [
    { clue: 'It flows through Vienna and Budapest', names: ['Danube', 'Donau'] },
    { clue: 'The highest mountain of Africa', names: ['Kilimanjaro'] },
    { clue: 'The capital of Iceland', names: ['Reykjavik', 'Reykjavík'] },
    { clue: 'The author of Hamlet', names: ['Shakespeare', 'William Shakespeare'] },
  ],
  prompt: ({ clue }) => `${clue}: what is it? Up to five guesses, one on each line.`,
  gold: ({ names }) => names[0]!,
  solutions: ({ names }) => names,
  score({ names }, response) {
    const fold = (text: string) => text.normalize('NFC').trim().toLowerCase()
    const lines = response
      .split('\n')
      .map(fold)
      .filter(line => line !== '')
    return lines.length <= 5 && lines.some(line => names.map(fold).includes(line)) ? 1 : 0
  },
})

export const CHOICES = [letters, yesNo, strictBool, labels, sorting, guesses]
