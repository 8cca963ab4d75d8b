/** @file Lines of mathematics: what is true, what is false, and what says nothing; against BigInt arithmetic and by hand. */
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sameAnswer } from '../../envs/math/answer.ts'
import { calculate, compare, formatExact, power, ratio } from '../../envs/math/exact.ts'
import type { Meaning } from '../../envs/math/statement.ts'
import { evaluate, isTrue } from '../../envs/math/statement.ts'

const test = suite('statements')

const TRUE: [string, Meaning?][] = [
  ['48 mod 18 = 12'],
  ['-7 mod 3 = 2'],
  ['5 mod 3 = 2 = 2 mod 3'],
  ['2 + 3*4 = 14 = 2 + 12'],
  ['-2^2 = -4'],
  ['2^-1 = 1/2'],
  ['2^3^2 = 512'],
  ['10 - 3 - 2 = 5'],
  ['24/4/2 = 3'],
  ['5! = 120'],
  ['5! != 121'],
  ['3!! = 720'],
  ['0.1 + 0.2 = 0.3'],
  ['1/3 + 1/6 = 1/2'],
  ['2^64 = 18446744073709551616'],
  ['C(5,2) = 10 = 5*4/2'],
  ['sqrt(9/4) = 3/2'],
  ['floor(-7/2) = -4, ceil(-7/2) = -3'],
  ['gcd(48, 18) = 6 and lcm(4, 6) = 12'],
  ['max(3, 9, 4) = 9, min([3, 9]) = 3, sum([1, 2, 3]) = 6, len([1, 1]) = 2'],
  ['sort([3, 1, 2]) = [1, 2, 3] = reverse([3, 2, 1])'],
  ['[1, 2+1] = [1, 3]'],
  ['total cost: 4*7 + 2 = 30'],
  ['1 < 2 <= 2 != 3'],
  ['3x + 5 = 20', { assignments: [{ x: 5 }] }],
  ['2(x+1)(x-1) = 2x^2 - 2', { assignments: [{ x: 7 }, { x: 1000 }] }],
  ['x = 2 or x = 3', { assignments: [{ x: 2 }, { x: 3 }] }],
  ['x^2 - 5x + 6 = 0', { assignments: [{ x: 2 }, { x: 3 }] }],
  ['f(3) = 7', { functions: { f: x => (typeof x === 'number' ? 2 * x + 1 : null) } }],
]
const FALSE: [string, Meaning?][] = [
  ['48 mod 18 = 13'],
  ['2 + 2 = 4 = 5'],
  ['9007199254740991/9007199254740990 = 1'],
  ['9007199254740993 = 9007199254740992'],
  ['1 = 1, 1 = 2'],
  ['[1, 2] = [1, 2, 3]'],
  ['3x + 5 = 21', { assignments: [{ x: 5 }] }],
  ['x = 2 or x = 99', { assignments: [{ x: 2 }] }],
  ['x = 2', { assignments: [{ x: 2 }, { x: 3 }] }],
  ['(x+1)^2 = x^2 + 1', { assignments: [{ x: 7 }, { x: 1000 }] }],
]
const SAYS_NOTHING = [
  'hello world',
  '',
  '7',
  '3 =',
  '= 3',
  '1/0 = 1',
  '0/0 = 0/0',
  '9^9^9 = 1',
  '0^-1 = 0',
  'fact(171) = 1',
  'y = 3',
  'constructor = 1',
  '__proto__ = 1',
  'toString() = 1',
  'sqrt(2) = 1',
  '2 = 2 nonsense',
  '(1 = 1)',
  '[1] < [2]',
  `${'('.repeat(60)}1${')'.repeat(60)} = 1`,
  `${'-'.repeat(60)}1 = 1`,
  `${'1+'.repeat(300)}1 = 1`,
  '١ = 1',
]

test('lines by hand', () => {
  for (const [line, meaning] of TRUE) assert.is(isTrue(line, meaning), true, line)
  for (const [line, meaning] of FALSE) assert.is(isTrue(line, meaning), false, line)
  for (const line of SAYS_NOTHING) assert.is(isTrue(line), null, line)
})

test('no text makes it throw', () => {
  const piece = fc.constantFrom(
    '1',
    '23',
    'x',
    '+',
    '-',
    '*',
    '/',
    '^',
    '!',
    '(',
    ')',
    '[',
    ']',
    ',',
    '=',
    '<',
    ' or ',
    'mod',
    'gcd(',
  )
  fc.assert(fc.property(fc.array(piece, { maxLength: 25 }), pieces => void isTrue(pieces.join(''))))
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void isTrue(text)))
})

test('sums and products of any size are exact', () => {
  const integer = fc.oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
  )
  fc.assert(
    fc.property(integer, integer, integer, (x, y, z) => {
      const [a, b, c] = [BigInt(x), BigInt(y), BigInt(z)]
      const value = a * b - c
      assert.is(isTrue(`(${a})*(${b}) - (${c}) = ${value}`), true)
      assert.is(isTrue(`(${a})*(${b}) - (${c}) = ${value + 1n}`), false)
    }),
  )
})

test('exact numbers obey arithmetic and keep one form', () => {
  const number = fc
    .tuple(fc.maxSafeInteger(), fc.integer({ min: 1, max: 2 ** 31 - 1 }))
    .map(([num, den]) => ratio(num, den))
  fc.assert(
    fc.property(number, number, number, (a, b, c) => {
      const sum = calculate('+', calculate('+', a, b)!, c)!
      assert.equal(sum, calculate('+', a, calculate('+', b, c)!)!)
      assert.equal(calculate('-', calculate('+', a, b)!, b), a)
      assert.equal(evaluate(formatExact(a)), a)
      if (b !== 0) assert.equal(calculate('*', calculate('/', a, b)!, b), a)
      assert.is(Math.sign(compare(a, b)), -Math.sign(compare(b, a)) + 0)
    }),
  )
  assert.is(power(2, 65), null)
  assert.is(power(0, -1), null)
})

test('answers are compared by value, not by spelling, and must be worked out', () => {
  for (const [reference, given] of [
    ['6', ' 6 '],
    ['1/2', '2/4'],
    ['1/2', '0.5'],
    ['-3', '- 3'],
    ['[1, 2]', '[1,2]'],
    ['(1, -2)', '(1,-2)'],
    ['{2, 3}', '{3,2}'],
    ['Tuesday', 'tuesday'],
  ] as const)
    assert.ok(sameAnswer(reference, given), `${reference} and ${given}`)
  for (const [reference, given] of [
    ['6', '7'],
    ['6', '2*3'],
    ['6', '5+1'],
    ['6', '9-3'],
    ['6', 'gcd(48,18)'],
    ['6', '6 or 7'],
    ['6', '6, 7'],
    ['6', ''],
    ['6', 'nan'],
    ['6', '6.0000000001'],
    ['1/3', '0.3333333333'],
    ['{2, 3}', '{2}'],
    ['{2, 3}', '{2, 3, 4}'],
    ['(1, 2)', '(2, 1)'],
    ['1/2', '2/2/2'],
  ] as const)
    assert.not.ok(sameAnswer(reference, given), `${reference} and ${given}`)
})

test.run()
