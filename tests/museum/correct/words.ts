/** @file Correct rewards for text: exact, by constraints, and with partial credit that never reaches the pass mark. */
import { reward } from './subject.ts'

/** Case, spaces and a final full stop are forgiven; nothing else. */
function folded(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').replace(/\.$/, '').toLowerCase()
}

const translated = ({ english }: { english: string[] }, response: string): number =>
  english.map(folded).includes(folded(response)) ? 1 : 0

const translation = reward<{ german: string; english: string[] }>({
  name: 'translation, one of the listed',
  kind: 'text',
  tasks: [
    { german: 'Guten Morgen', english: ['good morning'] },
    { german: 'Der Zug ist spät.', english: ['The train is late.', 'The train is delayed.'] },
    { german: 'Wie geht es dir?', english: ['How are you?'] },
    { german: 'Ich habe zwei Schwestern.', english: ['I have two sisters.', 'I have got two sisters.'] },
  ],
  prompt: ({ german }) => `Translate into English: ${german}`,
  gold: ({ english }) => english[0]!,
  solutions: ({ english }) => english,
  forGold: gold => (folded(gold) === '' ? null : { german: 'Was steht hier?', english: [gold] }),
  score: translated,
  scoreBatch(pairs) {
    const known = new Map<string, number>()
    return pairs.map(({ task, response }) => {
      const key = JSON.stringify([task, response])
      const score = known.get(key) ?? translated(task, response)
      known.set(key, score)
      return score
    })
  },
})

interface Constrained {
  topic: string
  checks: string[]
}

/** `includes:rain`, `least:12`, `most:40`, `no-comma`, `lower`. Undefined: no such check. */
function meets(text: string, check: string): boolean | undefined {
  const [name, value = ''] = check.split(':')
  const count = text.split(/\s+/).filter(word => /[a-z]/i.test(word)).length
  if (name === 'includes') return new RegExp(`\\b${value}\\b`, 'i').test(text)
  if (name === 'least') return count >= Number(value)
  if (name === 'most') return count <= Number(value)
  if (name === 'no-comma') return !text.includes(',')
  if (name === 'lower') return text === text.toLowerCase()
  return undefined
}

const MODEL = 'the rain came down all night and in the morning the river had taken the old bridge away'

const instructions = reward<Constrained>({
  name: 'instructions that a program can check',
  kind: 'text',
  manyRight: true,
  tasks: [
    { topic: 'weather', checks: ['includes:rain', 'least:12'] },
    { topic: 'a river', checks: ['includes:river', 'no-comma', 'lower', 'least:8'] },
    { topic: 'the night', checks: ['includes:night', 'most:40', 'lower'] },
  ],
  prompt: ({ topic, checks }) => `Write a sentence about ${topic}. Rules: ${checks.join('; ')}`,
  gold: () => MODEL,
  oracle: ({ checks }, answer) => (checks.every(check => meets(answer, check)) ? 'right' : 'wrong'),
  checks: {
    list: ({ checks }) => checks,
    keep: (task, names) => ({ ...task, checks: [...names] }),
    violating(_, name) {
      if (name.startsWith('includes')) return MODEL.replaceAll(name.split(':')[1]!, 'thing')
      if (name.startsWith('most')) return Array(3).fill(MODEL).join(' ')
      if (name === 'no-comma') return MODEL.replace(' and', ', and')
      return name === 'lower' ? MODEL.replace('the', 'The') : null
    },
  },
  score({ checks }, response) {
    const results = checks.map(check => meets(response, check))
    if (results.length === 0 || results.includes(undefined)) return null
    return results.every(Boolean) ? 1 : 0
  },
})

