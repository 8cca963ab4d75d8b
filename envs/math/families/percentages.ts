/** @file `math/percentages-v1`: shares, rises and falls, rates, and the value before a change. */
import type { Rng } from '../../rng.ts'
import { sameAnswer } from '../answer.ts'
import { derivation } from '../derivation.ts'
import { gcd } from '../divisors.ts'

/**
 * share: 15 percent of 240. change: 240 and 15 percent more. rate: from 240 to 276. reverse: 276 after a rise of 15 percent.
 * two changes: 240, 15 percent more, then 20 percent less.
 */
type Kind = 'share' | 'change' | 'rate' | 'reverse' | 'two changes'
/** `base` is what the percentages are of; a fall is a negative percentage. */
type Params = { kind: Kind; base: number; percent: number; second: number }

export const percentages = derivation<Params, { kind: Kind; largest: number }>({
  id: 'math/percentages-v1',
  title: 'Calculate with percentages',
  group: 'arithmetic',
  rules:
    'Write one multiplication, division, sum or difference per line, then the answer as a number. Example: for a ' +
    'price of 240 that rises by 15 percent write "240*15 = 3600", "3600/100 = 36", "240 + 36 = 276", "answer: 276".',
  levels: [
    { kind: 'share', largest: 2_000 },
    { kind: 'change', largest: 3_000 },
    { kind: 'rate', largest: 6_000 },
    { kind: 'reverse', largest: 9_000 },
    { kind: 'two changes', largest: 90_000 },
  ],
  draw: (rng, { kind, largest }) => {
    if (kind === 'two changes') return drawTwo(rng, largest)
    const percent = kind === 'share' ? rng.int(2, 98) : rng.int(2, 75) * sign(rng)
    const unit = 100 / gcd(Math.abs(percent), 100)
    return { kind, base: unit * rng.int(1, Math.floor(largest / unit)), percent, second: 0 }
  },
  identity: ({ kind, base, percent, second }) => [kind, base, percent, second],
  question: ({ kind, base, percent, second }) => {
    const after = changed(base, percent)
    if (kind === 'share') return `What is ${percent} percent of ${base}?`
    if (kind === 'change') return `A price of ${base} ${moves(percent)}. What is the new price?`
    if (kind === 'rate')
      return `A price ${percent < 0 ? 'falls' : 'rises'} from ${base} to ${after}. By how many percent?`
    if (kind === 'reverse') return `A price ${moves(percent)} and is now ${after}. What was it before?`
    return `A price of ${base} ${moves(percent)}, then the new price ${moves(second)}. What is the price in the end?`
  },
  work: params => ({ lines: [...new Set(linesOf(params))], answer: String(answerOf(params)) }),
  accepts: (params, given) =>
    sameAnswer(
      String(answerOf(params)),
      params.kind === 'rate' ? given.replace(/\s*(%|percent)$/, '') : given,
    ),
})

/** Two changes in steps of 5 percent, of a multiple of 400, so that all values are whole. */
function drawTwo(rng: Rng, largest: number): Params {
  const [percent, second] = [5 * rng.int(1, 12) * sign(rng), 5 * rng.int(1, 12) * sign(rng)]
  return { kind: 'two changes', base: 400 * rng.int(1, largest / 400), percent, second }
}

function answerOf({ kind, base, percent, second }: Params): number {
  if (kind === 'share') return (base * percent) / 100
  if (kind === 'rate') return Math.abs(percent)
  return kind === 'reverse' ? base : changed(changed(base, percent), second)
}

function linesOf({ kind, base, percent, second }: Params): string[] {
  const after = changed(base, percent)
  if (kind === 'share') return shareLines(base, percent)
  if (kind === 'change') return changeLines(base, percent)
  if (kind === 'rate') return rateLines(base, after)
  if (kind === 'reverse') return reverseLines(after, percent)
  return [...changeLines(base, percent), ...changeLines(after, second)]
}

function shareLines(base: number, percent: number): string[] {
  return [`${base}*${percent} = ${base * percent}`, `${base * percent}/100 = ${(base * percent) / 100}`]
}

function changeLines(base: number, percent: number): string[] {
  const part = (base * Math.abs(percent)) / 100
  const sum = `${base} ${percent < 0 ? '-' : '+'} ${part} = ${changed(base, percent)}`
  return [...shareLines(base, Math.abs(percent)), sum]
}

function rateLines(base: number, after: number): string[] {
  const part = Math.abs(after - base)
  const difference = after > base ? `${after} - ${base} = ${part}` : `${base} - ${after} = ${part}`
  return [difference, `${part}*100 = ${part * 100}`, `${part * 100}/${base} = ${(part * 100) / base}`]
}

function reverseLines(after: number, percent: number): string[] {
  const now = 100 + percent
  return [
    `100 ${percent < 0 ? '-' : '+'} ${Math.abs(percent)} = ${now}`,
    `${after}*100 = ${after * 100}`,
    `${after * 100}/${now} = ${(after * 100) / now}`,
  ]
}

function changed(base: number, percent: number): number {
  return (base * (100 + percent)) / 100
}

function moves(percent: number): string {
  return `${percent < 0 ? 'falls' : 'rises'} by ${Math.abs(percent)} percent`
}

function sign(rng: Rng): 1 | -1 {
  return rng.next() % 2 === 0 ? 1 : -1
}
