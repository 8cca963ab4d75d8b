/** @file `math/lattice-paths-v1`: shortest ways on a grid through some points and around others. */
import type { Rng } from '../../rng.ts'
import { choose } from '../counting.ts'
import { derivation } from '../derivation.ts'
import type { Value } from '../functions.ts'

type Point = [x: number, y: number]
type Condition = 'through' | 'around' | 'through and around' | 'around two'
type Axes = { condition: Condition; width: number; height: number }
/** `second` cannot be reached before `first`. */
type Params = { end: Point; first: Point; second: Point | null; condition: Condition }

const START: Point = [0, 0]

export const latticePaths = derivation<Params, Axes>({
  id: 'math/lattice-paths-v1',
  title: 'Count the shortest ways on a grid',
  group: 'combinatorics and probability',
  rules:
    'paths(P, Q) stands for the ways from P to Q by steps of 1 right or 1 up, total for the answer; count between points, ' +
    'then multiply along the way and subtract what is forbidden. Example: from (0, 0) to (2, 2) through (1, 1) write ' +
    '"paths((0, 0), (1, 1)) = C(2, 1) = 2", "paths((1, 1), (2, 2)) = C(2, 1) = 2", "total = 2 * 2 = 4", "answer: 4".',
  levels: [
    { condition: 'through', width: 14, height: 6 },
    { condition: 'around', width: 16, height: 7 },
    { condition: 'through and around', width: 12, height: 8 },
    { condition: 'around two', width: 12, height: 8 },
  ],
  draw: drawGrid,
  identity: params => {
    const [text, mirrored] = [JSON.stringify(params), JSON.stringify(transposed(params))]
    return text < mirrored ? text : mirrored
  },
  question: ({ end, first, second, condition }) =>
    `How many ways of single steps right or up lead from (0, 0) to ${text(end)} and ` +
    CLAUSES[condition](text(first), second ? text(second) : '') +
    '?',
  work,
  meaning: params => ({ assignments: [{ total: work(params).count }], functions: { paths: between } }),
})

const CLAUSES: Record<Condition, (first: string, second: string) => string> = {
  through: first => `pass through ${first}`,
  around: first => `do not pass through ${first}`,
  'through and around': (first, second) => `pass through ${first} but not through ${second}`,
  'around two': (first, second) => `pass neither through ${first} nor through ${second}`,
}

function drawGrid(rng: Rng, { condition, width, height }: Axes): Params {
  const end: Point = [rng.int(3, width), rng.int(2, height)]
  const single = condition === 'through' || condition === 'around'
  if (single) return { end, first: cell(rng, START, end), second: null, condition }
  const first = cell(rng, START, [end[0], end[1] - 1])
  return { end, first, second: cell(rng, first, end), condition }
}

/** A point of the rectangle from corner to corner, but neither of these; the rectangle has three points or more. */
function cell(rng: Rng, [left, low]: Point, [right, high]: Point): Point {
  const width = right - left + 1
  const at = rng.int(1, width * (high - low + 1) - 2)
  return [left + (at % width), low + Math.floor(at / width)]
}

function work({ end, first, second, condition }: Params): { lines: string[]; answer: string; count: number } {
  const stops = second ? [START, first, second, end] : [START, first, end]
  const legs = stops.slice(1).map((stop, i) => leg(stops[i]!, stop))
  const [toFirst, onward, last] = [...legs.map(({ count }) => count), 0] as [number, number, number]
  const lines = legs.map(({ line }) => line)
  const all = leg(START, end)
  const rest = leg(first, end)
  const product = toFirst * onward
  if (condition === 'through') return finished(lines, `${toFirst} * ${onward}`, product)
  if (condition === 'around')
    return finished([...lines, all.line], `${all.count} - ${toFirst} * ${onward}`, all.count - product)
  if (condition === 'through and around') {
    const free = rest.count - onward * last
    return finished(
      [...lines, rest.line, `${rest.count} - ${onward} * ${last} = ${free}`],
      `${toFirst} * ${free}`,
      toFirst * free,
    )
  }
  const toSecond = leg(START, second!)
  const parts = [
    `${all.count}`,
    `${toFirst} * ${rest.count}`,
    `${toSecond.count} * ${last}`,
    `${toFirst} * ${onward} * ${last}`,
  ]
  const count = all.count - toFirst * rest.count - toSecond.count * last + product * last
  return finished(
    [...lines, all.line, rest.line, toSecond.line],
    `${parts.slice(0, 3).join(' - ')} + ${parts[3]!}`,
    count,
  )
}

function finished(lines: readonly string[], sum: string, count: number) {
  return { lines: [...lines, `total = ${sum} = ${count}`], answer: String(count), count }
}

function leg(from: Point, to: Point): { count: number; line: string } {
  const [right, up] = [to[0] - from[0], to[1] - from[1]]
  const count = choose(right + up, up)
  return { count, line: `paths(${text(from)}, ${text(to)}) = C(${right + up}, ${up}) = ${count}` }
}

/** The function `paths` of a line. */
function between(from: Value, to: Value): number | null {
  if (!isPoint(from) || !isPoint(to)) return null
  const [right, up] = [to[0] - from[0], to[1] - from[1]]
  if (right < 0 || up < 0) return 0
  return right + up > 40 ? null : choose(right + up, up)
}

function isPoint(value: Value): value is Point {
  return Array.isArray(value) && value.length === 2 && value.every(part => typeof part === 'number')
}

function transposed({ end, first, second, condition }: Params): Params {
  const flipped = ([x, y]: Point): Point => [y, x]
  return { end: flipped(end), first: flipped(first), second: second && flipped(second), condition }
}

function text([x, y]: Point): string {
  return `(${x}, ${y})`
}
