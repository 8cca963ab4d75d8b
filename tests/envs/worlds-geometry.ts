/** @file Geometry, checked by counting lattice points, by searching whole numbers and by putting answers in. */
import { box } from '../../envs/math/families/box.ts'
import { lineIntersection } from '../../envs/math/families/line-intersection.ts'
import { polygonArea } from '../../envs/math/families/polygon-area.ts'
import { rightTriangle } from '../../envs/math/families/right-triangle.ts'
import { similarTriangles } from '../../envs/math/families/similar-triangles.ts'
import type { Quotient, World } from './world.ts'
import { fractionsIn, numbersIn, of, plus, read, same, times, world } from './world.ts'

type Point = [number, number]

/** Pick's theorem: lattice points inside, and half of those on the edges, less one. */
function picked(corners: Point[]): Quotient {
  const edges = corners.map((corner, i): [Point, Point] => [corner, corners[(i + 1) % corners.length]!])
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
  let [inside, border] = [0, 0]
  for (let x = Math.min(...xs); x <= Math.max(...xs); x++)
    for (let y = Math.min(...ys); y <= Math.max(...ys); y++)
      if (edges.some(edge => isOn(edge, x, y))) border++
      else if (edges.filter(edge => isLeftOf(edge, x, y)).length % 2 === 1) inside++
  return of(2 * inside + border - 2, 2)
}

function isOn([[a, b], [c, d]]: [Point, Point], x: number, y: number): boolean {
  return (x - a) * (d - b) === (y - b) * (c - a) && (x - a) * (x - c) <= 0 && (y - b) * (y - d) <= 0
}

/** Does a ray from the point to the right cross the edge? */
function isLeftOf([[a, b], [c, d]]: [Point, Point], x: number, y: number): boolean {
  return b > y !== d > y && x < a + ((y - b) * (c - a)) / (d - b)
}

/** By the numbers of the question: every whole number is tried. */
function measures(question: string, given: string): boolean {
  const numbers = numbersIn(question.replaceAll('(', ' ').replaceAll(')', ' '))
  if (question.startsWith('What')) {
    const [x1, y1, x2, y2] = numbers as [number, number, number, number]
    const square = (x1 - x2) ** 2 + (y1 - y2) ** 2
    return question.includes('squared') ? given === String(square) : Number(given) ** 2 === square
  }
  const [a, c] = numbers as [number, number]
  let b = 1
  while (a * a + b * b < c * c) b++
  if (question.includes('leg b')) return a * a + b * b === c * c && given === String(b)
  // Twice the area in two ways.
  return a * a + b * b === c * c && same(times(read(given), of(c)), of(a * b))
}

type Lines = { form: string; points: [Point, Point][] } | { form: string; lines: [number, number, number][] }

/** Does the point lie on both? */
function meets(params: Lines, given: string): boolean {
  const [x, y] = fractionsIn(given) as [Quotient, Quotient]
  if ('lines' in params)
    return params.lines.every(([a, b, c]) => same(plus(times(of(a), x), times(of(b), y)), of(c)))
  return params.points.every(([[x1, y1], [x2, y2]]) => {
    const across = times(plus(x, of(-x1)), of(y2 - y1))
    return same(across, times(plus(y, of(-y1)), of(x2 - x1)))
  })
}

type Box = { edges: [number, number, number]; parts: number; find: string }

/** Layer by layer: small cubes, or the small squares that they show. */
function built({ edges: [a, b, c], parts, find }: Box): Quotient {
  let [cubes, squares] = [0, 0]
  for (let z = 0; z < c; z++) {
    cubes += a * b
    squares += 2 * a + 2 * b + (z === 0 ? a * b : 0) + (z === c - 1 ? a * b : 0)
  }
  return find === 'volume' ? of(cubes, parts ** 3) : of(squares, parts ** 2)
}

type Similar = { sides: [number, number, number]; image: number; area: number; find: string }

/** Ratios across: d : a is the same as that of any other lengths; areas go with the squares. */
function compares({ sides: [a, b, c], image, area, find }: Similar, given: string): boolean {
  if (find === 'side') return same(times(read(given), of(a)), of(b * image))
  if (find === 'perimeter') return same(times(read(given), of(a)), of((a + b + c) * image))
  return same(times(read(given), of(a * a)), of(area * image * image))
}

export const GEOMETRY: readonly World[] = [
  world(polygonArea, ({ corners }: { corners: Point[] }, given) => same(read(given), picked(corners)), {
    params: {
      corners: [
        [1, 1],
        [3, 1],
        [1, 4],
      ],
    },
    question: 'What is the area of the polygon with the corners (1, 1), (3, 1), (1, 4), in this order?',
    truths: ['cross((3, 1), (1, 4)) = 11', 'sum = 6', 'area = sum/2', 'area = 2*3/2', 'answer: 3.0'],
    lies: ['cross((3, 1), (1, 4)) = 13', 'sum = 3', 'area = 6', 'answer: 6'],
  }),
  world(rightTriangle, (_params: { a: number }, given, question) => measures(question, given), {
    params: { a: 3, b: 4, x: 0, y: 0, find: 'height' },
    question:
      'In a right triangle the leg a is 3 and the hypotenuse c is 5. How long is the height h on the hypotenuse?',
    truths: ['a^2 + b^2 = c^2 = 25', 'b = 4', 'h*c = a*b', 'h = 2.4', 'answer: 12/5', 'answer: 2.4'],
    lies: ['b = 3', 'b^2 = 34', 'h = 5/2', 'answer: 4'],
  }),
  world(lineIntersection, meets, {
    params: {
      form: 'slopes',
      lines: [
        [-2, 1, 1],
        [-5, 1, -5],
      ],
    },
    question: 'Where do the lines y = 2x + 1 and y = 5x - 5 meet?',
    truths: [
      '3x = 6',
      'x = 2',
      'y = 2x + 1 = 5x - 5',
      '2y - 5x = 0',
      'x = 2, y = 5',
      'answer: (2, 5)',
      'answer: [2,5]',
    ],
    lies: ['3x = 4', 'x = 5', 'x = 2, y = 3', 'answer: (5, 2)', 'answer: 2'],
  }),
  world(box, (params: Box, given) => same(read(given), built(params)), {
    params: { edges: [2, 3, 4], parts: 1, find: 'surface from volume' },
    question: 'A box has the volume 24 and the edges a = 2 and b = 3. What is its surface?',
    truths: ['c = 4', 'volume = a*b*c', 'surface = 2*ab + 2*bc + 2*ca = 52', 'bc = 3c', 'answer: 52'],
    lies: ['c = 24/2', 'surface = 26', 'ab = 5', 'answer: 26'],
  }),
  world(similarTriangles, compares, {
    params: { sides: [4, 6, 7], image: 10, area: 8, find: 'area' },
    question:
      'A triangle of area 8 has a side a = 4. In a similar triangle the corresponding side is d = 10. What is its area?',
    truths: ['scale = 2.5', 'scale^2 = 25/4', 'area = 8 * scale^2 = 50', 'answer: 50'],
    lies: ['scale = 4/10', 'area = 20', 'answer: 20'],
  }),
]
