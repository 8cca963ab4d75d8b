/** @file The families of arithmetic, number theory and algebra, each answer found again in a way of the test's own. */
import { runInNewContext } from 'node:vm'
import type { Exact } from '../../envs/math/exact.ts'
import { formatExact } from '../../envs/math/exact.ts'
import { baseConversion } from '../../envs/math/families/base-conversion.ts'
import { chainSum } from '../../envs/math/families/chain-sum.ts'
import { chineseRemainder } from '../../envs/math/families/chinese-remainder.ts'
import { decimals } from '../../envs/math/families/decimals.ts'
import { division } from '../../envs/math/families/division.ts'
import { divisorSum } from '../../envs/math/families/divisor-sum.ts'
import { fractions } from '../../envs/math/families/fractions.ts'
import { lcm } from '../../envs/math/families/lcm.ts'
import { linearEquation } from '../../envs/math/families/linear-equation.ts'
import { linearSystem } from '../../envs/math/families/linear-system.ts'
import { modularInverse } from '../../envs/math/families/modular-inverse.ts'
import { modularPower } from '../../envs/math/families/modular-power.ts'
import { multiplication } from '../../envs/math/families/multiplication.ts'
import { orderOfOperations } from '../../envs/math/families/order-of-operations.ts'
import { percentages } from '../../envs/math/families/percentages.ts'
import { polynomialDivision } from '../../envs/math/families/polynomial-division.ts'
import { polynomialEvaluation } from '../../envs/math/families/polynomial-evaluation.ts'
import { polynomialProduct } from '../../envs/math/families/polynomial-product.ts'
import { primeFactorisation } from '../../envs/math/families/prime-factorisation.ts'
import { quadraticEquation } from '../../envs/math/families/quadratic-equation.ts'
import type { Value } from '../../envs/math/functions.ts'
import type { Meaning } from '../../envs/math/statement.ts'
import { evaluate, isTrue, sameValue } from '../../envs/math/statement.ts'
import type { FamilyCase } from '../contracts/family-suite.ts'
import { familySuite } from '../contracts/family-suite.ts'

/** More points than any polynomial here has roots. */
const POINTS = { assignments: [-4, -3, -2, -1, 0, 1, 2, 3, 4].map(x => ({ x })) }

