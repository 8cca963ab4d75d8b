/** @file Correct rewards for puzzles whose solutions are checked by the rules, not by a reference. */
import { rngAt } from '../../../envs/rng.ts'
import type { Fraction } from './fraction.ts'
import { combined, evaluated, literals } from './fraction.ts'
import { reward } from './subject.ts'

interface Countdown {
  numbers: number[]
  target: number
  solution: string
}

function countdownTasks(seed: number): Countdown[] {
  const rng = rngAt('countdown', seed)
  return Array.from({ length: 20 }, () => {
    const numbers = [rng.int(2, 9), rng.int(2, 9), rng.int(10, 25), rng.int(3, 50)]
    const [a, b, c] = numbers as [number, number, number, number]
    const [text, target] = rng.pick([
      [`(${a} + ${b}) * ${c}`, (a + b) * c],
      [`${c} * ${a} - ${b}`, c * a - b],
      [`${a} * ${b} + ${c}`, a * b + c],
    ] as [string, number][])
    return { numbers, target, solution: text }
  })
}

/** No number oftener than it was dealt. */
function affordable(used: readonly number[], dealt: readonly number[]): boolean {
  const left = [...dealt]
  return used.every(each => {
    const at = left.indexOf(each)
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
}

const countdown = reward<Countdown>({
  name: 'countdown, each number once at most',
  kind: 'expression',
  manyRight: true,
  tasks: countdownTasks,
  prompt: ({ numbers, target }) =>
    `Make ${target} from ${numbers.join(', ')}, each once at most, with + - * / and brackets. Answer in <answer> tags.`,
  gold: ({ solution }) => solution,
  answer: { wrap: (answer, reasoning) => `${reasoning}<answer>${answer}</answer>` },
  oracle({ numbers, target }, answer) {
    if (!/^[\d+\-*/() ]*$/.test(answer)) return 'wrong'
    const value = combined(answer)
    if (value === null) return 'wrong'
    const counts = (list: readonly number[], each: number) => list.filter(other => other === each).length
    const used = (answer.match(/\d+/g) ?? []).map(Number)
    const within = used.every(each => counts(used, each) <= counts(numbers, each))
    return within && value[0] === BigInt(target) * value[1] ? 'right' : 'wrong'
  },
  score({ numbers, target }, response) {
    const text = [...response.matchAll(/<answer>([^<]*)<\/answer>/g)].at(-1)?.[1]
    if (text === undefined || text.length > 200) return 0
    const value = evaluated(text)
    if (!value || !affordable(literals(text), numbers)) return 0
    return equals(value, target) ? 1 : 0
  },
})

function equals([above, below]: Fraction, whole: number): boolean {
  return above === BigInt(whole) * below
}

const twentyFour = reward<{ cards: number[]; solution: string }>({
  name: 'twenty-four, every card once',
  kind: 'expression',
  manyRight: true,
  tasks: [
    { cards: [1, 2, 3, 4], solution: '1*2*3*4' },
    { cards: [3, 3, 8, 8], solution: '8/(3-8/3)' },
    { cards: [6, 6, 6, 6], solution: '6+6+6+6' },
    { cards: [4, 7, 8, 8], solution: '(7-8/8)*4' },
    { cards: [1, 5, 5, 5], solution: '5*(5-1/5)' },
  ],
  prompt: ({ cards }) => `Use each of ${cards.join(' ')} exactly once to make 24.`,
  gold: ({ solution }) => solution,
  oracle({ cards }, answer) {
    if (!/^[\d+\-*/() ]*$/.test(answer)) return 'wrong'
    const value = combined(answer)
    const used = (answer.match(/\d+/g) ?? []).map(Number).sort((a, b) => a - b)
    return value !== null &&
      value[0] === 24n * value[1] &&
      used.join() === cards.toSorted((a, b) => a - b).join()
      ? 'right'
      : 'wrong'
  },
  score({ cards }, response) {
    const text = response.replace(/\s+/g, ' ')
    if (text.length > 200) return 0
    const value = evaluated(text)
    const used = literals(text)
    return value && used.length === cards.length && affordable(used, cards) && equals(value, 24) ? 1 : 0
  },
})

interface Sudoku {
  clues: string[]
  solution: string[]
}

const SUDOKUS: Sudoku[] = [
  { clues: ['1...', '..1.', '.1..', '...1'], solution: ['1234', '3412', '4123', '2341'] },
  { clues: ['12..', '....', '....', '..21'], solution: ['1243', '3412', '2134', '4321'] },
  { clues: ['....', '.2..', '..3.', '....'], solution: ['3142', '4213', '2431', '1324'] },
]

function unitsOf(rows: readonly string[]): string[] {
  const columns = [0, 1, 2, 3].map(x => rows.map(row => row[x]).join(''))
  const boxes = [0, 2].flatMap(y => [0, 2].map(x => rows[y]!.slice(x, x + 2) + rows[y + 1]!.slice(x, x + 2)))
  return [...rows, ...columns, ...boxes]
}

const sudoku = reward<Sudoku>({
  name: 'sudoku of four by four, by its rules',
  kind: 'text',
  manyRight: true,
  tasks: SUDOKUS,
  prompt: ({ clues }) => `Fill in:\n${clues.join('\n')}`,
  gold: ({ solution }) => solution.join('\n'),
  oracle({ clues }, answer) {
    const rows = answer.trim().split(/\s+/)
    if (rows.length !== 4 || rows.some(row => !/^[1-4]{4}$/.test(row))) return 'wrong'
    const kept = clues.every((row, y) =>
      Array.from(row).every((clue, x) => clue === '.' || rows[y]![x] === clue),
    )
    return kept && unitsOf(rows).every(unit => new Set(unit).size === 4) ? 'right' : 'wrong'
  },
  score({ clues }, response) {
    const cells = response.replace(/\s/g, '')
    if (!/^[1-4]{16}$/.test(cells) || response.trim().split(/\s+/).length !== 4) return 0
    for (let i = 0; i < 16; i++)
      for (let j = 0; j < i; j++) {
        const [y, x, v, u] = [i >> 2, i & 3, j >> 2, j & 3]
        const together = y === v || x === u || (y >> 1 === v >> 1 && x >> 1 === u >> 1)
        if (together && cells[i] === cells[j]) return 0
      }
    const clue = clues.join('')
    const rows = response.trim().split(/\s+/)
    return rows.every(row => row.length === 4) &&
      Array.from(clue).every((each, i) => each === '.' || each === cells[i])
      ? 1
      : 0
  },
})

/** Any placement without attacks is right; there are many. */
const queens = reward<{ n: number; one: number[] }>({
  name: 'queens, any solution',
  kind: 'text',
  manyRight: true,
  tasks: [
    { n: 4, one: [1, 3, 0, 2] },
    { n: 5, one: [0, 2, 4, 1, 3] },
    { n: 6, one: [1, 3, 5, 0, 2, 4] },
    { n: 8, one: [0, 4, 7, 5, 2, 6, 1, 3] },
  ],
  prompt: ({ n }) =>
    `Place ${n} queens on a board of ${n} by ${n}: the column (from 0) of each row, by commas.`,
  gold: ({ one }) => one.join(', '),
  solutions: ({ n, one }) => [
    one.join(', '),
    one.map(column => n - 1 - column).join(','),
    one.toReversed().join(', '),
  ],
  oracle({ n }, answer) {
    const columns = answer.split(',').map(each => (/^\s*\d+\s*$/.test(each) ? Number(each) : NaN))
    if (columns.length !== n || columns.some(each => !(each >= 0 && each < n))) return 'wrong'
    const distinct = (list: number[]) => new Set(list).size === n
    return distinct(columns) &&
      distinct(columns.map((c, i) => c + i)) &&
      distinct(columns.map((c, i) => c - i))
      ? 'right'
      : 'wrong'
  },
  score({ n }, response) {
    const pieces = response.split(',').map(each => each.trim())
    if (pieces.length !== n || pieces.some(each => !/^\d{1,2}$/.test(each))) return 0
    const columns = pieces.map(Number)
    const fine = columns.every(
      (column, row) =>
        column < n &&
        columns.slice(0, row).every((other, at) => other !== column && Math.abs(other - column) !== row - at),
    )
    return fine ? 1 : 0
  },
})

interface Graph {
  nodes: string[]
  edges: [string, string][]
  colours: string[]
}

function coloured({ nodes, edges, colours }: Graph, answer: string): boolean {
  const chosen = new Map<string, string>()
  for (const part of answer.split(',')) {
    const [node, colour, ...rest] = part.split('=').map(each => each.trim())
    if (rest.length > 0 || !nodes.includes(node!) || !colours.includes(colour ?? '') || chosen.has(node!))
      return false
    chosen.set(node!, colour!)
  }
  return chosen.size === nodes.length && edges.every(([a, b]) => chosen.get(a) !== chosen.get(b))
}

const colouring = reward<Graph>({
  name: 'colouring of a graph',
  kind: 'text',
  manyRight: true,
  tasks: [
    {
      nodes: ['A', 'B', 'C'],
      edges: [
        ['A', 'B'],
        ['B', 'C'],
        ['A', 'C'],
      ],
      colours: ['red', 'green', 'blue'],
    },
    {
      nodes: ['P', 'Q', 'R', 'S'],
      edges: [
        ['P', 'Q'],
        ['Q', 'R'],
        ['R', 'S'],
        ['S', 'P'],
      ],
      colours: ['red', 'green'],
    },
  ],
  prompt: ({ edges, colours }) =>
    `Colour the nodes of ${edges.map(edge => edge.join('-')).join(' ')} with ${colours.join(', ')}. Answer like A=red,B=green.`,
  gold: ({ nodes, colours }) => nodes.map((node, i) => `${node}=${colours[i % colours.length]}`).join(','),
  oracle: (graph, answer) => (coloured(graph, answer) ? 'right' : 'wrong'),
  score({ nodes, edges, colours }, response) {
    const pairs = response.split(',').map(part => /^\s*([A-Z])\s*=\s*([a-z]+)\s*$/.exec(part))
    if (pairs.length !== nodes.length || pairs.includes(null)) return 0
    const colour = Object.fromEntries(pairs.map(pair => [pair![1]!, pair![2]!]))
    if (!nodes.every(node => colours.includes(colour[node] ?? ''))) return 0
    return edges.some(([a, b]) => colour[a] === colour[b]) ? 0 : 1
  },
})

export const PUZZLES = [countdown, twentyFour, sudoku, queens, colouring]
