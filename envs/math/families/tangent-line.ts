/** @file `math/tangent-line-v1`: the equation of the tangent to a polynomial's graph. */
import { derivation } from '../derivation.ts'
import { coefficients, nonZero } from '../draws.ts'
import { evaluate } from '../statement.ts'
import { derivative, points, polynomial, polynomialFunction, valueAt } from '../terms.ts'

type Axes = { degree: number; largest: number }
/** `f[k]` is the coefficient of x^k. */
type Params = { f: number[]; at: number }

export const tangentLine = derivation<Params, Axes>({
  id: 'math/tangent-line-v1',
  title: 'Find the tangent to a graph',
  group: 'calculus',
  rules:
    'Write the value and the derivative at the point, then the line; the answer gives y in terms of x. Example: for ' +
    'f(x) = x^2 at 3 write "f(3) = 9", "f\'(x) = 2x", "f\'(3) = 6", "y = 6(x - 3) + 9 = 6x - 9", "answer: y = 6x - 9".',
  levels: [
    { degree: 2, largest: 9 },
    { degree: 3, largest: 9 },
    { degree: 4, largest: 9 },
    { degree: 5, largest: 12 },
  ],
  draw: (rng, { degree, largest }) => ({ f: coefficients(rng, degree, largest), at: nonZero(rng, 5) }),
  question: ({ f, at }) => `What is the tangent to y = ${polynomial(f)} at x = ${at}? Write y = …`,
  work: ({ f, at }) => {
    const slopes = derivative(f)
    const line = polynomial(tangent({ f, at }))
    const pointSlope = `${slope({ f, at })}(x ${at < 0 ? '+' : '-'} ${Math.abs(at)})`
    const height = number(valueAt(f, at))
    return {
      lines: [
        `f(${at}) = ${height}`,
        `f'(x) = ${polynomial(slopes)}`,
        `f'(${at}) = ${slope({ f, at })}`,
        `y = ${pointSlope} ${height < 0 ? '-' : '+'} ${Math.abs(height)} = ${line}`,
      ],
      answer: `y = ${line}`,
    }
  },
  meaning: params => ({
    assignments: places(params).map(x => ({ x, y: valueAt(tangent(params), x) })),
    functions: { f: polynomialFunction(params.f), "f'": polynomialFunction(derivative(params.f)) },
  }),
  accepts: (params, answer) => {
    const side = answer.replace(/^\s*y\s*=/, '')
    return places(params).every(x => evaluate(side, { assignments: [{ x }] }) === valueAt(tangent(params), x))
  },
})

function places({ f, at }: Params): number[] {
  return points(`${f.join()} ${at}`)
}

function slope({ f, at }: Params): number {
  return number(valueAt(derivative(f), at))
}

/** Constant term and slope of the tangent. */
function tangent(params: Params): number[] {
  const incline = slope(params)
  return [number(valueAt(params.f, params.at)) - incline * params.at, incline]
}

/** Whole coefficients give whole values at whole numbers. */
function number(value: ReturnType<typeof valueAt>): number {
  return Number(value)
}
