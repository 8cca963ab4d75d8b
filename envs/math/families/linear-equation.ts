/** @file `math/linear-equation-v1`: one linear equation in one unknown. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'
import { nonZero } from '../draws.ts'
import type { Exact } from '../exact.ts'
import { formatExact, ratio } from '../exact.ts'
import { polynomial } from '../terms.ts'

type Form = 'ax + b = c' | 'ax + b = cx + d' | 'a(x + b) + c = dx + e' | 'a(x + b) + c = d(x + e) + f'
type Axes = { form: Form; largest: number }
/** factor·(x + inner) + outer. */
type Side = { factor: number; inner: number; outer: number }
type Params = { left: Side; right: Side }

export const linearEquation = derivation<Params, Axes>({
  id: 'math/linear-equation-v1',
  title: 'Solve a linear equation',
  group: 'algebra',
  rules:
    'Expand brackets, bring the terms with x to the left and the numbers to the right, then divide: one equation per ' +
    'line, then the value of x. Example: for 5x - 3 = 2x + 9 write "3x = 12", "x = 4", "answer: 4".',
  levels: [
    { form: 'ax + b = c', largest: 12 },
    { form: 'ax + b = cx + d', largest: 15 },
    { form: 'a(x + b) + c = dx + e', largest: 20 },
    { form: 'a(x + b) + c = d(x + e) + f', largest: 40 },
  ],
  draw: drawEquation,
  identity: ({ left, right }) => [format(left), format(right)].toSorted(),
  question: ({ left, right }) => `Solve ${format(left)} = ${format(right)} for x.`,
  work: params => {
    const { left, right } = params
    const lines: string[] = []
    if (left.inner !== 0 || right.inner !== 0)
      lines.push(`${polynomial(expanded(left))} = ${polynomial(expanded(right))}`)
    const answer = formatExact(solution(params))
    lines.push(`${polynomial([0, difference(params)])} = ${numerator(params)}`)
    if (difference(params) !== 1) lines.push(`x = ${answer}`)
    return { lines, answer }
  },
  /** A slip in the sign. */
  mistake: params => formatExact(ratio(-numerator(params), difference(params))),
  meaning: params => ({ assignments: [{ x: solution(params) }] }),
})

/** The solution is not 0, for which 4x = 2x would stay true whatever 2 is changed to, and whole but in the last form. */
function drawEquation(rng: Rng, { form, largest }: Axes): Params {
  const left = { factor: rng.int(2, 12), inner: 0, outer: nonZero(rng, largest) }
  const right = { factor: 0, inner: 0, outer: 0 }
  if (form !== 'ax + b = c') right.factor = left.factor + nonZero(rng, left.factor - 1)
  if (form.startsWith('a(x')) left.inner = nonZero(rng, largest)
  if (form.endsWith('f')) {
    right.inner = nonZero(rng, largest)
    right.outer = nonZero(rng, largest)
    if (numerator({ left, right }) === 0) right.outer += right.outer === -1 ? 2 : 1
  } else {
    const x = nonZero(rng, largest)
    right.outer = (left.factor - right.factor) * x + constant(left)
  }
  return { left, right }
}

function solution(params: Params): Exact {
  return ratio(numerator(params), difference(params))
}

function difference({ left, right }: Params): number {
  return left.factor - right.factor
}

function numerator({ left, right }: Params): number {
  return constant(right) - constant(left)
}

function constant({ factor, inner, outer }: Side): number {
  return factor * inner + outer
}

function expanded(side: Side): [number, number] {
  return [constant(side), side.factor]
}

function format(side: Side): string {
  if (side.inner === 0) return polynomial(expanded(side))
  const bracket = `${side.factor === 1 ? '' : side.factor}(${polynomial([side.inner, 1])})`
  return `${bracket} ${side.outer < 0 ? '-' : '+'} ${Math.abs(side.outer)}`
}
