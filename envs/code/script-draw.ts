/**
 * @file Random scripts that look like somebody wrote them: a loop over the list, conditions, accumulators, a result.
 *
 * Shapes of three sizes: one loop with one accumulator; two accumulators, branches or neighbours in the list; loops
 * inside loops, and lists as results. Constants and conditions are drawn, so a shape stands for thousands of programs.
 */
import type { Rng } from '../rng.ts'
import type { Comparison, Condition, Expression, Operator, Script, Statement } from './script.ts'

export type Size = 1 | 2 | 3

/** A random script of this size. It may be dull or throw; callers look at its results. */
export function drawScript(rng: Rng, size: Size): Script {
  return rng.pick(SHAPES[size])(rng)
}

type Shape = (rng: Rng) => Script

const SHAPES: Record<Size, readonly Shape[]> = {
  1: [fold, sifted, positions],
  2: [branches, neighbours, extremes, alternating],
  3: [pairs, digits, collected, nestedBranches],
}

const number = (value: number): Expression => ({ kind: 'number', value })
const variable = (name: string): Expression => ({ kind: 'variable', name })
const binary = (op: Operator, a: Expression, b: Expression): Expression => ({ kind: 'binary', op, a, b })
const item = (index: Expression): Expression => ({ kind: 'item', list: 'xs', index })
const length: Expression = { kind: 'length', list: 'xs' }
const set = (name: string, value: Expression): Statement => ({ kind: 'set', name, value })
const change = (name: string, op: '+' | '-' | '*', by: Expression): Statement => ({
  kind: 'change',
  name,
  op,
  by,
})
const give = (value: Expression): Statement => ({ kind: 'return', value })
const each = (name: string, body: Statement[]): Statement => ({ kind: 'each', name, list: 'xs', body })
const when = (test: Condition, yes: Statement[], no: Statement[] = []): Statement => ({
  kind: 'if',
  test,
  yes,
  no,
})
const range = (name: string, from: Expression, to: Expression, body: Statement[]): Statement => ({
  kind: 'range',
  name,
  from,
  to,
  body,
})

const [x, i, j, n, total, other] = ['x', 'i', 'j', 'n', 'total', 'other'].map(variable) as [
  Expression,
  Expression,
  Expression,
  Expression,
  Expression,
  Expression,
]

function fold(rng: Rng): Script {
  return [
    set('total', number(rng.int(-9, 9))),
    each('x', [change('total', rng.pick(['+', '-']), term(rng, x))]),
    give(finished(rng, total)),
  ]
}

function sifted(rng: Rng): Script {
  return [
    set('total', number(rng.int(-9, 9))),
    each('x', [when(testOf(rng, x), [change('total', rng.pick(['+', '-']), term(rng, x))])]),
    give(finished(rng, total)),
  ]
}

function positions(rng: Rng): Script {
  const value = rng.pick([item(i), binary('*', item(i), i), binary('+', item(i), i), binary('-', item(i), i)])
  return [
    set('total', number(rng.int(-9, 9))),
    range('i', number(rng.int(0, 1)), length, [
      when(rng.pick([testOf(rng, item(i)), remainder(rng, i)]), [
        change('total', rng.pick(['+', '-']), value),
      ]),
    ]),
    give(finished(rng, total)),
  ]
}

function branches(rng: Rng): Script {
  return [
    set('total', number(rng.int(-9, 9))),
    set('other', number(rng.int(-9, 9))),
    each('x', [
      when(
        testOf(rng, x),
        [change('total', rng.pick(['+', '-']), term(rng, x))],
        [change('other', rng.pick(['+', '-']), term(rng, x))],
      ),
    ]),
    give(combined(rng)),
  ]
}

function neighbours(rng: Rng): Script {
  const before = item(binary('-', i, number(1)))
  const test: Condition = { op: rng.pick(ORDERS), a: item(i), b: shifted(rng, before) }
  const value = rng.pick([
    number(rng.int(1, 9)),
    item(i),
    binary('-', item(i), before),
    binary('+', item(i), before),
    binary('*', i, number(rng.int(2, 5))),
  ])
  const otherwise = rng.float() < 0.5 ? [change('total', rng.pick(['+', '-']), number(rng.int(1, 9)))] : []
  return [
    set('total', number(rng.int(-9, 9))),
    range('i', number(1), length, [when(test, [change('total', rng.pick(['+', '-']), value)], otherwise)]),
    give(finished(rng, total)),
  ]
}

function extremes(rng: Rng): Script {
  return [
    set('total', number(rng.int(-9, 9))),
    set('other', number(rng.int(-30, 30))),
    each('x', [
      set('total', binary(rng.pick(['min', 'max']), total, term(rng, x))),
      when(testOf(rng, x), [set('other', binary(rng.pick(['min', 'max', '-', '+']), other, x))]),
    ]),
    give(combined(rng)),
  ]
}

