/**
 * @file `math/twenty-four-v1`: make 24 from four numbers, each used exactly once.
 *
 * One move is one equation of two numbers, which its value replaces. No value is negative: writing the larger number
 * first, and adding where a negative one would be subtracted, every solution can be written that way.
 */
import type { Invalid } from '../../env.ts'
import { isInvalid } from '../../env.ts'
import type { Rng } from '../../rng.ts'
import { corruptLine } from '../derivation.ts'
import type { Fraction, Operator } from '../expression.ts'
import { combine, formatFraction, parseFraction, sameFraction } from '../expression.ts'
import { matched, puzzle } from '../puzzle.ts'

const TARGET = 24
const OPERATORS: readonly Operator[] = ['+', '-', '*', '/']
const NUMBER = String.raw`(\d{1,9}(?::\d{1,9})?)`
const EQUATION = new RegExp(String.raw`^${NUMBER}\s*([-+*/])\s*${NUMBER}\s*=\s*${NUMBER}$`)

type Params = { numbers: number[] }
type Equation = { left: Fraction; operator: Operator; right: Fraction; value: Fraction }

export const twentyFour = puzzle({
  id: 'math/twenty-four-v1',
  title: 'Make 24 from four numbers',
  rules:
    'Make 24 with + - * / from the numbers, each used exactly once. Each line is one equation of two numbers, which its ' +
    'value replaces. No value may be negative; seven halves are written 7:2. ' +
    'Example: from 2 4 7 9 write "7+9=16", then "2*4=8", then "16+8=24".',
  levels: [
    { largest: 20, fractions: 'never needed' },
    { largest: 50, fractions: 'never needed' },
    { largest: 100, fractions: 'never needed' },
    { largest: 100, fractions: 'needed' },
  ],
  maxSteps: 6,
  draw: (rng, { largest, fractions }) =>
    fractions === 'needed' ? drawFractional(rng, largest) : { numbers: drawNumbers(rng, largest) },
  identity: ({ numbers }) => numbers.join(' '),
  start: ({ numbers }) => numbers.map(String),
  view: (_params, pool) => pool.join(' '),
  write: ({ left, operator, right, value }) =>
    `${formatFraction(left)}${operator}${formatFraction(right)}=${formatFraction(value)}`,
  read: readEquation,
  moves: (_params, pool) => equations(pool.map(exact)),
  apply: (_params, pool, equation) => replaced(pool, equation),
  solved: (_params, pool) => pool.length === 1 && pool[0] === String(TARGET),
  distance: (_params, pool) => (makesTarget(pool.map(ratio), false) ? pool.length - 1 : null),
  // Half of the mistakes are in the arithmetic, and half are true equations that lead nowhere.
  slip(_params, pool, rng) {
    if (rng.float() < 0.5) return null
    const [a, b] = rng.shuffle(pool.map(exact))
    const value = formatFraction(combine('+', a!, b!)!)
    return corruptLine(`${formatFraction(a!)}+${formatFraction(b!)}=${value}`, rng)
  },
})

function readEquation(written: string): Equation | Invalid {
  const parts = matched(written, EQUATION, '9-7=2')
  if (isInvalid(parts)) return parts
  const [left, right, value] = [parts[0]!, parts[2]!, parts[3]!].map(parseFraction)
  for (const number of [left!, right!, value!]) if (isInvalid(number)) return number
  return { left, operator: parts[1], right, value } as Equation
}

/** The pool with the two numbers of a true equation replaced by its value. */
function replaced(pool: readonly string[], { left, operator, right, value }: Equation): string[] | Invalid {
  const rest = [...pool]
  for (const number of [left, right]) {
    const at = rest.indexOf(formatFraction(number))
    if (at === -1)
      return { invalid: `${formatFraction(number)} is not among the numbers left: ${rest.join(' ')}` }
    rest.splice(at, 1)
  }
  const exactly = combine(operator, left, right)
  if (exactly === null) return { invalid: 'division by zero' }
  if (exactly.num < 0n) return { invalid: 'expected the larger number first, got a negative value' }
  if (!sameFraction(exactly, value))
    return { invalid: `the left side is ${formatFraction(exactly)}, not ${formatFraction(value)}` }
  return [...rest, formatFraction(exactly)]
}

