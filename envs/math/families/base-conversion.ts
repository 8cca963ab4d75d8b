/** @file `math/base-conversion-v1`: write a number of one base in another. The answer is its digits, not its value. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'

type Route = 'from ten' | 'to ten' | 'between'
type Params = { value: number; from: number; to: number }

export const baseConversion = derivation<Params, { route: Route; base: number; largest: number }>({
  id: 'math/base-conversion-v1',
  title: 'Convert a number to another base',
  group: 'arithmetic',
  rules:
    'Unless it is in base ten, first build up the value digit by digit; then divide by the new base until 0 is left, ' +
    'and read the remainders backwards (digits above 9 are A, B, C, D, E, F). Example: for 132 from base 4 to base 7 ' +
    'write "1*4 + 3 = 7", "7*4 + 2 = 30", "30 = 7*4 + 2", "4 = 7*0 + 4", "answer: 42".',
  levels: [
    { route: 'from ten', base: 5, largest: 999 },
    { route: 'to ten', base: 9, largest: 4_999 },
    { route: 'between', base: 9, largest: 4_999 },
    { route: 'between', base: 16, largest: 65_535 },
  ],
  draw: (rng, { route, base, largest }) => {
    const value = rng.int(20, largest)
    if (route === 'from ten') return { value, from: 10, to: drawBase(rng, base) }
    if (route === 'to ten') return { value, from: drawBase(rng, base), to: 10 }
    const [from, to] = [drawBase(rng, base), drawBase(rng, base)]
    return { value, from, to: to === from ? (to === 2 ? 3 : 2) : to }
  },
  identity: ({ value, from, to }) => [value, from, to],
  question: ({ value, from, to }) =>
    `Write the number ${digitsOf(value, from)} of base ${from} in base ${to}.`,
  work: ({ value, from, to }) => {
    const built = from === 10 ? [] : buildUp(value, from)
    const divided = to === 10 ? [] : divideDown(value, to)
    return { lines: [...built, ...divided], answer: digitsOf(value, to) }
  },
  accepts: ({ value, to }, given) => given.toUpperCase() === digitsOf(value, to),
  /** The remainders in the order in which they came. */
  mistake: ({ value, to }) => {
    const digits = digitsOf(value, to)
    const backwards = digits.split('').toReversed().join('')
    return backwards === digits ? `${digits}0` : backwards
  },
})

/** Not ten. */
function drawBase(rng: Rng, largest: number): number {
  const base = rng.int(2, largest)
  return base === 10 ? 16 : base
}

function digitsOf(value: number, base: number): string {
  return value.toString(base).toUpperCase()
}

function buildUp(value: number, base: number): string[] {
  const digits = value
    .toString(base)
    .split('')
    .map(digit => Number.parseInt(digit, base))
  const lines: string[] = []
  let total = digits[0]!
  for (const digit of digits.slice(1)) {
    lines.push(`${total}*${base} + ${digit} = ${total * base + digit}`)
    total = total * base + digit
  }
  return lines
}

function divideDown(value: number, base: number): string[] {
  const lines: string[] = []
  for (let rest = value; rest > 0; rest = Math.floor(rest / base))
    lines.push(`${rest} = ${base}*${Math.floor(rest / base)} + ${rest % base}`)
  return lines
}
