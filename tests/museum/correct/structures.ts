/** @file Correct rewards for structured output: JSON, forms, tool calls, queries. */
import type { Json } from '../../../envs/json.ts'
import { canonicalJson } from '../../../envs/json.ts'
import { reward } from './subject.ts'

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** Canonical text; undefined where a number overflowed and has none. */
function canon(value: Json): string | undefined {
  try {
    return canonicalJson(value)
  } catch {
    return undefined
  }
}

const extraction = reward<{ text: string; record: Json }>({
  name: 'JSON equal in depth',
  kind: 'json',
  tasks: [
    {
      text: 'Mia, 34, lives in Bonn with two cats.',
      record: { name: 'Mia', age: 34, city: 'Bonn', pets: ['cat', 'cat'] },
    },
    {
      text: 'Order 7 is paid: 2 lamps.',
      record: { order: 7, paid: true, items: [{ what: 'lamp', count: 2 }] },
    },
    { text: 'No contact is known.', record: { contact: null } },
    { text: 'It was -4.5 degrees.', record: { temperature: -4.5, unit: 'C' } },
  ],
  prompt: ({ text }) => `Extract a JSON record: ${text}`,
  gold: ({ record }) => JSON.stringify(record),
  forGold(gold) {
    const record = parsed(gold)
    return record !== undefined && canon(record) === gold ? { text: 'See the attachment.', record } : null
  },
  score({ record }, response) {
    const given = parsed(response)
    return given !== undefined && canon(given) === canonicalJson(record) ? 1 : 0
  },
})

interface Form {
  letter: string
  fields: Record<string, string | number | boolean>
}

/** Share of the fields that are right; a field that the form lacks makes the form invalid. */
const form = reward<Form>({
  name: 'form with partial credit',
  kind: 'json',
  passMark: 1,
  tasks: [
    {
      letter: 'I am Bo Lind, born 1990, and want the newsletter.',
      fields: { name: 'Bo Lind', born: 1990, newsletter: true },
    },
    {
      letter: 'Ada King, 1815. No mail please!',
      fields: { name: 'Ada King', born: 1815, newsletter: false },
    },
    {
      letter: 'Yours, Li Wei (b. 2001). Sign me up.',
      fields: { name: 'Li Wei', born: 2001, newsletter: true },
    },
  ],
  prompt: ({ letter }) => `Fill in {"name": string, "born": integer, "newsletter": boolean} from: ${letter}`,
  gold: ({ fields }) => JSON.stringify(fields),
  answer: { wrap: (answer, reasoning) => `${reasoning}\n\`\`\`json\n${answer}\n\`\`\`` },
  score({ fields }, response) {
    const fenced = [...response.matchAll(/^```json\n([^]*?)\n```$/gm)].at(-1)?.[1]
    const given = fenced === undefined ? undefined : parsed(fenced)
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return 0
    if (Object.keys(given).some(key => !Object.hasOwn(fields, key))) return 0
    const right = Object.keys(fields).filter(key => Object.hasOwn(given, key) && given[key] === fields[key])
    return right.length / Object.keys(fields).length
  },
})

interface Call {
  name: string
  arguments: Record<string, Json>
}

function callsOf(text: string): Call[] | null {
  const given = parsed(text)
  const list = Array.isArray(given) ? given : given === undefined ? null : [given]
  if (!list) return null
  const calls = list as unknown as Call[]
  const isCall = (each: Call | null) =>
    typeof each === 'object' &&
    each !== null &&
    typeof each.name === 'string' &&
    typeof each.arguments === 'object' &&
    each.arguments !== null &&
    Object.keys(each).length === 2
  return calls.every(isCall) ? calls : null
}

const TOOLS = 'Tools: weather(city, days), transfer(from, to, amount), remind(text, at).'

const oneCall = reward<{ request: string; call: Call }>({
  name: 'one tool call, arguments exact',
  kind: 'tool-calls',
  tasks: [
    {
      request: 'Weather in Oslo for 3 days',
      call: { name: 'weather', arguments: { city: 'Oslo', days: 3 } },
    },
    {
      request: 'Send 250 from A1 to B2',
      call: { name: 'transfer', arguments: { from: 'A1', to: 'B2', amount: 250 } },
    },
    {
      request: 'Remind me to call Eve at 17:30',
      call: { name: 'remind', arguments: { text: 'call Eve', at: '17:30' } },
    },
  ],
  prompt: ({ request }) => `${TOOLS}\n${request}\nReply with a JSON array of {"name", "arguments"}.`,
  gold: ({ call }) => JSON.stringify([call]),
  score({ call }, response) {
    const calls = callsOf(response)
    if (calls?.length !== 1) return 0
    return canon(calls[0] as unknown as Json) === canonicalJson(call as unknown as Json) ? 1 : 0
  },
})

