/** @file The puzzles with what a test needs to know of each: small tasks, conceivable lines, the example of its rules. */
import type { EnvDef } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { coinChange } from '../../envs/math/puzzles/coin-change.ts'
import { knightPath } from '../../envs/math/puzzles/knight-path.ts'
import { latinSquare } from '../../envs/math/puzzles/latin-square.ts'
import { lightsOut } from '../../envs/math/puzzles/lights-out.ts'
import { magicSquare } from '../../envs/math/puzzles/magic-square.ts'
import { nQueens } from '../../envs/math/puzzles/n-queens.ts'
import { pancakeSorting } from '../../envs/math/puzzles/pancake-sorting.ts'
import { shortestPath } from '../../envs/math/puzzles/shortest-path.ts'
import { slidingTiles } from '../../envs/math/puzzles/sliding-tiles.ts'
import { subsetSum } from '../../envs/math/puzzles/subset-sum.ts'
import { towerOfHanoi } from '../../envs/math/puzzles/tower-of-hanoi.ts'
import { twentyFour } from '../../envs/math/puzzles/twenty-four.ts'
import { waterJugs } from '../../envs/math/puzzles/water-jugs.ts'

export interface Subject {
  env: EnvDef
  /** A level whose positions can all be visited; null if there is none. */
  level: number | null
  /** More tasks whose positions can all be visited. */
  params?: Json[]
  /** Positions that the start does not lead to. */
  elsewhere?(params: Json): Json[]
  /** Positions from which there is plainly no way, where there are endlessly many. */
  hopeless?(state: Json): boolean
  /** Every line that could be a move, and some that could not. */
  lines(params: Json): string[]
  /** A task and lines that solve it: the example of the rules. */
  example: [params: Json, lines: string[]]
  /** Lines that break a rule at the start of the example. */
  illegal: string[]
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)
const letters = (text: string): string[] => text.split('')
const cross = (...parts: (readonly (string | number)[])[]): string[] =>
  parts.reduce<string[]>((texts, part) => texts.flatMap(text => part.map(each => `${text}${each}`)), [''])
export const cells = (rows: number, columns: number): string[] =>
  cross(['r'], upTo(rows), ['c'], upTo(columns))
const of = (env: unknown, subject: Omit<Subject, 'env'>): Subject => ({ ...subject, env: env as EnvDef })

