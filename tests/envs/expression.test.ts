/** @file The expression parser: what is printed is read back, garbage is refused in words, values are exact. */
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isInvalid } from '../../envs/env.ts'
import type { Expression, Operator } from '../../envs/math/expression.ts'
import {
  evaluate,
  formatExpression,
  formatFraction,
  fraction,
  literals,
  parseExpression,
  parseFraction,
} from '../../envs/math/expression.ts'
import { reachable } from '../../envs/math/reachable.ts'

const leaf = fc
  .tuple(fc.nat(99), fc.integer({ min: 1, max: 9 }))
  .map(([num, den]): Expression => ({ kind: 'number', value: fraction(BigInt(num), BigInt(den)) }))
const { tree } = fc.letrec<{ tree: Expression }>(tie => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('tree').map((of): Expression => ({ kind: 'negation', of })),
    fc
      .tuple(fc.constantFrom<Operator>('+', '-', '*', '/'), tie('tree'), tie('tree'))
      .map(([operator, left, right]): Expression => ({ kind: 'binary', operator, left, right })),
  ),
}))

test('printing a tree and parsing it gives the same tree, value and literals', () => {
  fc.assert(
    fc.property(tree, written => {
      const read = parseExpression(formatExpression(written))
      if (isInvalid(read)) throw new Error(`${formatExpression(written)}: ${read.invalid}`)
      assert.equal(read, written)
      assert.equal(evaluate(read), evaluate(written))
      assert.equal(literals(read), literals(written))
    }),
  )
})

test('values agree with floating point', () => {
  const float = (node: Expression): number => {
    if (node.kind === 'number') return Number(node.value.num) / Number(node.value.den)
    if (node.kind === 'negation') return -float(node.of)
    const [a, b] = [float(node.left), float(node.right)]
    return { '+': a + b, '-': a - b, '*': a * b, '/': a / b }[node.operator]
  }
  fc.assert(
    fc.property(tree, node => {
      const exact = evaluate(node)
      if (isInvalid(exact)) return
      const [got, expected] = [Number(exact.value.num) / Number(exact.value.den), float(node)]
      fc.pre(Number.isFinite(expected) && Math.abs(expected) < 1e12 && Math.abs(expected) > 1e-6)
      assert.ok(Math.abs(got - expected) <= 1e-6 * Math.max(1, Math.abs(expected)))
    }),
  )
})

test('precedence, association, signs and fractions', () => {
  const value = (text: string): string => {
    const node = parseExpression(text)
    if (isInvalid(node)) return 'invalid'
    const result = evaluate(node)
    return isInvalid(result) ? result.invalid : formatFraction(result.value)
  }
  for (const [text, expected] of [
    ['2+3*4', '14'],
    ['10-3-2', '5'],
    ['24/4/2', '3'],
    ['-(2+3)*-2', '10'],
    ['2--3', '5'],
    [' ( 25 * 4 ) - 3 ', '97'],
    ['7/2', '7:2'],
    ['7:2*4', '14'],
    ['1/3+1/6', '1:2'],
    ['1/(2-2)', 'division by zero'],
    ['1.5*2', 'invalid'],
    ['2**3', 'invalid'],
    ['2(3)', 'invalid'],
    ['1 2', 'invalid'],
    ['', 'invalid'],
    ['(1', 'invalid'],
    ['1)', 'invalid'],
    ['5:0', 'invalid'],
    ['alert(1)', 'invalid'],
    ['1e9', 'invalid'],
    ['٣+1', 'invalid'],
  ] as const)
    assert.is(value(text), expected, text)
})

test('garbage never throws', () => {
  const symbols = fc.string({ unit: fc.constantFrom(...'0123456789+-*/():. =e'.split('')), maxLength: 300 })
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), symbols), text => {
      const node = parseExpression(text)
      if (!isInvalid(node)) evaluate(node)
      parseFraction(text)
    }),
    { numRuns: 500 },
  )
})

test('length, depth and digits are limited', () => {
  const refused = (text: string): string =>
    (node => (isInvalid(node) ? node.invalid : ''))(parseExpression(text))
  assert.match(refused('1+'.repeat(300) + '1'), /at most 400 characters/)
  assert.match(refused('('.repeat(60) + '1' + ')'.repeat(60)), /levels of nesting/)
  assert.match(refused('-'.repeat(60) + '1'), /levels of nesting/)
  assert.match(refused('9'.repeat(16)), /at most 15 digits/)
  assert.not.ok(refused('('.repeat(30) + '1' + ')'.repeat(30)))
})

test('reachable agrees with trying every expression', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 3 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      (numbers, target, integers) => {
        const made = everyValue(numbers, integers)
        const found = reachable(
          numbers.map(number => [number, 1] as const),
          target,
          integers,
        )
        assert.is(
          found,
          made.has(String(target)) || made.has(String(-target)),
          `${numbers.join(' ')} to ${target}`,
        )
      },
    ),
    { numRuns: 300 },
  )
})

/** Values of all expressions over two or more of two or three numbers, built as trees and evaluated exactly. */
function everyValue(numbers: readonly number[], integers: boolean): Set<string> {
  const leaves = numbers.map((number): Expression => ({ kind: 'number', value: fraction(BigInt(number)) }))
  const join = (left: Expression, right: Expression): Expression[] =>
    (['+', '-', '*', '/'] as const).map(operator => ({ kind: 'binary', operator, left, right }))
  const ordered = leaves.flatMap((a, i) => leaves.flatMap((b, j) => (i === j ? [] : [[a, b, i, j] as const])))
  const trees = ordered.flatMap(([a, b, i, j]) => {
    const pairs = join(a, b)
    const others = leaves.filter((_, k) => k !== i && k !== j)
    return [...pairs, ...others.flatMap(c => pairs.flatMap(pair => [...join(pair, c), ...join(c, pair)]))]
  })
  const values = trees.map(evaluate).filter(result => 'value' in result)
  return new Set(
    values.filter(({ integral }) => integral || !integers).map(({ value }) => formatFraction(value)),
  )
}

test.run()