const callSet = reward<{ request: string; calls: Call[] }>({
  name: 'several tool calls in any order',
  kind: 'tool-calls',
  tasks: [
    {
      request: 'Weather in Rome and in Nice, 1 day each',
      calls: ['Rome', 'Nice'].map(city => ({ name: 'weather', arguments: { city, days: 1 } })),
    },
    {
      request: 'Move 10 from A to B and 20 from B to C',
      calls: [
        { name: 'transfer', arguments: { from: 'A', to: 'B', amount: 10 } },
        { name: 'transfer', arguments: { from: 'B', to: 'C', amount: 20 } },
      ],
    },
  ],
  prompt: ({ request }) => `${TOOLS}\n${request}\nReply with a JSON array of {"name", "arguments"}.`,
  gold: ({ calls }) => JSON.stringify(calls),
  solutions: ({ calls }) => [JSON.stringify(calls), JSON.stringify(calls.toReversed())],
  oracle({ calls }, answer) {
    const given = parsed(answer)
    if (!Array.isArray(given)) return Array.isArray(callsOf(answer)) ? 'unknown' : 'wrong'
    const left = calls.map(call => canon(call as unknown as Json))
    for (const each of given) {
      const at = left.indexOf(canon(each))
      if (at < 0) return 'wrong'
      left.splice(at, 1)
    }
    return left.length === 0 ? 'right' : 'wrong'
  },
  score({ calls }, response) {
    const given = callsOf(response)
    if (!given) return 0
    const texts = (list: readonly Call[]) =>
      list
        .map(each => canon(each as unknown as Json) ?? '')
        .sort()
        .join('\n')
    return texts(given) === texts(calls) ? 1 : 0
  },
})

type Row = { name: string; age: number; town: string }
const PEOPLE: Row[][] = [
  [
    { name: 'Ann', age: 31, town: 'Ulm' },
    { name: 'Ben', age: 45, town: 'Kiel' },
    { name: 'Cem', age: 19, town: 'Ulm' },
    { name: 'Dov', age: 30, town: 'Jena' },
  ],
  [
    { name: 'Eli', age: 18, town: 'Kiel' },
    { name: 'Fay', age: 30, town: 'Ulm' },
    { name: 'Gus', age: 29, town: 'Ulm' },
    { name: 'Hal', age: 70, town: 'Kiel' },
    { name: 'Ida', age: 31, town: 'Kiel' },
    { name: 'Jan', age: 44, town: 'Jena' },
    { name: 'Kim', age: 46, town: 'Jena' },
  ],
  [],
]

/** `SELECT column FROM people [WHERE column op value]`; null where it is anything else. */
function query(sql: string, rows: readonly Row[]): (string | number)[] | null {
  const form =
    /^\s*SELECT\s+(\w+)\s+FROM\s+people(?:\s+WHERE\s+(\w+)\s*(<=|>=|<|>|=)\s*('[^']*'|\d{1,9}))?\s*;?\s*$/i
  const found = form.exec(sql)
  if (!found) return null
  const [, column, key, operator, value] = found
  const columns: readonly string[] = ['name', 'age', 'town']
  if (!columns.includes(column!.toLowerCase()) || (key && !columns.includes(key.toLowerCase()))) return null
  const wanted = value?.startsWith("'") ? value.slice(1, -1) : Number(value)
  const keep = (row: Row): boolean => {
    if (!key) return true
    const each = row[key.toLowerCase() as keyof Row]
    if (typeof each !== typeof wanted) return false
    if (operator === '=') return each === wanted
    if (operator!.endsWith('=') && each === wanted) return true
    return operator!.startsWith('<') ? each < wanted : each > wanted
  }
  return rows.filter(keep).map(row => row[column!.toLowerCase() as keyof Row])
}

const sql = reward<{ request: string; reference: string }>({
  name: 'toy SQL, judged by its rows',
  kind: 'code',
  manyRight: true,
  tasks: [
    { request: 'names of all people older than 30', reference: 'SELECT name FROM people WHERE age > 30' },
    { request: 'ages of those who live in Ulm', reference: "SELECT age FROM people WHERE town = 'Ulm'" },
    { request: 'all towns, with repetition', reference: 'SELECT town FROM people' },
  ],
  prompt: ({ request }) => `Table people(name, age, town). Write one SQL query: ${request}.`,
  gold: ({ reference }) => reference,
  oracle({ reference }, answer) {
    const squash = (text: string) => text.trim().replace(/\s+/g, ' ').replace(/ ?;$/, '')
    if (squash(answer) === squash(reference)) return 'right'
    if (!/select/i.test(answer)) return 'wrong'
    const column = (text: string) => /select\s+(\S+)/i.exec(text)![1]!.toLowerCase()
    return /^\s*select\s+\S+\s/i.test(answer) && column(answer) !== column(reference) ? 'wrong' : 'unknown'
  },
  score({ reference }, response) {
    const same = PEOPLE.every(rows => {
      const given = query(response, rows)
      return given !== null && JSON.stringify(given) === JSON.stringify(query(reference, rows))
    })
    return same ? 1 : 0
  },
})

export const STRUCTURES = [extraction, form, oneCall, callSet, sql]