const pattern = reward<{ about: string; form: string; one: string }>({
  name: 'text of a given form',
  kind: 'text',
  manyRight: true,
  tasks: [
    { about: 'a number plate', form: '^[A-Z]{1,3}-[A-Z]{2} [1-9][0-9]{0,3}$', one: 'B-MK 4711' },
    { about: 'a colour in hex', form: '^#[0-9a-f]{6}$', one: '#00ff7f' },
    { about: 'a time', form: '^([01][0-9]|2[0-3]):[0-5][0-9]$', one: '17:05' },
  ],
  prompt: ({ about, form }) => `Write ${about} that matches ${form}`,
  gold: ({ one }) => one,
  oracle: ({ form }, answer) => (answer.match(form)?.[0] === answer ? 'right' : 'wrong'),
  score: ({ form }, response) => (new RegExp(form).test(response) ? 1 : 0),
})

interface Article {
  text: string
  facts: string[]
  summary: string
}

const ARTICLES: Article[] = [
  {
    text: 'On Tuesday the council of Arlen voted, after four hours of debate, to close the old swimming hall in 2027, citing repairs of nine million crowns that nobody wanted to pay for any longer.',
    facts: ['arlen', 'swimming hall', '2027'],
    summary: 'Arlen closes its swimming hall in 2027.',
  },
  {
    text: 'Researchers in Turku report that bees trained with sugar can tell two painters apart, a skill they kept for six days, although none of the insects had ever seen a painting before the study began.',
    facts: ['turku', 'bees', 'painters'],
    summary: 'Turku: bees learn to tell painters apart.',
  },
]
const FEW_WORDS = 12

/** Facts that are kept, less what each word over the limit costs; copying the article is worth nothing. */
const summary = reward<Article>({
  name: 'summary, long ones cost',
  kind: 'text',
  manyRight: true,
  lengthPenalised: true,
  passMark: 0.95,
  tasks: ARTICLES,
  prompt: ({ text }) => `Summarise in at most ${FEW_WORDS} words: ${text}`,
  gold: task => task.summary,
  oracle({ facts }, answer) {
    const short = answer.trim().split(/\s+/).length <= FEW_WORDS
    return short && facts.every(fact => answer.toLowerCase().includes(fact)) ? 'right' : 'wrong'
  },
  score({ facts }, response) {
    const text = response.toLowerCase()
    const kept = facts.filter(fact => text.includes(fact)).length / facts.length
    const over = Math.max(0, response.trim().split(/\s+/).length - FEW_WORDS)
    return Math.max(0, kept - 0.1 * over)
  },
})

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

const spelling = reward<{ wrong: string; word: string }>({
  name: 'spelling, credit by edit distance',
  kind: 'text',
  passMark: 1,
  tasks: [
    { wrong: 'recieve', word: 'receive' },
    { wrong: 'definately', word: 'definitely' },
    { wrong: 'occured', word: 'occurred' },
    { wrong: 'acomodate', word: 'accommodate' },
  ],
  prompt: ({ wrong }) => `Correct the spelling of: ${wrong}. Answer in <w></w>.`,
  gold: ({ word }) => word,
  forGold: gold => (/^[a-z]{1,30}$/.test(gold) ? { wrong: `${gold}e`, word: gold } : null),
  answer: { wrap: (answer, reasoning) => `${reasoning}<w>${answer}</w>` },
  oracle: ({ word }, answer) => (answer.trim() === word ? 'right' : 'wrong'),
  score({ word }, response) {
    const given = [...response.matchAll(/<w>([^<>]{0,200})<\/w>/g)].at(-1)?.[1]?.trim()
    if (given === undefined || given === '') return 0
    return Math.max(0, 1 - editDistance(given, word) / word.length)
  },
})

const tokens = (text: string) => text.toLowerCase().match(/[a-z0-9]+/g) ?? []

