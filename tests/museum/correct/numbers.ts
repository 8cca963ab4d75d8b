/** @file Correct rewards for answers that are numbers. */
import { draws } from '../../../rewards/checks/fast-check.ts'
import { rngAt } from '../../../envs/rng.ts'
import { reward } from './subject.ts'

/** Strict: an integer and nothing else. */
const sum = reward({
  name: 'sum of two integers, digits only',
  kind: 'number',
  tasks: draws.record({
    a: draws.integer({ min: -500, max: 500 }),
    b: draws.integer({ min: -500, max: 500 }),
  }),
  prompt: ({ a, b }) => `What is ${a} + ${b}? Reply with the number only.`,
  gold: ({ a, b }) => String(a + b),
  forGold: gold => (/^-?[1-9]\d{0,7}$/.test(gold) ? { a: Number(gold), b: 0 } : null),
  score: ({ a, b }, response) => {
    const text = response.trim()
    return /^-?\d{1,9}$/.test(text) && Number(text) === a + b ? 1 : 0
  },
})

const radii = [1, 2.5, 3, 4.2, 7, 10, 12.25]

/** The last line that starts with `Answer:` counts, within a hundredth. */
const circle = reward<{ radius: number }>({
  name: 'area of a circle to two places',
  kind: 'number',
  tasks: radii.map(radius => ({ radius })),
  prompt: ({ radius }) => `A circle has radius ${radius}. Find its area. End with a line "Answer: <number>".`,
  gold: ({ radius }) => (Math.PI * radius ** 2).toFixed(2),
  tolerance: { absolute: 0.01 },
  answer: { wrap: (answer, reasoning) => `${reasoning}\nAnswer: ${answer}`, policy: 'last' },
  score({ radius }, response) {
    const last = [...response.matchAll(/^Answer:(.*)$/gm)].at(-1)?.[1]?.trim() ?? ''
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(last)) return 0
    const reference = Number((Math.PI * radius ** 2).toFixed(2))
    return Math.abs(Number(last) - reference) <= 0.01 + 1e-9 ? 1 : 0
  },
})

type Fraction = readonly [bigint, bigint]

function fractionOf(text: string): Fraction | null {
  const ratio = /^([+-]?\d{1,400})(?:\s*\/\s*(\d{1,400}))?$/.exec(text.trim())
  if (ratio) {
    const below = BigInt(ratio[2] ?? '1')
    return below === 0n ? null : [BigInt(ratio[1]!.replace('+', '')), below]
  }
  const decimal = /^([+-]?)(\d{0,200})\.(\d{0,200})$/.exec(text.trim())
  if (!decimal || (decimal[2] === '' && decimal[3] === '')) return null
  const above = BigInt(decimal[2]! + decimal[3]!)
  return [decimal[1] === '-' ? -above : above, 10n ** BigInt(decimal[3]!.length)]
}

const fractions = reward<{ a: number; b: number; c: number; d: number }>({
  name: 'sum of fractions, compared exactly',
  kind: 'number',
  tasks: seed => {
    const rng = rngAt('fractions', seed)
    return Array.from({ length: 25 }, () => ({
      a: rng.int(1, 9),
      b: rng.int(2, 9),
      c: rng.int(1, 9),
      d: rng.int(2, 9),
    }))
  },
  prompt: ({ a, b, c, d }) => `Add ${a}/${b} and ${c}/${d}. Put the result after "=".`,
  gold: ({ a, b, c, d }) => reduced(a * d + c * b, b * d),
  answer: { wrap: (answer, reasoning) => `${reasoning} = ${answer}` },
  score({ a, b, c, d }, response) {
    const given = fractionOf(response.slice(response.lastIndexOf('=') + 1))
    if (!given || !response.includes('=')) return 0
    return given[0] * BigInt(b * d) === BigInt(a * d + c * b) * given[1] ? 1 : 0
  },
})

function reduced(above: number, below: number): string {
  const gcd = (m: number, n: number): number => (n === 0 ? m : gcd(n, m % n))
  const shared = gcd(above, below)
  return below === shared ? String(above / shared) : `${above / shared}/${below / shared}`
}

/** `33`, `33.0`, `1,234` and `+7` are one way of writing each; anything odd is null. */
function canonical(text: string): string | null {
  let bare = text.replace(/\\[,!;: ]|[$\s]/g, '')
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(bare)) bare = bare.replaceAll(',', '')
  const parts = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(bare)
  if (!parts || !/\d/.test(bare)) return null
  const whole = parts[2] || '0'
  const rest = parts[3] ? `.${parts[3]}` : ''
  return `${parts[1] === '-' && whole + rest !== '0' ? '-' : ''}${whole}${rest}`
}

/** Content of the last \boxed{…}, braces matched; null where there is none or it never closes. */
function lastBoxed(text: string): string | null {
  const opening = '\\boxed{'
  const start = text.lastIndexOf(opening)
  if (start < 0) return null
  let depth = 1
  for (let at = start + opening.length; at < text.length; at++) {
    if (text[at] === '{') depth++
    if (text[at] === '}' && --depth === 0) return text.slice(start + opening.length, at)
  }
  return null
}

const boxed = reward<{ question: string; answer: number }>({
  name: 'last boxed number',
  kind: 'number',
  tasks: [
    { question: 'How many seconds are there in a day?', answer: 86400 },
    { question: 'What is 17 * 23?', answer: 391 },
    { question: 'What is half of 25?', answer: 12.5 },
    { question: 'What is 15 - 60?', answer: -45 },
    { question: 'How many days has a leap year?', answer: 366 },
    { question: 'What is 2 ** 20?', answer: 1048576 },
  ],
  prompt: ({ question }) => `${question} Put your final answer in \\boxed{}.`,
  gold: ({ answer }) => String(answer),
  forGold: gold =>
    String(Number(gold)) === gold && canonical(gold) === gold
      ? { question: 'A number?', answer: Number(gold) }
      : null,
  answer: { wrap: (answer, reasoning) => `${reasoning}\nThe answer is \\boxed{${answer}}.` },
  score: ({ answer }, response) => {
    const given = lastBoxed(response)
    return given !== null && canonical(given) === String(answer) ? 1 : 0
  },
})

