/** @file Correct rewards for measured things: units, money, shares, dates, times, complex numbers. */
import { reward } from './subject.ts'

const METRES: Readonly<Record<string, number>> = { mm: 1, cm: 10, m: 1000, km: 1_000_000 }

/** Whole millimetres; null where the unit is missing or strange. */
function millimetres(text: string): number | null {
  const found = /^(\d{1,7}(?:\.\d{1,6})?)\s*(mm|cm|m|km)$/.exec(text.trim())
  if (!found) return null
  return Math.round(Number(found[1]) * METRES[found[2]!]! * 1e6) / 1e6
}

const distance = reward<{ metres: number; parts: string }>({
  name: 'length with its unit',
  kind: 'text',
  tasks: [
    { metres: 1500, parts: 'three laps of 500 m' },
    { metres: 42, parts: 'twelve steps of 3.5 m' },
    { metres: 7.5, parts: 'five tables of 1.5 m' },
    { metres: 400, parts: 'eight pools of 50 m' },
  ],
  prompt: ({ parts }) => `How long are ${parts} together? Give a number and a unit.`,
  gold: ({ metres }) => `${metres} m`,
  oracle: ({ metres }, answer) => {
    const [, amount, unit] = /^\s*([\d.]+)\s*([a-z]+)\s*$/.exec(answer) ?? []
    const scale = { m: 1, km: 1e3, cm: 1e-2, mm: 1e-3 }[unit ?? '']
    if (amount === undefined || scale === undefined) return 'wrong'
    return Math.abs(Number(amount) * scale - metres) < 1e-7 ? 'right' : 'wrong'
  },
  score: ({ metres }, response) => (millimetres(response) === metres * 1000 ? 1 : 0),
})

/** Cents, exactly; `$`, `USD` or nothing, commas only where they belong. */
function cents(text: string): bigint | null {
  const found = /^(-?)\$? ?(\d{1,3}(?:,\d{3})*|\d{1,12})(?:\.(\d\d))?(?: USD)?$/.exec(text.trim())
  if (!found) return null
  const amount = BigInt(found[2]!.replaceAll(',', '')) * 100n + BigInt(found[3] ?? '0')
  return found[1] === '-' ? -amount : amount
}

const money = reward<{ price: number; count: number }>({
  name: 'price of several, to the cent',
  kind: 'text',
  tasks: [
    { price: 1999, count: 3 },
    { price: 250, count: 480 },
    { price: 105, count: 7 },
    { price: 12345, count: 100 },
    { price: 5, count: 9 },
  ],
  prompt: ({ price, count }) =>
    `One costs $${(price / 100).toFixed(2)}. What do ${count} cost? Answer like $1.50.`,
  gold: ({ price, count }) => `$${((price * count) / 100).toFixed(2)}`,
  oracle({ price, count }, answer) {
    const plain = answer
      .trim()
      .replace(/^(-?)\$ ?/, '$1')
      .replace(/ USD$/, '')
    const grouped = /^-?\d{1,3}(,\d{3})+(\.\d\d)?$/.test(plain) || /^-?\d{1,12}(\.\d\d)?$/.test(plain)
    return grouped && Math.round(Number(plain.replaceAll(',', '')) * 100) === price * count
      ? 'right'
      : 'wrong'
  },
  score: ({ price, count }, response) => (cents(response) === BigInt(price) * BigInt(count) ? 1 : 0),
})

/** The sign belongs to the form of the answer, so a bare share such as 0.125 is no answer. */
const percent = reward<{ part: number; whole: number }>({
  name: 'percentage with its sign',
  kind: 'number',
  tolerance: { absolute: 0.05 },
  tasks: [
    { part: 1, whole: 8 },
    { part: 3, whole: 7 },
    { part: 45, whole: 60 },
    { part: 9, whole: 4 },
    { part: 17, whole: 1000 },
  ],
  prompt: ({ part, whole }) => `${part} of ${whole} is how many per cent? Last line: "Result: <number> %"`,
  gold: ({ part, whole }) => ((100 * part) / whole).toFixed(1),
  answer: { wrap: (answer, reasoning) => `${reasoning}\nResult: ${answer} %` },
  score({ part, whole }, response) {
    const found = [...response.matchAll(/^Result:([^%\n]*)%[^\S\n]*$/gm)].at(-1)?.[1]?.trim()
    if (!found || !/^[+-]?\d{1,9}(\.\d{0,12})?$/.test(found)) return 0
    const reference = Number(((100 * part) / whole).toFixed(1))
    return Math.abs(Number(found) - reference) < 0.0500001 ? 1 : 0
  },
})

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)

/** Day, month and year of `2025-03-14`, `14 March 2025` or `March 14, 2025`. */
function dateOf(text: string): string | null {
  const trimmed = text.trim()
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(trimmed)
  if (iso) return trimmed
  const british = /^(\d{1,2}) ([A-Z][a-z]+) (\d{4})$/.exec(trimmed)
  const american = /^([A-Z][a-z]+) (\d{1,2}), (\d{4})$/.exec(trimmed)
  const [day, month, year] = british
    ? [british[1]!, british[2]!, british[3]!]
    : american
      ? [american[2]!, american[1]!, american[3]!]
      : []
  const at = MONTHS.indexOf(month ?? '')
  return at < 0 ? null : `${year}-${String(at + 1).padStart(2, '0')}-${day!.padStart(2, '0')}`
}

