/** @file `math/decimals-v1`: add, subtract, multiply and divide decimal numbers by way of whole ones. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'
import { partialProducts } from './multiplication.ts'

type Operator = '+' | '-' | '*' | '/'
/** `units` / 10^`places`; never negative. */
type Decimal = { units: number; places: number }
type Params = { a: Decimal; operator: Operator; b: Decimal }

export const decimals = derivation({
  id: 'math/decimals-v1',
  title: 'Calculate with decimal numbers',
  group: 'arithmetic',
  rules:
    'Leave out the decimal points, work with whole numbers, and put the point back at the end: one step per line, ' +
    'then the answer. Example: for 3.4 * 0.26 write "34*6 = 204", "34*20 = 680", "204 + 680 = 884", "884/1000 = ' +
    '0.884", "answer: 0.884".',
  levels: [
    { operators: '+-', digits: 3, places: 2 },
    { operators: '+-*', digits: 3, places: 2 },
    { operators: '+-*/', digits: 3, places: 3 },
    { operators: '*/', digits: 4, places: 3 },
  ],
  draw: (rng, { operators, digits, places }): Params => {
    for (;;) {
      const operator = operators[rng.int(0, operators.length - 1)] as Operator
      const params = drawOperands(rng, operator, digits, places)
      // 0.1 with its last whole number changed by 9 is 0.10: such results are left out.
      if (!format(result(params)).endsWith('.1')) return params
    }
  },
  identity: ({ a, operator, b }) => {
    const texts = [format(a), format(b)]
    return [operator, ...(operator === '+' || operator === '*' ? texts.toSorted() : texts)]
  },
  question: ({ a, operator, b }) => `What is ${format(a)} ${operator} ${format(b)}?`,
  work: params => {
    const { a, operator, b } = params
    const value = result(params)
    const answer = format(value)
    if (operator === '*') {
      const back = `${value.units}/${10 ** value.places} = ${answer}`
      return { lines: [...partialProducts(a.units, b.units), back], answer }
    }
    const places = Math.max(a.places, b.places)
    const [left, right] = [scaled(a, places), scaled(b, places)]
    if (operator === '/') {
      const whole = `${left}/${right}`
      return { lines: [`${format(a)}/${format(b)} = ${whole}`, `${whole} = ${answer}`], answer }
    }
    const back = `${value.units}/${10 ** places} = ${answer}`
    return { lines: [`${left} ${operator} ${right} = ${value.units}`, back], answer }
  },
})

function drawOperands(rng: Rng, operator: Operator, digits: number, places: number): Params {
  const [x, y] = [drawDecimal(rng, digits, places), drawDecimal(rng, digits, places)]
  if (operator === '+' || operator === '*') return { a: x, operator, b: y }
  if (operator === '-') return isLess(x, y) ? { a: y, operator, b: x } : { a: x, operator, b: y }
  const divisor = drawDecimal(rng, 2, 2)
  return { a: times(x, divisor), operator, b: divisor }
}

/** A number of that many digits with 1 to `places` of them behind the point, the last of which is not 0. */
function drawDecimal(rng: Rng, digits: number, places: number): Decimal {
  const units = rng.int(10 ** (digits - 2), 10 ** (digits - 1) - 1) * 10 + rng.int(1, 9)
  return { units, places: rng.int(1, places) }
}

function result({ a, operator, b }: Params): Decimal {
  if (operator === '*') return times(a, b)
  const places = Math.max(a.places, b.places)
  const [left, right] = [scaled(a, places), scaled(b, places)]
  if (operator === '+') return { units: left + right, places }
  if (operator === '-') return { units: left - right, places }
  // The dividend was made by multiplication, so that it has as many places more than the divisor as the quotient has.
  return { units: a.units / b.units, places: a.places - b.places }
}

function times(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, places: a.places + b.places }
}

function isLess(a: Decimal, b: Decimal): boolean {
  const places = Math.max(a.places, b.places)
  return scaled(a, places) < scaled(b, places)
}

function scaled({ units, places }: Decimal, to: number): number {
  return units * 10 ** (to - places)
}

/** `12.05`; no zeros at the end. */
function format({ units, places }: Decimal): string {
  const digits = String(units).padStart(places + 1, '0')
  const behind = digits.slice(digits.length - places).replace(/0+$/, '')
  const before = digits.slice(0, digits.length - places)
  return behind === '' ? before : `${before}.${behind}`
}