/** One answer tag exactly: whoever writes two has not decided. */
const onlyTag = reward<{ n: number; m: number }>({
  name: 'remainder in the only answer tag',
  kind: 'number',
  tasks: [
    { n: 100, m: 7 },
    { n: 250, m: 9 },
    { n: 1000, m: 33 },
    { n: 77, m: 13 },
    { n: 512, m: 47 },
    { n: 999, m: 101 },
  ],
  prompt: ({ n, m }) => `What is ${n} mod ${m}? Give the result once, as <answer>…</answer>.`,
  gold: ({ n, m }) => String(n % m),
  answer: { wrap: (answer, reasoning) => `${reasoning}<answer>${answer}</answer>`, policy: 'only' },
  score({ n, m }, response) {
    const pieces = response.split('<answer>')
    if (pieces.length !== 2 || response.split('</answer>').length !== 2) return 0
    const inner = pieces[1]!.split('</answer>')[0]!
    return pieces[1]!.includes('</answer>') && canonical(inner) === String(n % m) ? 1 : 0
  },
})

const firstTag = reward<{ items: number[] }>({
  name: 'largest item in the first answer tag',
  kind: 'number',
  tasks: seed => {
    const rng = rngAt('largest', seed)
    return Array.from({ length: 20 }, () => ({
      items: Array.from({ length: 6 }, () => rng.int(-900, 900)),
    }))
  },
  prompt: ({ items }) =>
    `Which is the largest of ${items.join(', ')}? Answer in <answer> tags; the first counts.`,
  gold: ({ items }) => String(Math.max(...items)),
  answer: { wrap: (answer, reasoning) => `${reasoning}\n<answer>${answer}</answer>`, policy: 'first' },
  score({ items }, response) {
    const first = /<answer>(.*?)<\/answer>/s.exec(response)?.[1]
    return first !== undefined && canonical(first) === String(Math.max(...items)) ? 1 : 0
  },
})

const gsm = reward<{ story: string; answer: string }>({
  name: 'story sums with ####',
  kind: 'number',
  tasks: [
    { story: 'Ann has 3 boxes of 12 eggs and breaks 5. How many are left?', answer: '31' },
    { story: 'A bus has 48 seats. 19 are free. How many are taken?', answer: '29' },
    { story: 'A farm sells 150 melons a day for 14 days. How many are sold?', answer: '2,100' },
    { story: 'Tom owes 20 and pays back 8 twice. How much does he owe?', answer: '4' },
    { story: 'A rope of 90 m is cut in 6 equal parts. How long is each in metres?', answer: '15' },
  ],
  prompt: ({ story }) => `${story}\nFinish with "#### <number>".`,
  gold: ({ answer }) => answer,
  forGold: gold => ({ story: 'How many are there?', answer: gold }),
  answer: { wrap: (answer, reasoning) => `${reasoning}\n#### ${answer}` },
  score({ answer }, response) {
    const reference = canonical(answer)
    // A reference that is no number cannot be met: the row is at fault, not the response.
    if (reference === null) return null
    const marked = response.match(/^####.*$/gm)
    return marked && canonical(marked.at(-1)!.slice(4)) === reference ? 1 : 0
  },
})

/** From -1 to 1, as some trainers want it: wrong and unreadable answers both cost. */
const powers = reward<{ base: number; exponent: number }>({
  name: 'large powers, -1 or 1',
  kind: 'number',
  range: [-1, 1],
  tasks: [2, 3, 7].flatMap(base => [30, 41, 64].map(exponent => ({ base, exponent }))),
  prompt: ({ base, exponent }) => `Write out ${base}^${exponent} in full.`,
  gold: ({ base, exponent }) => String(BigInt(base) ** BigInt(exponent)),
  score({ base, exponent }, response) {
    const given = canonical(response)
    return given === String(BigInt(base) ** BigInt(exponent)) ? 1 : -1
  },
})

/** Relative tolerance, for physics. */
const energy = reward<{ mass: number; speed: number }>({
  name: 'kinetic energy within one per cent',
  kind: 'number',
  tolerance: { relative: 0.01 },
  tasks: [
    { mass: 2, speed: 30 },
    { mass: 70, speed: 9.5 },
    { mass: 1200, speed: 27.8 },
    { mass: 0.45, speed: 12 },
  ],
  prompt: ({ mass, speed }) =>
    `Kinetic energy in joules of ${mass} kg at ${speed} m/s? Final line: E = <number>`,
  gold: ({ mass, speed }) => String(0.5 * mass * speed * speed),
  answer: { wrap: (answer, reasoning) => `${reasoning}\nE = ${answer}` },
  score({ mass, speed }, response) {
    const lines = response.split(/\r?\n/).filter(line => /^\s*E\s*=/.test(line))
    const text = (lines.at(-1) ?? '').replace(/^\s*E\s*=/, '').trim()
    if (!/^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?$/.test(text)) return 0
    const want = 0.5 * mass * speed * speed
    return Math.abs(parseFloat(text) - want) / want <= 0.01 ? 1 : 0
  },
})

export const NUMBERS = [sum, circle, fractions, boxed, onlyTag, firstTag, gsm, powers, energy]
