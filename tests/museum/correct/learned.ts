/** @file Correct rewards that estimate, and further records, rubrics and turns. */
import type { Message } from '../../../envs/env.ts'
import type { TestState } from '../../../rewards/checks/subject.ts'
import { reward } from './subject.ts'

const wordsOf = (text: string) => new Set(text.toLowerCase().match(/[a-z]+/g) ?? [])

const ANSWERS = [
  {
    question: 'Why is the sky blue?',
    ideal: 'Air scatters short blue waves of sunlight more than long red ones.',
  },
  { question: 'Why do leaves fall?', ideal: 'Trees drop leaves to save water while the ground is frozen.' },
  { question: 'Why does ice float?', ideal: 'Water expands when it freezes, so ice is less dense.' },
]

/** A small model of quality: how many of the ideal words occur, squashed. An estimate, and declared to be one. */
const estimate = reward<(typeof ANSWERS)[number]>({
  name: 'learned estimate of quality',
  kind: 'text',
  learned: true,
  manyRight: true,
  tasks: ANSWERS,
  prompt: ({ question }) => question,
  gold: ({ ideal }) => ideal,
  answer: { wrap: (answer, reasoning) => `${reasoning}\nIn short: ${answer}` },
  score({ ideal }, response) {
    const said = wordsOf(response.slice(response.lastIndexOf('In short:') + 1))
    const wanted = [...wordsOf(ideal)]
    const share = wanted.filter(word => said.has(word)).length / wanted.length
    return (1 + Math.exp(-3.2)) / (1 + Math.exp(8 * (0.6 - share)))
  },
})

const escaped = (text: string) => text.replace(/[<>&"'\r\n]/g, sign => `&#${sign.charCodeAt(0)};`)

interface Module {
  title: string
  required: string[]
}

/** An XML report; the share of the required tests that passed, all of them needed to pass. */
const junit = reward<Module>({
  name: 'share of tests passed, from an XML report',
  passMark: 1,
  tasks: [
    { title: 'parser', required: ['parses numbers', 'parses lists', 'rejects junk', 'keeps order'] },
    { title: 'cache', required: ['evicts', 'keeps'] },
  ],
  prompt: ({ title }) => `Repair the ${title}.`,
  tests: {
    required: ({ required }) => required,
    render: (_, { states, stdout, exitCode, submitted }) =>
      [
        `<run submitted="${submitted}" exit="${exitCode}">`,
        ...Object.entries(states)
          .filter(([, state]) => state !== 'missing')
          .map(([id, state]: [string, TestState]) => `<test name="${escaped(id)}" state="${state}"/>`),
        `<out>${escaped(stdout)}</out>`,
        '</run>',
      ].join('\n'),
    markers: ['state="passed"', '<run submitted="true" exit="0">', '</run>'],
  },
  score({ required }, response) {
    const lines = response.split('\n')
    if (!/^<run submitted="true" exit="-?\d+">$/.test(lines[0] ?? '') || lines.at(-1) !== '</run>') return 0
    const passed = required.filter(id => lines.includes(`<test name="${escaped(id)}" state="passed"/>`))
    const clean = lines[0]!.endsWith('exit="0">')
    return clean ? passed.length / required.length : (0.9 * passed.length) / required.length
  },
})

interface Haiku {
  season: string
  checks: string[]
}

const LINES = 'snow on the old roof\na crow counts the empty fields\nsmoke leans to the east'

function rule(text: string, name: string): boolean | null {
  const lines = text.trim().split('\n')
  if (name === 'three lines') return lines.length === 3
  if (name === 'no full stop') return !text.includes('.')
  if (name === 'short lines') return lines.every(line => line.length <= 32)
  if (name === 'five words a line') return lines.every(line => line.trim().split(/\s+/).length >= 5)
  return null
}

/** The share of the rules that hold; a text that breaks one does not pass. A rule nobody knows makes the task invalid. */
const haiku = reward<Haiku>({
  name: 'share of rules kept by a poem',
  kind: 'text',
  manyRight: true,
  passMark: 1,
  tasks: [
    { season: 'winter', checks: ['three lines', 'no full stop', 'five words a line'] },
    { season: 'autumn', checks: ['three lines', 'short lines', 'five words a line'] },
  ],
  prompt: ({ season, checks }) => `A poem on ${season}: ${checks.join(', ')}.`,
  gold: () => LINES,
  oracle: ({ checks }, answer) => (checks.every(name => rule(answer, name)) ? 'right' : 'wrong'),
  checks: {
    list: ({ checks }) => checks,
    keep: (task, names) => ({ ...task, checks: [...names] }),
    violating(_, name) {
      if (name === 'three lines') return `${LINES}\na door left ajar`
      if (name === 'no full stop') return `${LINES}.`
      return name === 'five words a line' ? LINES.replace('snow on the old roof', 'snow') : null
    },
  },
  score({ checks }, response) {
    const kept = checks.map(name => rule(response, name))
    if (kept.length === 0 || kept.includes(null)) return null
    // Nothing written keeps no rule, though it has no full stop and no long line.
    if (!/\p{L}/u.test(response)) return 0
    return kept.filter(Boolean).length / kept.length
  },
})

/** What the agent itself has decided last, in any of its turns; others may propose what they like. */
const decision = reward<{ claim: string; verdict: string }>({
  name: 'decision in a dispute',
  kind: 'choice',
  conversation: true,
  tasks: [
    { claim: 'The parcel arrived broken, two days after purchase.', verdict: 'refund' },
    { claim: 'I have worn the shoes for a year and want money back.', verdict: 'reject' },
    { claim: 'The charger in the box is for another model.', verdict: 'replace' },
    { claim: 'The book came late, but it is fine.', verdict: 'reject' },
    { claim: 'The mug is in pieces; send another one, please.', verdict: 'replace' },
  ],
  prompt: ({ claim }): Message[] => [
    {
      role: 'system',
      content: 'Decide with a line "DECISION: refund", "DECISION: replace" or "DECISION: reject".',
    },
    { role: 'user', content: claim },
  ],
  gold: ({ verdict }) => verdict,
  choices: () => ['refund', 'replace', 'reject'],
  answer: { wrap: (answer, reasoning) => `${reasoning}\nDECISION: ${answer}` },
  score({ verdict }, _, { messages }) {
    const own = messages.filter(({ role }) => role === 'assistant').map(({ content }) => content)
    const last = own
      .join('\n')
      .match(/^DECISION:.*$/gm)
      ?.at(-1)
    return last?.slice('DECISION:'.length).trim().toLowerCase() === verdict ? 1 : 0
  },
})

export const LEARNED = [estimate, junit, haiku, decision]
