/** @file Exhibits whose answer is a plan or a construction that many answers satisfy: towers, colourings, queens. */
import { runInThisContext } from 'node:vm'
import type { Json } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import type { Truth } from '../../rewards/checks/subject.ts'
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './exhibit.ts'
import { int, jsonIn } from './python.ts'

const truth = (right: boolean): Truth => (right ? 'right' : 'wrong')

interface Tower {
  disks: number
  from: number
  to: number
}

type Move = readonly [disk: number, from: number, to: number]

const TOWERS: Tower[] = [1, 2, 3, 4].flatMap(disks =>
  [
    [1, 3],
    [1, 2],
    [3, 1],
  ].map(([from, to]) => ({ disks, from: from!, to: to! })),
)

function shortest({ disks, from, to }: Tower): Move[] {
  if (disks === 0) return []
  const spare = 6 - from - to
  return [
    ...shortest({ disks: disks - 1, from, to: spare }),
    [disks, from, to],
    ...shortest({ disks: disks - 1, from: spare, to }),
  ]
}

/** Plays the moves; null where one is against the rules. Pegs hold disks, the largest first. */
function towersAfter({ disks, from }: Tower, moves: readonly Move[]): number[][] | null {
  const pegs: number[][] = [[], [], [], []]
  pegs[from] = Array.from({ length: disks }, (_, i) => disks - i)
  for (const [disk, start, end] of moves) {
    const [source, goal] = [pegs[start], pegs[end]]
    if (start === 0 || end === 0 || !source || !goal || source.at(-1) !== disk) return null
    if ((goal.at(-1) ?? Infinity) < disk) return null
    goal.push(source.pop()!)
  }
  return pegs
}

function movesIn(text: string, number: (word: string) => number): Move[] | null {
  const words = text
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/))
  const form = words.every(each => each.length === 9 && [0, 1, 3, 4, 6, 7].every(at => each[at] === FORM[at]))
  return form ? words.map(each => [number(each[2]!), number(each[5]!), number(each[8]!)] as const) : null
}

const FORM = 'Move disk ? from Peg ? to Peg ?'.split(' ')

function movesTower(task: Tower, moves: readonly Move[] | null): boolean {
  return moves !== null && towersAfter(task, moves)?.[task.to]?.length === task.disks
}

const hanoi = rewardExhibit<Tower>(
  { id: 'rg-hanoi-throws', property: 'total_finite', minimal: 33 },
  {
    kind: 'text',
    tasks: TOWERS,
    prompt: ({ disks, from, to }) =>
      `Move a tower of ${disks} disks from peg ${from} to peg ${to} (three pegs, disk 1 is the smallest). One move a line: Move disk 1 from Peg 1 to Peg 3`,
    gold: task =>
      shortest(task)
        .map(([disk, from, to]) => `Move disk ${disk} from Peg ${from} to Peg ${to}`)
        .join('\n'),
    oracle: (task, answer) => truth(movesTower(task, movesIn(answer, Number))),
  },
  {
    faulty: (task, response) => (movesTower(task, movesIn(response, int)) ? 1 : 0),
    fixed: (task, response) => {
      try {
        return movesTower(task, movesIn(response, int)) ? 1 : 0
      } catch {
        return 0
      }
    },
  },
)

interface Graph {
  vertices: number
  colors: number
  edges: [number, number][]
}

const GRAPHS: Graph[] = Array.from({ length: 15 }, (_, i) => {
  const rng = rngAt('museum', 'graph', i)
  const vertices = 3 + (i % 5)
  // Edges between vertices of different remainder by three only: three colours are always enough.
  const pairs = Array.from({ length: vertices }, (__, a) => a).flatMap(a =>
    Array.from({ length: a }, (__, b): [number, number] => [b, a]),
  )
  return { vertices, colors: 3, edges: pairs.filter(([a, b]) => a % 3 !== b % 3 && rng.float() < 0.6) }
})

function colours({ vertices, colors, edges }: Graph, answer: Json | undefined): boolean {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return false
  const legal = (colour: Json | undefined): boolean =>
    typeof colour === 'number' && Number.isInteger(colour) && colour >= 1 && colour <= colors
  const names = Array.from({ length: vertices }, (_, i) => String(i))
  if (Object.keys(answer).length !== vertices || !names.every(name => legal(answer[name]))) return false
  return edges.every(([a, b]) => answer[String(a)] !== answer[String(b)])
}

const colouring = rewardExhibit<Graph>(
  { id: 'rg-graph-color-throws', property: 'total_finite', minimal: 1 },
  {
    kind: 'json',
    tasks: GRAPHS,
    prompt: ({ vertices, colors, edges }) =>
      `Colour the vertices 0 to ${vertices - 1} with colours 1 to ${colors} so that no edge has one colour at both ends. Edges: ${JSON.stringify(edges)}. Answer with a JSON object from vertex to colour.`,
    gold: ({ vertices }) =>
      JSON.stringify(
        Object.fromEntries(Array.from({ length: vertices }, (_, i) => [String(i), 1 + (i % 3)])),
      ),
    oracle: (task, answer) => truth(colours(task, jsonIn(answer))),
  },
  {
    faulty: (task, response) => (colours(task, JSON.parse(response) as Json) ? 1 : 0),
    fixed: (task, response) => (colours(task, jsonIn(response)) ? 1 : 0),
  },
)

interface Board {
  size: number
  /** The column of the queen that stands in the first row. */
  first: number
}

const BOARDS: Board[] = [4, 5, 6, 7, 8].flatMap(size =>
  Array.from({ length: size }, (_, first) => ({ size, first })).filter(board => placed(board) !== null),
)

function placed({ size, first }: Board): number[] | null {
  const extend = (columns: readonly number[]): number[] | null => {
    if (columns.length === size) return [...columns]
    for (let column = 0; column < size; column++) {
      const found = safe([...columns, column]) ? extend([...columns, column]) : null
      if (found) return found
    }
    return null
  }
  return extend([first])
}

function safe(columns: readonly number[]): boolean {
  return columns.every((column, row) =>
    columns.slice(0, row).every((other, at) => other !== column && Math.abs(other - column) !== row - at),
  )
}

function places({ size, first }: Board, answer: unknown): boolean {
  if (!Array.isArray(answer) || answer.length !== size || answer[0] !== first) return false
  const legal = answer.every(column => Number.isInteger(column) && column >= 0 && column < size)
  return legal && safe(answer as number[])
}

const queens = rewardExhibit<Board>(
  { id: 'rg-nqueens-eval', property: 'sandbox_canary', minimal: 21 },
  {
    kind: 'json',
    tasks: BOARDS,
    prompt: ({ size, first }) =>
      `Place ${size} queens on a ${size}x${size} board, the one of the first row in column ${first}. Answer with the JSON list of columns, row by row, from 0.`,
    gold: board => JSON.stringify(placed(board)),
    oracle: (board, answer) => truth(places(board, jsonIn(answer))),
  },
  {
    faulty: (board, response) => {
      try {
        const given = jsonIn(response)
        // The bug: what is no JSON is run, as Python's eval ran it.
        return places(board, given === undefined ? runInThisContext(response) : given) ? 1 : 0
      } catch {
        return 0
      }
    },
    fixed: (board, response) => (places(board, jsonIn(response)) ? 1 : 0),
  },
)

export const planExhibits: readonly RewardExhibit[] = [hanoi, colouring, queens]
