/** @file Exhibits around two puzzles with many answers: boxes carried over a grid, and sums written in letters. */
import type { Json } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import type { Truth } from '../../rewards/checks/subject.ts'
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './exhibit.ts'
import { jsonIn } from './python.ts'

const truth = (right: boolean): Truth => (right ? 'right' : 'wrong')

type Cell = [row: number, column: number]

interface Boxes {
  size: number
  boxes: Record<string, { at: Cell; target: Cell }>
}

/** One step: what the arm of each named cell does, e.g. `{"0,0": "red to 0,1"}`. */
type Step = Record<string, string>

const BOXES: Boxes[] = Array.from({ length: 16 }, (_, i) => {
  const rng = rngAt('museum', 'boxes', i)
  const size = 2 + (i % 3)
  const cell = (): Cell => [rng.int(0, size - 1), rng.int(0, size - 1)]
  const box = () => {
    const at = cell()
    const target: Cell = [(at[0] + rng.int(1, size - 1)) % size, cell()[1]]
    return { at, target }
  }
  return { size, boxes: Object.fromEntries(['red', 'blue'].slice(0, 1 + (i % 2)).map(name => [name, box()])) }
})

/** Every box goes to its row and then to its column, one box after the other. */
function carried({ boxes }: Boxes): Step[] {
  return Object.entries(boxes).flatMap(([name, { at, target }]) => {
    const steps: Step[] = []
    let here = at
    while (here.join() !== target.join()) {
      const axis = here[0] === target[0] ? 1 : 0
      const next = here.with(axis, here[axis]! + Math.sign(target[axis]! - here[axis]!)) as Cell
      steps.push({ [here.join()]: `${name} to ${next.join()}` })
      here = next
    }
    return steps
  })
}

/** Where the boxes are after these steps; null where one is against the rules. Raises TypeError where steps are none. */
function boxesAfter({ size, boxes }: Boxes, plan: readonly Step[]): Map<string, string> | null {
  const places = new Map(Object.entries(boxes).map(([name, { at }]) => [name, at.join()]))
  for (const step of plan)
    for (const [cell, action] of Object.entries(step)) {
      const [name, next, ...more] = String(action).split(' to ')
      if (more.length > 0 || next === undefined || places.get(name!) !== cell || !isNext(size, cell, next))
        return null
      places.set(name!, next)
    }
  return places
}

function isNext(size: number, cell: string, next: string): boolean {
  if (!/^\d+,\d+$/.test(next)) return false
  const [a, b] = [cell.split(',').map(Number), next.split(',').map(Number)]
  const inside = b.every(each => each >= 0 && each < size)
  return inside && Math.abs(a[0]! - b[0]!) + Math.abs(a[1]! - b[1]!) === 1 && next === b.join()
}

function carries(task: Boxes, plan: unknown): boolean {
  const places = boxesAfter(task, plan as Step[])
  return (
    places !== null &&
    Object.entries(task.boxes).every(([name, { target }]) => places.get(name) === target.join())
  )
}

function isPlan(plan: Json | undefined): boolean {
  const isStep = (step: Json): boolean => typeof step === 'object' && step !== null && !Array.isArray(step)
  return Array.isArray(plan) && plan.every(isStep)
}

const boxNet = rewardExhibit<Boxes>(
  { id: 'rg-boxnet-throws', property: 'total_finite', minimal: 1 },
  {
    kind: 'json',
    tasks: BOXES,
    prompt: ({ size, boxes }) =>
      `Cells of a ${size}x${size} grid are named row,column from 0,0. An arm in each cell can move a box that is in its cell to a cell beside it. Boxes: ${JSON.stringify(boxes)}. Answer with a JSON list of steps such as {"0,0": "red to 0,1"} that bring every box to its target.`,
    gold: task => JSON.stringify(carried(task)),
    oracle: (task, answer) => {
      const plan = jsonIn(answer)
      return truth(isPlan(plan) && carries(task, plan))
    },
  },
  {
    faulty: (task, response) => {
      const plan = jsonIn(response)
      return plan !== undefined && carries(task, plan) ? 1 : 0
    },
    fixed: (task, response) => {
      const plan = jsonIn(response)
      return isPlan(plan) && carries(task, plan) ? 1 : 0
    },
  },
)