const CASES: FamilyCase[] = [
  {
    env: chainSum,
    name: question => inAnyOrder(question, /(- )?\d+/g),
    agrees: (question, answer) => {
      const terms = question.match(/(?:- )?\d+/g)!.map(term => Number(term.replace(' ', '')))
      return terms.reduce((sum, term) => sum + term) === Number(answer)
    },
    params: { terms: [47, -12, 85] },
    right: ['120', ' 120 '],
    wrong: ['121', '47 - 12 + 85', ''],
    true: ['47 + 85 = 132', '132 - 12 = 120', '85 - 12 + 47 = 120'],
    false: ['47 + 85 = 122', '35 + 85 = 130'],
  },
  {
    env: multiplication,
    name: question => inAnyOrder(question, /\d+/g),
    agrees: (question, answer) => {
      const [a, b] = numbersIn(question).map(BigInt) as [bigint, bigint]
      return a * b === BigInt(answer)
    },
    params: { a: 347, b: 26 },
    right: ['9022'],
    wrong: ['347*26', '2776', '9022.5'],
    true: ['300*26 = 7800', '26*347 = 9022', '347 × 26 = 350*26 - 3*26'],
    false: ['347*20 = 694', '2082 + 694 = 9022'],
  },
  {
    env: division,
    agrees: (question, answer) => {
      let [rest, quotient] = [numbersIn(question)[0]!, 0]
      for (const divisor = numbersIn(question)[1]!; rest >= divisor; rest -= divisor) quotient++
      return answer === `${quotient} remainder ${rest}`
    },
    params: { dividend: 1234, divisor: 7 },
    right: ['176 r 2', '176 R2', '176, 2', '176  REMAINDER 2'],
    wrong: ['176', '175 remainder 9', '2 remainder 176', '176 remainder -2', '176.29'],
    true: ['1234 = 7*176 + 2', '12 = 7*1 + 5', '1234 - 1232 = 2', 'floor(1234/7) = 176', '1234 mod 7 = 2'],
    false: ['1234 = 7*175 + 2', '1234/7 = 176'],
  },
  {
    env: orderOfOperations,
    agrees: (question, answer) => runInNewContext(asked(question)) === Number(answer),
    params: { tree: [[3, '+', 4], '*', [5, '-', [6, '/', 2]]] },
    right: ['14'],
    wrong: ['(3 + 4) * (5 - 6 / 2)', '32', '-14'],
    true: ['(3 + 4) * (5 - 6 / 2) = 7 * (5 - 3) = 14', '7*2 = 14', '7*5 - 7*3 = 14'],
    false: ['7 * 5 - 3 = 14', '5 - 6 / 2 = 1'],
  },
  {
    env: fractions,
    name: question => (/^[^(]* [+*] [^(]*$/.test(question) ? inAnyOrder(question, /\S*\d|[+*]/g) : question),
    // A result of 0 would be written over a denominator that may be anything.
    agrees: (question, answer) =>
      formatExact(evaluate(asked(question)) as Exact) === answer && answer !== '0',
    params: { first: { num: 1, den: 6 }, steps: [{ operator: '+', operand: { num: 3, den: 10 } }] },
    right: ['7/15', '14/30'],
    wrong: ['4/16', '1/6 + 3/10', '0.4667', '-7/15'],
    true: ['10/60 + 18/60 = 28/60', '28/60 = 7/15', '1/6 + 3/10 = (1*5 + 3*3)/30'],
    false: ['1/6 + 3/10 = 4/16', '14/30 = 7/16'],
  },
  {
    env: decimals,
    name: question => (/ [+*] /.test(question) ? inAnyOrder(question, /[\d.]+|[+*]/g) : question),
    agrees: (question, answer) =>
      sameValue(evaluate(asked(question))!, evaluate(answer)!) && !/\.\d*0$/.test(answer),
    params: { a: { units: 34, places: 1 }, operator: '*', b: { units: 26, places: 2 } },
    right: ['0.884', '0.8840', '884/1000'],
    wrong: ['8.84', '884', '0.8839999999999999999', '0,884'],
    true: ['3.4*0.26 = 0.884', '3.4*26 = 88.4', '0.2*3.4 + 0.06*3.4 = 0.884'],
    false: ['3.4*0.26 = 8.84', '0.68 + 0.204 = 0.8841'],
  },
  {
    env: percentages,
    agrees: percentageAgrees,
    params: { kind: 'rate', base: 240, percent: -15, second: 0 },
    right: ['15', '15%', '15 %', '15 percent', '15.0'],
    wrong: ['-15', '0.15', '36', '85'],
    true: ['36/240 = 0.15', '240 - 204 = 36', '204/240*100 = 85', '100 - 85 = 15'],
    false: ['36/204 = 0.15', '204/240*100 = 84'],
  },
  {
    env: baseConversion,
    agrees: (question, answer) => {
      const [, digits, from, to] = /number (\w+) of base (\d+) in base (\d+)/.exec(question)!
      const [given, answered] = [placeValue(digits!, Number(from)), placeValue(answer, Number(to))]
      return given !== null && given === answered && !answer.startsWith('0')
    },
    params: { value: 189, from: 10, to: 16 },
    right: ['BD', 'bd'],
    wrong: ['189', 'DB', '0xBD', '11*16 + 13', '0BD'],
    true: ['11*16 + 13 = 189', '189 mod 16 = 13', '11*16^1 + 13*16^0 = 189'],
    false: ['189 = 16*11 + 12', '189 mod 16 = 11'],
  },
  {
    env: lcm,
    name: question => inAnyOrder(question, /\d+/g),
    agrees: (question, answer) => {
      const numbers = numbersIn(question)
      let multiple = numbers[0]!
      while (!numbers.every(number => multiple % number === 0)) multiple += numbers[0]!
      return multiple === Number(answer)
    },
    params: { numbers: [12, 18] },
    right: ['36'],
    wrong: ['216', '72', '6', '12*3'],
    true: ['12 = 2^2*3', 'lcm(12, 18) = 36', 'gcd(12, 18) = 6', '12*18/6 = 36', '36 = 2*18, 36 = 3*12'],
    false: ['lcm(12, 18) = 72', '12 mod 18 = 6'],
  },
  {
    env: primeFactorisation,
    agrees: (question, answer) => {
      const factors = answer.split(' * ').map(Number)
      return factors.every(isPrime) && factors.reduce((a, b) => a * b) === numbersIn(question)[0]
    },
    params: { number: 84 },
    right: ['7 * 2 * 3 * 2', '2^2 * 3 * 7', '3*7*2 ^ 2', '2, 2, 3, 7', '2 × 2 × 3 × 7'],
    wrong: [
      '4 * 3 * 7',
      '1 * 2 * 2 * 3 * 7',
      '84',
      '2 * 3 * 7',
      '2 * 2 * 3 * 7 * 1',
      '2 * 2 * 3 * 7 *',
      '84^1',
    ],
    true: ['84 = 4*21', '21 = 3*7', '84/7 = 12', '2^2*3*7 = 84'],
    false: ['84 = 4*22', '84/3 = 27'],
  },
  {
    env: divisorSum,
    agrees: (question, answer) => {
      const number = numbersIn(question)[0]!
      let sum = 0
      for (let d = 1; d * d <= number; d++) if (number % d === 0) sum += d * d === number ? d : d + number / d
      return sum === Number(answer)
    },
    params: { number: 12 },
    right: ['28'],
    wrong: ['16', '7*4', '6'],
    true: ['1 + 2 + 3 + 4 + 6 + 12 = 28', '(2^3 - 1)/(2 - 1) = 7', '12 = 3*4'],
    false: ['1 + 2 + 3 + 4 + 6 = 28', '7*4 = 24'],
  },
  {
    env: modularPower,
    agrees: (question, answer) => {
      const [base, exponent, modulus] = numbersIn(question) as [number, number, number]
      let value = 1
      for (let i = 0; i < exponent; i++) value = (value * base) % modulus
      return value === Number(answer)
    },
    params: { base: 3, exponent: 6, modulus: 10 },
    right: ['9'],
    wrong: ['19', '-1', '729'],
    true: ['3^6 = 729', '729 mod 10 = 9', '3^4 mod 10 = 1', '3^6 mod 10 = 3^4*3^2 mod 10'],
    false: ['3^4 mod 10 = 2', '729 mod 10 = 7'],
  },
  {
    env: modularInverse,
    agrees: (question, answer) => {
      const [, , number, , modulus] = numbersIn(question) as [number, number, number, number, number]
      const all = Array.from({ length: modulus }, (_, i) => i).filter(i => (i * number) % modulus === 1)
      return all.length === 1 && all[0] === Number(answer)
    },
    params: { number: 17, modulus: 43 },
    right: ['38'],
    wrong: ['-5', '81', '5'],
    true: ['43 = 2*17 + 9', '43 mod 17 = 9', '1 = 2*43 - 5*17', '-5 mod 43 = 38', '17*38 = 15*43 + 1'],
    false: ['43 = 2*17 + 8', '1 = 2*43 - 4*17', '17*5 mod 43 = 1'],
  },
  {
    env: chineseRemainder,
    agrees: (question, answer) => {
      const conditions = [...question.matchAll(/mod (\d+) = (\d+)/g)].map(
        match => [+match[1]!, +match[2]!] as const,
      )
      let x = 0
      while (!conditions.every(([modulus, remainder]) => x % modulus === remainder)) x++
      return x === Number(answer)
    },
    params: {
      congruences: [
        { modulus: 5, remainder: 2 },
        { modulus: 7, remainder: 3 },
      ],
    },
    right: ['17'],
    wrong: ['52', '87', '-18'],
    true: ['x mod 5 = 2', '17 = 3*5 + 2', '2*21 + 3*15 = 87', 'x = 17', '87 - 2*35 = 17'],
    false: ['x mod 5 = 3', 'x = 52', '2*21 + 3*15 = 88'],
  },
  {
    env: linearEquation,
    name: question => inAnyOrder(question, /(?<=^Solve |= ).+?(?= =| for)/g),
    agrees: (question, answer) => {
      const equation = /^Solve (.+) for x/.exec(question)![1]!
      const x = evaluate(answer)!
      return (
        isTrue(equation, at({ x })) === true &&
        isTrue(equation, at({ x: evaluate(`${answer} + 1`)! })) === false
      )
    },
    params: { left: { factor: 2, inner: 3, outer: 1 }, right: { factor: 5, inner: 0, outer: -2 } },
    right: ['3', '9/3'],
    wrong: ['-3', 'x', '9 / -3'],
    true: ['2x + 6 + 1 = 5x - 2', '9 = 3x', '2x - 5x = -2 - 7', 'x = 9/3', '-3x = -9'],
    false: ['2x + 3 + 1 = 5x - 2', '3x = -9', 'x = -3'],
  },
  {
    env: linearSystem,
    agrees: (question, answer) => {
      const equations = /^Solve (.+) for /.exec(question)![1]!
      const values = Object.fromEntries(answer.split(', ').map(part => part.split(' = '))) as Record<
        string,
        string
      >
      const names = Object.keys(values)
      const sides = equations.split(', ').map(equation => equation.split(' = ')[0]!)
      const matrix = sides.map(side =>
        names.map(
          one =>
            evaluate(side, at(Object.fromEntries(names.map(name => [name, Number(name === one)])))) as number,
        ),
      )
      const known = Object.fromEntries(names.map(name => [name, Number(values[name])]))
      return isTrue(equations, at(known)) === true && determinant(matrix) !== 0
    },
    params: {
      rows: [
        [1, 2, 7],
        [3, -1, 0],
      ],
      solution: [1, 3],
    },
    right: ['x = 1, y = 3', 'y = 3, x = 1', 'x=1 and y=3', '[1, 3]', '(1, 3)'],
    wrong: ['x = 3, y = 1', 'x = 1', '[3, 1]', '1, 3', 'x = 1, y = 3, z = 0', 'x = y, y = 3', 'x = 1, x = 1'],
    true: ['x = 7 - 2y', '3(7 - 2y) - y = 0', '21 = 7y', 'x + 2y + 2(3x - y) = 7', 'x = 1, y = 3'],
    false: ['x = 7 + 2y', '21 = 6y', 'x = 1, y = 4'],
  },
  {
    env: quadraticEquation,
    agrees: (question, answer) => {
      const equation = /^Find all x with (.+)\.$/.exec(question)![1]!
      const roots = answer.slice(1, -1).split(', ')
      const assignments = roots.map(root => ({ x: evaluate(root)! }))
      return roots.length === 2 && roots[0] !== roots[1] && isTrue(equation, { assignments }) === true
    },
    params: { a: 2, b: -7, c: 3, d: 0, e: 0 },
    right: ['{1/2, 3}', '{3, 1/2}', '3, 1/2', 'x = 3 or x = 0.5', 'x = 1/2, x = 3'],
    wrong: ['{3}', '{1/2, 3, 3/1, 4}', '3', '{-1/2, -3}', '{1/2, 1/2}', 'x = 3 or x = 2'],
    true: [
      '(2x - 1)(x - 3) = 0',
      'x^2 = 7/2x - 3/2',
      'x = 3 or x = 1/2',
      '(x - 7/4)^2 = 25/16',
      '49 - 24 = 25',
    ],
    false: ['(2x + 1)(x - 3) = 0', 'x = 3', 'x = 3 or x = -1/2', 'x = 3 or x = 1/2 or x = 4'],
  },
  {
    env: polynomialProduct,
    name: question => inAnyOrder(question, /\(.+?\)/g),
    agrees: (question, answer) => {
      const expression = /^Expand (.+)\.$/.exec(question)![1]!
      return isTrue(`${expression} = ${answer}`, POINTS) === true && !answer.includes('(')
    },
    params: { a: [3, 2], b: [-4, 1] },
    right: ['2x^2 - 5x - 12', '-12 - 5x + 2x^2', '2*x^2 - 5*x - 12', '0x^3 + 2x^2 - 5x - 12'],
    wrong: [
      '(2x + 3)(x - 4)',
      '2x^2 - 8x + 3x - 12',
      '2x^2 - 5x + 12',
      '2x^3 - 5x - 12',
      '2x^2 - - 5x - 12',
      '',
    ],
    true: ['2x(x - 4) + 3(x - 4) = 2x^2 - 5x - 12', '(2x + 3)x = 2x^2 + 3x', '-8x + 3x = -5x', 'x*x = x^2'],
    false: ['(2x + 3)(x - 4) = 2x^2 - 12', 'x^2 = 4', '-8x + 3x = 5x'],
  },
  {
    env: polynomialDivision,
    agrees: (question, answer) => {
      const [, dividend, divisor] = /remainder of (.+) by (.+)\?$/.exec(question)!
      const [quotient, remainder] = answer.split(' remainder ')
      const identity = `${dividend} = (${quotient})(${divisor}) + (${remainder})`
      return isTrue(identity, POINTS) === true && degree(remainder!) < degree(divisor!)
    },
    params: { divisor: [-4, 1], quotient: [3, 2], remainder: [13] },
    right: ['2x + 3 remainder 13', 'quotient 2x + 3, remainder 13', 'Quotient: 3 + 2x, remainder: 13'],
    wrong: ['2x + 3', '2x remainder 3x + 1', '2x + 3 remainder -13', '2x + 3 remainder', 'remainder 13'],
    true: [
      '2x^2 - 5x + 1 = 2x(x - 4) + 3x + 1',
      '2x(x - 4) = 2x^2 - 8x',
      '2x^2 - 5x + 1 = (2x + 3)(x - 4) + 13',
    ],
    false: ['2x^2 - 5x + 1 = 2x(x - 4) + 3x', '3x + 1 - 3(x - 4) = -11'],
  },
  {
    env: polynomialEvaluation,
    agrees: (question, answer) => {
      const [, written, x] = /value of (.+) at x = (-?\d+)\?$/.exec(question)!
      return evaluate(written!, at({ x: Number(x) })) === Number(answer)
    },
    params: { of: [1, -5, 2], x: 3 },
    right: ['4'],
    wrong: ['34', '-4', '2*9 - 15 + 1'],
    true: ['x^2 = 9', '2*9 = 18', '18 - 15 + 1 = 4', '2x^2 - 5x + 1 = 4'],
    false: ['x^2 = 6', '2x^2 - 5x + 1 = 34'],
  },
]

CASES.forEach(familySuite)

function at(names: Record<string, Value>): Meaning {
  return { assignments: [names] }
}

function asked(question: string): string {
  return /^What is (.+)\?$/.exec(question)![1]!
}

function inAnyOrder(text: string, parts: RegExp): string {
  return text.match(parts)!.toSorted().join(' ; ')
}

function numbersIn(text: string): number[] {
  return text.match(/\d+/g)!.map(Number)
}

function percentageAgrees(question: string, answer: string): boolean {
  const numbers = numbersIn(question) as [number, number, number]
  const value = Number(answer)
  if (question.includes('percent of')) return value / numbers[1] === numbers[0] / 100
  if (question.includes('By how many')) return Math.abs(numbers[1] - numbers[0]) * 100 === value * numbers[0]
  const rates = [...question.matchAll(/(rises|falls) by (\d+)/g)].map(
    ([, way, by]) => (way === 'falls' ? -1 : 1) * Number(by),
  )
  const growth = rates.reduce((product, rate) => product * (100 + rate), 1)
  const scale = 100 ** rates.length
  return question.includes('before')
    ? value * growth === numbers[1] * scale
    : value * scale === numbers[0] * growth
}

/** null where a digit does not belong to the base. */
function placeValue(digits: string, base: number): number | null {
  const values = digits.split('').map(digit => '0123456789ABCDEF'.indexOf(digit))
  return values.every(value => value >= 0 && value < base)
    ? values.reduce((sum, value) => sum * base + value)
    : null
}

function isPrime(number: number): boolean {
  for (let d = 2; d < number; d++) if (number % d === 0) return false
  return number > 1
}

/** By expansion along the first row. */
function determinant(matrix: readonly (readonly number[])[]): number {
  if (matrix.length === 0) return 1
  const [first, ...rest] = matrix as [readonly number[], ...(readonly number[])[]]
  return first.reduce(
    (sum, value, i) => sum + (-1) ** i * value * determinant(rest.map(row => row.filter((_, k) => k !== i))),
    0,
  )
}

function degree(polynomial: string): number {
  const powers = [...polynomial.matchAll(/x(?:\^(\d+))?/g)].map(([, power]) => Number(power ?? 1))
  return Math.max(0, ...powers) - (polynomial === '0' ? 1 : 0)
}
