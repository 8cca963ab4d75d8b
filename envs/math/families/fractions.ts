/** @file `math/fractions-v1`: add, subtract, multiply and divide fractions. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'
import { gcd } from '../divisors.ts'

/** In lowest terms; `den` > 0. */
type Ratio = { num: number; den: number }
type Operator = '+' | '-' | '*' | '/'
/** Operations from left to right, each on the value so far. */
type Params = { first: Ratio; steps: { operator: Operator; operand: Ratio }[] }

export const fractions = derivation({
  id: 'math/fractions-v1',
  title: 'Calculate with fractions',
  group: 'arithmetic',
  rules:
    'Add and subtract over the least common denominator, divide by multiplying by the reciprocal, and reduce every ' +
    'result to lowest terms: one step per line, then the answer. Example: for 1/6 + 3/10 write "1/6 + 3/10 = 5/30 + ' +
    '9/30", "5/30 + 9/30 = 14/30", "14/30 = 7/15", "answer: 7/15".',
  levels: [
    { operators: '+-', terms: 2, largest: 12 },
    { operators: '+-*/', terms: 2, largest: 15 },
    { operators: '+-*/', terms: 3, largest: 12 },
    { operators: '+-*/', terms: 4, largest: 15 },
  ],
  draw: (rng, { operators, terms, largest }): Params => {
    const first = drawRatio(rng, largest)
    const steps: Params['steps'] = []
    let value = first
    while (steps.length < terms - 1) {
      const operand = drawRatio(rng, largest)
      const operator = notToZero(value, operators[rng.int(0, operators.length - 1)] as Operator, operand)
      steps.push({ operator, operand })
      value = reduced(combined(value, operator, operand))
    }
    return { first, steps }
  },
  identity: ({ first, steps }) => {
    const [{ operator, operand }, ...rest] = steps as [Params['steps'][number], ...Params['steps']]
    const texts = [format(first), format(operand)]
    const commutes = operator === '+' || operator === '*'
    return [
      operator,
      ...(commutes ? texts.toSorted() : texts),
      ...rest.map(next => next.operator + format(next.operand)),
    ]
  },
  question: ({ first, steps }) => {
    const whole = steps.reduce((text, { operator, operand }, i) => {
      const left = i > 0 ? `(${text})` : text
      return `${left} ${operator} ${operator === '/' ? `(${format(operand)})` : format(operand)}`
    }, format(first))
    return `What is ${whole}?`
  },
  work: ({ first, steps }) => {
    const lines = new Set<string>()
    const value = steps.reduce(
      (left, { operator, operand }) => workOut(left, operator, operand, lines),
      first,
    )
    return { lines: [...lines], answer: format(value) }
  },
})

/** A fraction in lowest terms that is no integer, below 2. */
function drawRatio(rng: Rng, largest: number): Ratio {
  const den = rng.int(2, largest)
  const num = rng.int(1, 2 * den - 1)
  return reduced({ num: num === den ? 1 : num, den })
}

/** A value of 0 would leave nothing to work out: then add instead of subtract, or the other way round. */
function notToZero(value: Ratio, operator: Operator, operand: Ratio): Operator {
  if (combined(value, operator, operand).num !== 0) return operator
  return operator === '+' ? '-' : '+'
}

/** Not reduced. */
function combined(a: Ratio, operator: Operator, b: Ratio): Ratio {
  if (operator === '*') return { num: a.num * b.num, den: a.den * b.den }
  if (operator === '/') return { num: a.num * b.den, den: a.den * b.num }
  const den = (a.den / gcd(a.den, b.den)) * b.den
  const [left, right] = [(a.num * den) / a.den, (b.num * den) / b.den]
  return { num: operator === '+' ? left + right : left - right, den }
}

/** The value in lowest terms; the steps to it are added to `lines`. The operand of a division is positive. */
function workOut(a: Ratio, operator: Operator, b: Ratio, lines: Set<string>): Ratio {
  if (operator === '/') {
    const reciprocal = { num: b.den, den: b.num }
    lines.add(`${format(a)} / (${format(b)}) = ${format(a)} * ${format(reciprocal)}`)
    return workOut(a, '*', reciprocal, lines)
  }
  const raw = combined(a, operator, b)
  const value = reduced(raw)
  let asked = `${format(a)} ${operator} ${format(b)}`
  if (operator !== '*' && a.den !== b.den) {
    const [left, right] = [(a.num * raw.den) / a.den, (b.num * raw.den) / b.den]
    const alike = `${left}/${raw.den} ${operator} ${right}/${raw.den}`
    lines.add(`${asked} = ${alike}`)
    asked = alike
  }
  lines.add(`${asked} = ${format(raw)}`)
  if (raw.den !== value.den) lines.add(`${format(raw)} = ${format(value)}`)
  return value
}

function reduced({ num, den }: Ratio): Ratio {
  const divisor = gcd(Math.abs(num), den)
  return { num: num / divisor, den: den / divisor }
}

function format({ num, den }: Ratio): string {
  return den === 1 ? String(num) : `${num}/${den}`
}