function spellings(iso: string): string[] {
  const [year, month, day] = iso.split('-').map(Number) as [number, number, number]
  return [iso, `${day} ${MONTHS[month - 1]} ${year}`, `${MONTHS[month - 1]} ${day}, ${year}`]
}

const dates = reward<{ start: string; days: number; end: string }>({
  name: 'date some days later',
  kind: 'text',
  tasks: [
    { start: '2024-02-27', days: 3, end: '2024-03-01' },
    { start: '2025-12-30', days: 5, end: '2026-01-04' },
    { start: '1999-06-15', days: 100, end: '1999-09-23' },
    { start: '2023-02-27', days: 3, end: '2023-03-02' },
  ],
  prompt: ({ start, days }) =>
    `Which date is ${days} days after ${start}? E.g. 2020-01-31 or 31 January 2020.`,
  gold: ({ end }) => end,
  solutions: ({ end }) => spellings(end),
  oracle({ end }, answer) {
    const text = answer.trim()
    if (spellings(end).includes(text)) return 'right'
    if (/^\d{4}-\d\d-\d\d$/.test(text)) return 'wrong'
    // Other spellings of the right day are accepted or not; other days are wrong.
    return text.includes(end.slice(0, 4)) && text.includes(String(Number(end.slice(8)))) ? 'unknown' : 'wrong'
  },
  score: ({ end }, response) => (dateOf(response) === end ? 1 : 0),
})

/** Minutes of `2 h 05 min`, `2h5m`, `125 min` or `2:05`. */
function minutes(text: string): number | null {
  const clock = /^(\d{1,3}):([0-5]\d)$/.exec(text)
  if (clock) return 60 * Number(clock[1]) + Number(clock[2])
  const spoken = /^(?:(\d{1,4}) ?h(?:ours?)?)? ?(?:(\d{1,5}) ?m(?:in(?:utes)?)?)?$/.exec(text)
  if (!spoken || (spoken[1] === undefined && spoken[2] === undefined)) return null
  return 60 * Number(spoken[1] ?? 0) + Number(spoken[2] ?? 0)
}

const durations = reward<{ from: string; to: string; minutes: number }>({
  name: 'duration of a journey',
  kind: 'text',
  tasks: [
    { from: '08:50', to: '10:55', minutes: 125 },
    { from: '23:30', to: '00:15', minutes: 45 },
    { from: '06:00', to: '18:00', minutes: 720 },
  ],
  prompt: ({ from, to }) => `A train leaves at ${from} and arrives at ${to}. How long does it take?`,
  gold: task => `${Math.floor(task.minutes / 60)}:${String(task.minutes % 60).padStart(2, '0')}`,
  solutions: task => [
    `${Math.floor(task.minutes / 60)}:${String(task.minutes % 60).padStart(2, '0')}`,
    `${task.minutes} min`,
  ],
  oracle: (task, answer) => {
    const numbers = answer.match(/\d+/g) ?? []
    if (numbers.length === 1 && /^\d+ min$/.test(answer))
      return Number(numbers[0]) === task.minutes ? 'right' : 'wrong'
    if (/^\d+:\d\d$/.test(answer) && Number(numbers[1]) < 60)
      return 60 * Number(numbers[0]) + Number(numbers[1]) === task.minutes ? 'right' : 'wrong'
    return numbers.length === 0 ? 'wrong' : 'unknown'
  },
  score: (task, response) => (minutes(response.trim()) === task.minutes ? 1 : 0),
})

/** Real and imaginary part of `3-4i`, `2i`, `7`, in any order of the two. */
function complexOf(text: string): readonly [number, number] | null {
  const bare = text.replace(/\s+/g, '').replaceAll('*', '')
  if (bare === '' || !/^[+-]?(\d{1,6}i?|i)([+-](\d{1,6}i?|i))?$/.test(bare)) return null
  const terms = bare.match(/[+-]?(\d+i?|i)/g)!
  const imaginary = terms.filter(term => term.endsWith('i'))
  if (imaginary.length > 1 || terms.length - imaginary.length > 1) return null
  const real = terms.find(term => !term.endsWith('i'))
  const factor = imaginary[0]?.slice(0, -1)
  return [
    Number(real ?? 0),
    factor === undefined ? 0 : /\d/.test(factor) ? Number(factor) : Number(`${factor}1`),
  ]
}

const complex = reward<{ a: [number, number]; b: [number, number] }>({
  name: 'product of complex numbers',
  kind: 'expression',
  tasks: [
    { a: [1, 2], b: [3, -1] },
    { a: [0, 1], b: [0, 1] },
    { a: [2, -3], b: [2, 3] },
    { a: [-4, 5], b: [1, 1] },
  ],
  prompt: ({ a, b }) => `Multiply (${a[0]} + ${a[1]}i) by (${b[0]} + ${b[1]}i). Write the result as a+bi.`,
  gold({ a, b }) {
    const [x, y] = [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
    return y === 0 ? String(x) : `${x}${y < 0 ? '-' : '+'}${Math.abs(y)}i`
  },
  score({ a, b }, response) {
    const given = complexOf(response)
    if (!given) return 0
    return given[0] === a[0] * b[0] - a[1] * b[1] && given[1] === a[0] * b[1] + a[1] * b[0] ? 1 : 0
  },
})

export const QUANTITIES = [distance, money, percent, dates, durations, complex]