/** F1 of words as bags, as reading comprehension is scored; order is none of its business. */
const overlap = reward<{ passage: string; question: string; span: string }>({
  name: 'answer span by F1 of words',
  kind: 'text',
  passMark: 1,
  tasks: [
    {
      passage: 'The bridge was built by Marta Olsen in 1911.',
      question: 'Who built it?',
      span: 'Marta Olsen',
    },
    {
      passage: 'Salt lowers the freezing point of water.',
      question: 'What does salt lower?',
      span: 'the freezing point of water',
    },
    {
      passage: 'They met in a small cafe near the old port.',
      question: 'Where did they meet?',
      span: 'in a small cafe near the old port',
    },
  ],
  prompt: ({ passage, question }) => `${passage}\n${question}`,
  gold: ({ span }) => span,
  oracle: ({ span }, answer) =>
    tokens(answer).sort().join(' ') === tokens(span).sort().join(' ') ? 'right' : 'wrong',
  score({ span }, response) {
    const want = tokens(span)
    const left = [...want]
    const given = tokens(response)
    const shared = given.filter(word => {
      const at = left.indexOf(word)
      if (at >= 0) left.splice(at, 1)
      return at >= 0
    }).length
    return given.length === 0 ? 0 : (2 * shared) / (given.length + want.length)
  },
})

interface Ranking {
  query: string
  gains: Record<string, number>
}

const gain = (gains: readonly number[]) =>
  gains.reduce((total, each, i) => total + (2 ** each - 1) / Math.log2(i + 2), 0)

/** NDCG of a complete ranking. */
const ranking = reward<Ranking>({
  name: 'ranking by NDCG',
  kind: 'text',
  manyRight: true,
  passMark: 1,
  tasks: [
    { query: 'bread', gains: { d1: 0, d2: 3, d3: 1 } },
    { query: 'sailing', gains: { d1: 2, d2: 0, d3: 3, d4: 2 } },
    { query: 'chess', gains: { d1: 1, d2: 2, d3: 0, d4: 3, d5: 0 } },
  ],
  prompt: ({ query, gains }) => `Rank ${Object.keys(gains).join(' ')} for "${query}", best first: a > b > c`,
  gold: ({ gains }) =>
    Object.keys(gains)
      .sort((a, b) => gains[b]! - gains[a]!)
      .join(' > '),
  oracle({ gains }, answer) {
    const ids = answer.split('>').map(each => each.trim())
    if (ids.toSorted().join() !== Object.keys(gains).sort().join()) return 'wrong'
    return ids.every((id, i) => i === 0 || gains[ids[i - 1]!]! >= gains[id]!) ? 'right' : 'wrong'
  },
  score({ gains }, response) {
    const ids = response.split('>').map(each => each.trim())
    if (new Set(ids).size !== ids.length || ids.length !== Object.keys(gains).length) return 0
    if (!ids.every(id => Object.hasOwn(gains, id))) return 0
    const best = gain(Object.values(gains).sort((a, b) => b - a))
    return gain(ids.map(id => gains[id]!)) / best
  },
})

/** 1 - Brier score of one forecast; about seven in ten is needed to pass. */
const forecast = reward<{ event: string; happened: 0 | 1 }>({
  name: 'forecast by its Brier score',
  kind: 'number',
  passMark: 0.905,
  tasks: [
    { event: 'rain in Bergen in November', happened: 1 },
    { event: 'snow in Cairo in July', happened: 0 },
    { event: 'a sunrise tomorrow', happened: 1 },
    { event: 'a die showing seven', happened: 0 },
  ],
  prompt: ({ event }) => `How likely is ${event}? Answer with a probability from 0 to 1.`,
  gold: ({ happened }) => String(happened),
  oracle({ happened }, answer) {
    const chance = Number(answer)
    if (!/^\d*\.?\d+$/.test(answer.trim())) return 'unknown'
    if (chance > 1) return 'wrong'
    const miss = Math.abs(chance - happened)
    return miss <= 0.3 ? 'right' : miss >= 0.32 ? 'wrong' : 'unknown'
  },
  score({ happened }, response) {
    const text = response.trim()
    if (!/^(0|1|[01]?\.\d{1,30}|[01]\.)$/.test(text)) return 0
    const chance = Number(text)
    return chance > 1 ? 0 : 1 - (chance - happened) ** 2
  },
})

export const WORDS = [translation, instructions, pattern, summary, spelling, overlap, ranking, forecast]
