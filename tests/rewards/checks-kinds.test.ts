/** @file Kinds of answers: comparisons are exact and agree with themselves, edits make what they claim to make. */
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { evaluated } from '../../rewards/checks/kinds/arithmetic.ts'
import { kindOf } from '../../rewards/checks/kinds/kinds.ts'
import { decimalText } from '../../rewards/checks/kinds/numerals.ts'
import { binomialTwoSided } from '../../rewards/shares.ts'
import type { KindId } from '../../rewards/checks/subject.ts'

fc.configureGlobal({ seed: 20261128 })
const test = suite('kinds of answers')

const KINDS: readonly KindId[] = [
  'number',
  'expression',
  'text',
  'choice',
  'json',
  'code',
  'tool-calls',
  'steps',
]
const exact = { tolerance: {} }
const around = { prompt: '', others: ['3', 'B', '"x"'], choices: [], tolerance: {} }

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(20))
  .map(([digits, places]) => ({ digits, places, text: decimalText(digits, places) }))

for (const id of KINDS) {
  const kind = kindOf(id)

  test(`${id}: every reference is the same as itself`, () => {
    for (const gold of kind.golds) assert.is(kind.compare(gold, gold, exact), 'right', gold)
    fc.assert(fc.property(fc.string(), text => kind.compare(text, text, exact) === 'right'))
  })

  test(`${id}: nothing throws, whatever is compared or changed`, () => {
    const texts = [...kind.junk, ...kind.golds]
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...texts), fc.string({ unit: 'binary' })),
        fc.constantFrom(...texts),
        fc.nat(300),
        fc.nat(300),
        (answer, gold, place, size) => {
          kind.compare(answer, gold, exact)
          for (const edit of [...kind.wrong, ...kind.equal]) edit.apply(answer, [place, size], around)
        },
      ),
      { numRuns: 150 },
    )
  })

  test(`${id}: what an edit makes wrong for certain never compares as right, and other spellings never as wrong`, () => {
    for (const gold of kind.golds)
      for (const dials of [0, 1, 2, 5, 11].flatMap(a => [0, 1, 2, 3, 4, 5].map(b => [a, b] as const))) {
        for (const edit of kind.wrong.filter(({ certain }) => certain)) {
          const answer = edit.apply(gold, dials, around)
          if (answer !== null && answer !== gold)
            assert.is.not(kind.compare(answer, gold, exact), 'right', `${edit.id}: ${gold} → ${answer}`)
        }
        for (const edit of kind.equal) {
          const answer = edit.apply(gold, dials, around)
          if (answer !== null)
            assert.is.not(kind.compare(answer, gold, exact), 'wrong', `${edit.id}: ${gold} → ${answer}`)
        }
      }
  })

  test(`${id}: edits and spellings have names of their own`, () => {
    for (const edits of [kind.wrong, kind.equal])
      assert.is(new Set(edits.map(edit => edit.id)).size, edits.length)
  })
}

test('number: agrees with whole numbers of any size', () => {
  const { compare } = kindOf('number')
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      const scale = 10n ** BigInt(Math.max(a.places, b.places))
      const value = ({ digits, places }: typeof a): bigint => (digits * scale) / 10n ** BigInt(places)
      assert.is(compare(a.text, b.text, exact), value(a) === value(b) ? 'right' : 'wrong')
    }),
  )
  fc.assert(
    fc.property(decimal, fc.integer({ min: 1, max: 3 }), ({ digits, places, text }, off) => {
      assert.is(compare(decimalText(digits + BigInt(off), places), text, exact), 'wrong')
    }),
  )
})

test('number: the tolerance decides away from its edge and leaves the edge open', () => {
  const { compare } = kindOf('number')
  const truth = (answer: string, tolerance: object): string => compare(answer, '100', { tolerance })
  assert.is(truth('100.4', { absolute: 0.5 }), 'right')
  assert.is(truth('100.5', { absolute: 0.5 }), 'unknown')
  assert.is(truth('100.6', { absolute: 0.5 }), 'wrong')
  assert.is(truth('100.8', { relative: 0.01 }), 'right')
  assert.is(truth('101', { relative: 0.01 }), 'unknown')
  assert.is(truth('102', { relative: 0.01 }), 'wrong')
})

test('number: what has two sane readings is unknown, what has none in common is wrong', () => {
  const { compare } = kindOf('number')
  const table: readonly [string, string, string][] = [
    ['7.0', '7', 'right'],
    ['1,2', '12', 'wrong'],
    ['1,234', '1234', 'unknown'],
    ['4,3,2', '2,3,4', 'unknown'],
    ['2,3', '2,3,4', 'wrong'],
    ['n=1,2,3', 'n=2,3,4', 'wrong'],
    ['1/2006!', '1/2004!', 'wrong'],
    ['1/2', '2/4', 'right'],
    ['3*x-1*y+14=0', '3*x-1*y+13=0', 'wrong'],
    ['6*x-2*y+26=0', '3*x-1*y+13=0', 'unknown'],
    ['1:00', '12:00', 'wrong'],
    ['-7.0 + 2.0i', '-7.0 + 1.0i', 'wrong'],
    ['7', '7 cm', 'unknown'],
    ['8 cm', '7 cm', 'wrong'],
    ['nan', '7', 'wrong'],
    ['seven', '7', 'unknown'],
    ['banana', '7', 'wrong'],
    ['', '0', 'wrong'],
    ['The answer is 7', '7', 'unknown'],
  ]
  for (const [answer, gold, expected] of table)
    assert.is(compare(answer, gold, exact), expected, `${answer} for ${gold}`)
})

test('json: keys in any order, 33 for 33.0; elements in another order are in doubt', () => {
  const { compare } = kindOf('json')
  assert.is(compare('{"b":2,"a":33.0}', '{"a":33,"b":2}', exact), 'right')
  assert.is(compare('[2,1]', '[1,2]', exact), 'unknown')
  assert.is(compare('{"a":1}', '{"a":2}', exact), 'wrong')
  assert.is(compare('null', '[]', exact), 'wrong')
  fc.assert(
    fc.property(
      fc.jsonValue(),
      value => compare(JSON.stringify(value, null, 1), JSON.stringify(value), exact) === 'right',
    ),
  )
})

test('expression: values are exact, and a value that is not the target is wrong', () => {
  const number = fc.integer({ min: 1, max: 60 })
  fc.assert(
    fc.property(number, number, number, (a, b, c) => {
      const { value } = evaluated(`(${a}+${b})*${c}-${a}`)!
      assert.is(value.num, BigInt((a + b) * c - a) * value.den)
      assert.is(evaluated(`${a}//${b}`)!.value.num, BigInt(Math.floor(a / b)))
    }),
  )
  const { compare } = kindOf('expression')
  assert.is(compare('15/2', '15//2', exact), 'wrong')
  assert.is(compare('2*4', '4+4', exact), 'unknown')
  assert.is(evaluated('9**9**9'), null)
  assert.is(evaluated('1/0'), null)
})

test('the binomial test is exact', () => {
  assert.ok(Math.abs(binomialTwoSided(0, 10, 0.5) - 2 / 1024) < 1e-12)
  assert.ok(Math.abs(binomialTwoSided(5, 10, 0.5) - 1) < 1e-9)
  assert.ok(Math.abs(binomialTwoSided(2, 3, 0.25) - (9 + 1) / 64) < 1e-12)
  assert.ok(binomialTwoSided(300, 1000, 0.2) < 1e-6)
  assert.ok(binomialTwoSided(220, 1000, 0.2) > 0.05)
})

test.run()