/** Every true equation of two numbers of the pool, without those that only differ in the order of a sum or product. */
function equations(pool: readonly Fraction[]): Equation[] {
  const found = pool.flatMap((a, i) =>
    pool.slice(0, i).flatMap(b => {
      const [high, low] = a.num * b.den >= b.num * a.den ? [a, b] : [b, a]
      return [...OPERATORS.map(operator => equation(high, operator, low)), equation(low, '/', high)]
    }),
  )
  return found.filter(each => each !== null)
}

function equation(left: Fraction, operator: Operator, right: Fraction): Equation | null {
  const value = combine(operator, left, right)
  return value === null ? null : { left, operator, right, value }
}

function exact(number: string): Fraction {
  const value = parseFraction(number)
  if (isInvalid(value)) throw new RangeError(`twenty-four: broken state: ${value.invalid}`)
  return value
}

/** Numerator and denominator, not always in lowest terms: with four numbers, doubles stay exact. */
type Ratio = readonly [num: number, den: number]

function ratio(number: string): Ratio {
  const [num, den] = number.split(':')
  return [Number(num), Number(den ?? 1)]
}

/** Whether all numbers of the pool together can make 24; `integers`: by way of integers only. */
function makesTarget(pool: readonly Ratio[], integers: boolean): boolean {
  if (pool.length === 1) return pool[0]![0] === TARGET * pool[0]![1]
  if (pool.length === 2) return pairMakesTarget(pool[0]!, pool[1]!)
  for (let i = 1; i < pool.length; i++)
    for (let j = 0; j < i; j++) {
      const rest = pool.filter((_, at) => at !== i && at !== j)
      for (const value of values(pool[i]!, pool[j]!))
        if ((!integers || value[0] % value[1] === 0) && makesTarget([...rest, value], integers)) return true
    }
  return false
}

/** What `values` would find, without making them: this is where the time goes. */
function pairMakesTarget([a, b]: Ratio, [c, d]: Ratio): boolean {
  const [first, second, whole] = [a * d, c * b, TARGET * b * d]
  if (first + second === whole || Math.abs(first - second) === whole || a * c === whole) return true
  return (second !== 0 && first === TARGET * second) || (first !== 0 && second === TARGET * first)
}

/** a+b, |a-b|, a*b, a/b and b/a. */
function values([a, b]: Ratio, [c, d]: Ratio): Ratio[] {
  const [first, second] = [a * d, c * b]
  const found: Ratio[] = [
    [first + second, b * d],
    [Math.abs(first - second), b * d],
    [a * c, b * d],
  ]
  if (second !== 0) found.push([first, second])
  if (first !== 0) found.push([second, first])
  return found
}

/** Four numbers in rising order: 24, split into two numbers three times over. */
function drawNumbers(rng: Rng, largest: number): number[] {
  for (;;) {
    const numbers = [TARGET]
    while (numbers.length < 4)
      numbers.push(...split(rng, numbers.splice(rng.int(0, numbers.length - 1), 1)[0]!, largest))
    if (numbers.every(number => number <= largest)) return numbers.sort((a, b) => a - b)
  }
}

/** Two numbers of 1 or more that one operation makes into `value`. */
function split(rng: Rng, value: number, largest: number): [number, number] {
  for (;;) {
    const other = rng.int(1, largest)
    switch (rng.pick(OPERATORS)) {
      case '+':
        if (other < value) return [other, value - other]
        break
      case '-':
        return [value + other, other]
      case '*':
        if (value % other === 0) return [value / other, other]
        break
      case '/':
        return [value * other, other]
    }
  }
}

/** Four numbers in rising order that make 24 as a*(b+c/d), a/(b-c/d) and the like, but not with integers only. */
function drawFractional(rng: Rng, largest: number): Params {
  for (;;) {
    const [a, b] = [rng.int(1, largest), rng.int(1, largest)]
    const [num, den] = rng.float() < 0.5 ? lowest(TARGET, a) : lowest(a, TARGET)
    const [restNum, restDen] = lowest(Math.abs(num - b * den), den)
    const most = Math.floor(largest / Math.max(restNum, restDen))
    if (restNum === 0 || restDen === 1 || most === 0) continue
    const scale = rng.int(1, most)
    const numbers = [a, b, restNum * scale, restDen * scale].sort((x, y) => x - y)
    if (
      !makesTarget(
        numbers.map((number): Ratio => [number, 1]),
        true,
      )
    )
      return { numbers }
  }
}

function lowest(num: number, den: number): Ratio {
  let [x, y] = [num, den]
  while (y !== 0) [x, y] = [y, x % y]
  return [num / x, den / x]
}