export const SUBJECTS: Subject[] = [
  of(coinChange, {
    level: 1,
    lines: () => upTo(60).map(String),
    example: [{ coins: [1, 4, 5], amount: 8 }, ['4', '4']],
    illegal: ['2', '9', '-4', '4 4', ''],
  }),
  of(knightPath, {
    level: 1,
    elsewhere: params => {
      const { size, holes } = params as { size: number; holes: number[] }
      return [...Array(size * size).keys()].filter(square => !holes.includes(square))
    },
    lines: () => cross(letters('abcdefgh'), upTo(8)),
    example: [{ size: 5, holes: [6], from: 0, to: 14 }, ['c2', 'e3']],
    illegal: ['b2', 'a1', 'h8', 'c2 e3', '2c'],
  }),
  of(latinSquare, {
    level: 1,
    lines: () => cross(cells(5, 5), ['='], upTo(5)),
    example: [{ size: 2, givens: [1, 2, 0, 1], solution: [1, 2, 2, 1] }, ['r2c1=2']],
    illegal: ['r1c1=1', 'r2c1=3', 'r2c1=0', 'r3c1=1', 'r2c1', '2'],
  }),
  of(lightsOut, {
    level: null,
    params: [1, 6, 100, 511, 2047].flatMap(lit => [
      { rows: 3, columns: 4, lit },
      ...(lit < 512 ? [{ rows: 3, columns: 3, lit }] : []),
    ]),
    lines: () => cells(6, 6),
    example: [{ rows: 3, columns: 3, lit: 0b010_111_010 }, ['r2c2']],
    illegal: ['r4c1', 'r1c4', 'r0c1', '2 2'],
  }),
  of(magicSquare, {
    level: 1,
    lines: () => cross(cells(3, 3), ['='], upTo(20)),
    example: [{ givens: [2, 7, 6, 9, 0, 1, 4, 3, 8], available: [5] }, ['r2c2=5']],
    illegal: ['r2c2=4', 'r1c1=5', 'r2c2=', 'r2c4=5'],
  }),
  of(nQueens, {
    level: 1,
    lines: () => cells(10, 10),
    example: [{ given: [2, 4, 1, 0] }, ['r4c3']],
    illegal: ['r4c1', 'r4c4', 'r1c3', 'r5c5', 'r4c0', 'c3'],
  }),
  of(pancakeSorting, {
    level: 1,
    lines: () => cross(['flip '], upTo(9)),
    example: [{ stack: [5, 9, 2] }, ['flip 2', 'flip 3']],
    illegal: ['flip 1', 'flip 4', 'flip 0', 'flip', '2'],
  }),
  of(shortestPath, {
    level: 1,
    params: [
      {
        // Two shortest ways: A B C, and A D E C, which an algorithm that looks at costs only finds first.
        nodes: 5,
        edges: [
          [0, 1, 1],
          [0, 3, 4],
          [1, 2, 5],
          [2, 4, 1],
          [3, 4, 1],
        ],
        from: 0,
        to: 2,
      },
    ],
    hopeless: state => (state as { cost: number }).cost > 27,
    lines: () => letters('ABCDEFGHIJKLM'),
    example: [
      {
        nodes: 3,
        edges: [
          [0, 1, 4],
          [0, 2, 9],
          [1, 2, 3],
        ],
        from: 0,
        to: 2,
      },
      ['B', 'C'],
    ],
    illegal: ['A', 'D', 'BC', 'b'],
  }),
  of(slidingTiles, {
    level: 2,
    elsewhere: params => {
      const { wanted } = params as { wanted: number[] }
      return [wanted.with(0, wanted[1]!).with(1, wanted[0]!)]
    },
    lines: () => cross(['', '-'], [0, ...upTo(9)]),
    example: [{ start: [1, 2, 3, 4, 0, 5], wanted: [1, 2, 3, 4, 5, 0] }, ['5']],
    illegal: ['1', '3', '0', '6', 'right'],
  }),
  of(subsetSum, {
    level: 1,
    lines: () => upTo(25).map(String),
    example: [{ numbers: [3, 5, 8, 9], target: 16 }, ['3', '5', '8']],
    illegal: ['4', '16', '3+5', '-3'],
  }),
  of(towerOfHanoi, {
    level: 1,
    lines: () => cross(letters('ABCD'), [' to '], letters('ABCD')),
    example: [{ from: [0, 0], to: [2, 2] }, ['A to B', 'A to C', 'B to C']],
    illegal: ['B to C', 'A to A', 'A', 'A to D', 'A C'],
  }),
  of(twentyFour, {
    level: 1,
    // Two equal pairs leave two zeros behind, and no quotient of those.
    params: [{ numbers: [5, 5, 7, 7] }],
    lines: () => ['1+1=2', '3*8=24', '9-3=6', '7/2=7:2'],
    example: [{ numbers: [2, 4, 7, 9] }, ['7+9=16', '2*4=8', '16+8=24']],
    illegal: ['7+9=17', '2-9=-7', '7+7=14', '7+8=15', '2+4+7=13', '7/0=0', '9', '7+9', '9-7=2:0'],
  }),
  of(waterJugs, {
    level: 1,
    lines: () => [
      ...cross(['fill ', 'empty '], letters('ABC')),
      ...cross(['pour '], letters('ABC'), [' '], letters('ABC')),
    ],
    example: [{ capacities: [3, 5], start: [0, 0], wanted: [0, 2] }, ['fill B', 'pour B A', 'empty A']],
    illegal: ['empty A', 'pour A B', 'pour A A', 'fill C', 'fill'],
  }),
]
