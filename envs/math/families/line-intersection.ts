/** @file `math/line-intersection-v1`: where two lines meet, given by slopes, by equations or by points. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'
import { nonZero } from '../draws.ts'
import type { Exact } from '../exact.ts'
import { calculate, formatExact, ratio } from '../exact.ts'
import { factor, polynomial } from '../terms.ts'

type Form = 'slopes' | 'equations' | 'points'
type Axes = { form: Form; whole: boolean; largest: number }
/** ax + by = c. */
type Line = [a: number, b: number, c: number]
/** Two points for each line. */
type Params = { form: Form; points: [Point, Point][] } | { form: Form; lines: [Line, Line] }
type Point = [x: number, y: number]

export const lineIntersection = derivation<Params, Axes>({
  id: 'math/line-intersection-v1',
  title: 'Find where two lines meet',
  group: 'geometry',
  rules:
    'Write equations that hold at the common point, one per line, until x and y are known; the answer is (x, y). Example: ' +
    'for y = 2x + 1 and y = 5x - 5 write "2x + 1 = 5x - 5", "-3x = -6", "x = 2", "y = 2*2 + 1 = 5", "answer: (2, 5)".',
  levels: [
    { form: 'slopes', whole: true, largest: 9 },
    { form: 'slopes', whole: false, largest: 12 },
    { form: 'equations', whole: true, largest: 9 },
    { form: 'equations', whole: false, largest: 12 },
    { form: 'points', whole: false, largest: 9 },
  ],
  draw,
  identity: params =>
    'points' in params
      ? params.points
          .map(line =>
            line
              .map(point => point.join())
              .toSorted()
              .join(' '),
          )
          .toSorted()
      : params.lines.map(line => line.join()).toSorted(),
  question: params => {
    if ('points' in params) {
      const [first, second] = params.points.map(([p, q]) => `(${p.join(', ')}) and (${q.join(', ')})`)
      return `One line passes through ${first!}, another through ${second!}. Where do they meet?`
    }
    const [first, second] = params.lines.map(params.form === 'slopes' ? slopeForm : equation)
    return `Where do the lines ${first!} and ${second!} meet?`
  },
  work: params => {
    const [first, second] = linesOf(params)
    const { x, y } = meeting([first, second])
    const lines =
      params.form === 'slopes'
        ? linesOfSubstitution(first, second)
        : [...('points' in params ? [first, second].map(equation) : []), ...linesOfElimination(first, second)]
    return { lines: [...new Set(lines)], answer: `(${formatExact(x)}, ${formatExact(y)})` }
  },
  meaning: params => ({ assignments: [meeting(linesOf(params))] }),
})

/** Two lines that are not parallel. */
function draw(rng: Rng, { form, whole, largest }: Axes): Params {
  for (;;) {
    if (form === 'points') {
      const points = [drawPoints(rng, largest), drawPoints(rng, largest)]
      if (crossed(points.map(through) as [Line, Line])) return { form, points }
      continue
    }
    const meet: Point = [nonZero(rng, largest), rng.int(-largest, largest)]
    const line = (): Line => {
      const [a, b] = [nonZero(rng, largest), form === 'slopes' ? 1 : nonZero(rng, largest)]
      return [a, b, whole ? a * meet[0] + b * meet[1] : nonZero(rng, 3 * largest)]
    }
    const lines: [Line, Line] = [line(), line()]
    if (crossed(lines)) return { form, lines }
  }
}

/** Two points of a line that is parallel to no axis. */
function drawPoints(rng: Rng, largest: number): [Point, Point] {
  const [x, y] = [rng.int(-largest, largest), rng.int(-largest, largest)]
  return [
    [x, y],
    [x + nonZero(rng, largest), y + nonZero(rng, largest)],
  ]
}

function through([[x1, y1], [x2, y2]]: [Point, Point]): Line {
  const [a, b] = [y2 - y1, x1 - x2]
  return [a, b, a * x1 + b * y1]
}

function linesOf(params: Params): [Line, Line] {
  return 'points' in params ? (params.points.map(through) as [Line, Line]) : params.lines
}

/** a₁b₂ - a₂b₁; 0 for parallels. */
function crossed([[a1, b1], [a2, b2]]: readonly [Line, Line]): number {
  return a1 * b2 - a2 * b1
}

/** Cramer's rule. */
function meeting(lines: readonly [Line, Line]): { x: Exact; y: Exact } {
  const [[a1, b1, c1], [a2, b2, c2]] = lines
  const determinant = crossed(lines)
  return { x: ratio(c1 * b2 - c2 * b1, determinant), y: ratio(a1 * c2 - a2 * c1, determinant) }
}

function linesOfSubstitution(first: Line, second: Line): string[] {
  const [[a1, , c1], [a2, , c2]] = [first, second]
  const { x, y } = meeting([first, second])
  return [
    `${polynomial([c1, -a1])} = ${polynomial([c2, -a2])}`,
    `${polynomial([0, a2 - a1])} = ${c2 - c1}`,
    `x = ${formatExact(x)}`,
    `y = ${-a1}*${factor(x)} + ${factor(c1)} = ${formatExact(y)}`,
  ]
}

function linesOfElimination(first: Line, second: Line): string[] {
  const scaled = (line: Line, by: number) => line.map(part => part * by) as Line
  const { x, y } = meeting([first, second])
  const [[a1, b1, c1], [a2, , c2]] = [first, second]
  const rest = formatExact(calculate('*', a1, x)!)
  return [
    equation(scaled(first, a2)),
    equation(scaled(second, a1)),
    `${multiple(crossed([first, second]), 'y')} = ${a1 * c2 - a2 * c1}`,
    `y = ${formatExact(y)}`,
    `${multiple(a1, 'x')} = ${c1} - ${factor(b1)}*${factor(y)} = ${rest}`,
    `x = ${formatExact(x)}`,
  ]
}

/** `2x - y = 7`. */
function equation([a, b, c]: Line): string {
  return `${multiple(a, 'x')} ${b < 0 ? '-' : '+'} ${multiple(Math.abs(b), 'y')} = ${c}`
}

function multiple(count: number, name: string): string {
  if (Math.abs(count) === 1) return count < 0 ? `-${name}` : name
  return `${count}${name}`
}

/** y in terms of x, for b = 1. */
function slopeForm([a, , c]: Line): string {
  return `y = ${polynomial([c, -a])}`
}