function alternating(rng: Rng): Script {
  return [
    set('total', number(rng.int(-9, 9))),
    set('other', number(rng.int(1, 4))),
    each('x', [
      change('total', rng.pick(['+', '-']), binary('*', x, other)),
      set('other', binary('%', binary('+', other, number(rng.int(1, 4))), number(rng.int(3, 7)))),
      ...(rng.float() < 0.5
        ? [when(testOf(rng, total), [change('total', '-', number(rng.int(2, 20)))])]
        : []),
    ]),
    give(finished(rng, total)),
  ]
}

function pairs(rng: Rng): Script {
  const both = rng.pick([
    binary('+', item(i), item(j)),
    binary('-', item(i), item(j)),
    binary('*', item(i), item(j)),
  ])
  const by = rng.pick([number(1), number(rng.int(2, 5)), binary('-', j, i), item(i), item(j)])
  return [
    set('total', number(rng.int(-9, 9))),
    range('i', number(rng.int(0, 1)), length, [
      range('j', binary('+', i, number(1)), length, [
        when(testOf(rng, both), [change('total', rng.pick(['+', '-']), by)]),
      ]),
    ]),
    give(finished(rng, total)),
  ]
}

function digits(rng: Rng): Script {
  const base = rng.int(2, 10)
  const digit = binary('%', n, number(base))
  return [
    set('total', number(rng.int(-9, 9))),
    each('x', [
      set('n', binary('max', x, binary('*', x, number(-rng.int(1, 3))))),
      {
        kind: 'while',
        test: { op: '>', a: n, b: number(0) },
        body: [
          when({ op: rng.pick(ORDERS), a: digit, b: number(rng.int(1, base - 1)) }, [
            change('total', rng.pick(['+', '-']), rng.pick([digit, number(rng.int(1, 5))])),
          ]),
          set('n', binary('//', n, number(base))),
        ],
      },
    ]),
    give(finished(rng, total)),
  ]
}

function collected(rng: Rng): Script {
  const append = (value: Expression): Statement => ({ kind: 'append', list: 'result', value })
  return [
    { kind: 'list', name: 'result' },
    set('total', number(rng.int(-9, 9))),
    each('x', [
      change('total', rng.pick(['+', '-']), term(rng, x)),
      when(
        rng.pick([testOf(rng, x), testOf(rng, total)]),
        [append(rng.pick([total, binary('+', total, x), binary('-', total, x)]))],
        rng.float() < 0.5 ? [change('total', rng.pick(['+', '-']), number(rng.int(1, 9)))] : [],
      ),
    ]),
    give(variable('result')),
  ]
}

function nestedBranches(rng: Rng): Script {
  const act = (): Statement => change('total', rng.pick(['+', '-']), term(rng, x))
  return [
    set('total', number(rng.int(-9, 9))),
    set('other', number(rng.int(-9, 9))),
    each('x', [
      when(
        testOf(rng, x),
        [when(testOf(rng, total), [act()], [act()])],
        [change('other', rng.pick(['+', '-']), x)],
      ),
      when(testOf(rng, other), [set('other', binary('//', other, number(rng.int(2, 4))))]),
    ]),
    give(combined(rng)),
  ]
}

const ORDERS: readonly Comparison[] = ['<', '<=', '>', '>=']

function testOf(rng: Rng, value: Expression): Condition {
  return rng.float() < 0.4
    ? remainder(rng, value)
    : { op: rng.pick(ORDERS), a: value, b: number(rng.int(-10, 15)) }
}

function remainder(rng: Rng, value: Expression): Condition {
  return {
    op: rng.pick(['==', '!=']),
    a: binary('%', value, number(rng.int(2, 5))),
    b: number(rng.int(0, 1)),
  }
}

function term(rng: Rng, value: Expression): Expression {
  return rng.pick([
    () => value,
    () => binary('*', value, number(rng.int(2, 6))),
    () => binary('+', value, number(rng.int(1, 9))),
    () => binary('-', value, number(rng.int(1, 9))),
    () => binary('*', value, value),
    () => binary('%', value, number(rng.int(3, 9))),
    () => number(rng.int(1, 9)),
  ])()
}

function shifted(rng: Rng, value: Expression): Expression {
  return rng.float() < 0.5 ? value : binary(rng.pick(['+', '-']), value, number(rng.int(1, 9)))
}

function finished(rng: Rng, value: Expression): Expression {
  return rng.pick([
    () => value,
    () => binary('*', value, number(rng.int(2, 5))),
    () => binary('+', value, length),
    () => binary('-', value, length),
    () => binary('%', value, number(rng.int(11, 97))),
    () => binary('//', value, number(rng.int(2, 5))),
  ])()
}

function combined(rng: Rng): Expression {
  return rng.pick([
    () => binary('-', total, other),
    () => binary('+', total, other),
    () => binary('+', binary('*', total, number(rng.int(2, 5))), other),
    () => binary('max', total, other),
    () => binary('-', other, binary('*', total, number(rng.int(2, 5)))),
  ])()
}
