/** @file `math/polygon-area-v1`: the area of a polygon from its corners, by the shoelace formula. */
import type { Rng } from '../../rng.ts'
import { total } from '../counting.ts'
import { derivation } from '../derivation.ts'
import { formatExact, ratio } from '../exact.ts'
import type { Value } from '../functions.ts'
import { factor, sumOf } from '../terms.ts'

type Axes = { corners: number; largest: number }
type Point = [x: number, y: number]
/** Counter-clockwise; no two edges meet but at corners. */
type Params = { corners: Point[] }

export const polygonArea = derivation<Params, Axes>({
  id: 'math/polygon-area-v1',
  title: 'Find the area of a polygon from its corners',
  group: 'geometry',
  rules:
    'Write cross((x1, y1), (x2, y2)) = x1*y2 - x2*y1 for every edge, then their sum, then area as half of it. Example: ' +
    'for (1, 1), (3, 1), (1, 4) write "cross((1, 1), (3, 1)) = 1*1 - 3*1 = -2", "cross((3, 1), (1, 4)) = 3*4 - 1*1 = 11", ' +
    '"cross((1, 4), (1, 1)) = 1*1 - 1*4 = -3", "sum = -2 + 11 - 3 = 6", "area = 6/2 = 3", "answer: 3".',
  levels: [
    { corners: 3, largest: 6 },
    { corners: 4, largest: 8 },
    { corners: 5, largest: 10 },
    { corners: 8, largest: 15 },
  ],
  draw: drawPolygon,
  identity: ({ corners }) => corners.map(text).toSorted(),
  question: ({ corners }) =>
    `What is the area of the polygon with the corners ${corners.map(text).join(', ')}, in this order?`,
  work: ({ corners }) => {
    const crosses = crossesOf(corners)
    const sum = total(crosses)
    const area = formatExact(ratio(sum, 2))
    return {
      lines: [
        ...corners.map((corner, i) => crossLine(corner, corners[(i + 1) % corners.length]!)),
        `sum = ${sumOf(crosses)} = ${sum}`,
        `area = ${sum}/2${area.includes('/') ? '' : ` = ${area}`}`,
      ],
      answer: area,
    }
  },
  /** Not halved. */
  mistake: ({ corners }) => String(total(crossesOf(corners))),
  meaning: ({ corners }) => {
    const sum = total(crossesOf(corners))
    return {
      assignments: [{ sum, area: ratio(sum, 2) }],
      functions: { cross: (a, b) => (isPoint(a) && isPoint(b) ? cross(a, b) : null) },
    }
  },
})

/** The directions of the half axes and quadrants, counter-clockwise. */
const DIRECTIONS: readonly Point[] = [
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
  [1, 0],
]
const QUADRANTS = [0, 2, 4, 6]
const HALF_AXES = [1, 3, 5, 7]

/**
 * A point in each of the chosen directions from a centre is seen from there in turn, so that edges cannot cross.
 * A triangle has two neighbouring quadrants and the half axis opposite to both.
 */
function drawPolygon(rng: Rng, { corners, largest }: Axes): Params {
  const turn = 2 * rng.int(0, 3)
  const chosen =
    corners === 3
      ? [turn, (turn + 2) % 8, (turn + 5) % 8]
      : [...QUADRANTS, ...rng.shuffle(HALF_AXES).slice(0, corners - 4)].toSorted((a, b) => a - b)
  const [left, low] = [rng.int(-largest, largest), rng.int(-largest, largest)]
  const away = (direction: number): Point => {
    const [x, y] = DIRECTIONS[direction]!
    return [left + x * rng.int(1, largest), low + y * rng.int(1, largest)]
  }
  return { corners: chosen.map(away) }
}

/** One for each edge. */
function crossesOf(corners: readonly Point[]): number[] {
  return corners.map((corner, i) => cross(corner, corners[(i + 1) % corners.length]!))
}

function cross([x1, y1]: Point, [x2, y2]: Point): number {
  return x1 * y2 - x2 * y1
}

function crossLine(a: Point, b: Point): string {
  const terms = `${factor(a[0])}*${factor(b[1])} - ${factor(b[0])}*${factor(a[1])}`
  return `cross(${text(a)}, ${text(b)}) = ${terms} = ${cross(a, b)}`
}

function isPoint(value: Value | undefined): value is Point {
  return Array.isArray(value) && value.length === 2 && value.every(part => typeof part === 'number')
}

function text([x, y]: Point): string {
  return `(${x}, ${y})`
}