interface Cryptarithm {
  words: [string, string, string]
  mapping: string
}

const WORDS: [string, string, string][] = [
  ['A', 'B', 'C'],
  ['A', 'A', 'B'],
  ['AB', 'C', 'AD'],
  ['AB', 'BA', 'CC'],
  ['TO', 'GO', 'OUT'],
  ['AB', 'B', 'CD'],
  ['ON', 'ON', 'GO'],
  ['AA', 'B', 'AC'],
  ['NO', 'N', 'ON'],
  ['AB', 'AB', 'BC'],
  ['ME', 'ME', 'BEE'],
  ['IT', 'IS', 'ME'],
]

function lettersOf(words: readonly string[]): string[] {
  return [...new Set(words.join(''))].toSorted()
}

/** Does the sum hold, with a digit of its own for each letter and none of several digits beginning with 0? */
function holds(words: readonly string[], digits: ReadonlyMap<string, number>): boolean {
  const letters = lettersOf(words)
  if (digits.size !== letters.length || !letters.every(letter => digits.has(letter))) return false
  if (new Set(digits.values()).size !== digits.size) return false
  if (words.some(word => word.length > 1 && digits.get(word[0]!) === 0)) return false
  const [a, b, sum] = words.map(word =>
    Array.from(word).reduce((value, letter) => 10 * value + digits.get(letter)!, 0),
  )
  return a! + b! === sum
}

function solved(words: readonly string[], wanted: number): string[] {
  const letters = lettersOf(words)
  const found: string[] = []
  const extend = (digits: readonly number[]): void => {
    if (found.length === wanted) return
    if (digits.length < letters.length) {
      for (let digit = 0; digit < 10; digit++) if (!digits.includes(digit)) extend([...digits, digit])
      return
    }
    if (holds(words, new Map(letters.map((letter, at) => [letter, digits[at]!]))))
      found.push(letters.map((letter, at) => `${letter}=${digits[at]}`).join(','))
  }
  extend([])
  return found
}

const CRYPTARITHMS: Cryptarithm[] = WORDS.flatMap(words => {
  const mapping = solved(words, 2).at(-1)
  return mapping === undefined ? [] : [{ words, mapping }]
})

function mappingIn(answer: string): Map<string, number> | null {
  const pairs = answer.trim().split(/\s*,\s*/)
  if (!pairs.every(pair => /^[A-Z]=\d$/.test(pair))) return null
  const digits = new Map(pairs.map(pair => [pair[0]!, Number(pair[2])]))
  return digits.size === pairs.length ? digits : null
}

const unique = rewardExhibit<Cryptarithm>(
  { id: 'rg-cryptarithm-unique', property: 'alternative_solution', minimal: 7 },
  {
    kind: 'text',
    tasks: CRYPTARITHMS,
    prompt: ({ words: [a, b, sum] }) =>
      `Each letter stands for a digit of its own; numbers do not begin with 0. Solve ${a} + ${b} = ${sum}. Answer like A=1,B=2.`,
    gold: ({ mapping }) => mapping,
    solutions: ({ words }) => solved(words, 10),
    oracle: ({ words }, answer) => {
      const digits = mappingIn(answer)
      return truth(digits !== null && holds(words, digits))
    },
  },
  {
    faulty: ({ mapping }, response) => {
      const [given, stored] = [mappingIn(response), mappingIn(mapping)!]
      if (given === null) return 0
      const same =
        given.size === stored.size && [...stored].every(([letter, digit]) => given.get(letter) === digit)
      return same ? 1 : 0.01
    },
    fixed: ({ words }, response) => {
      const given = mappingIn(response)
      if (given === null) return 0
      return holds(words, given) ? 1 : 0.01
    },
  },
)

export const puzzleExhibits: readonly RewardExhibit[] = [boxNet, unique]
