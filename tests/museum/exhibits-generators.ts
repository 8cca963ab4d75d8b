/** @file Exhibits whose tasks are drawn wrongly: not by the seed alone, or not in the shares that were asked for. */
import type { Json } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import type { Rng } from '../../envs/rng.ts'
import type { EnvFace } from '../../rewards/checks/env-subject.ts'
import type { EnvExhibit } from './entry.ts'
import { jsonIn } from './python.ts'
import { envExhibit } from './typed.ts'

interface Puzzle {
  question: string
  /** What tells puzzles apart, as plain JSON. */
  facts: Json
  judge(answer: string): boolean
}

/** One question, one answer. */
function oneStep(puzzleOf: (seed: number) => Puzzle): EnvFace<string> {
  let puzzle: Puzzle | null = null
  let [answered, solved] = [false, false]
  return {
    reset(seed) {
      puzzle = puzzleOf(seed)
      answered = solved = false
      return { observation: { question: puzzle.question } }
    },
    step(action) {
      const again = answered
      answered = true
      if (!again) solved = typeof action === 'string' && puzzle!.judge(action)
      return {
        observation: { question: puzzle!.question },
        reward: solved && !again ? 1 : 0,
        terminated: true,
        truncated: false,
      }
    },
    state: () => ({ facts: puzzle!.facts, answered, solved }),
  }
}

const PROGRAMS: readonly { code: string; run(n: number): Json }[] = [
  { code: 'sum(i * i for i in range(n))', run: n => ((n - 1) * n * (2 * n - 1)) / 6 },
  { code: 'n * (n + 1) // 2', run: n => (n * (n + 1)) / 2 },
  { code: '[n, n * n, n ** 3]', run: n => [n, n * n, n ** 3] },
  { code: '{"n": n, "digits": len(str(n * n))}', run: n => ({ n, digits: String(n * n).length }) },
]

/** As Python's module `random`, seeded once for the whole process. */
const ofProcess = rngAt('museum', 'codeio', 'random')

function program(rng: Rng, inputs: Rng): { code: string; input: number; output: string } {
  const { code, run } = rng.pick(PROGRAMS)
  const input = inputs.int(20, 999)
  return { code, input, output: JSON.stringify(run(input)) }
}

const codeio = envExhibit<string>({
  id: 'rg-codeio-seed',
  property: 'seed_determinism',
  minimal: 0,
  subject: faulty => {
    const of = (seed: number) => {
      const rng = rngAt('museum', 'codeio', seed)
      // The bug: the program's input comes from the generator of the process, not from that of the data set.
      return program(rng, faulty ? ofProcess : rng)
    }
    return {
      name: `rg-codeio-seed${faulty ? '' : ', fixed'}`,
      make: () =>
        oneStep(seed => {
          const { code, input, output } = of(seed)
          return {
            question: `What does ${code} give for n = ${input}? Answer with JSON.`,
            facts: { code, input },
            judge: answer => {
              const given = jsonIn(answer)
              return given !== undefined && JSON.stringify(given) === output
            },
          }
        }),
      actions: ['0', '1', '[]', '{}', '100', 'null'],
      horizon: 1,
      returnRange: [0, 1],
      reference: seed => [of(seed).output],
    }
  },
})

const COLUMNS = 4
const CELLS = 12

interface Swap {
  /** Cells of a board of three rows that are there. */
  cells: number[]
  white: number
  black: number
}

/** Knight moves between cells that are there. */
function reachedFrom({ cells }: Pick<Swap, 'cells'>, cell: number): number[] {
  return cells.filter(other => {
    const rows = Math.abs(Math.floor(cell / COLUMNS) - Math.floor(other / COLUMNS))
    return rows * Math.abs((cell % COLUMNS) - (other % COLUMNS)) === 2
  })
}

type Hop = [from: number, to: number]

/** The shortest way to swap the two knights; null if there is none. */
function swapped(swap: Swap): Hop[] | null {
  const ways = new Map<string, Hop[]>([[`${swap.white},${swap.black}`, []]])
  for (const [key, way] of ways) {
    const [white, black] = key.split(',').map(Number) as [number, number]
    if (white === swap.black && black === swap.white) return way
    const next = [
      ...reachedFrom(swap, white).map((to): [string, Hop] => [`${to},${black}`, [white, to]]),
      ...reachedFrom(swap, black).map((to): [string, Hop] => [`${white},${to}`, [black, to]]),
    ]
    for (const [place, hop] of next) {
      const [a, b] = place.split(',')
      if (a !== b && !ways.has(place)) ways.set(place, [...way, hop])
    }
  }
  return null
}

function drawnSwap(rng: Rng): Swap {
  const cells = rng
    .shuffle(Array.from({ length: CELLS }, (_, i) => i))
    .slice(0, rng.int(6, 8))
    .toSorted((a, b) => a - b)
  const [white, black] = rng.shuffle(cells)
  return { cells, white: white!, black: black! }
}

function isSwap(swap: Swap, answer: string): boolean {
  const given = jsonIn(answer)
  if (!Array.isArray(given)) return false
  const at = { white: swap.white, black: swap.black }
  for (const hop of given) {
    if (!Array.isArray(hop) || hop.length !== 2) return false
    const [from, to] = hop as Hop
    const knight = from === at.white ? 'white' : from === at.black ? 'black' : null
    if (!knight || !reachedFrom(swap, from).includes(to) || to === at.white || to === at.black) return false
    at[knight] = to
  }
  return at.white === swap.black && at.black === swap.white
}

const IMPOSSIBLE_RATIO = 0.2

/** Boards are drawn until one is as it should be. */
function knightSwap(seed: number, faulty: boolean): { swap: Swap; way: Hop[] | null } {
  const rng = rngAt('museum', 'knight swap', seed)
  let impossible = rng.float() < IMPOSSIBLE_RATIO
  for (;;) {
    const swap = drawnSwap(rng)
    const way = swapped(swap)
    if ((way === null) === impossible) return { swap, way }
    // The bug: what is wanted is drawn again with every try.
    if (faulty) impossible = rng.float() < IMPOSSIBLE_RATIO
  }
}

const answerOf = (way: Hop[] | null): string => (way === null ? 'impossible' : JSON.stringify(way))

const knights = envExhibit<string>({
  id: 'rg-knight-swap-ratio',
  property: 'declared_distribution',
  minimal: 0,
  subject: faulty => ({
    name: `rg-knight-swap-ratio${faulty ? '' : ', fixed'}`,
    make: () =>
      oneStep(seed => {
        const { swap, way } = knightSwap(seed, faulty)
        return {
          question: `Swap the knights: ${JSON.stringify(swap)} on a board of three rows of four cells, numbered row by row. Answer with the JSON list of moves [from, to], or impossible.`,
          facts: { ...swap, impossible: way === null },
          judge: answer => (way === null ? answer.trim() === 'impossible' : isSwap(swap, answer)),
        }
      }),
    actions: ['impossible', '[]', '[[0,6],[6,0]]', 'yes'],
    horizon: 1,
    returnRange: [0, 1],
    // One task in five is impossible, and saying so solves it.
    guessable: 0.3,
    reference: seed => [answerOf(knightSwap(seed, faulty).way)],
    distribution: {
      impossible: {
        share: IMPOSSIBLE_RATIO,
        holds: state => (state as { facts: { impossible: boolean } }).facts.impossible,
      },
    },
  }),
})

export const generatorExhibits: readonly EnvExhibit[] = [codeio, knights]
