/** @file Exhibits whose answer is a grid of numbers: pooled matrices and small sudokus. */
import { rngAt } from '../../envs/rng.ts'
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './exhibit.ts'
import { float, int, isNumeric, item } from './python.ts'

interface Pool {
  matrix: number[][]
  how: 'max' | 'average'
  answer: string
}

const POOLS: Pool[] = Array.from({ length: 16 }, (_, i) => {
  const rng = rngAt('museum', 'pool', i)
  const [rows, columns] = [4 + 2 * (i % 2), 4 + 2 * ((i >> 1) % 3)]
  const matrix = Array.from({ length: rows }, () => Array.from({ length: columns }, () => rng.int(0, 9)))
  const how = i % 2 === 0 ? 'max' : 'average'
  return { matrix, how, answer: written(pooled(matrix, how)) }
})

function pooled(matrix: readonly number[][], how: Pool['how']): number[][] {
  return Array.from({ length: matrix.length / 2 }, (_, i) =>
    Array.from({ length: matrix[0]!.length / 2 }, (__, j) => {
      const four = [2 * i, 2 * i + 1].flatMap(row => matrix[row]!.slice(2 * j, 2 * j + 2))
      return how === 'max' ? Math.max(...four) : four.reduce((sum, each) => sum + each, 0) / 4
    }),
  )
}

function written(matrix: readonly (readonly (number | string)[])[]): string {
  return matrix.map(row => row.join(' ')).join('\n')
}

/** `np.loadtxt`: rows by line, numbers by space. Throws ValueError on anything else. */
function matrixIn(text: string): number[][] {
  return text
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(float))
}

function sameShape(a: readonly number[][], b: readonly number[][]): boolean {
  return a.length === b.length && a.every((row, i) => row.length === b[i]!.length)
}

/** `np.allclose`: raises TypeError on arrays of text. */
function allClose(a: readonly number[][] | string, b: readonly number[][] | string): boolean {
  if (typeof a === 'string' || typeof b === 'string')
    throw new TypeError(`ufunc 'isfinite' not supported for the input types`)
  return sameShape(a, b) && a.every((row, i) => row.every((value, j) => value === b[i]![j]))
}

const poolFacts = {
  kind: 'number' as const,
  tasks: POOLS,
  prompt: ({ matrix, how }: Pool) =>
    `Apply 2x2 ${how} pooling to this matrix:\n${written(matrix)}\nAnswer with the rows, one a line, numbers separated by spaces.`,
  gold: ({ answer }: Pool) => answer,
  oracle: ({ answer }: Pool, response: string) => {
    try {
      return allClose(matrixIn(response), matrixIn(answer)) ? ('right' as const) : ('wrong' as const)
    } catch {
      return 'wrong' as const
    }
  },
}

function pooledScore({ answer }: Pool, response: string): number {
  try {
    const [given, expected] = [matrixIn(response), matrixIn(answer)]
    if (allClose(given, expected)) return 1
    return sameShape(given, expected) ? 0.1 : 0
  } catch {
    return 0
  }
}

const notElif = rewardExhibit<Pool>(
  { id: 'rg-pool-matrix-elif', property: 'gold_max', minimal: 7 },
  poolFacts,
  {
    faulty: ({ answer }, response) => {
      let reward = 0
      try {
        const [given, expected] = [matrixIn(response), matrixIn(answer)]
        if (allClose(given, expected)) reward = 1
        if (sameShape(given, expected)) reward = 0.1
      } catch {
        return 0
      }
      return reward
    },
    fixed: pooledScore,
  },
)

const rawStrings = rewardExhibit<Pool>(
  { id: 'rg-pool-matrix-str', property: 'gold_max', minimal: 7 },
  poolFacts,
  {
    faulty: ({ answer }, response) => {
      try {
        return allClose(response, answer) ? 1 : 0.1
      } catch {
        return 0
      }
    },
    fixed: pooledScore,
  },
)

interface Sudoku {
  puzzle: string
  solution: string
}

const SUDOKUS: Sudoku[] = Array.from({ length: 15 }, (_, i) => {
  const rng = rngAt('museum', 'sudoku', i)
  const names = rng.shuffle([1, 2, 3, 4])
  const rows = [
    [0, 1, 2, 3],
    [2, 3, 0, 1],
    [1, 0, 3, 2],
    [3, 2, 1, 0],
  ].map(row => row.map(at => String(names[at])))
  // One gap a row at most: the row says what is missing, so that there is one solution.
  const puzzle = rows.map((row, at) => (at <= i % 4 ? row.with(rng.int(0, 3), '_') : row))
  return { puzzle: written(puzzle), solution: written(rows) }
})

function tokensIn(text: string): string[][] {
  return text
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/))
}

const superscript = rewardExhibit<Sudoku>(
  { id: 'rg-sudoku-superscript', property: 'total_finite', minimal: 1 },
  {
    kind: 'text',
    tasks: SUDOKUS,
    // Part of the score is paid for every cell; only a whole solution passes.
    passMark: 1,
    prompt: ({ puzzle }) => `Fill in the gaps of this 4x4 sudoku:\n${puzzle}\nAnswer with the whole grid.`,
    gold: ({ solution }) => solution,
    oracle: ({ solution }, response) => (written(tokensIn(response)) === solution ? 'right' : 'wrong'),
  },
  {
    faulty: ({ solution }, response) => {
      const cells = tokensIn(solution).map(row => row.map(int))
      let matching = 0
      for (const [i, row] of tokensIn(response).entries())
        for (const [j, token] of row.entries())
          if (isNumeric(token) && int(token) === item(item(cells, i), j)) matching++
      return matching / 16
    },
    fixed: ({ solution }, response) => {
      const [cells, given] = [tokensIn(solution), tokensIn(response)]
      if (given.length !== 4 || given.some(row => row.length !== 4)) return 0
      return cells.flatMap((row, i) => row.filter((cell, j) => cell === given[i]![j])).length / 16
    },
  },
)

export const gridExhibits: readonly RewardExhibit[] = [notElif, rawStrings, superscript]
