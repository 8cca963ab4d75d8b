/**
 * @file `math/water-jugs-v1`: measure amounts of water with two jugs that have no marks.
 *
 * Distances are searched backwards over the positions that can be reached from the start: few, because in all of them
 * but the start some jug is full or empty.
 */
import type { Invalid } from '../../env.ts'
import { isInvalid } from '../../env.ts'
import type { Rng } from '../../rng.ts'
import { matched, perTask, puzzle } from '../puzzle.ts'
import { distancesFrom } from './distances.ts'

type Params = { capacities: number[]; start: State; wanted: State }
/** Litres in each jug. */
type State = number[]
/** Jugs by number; the tap fills, the drain empties. */
type Move = { from: number | 'tap'; to: number } | { from: number; to: 'drain' }

const NAMES = 'AB'

export const waterJugs = puzzle({
  id: 'math/water-jugs-v1',
  title: 'Measure amounts of water with two unmarked jugs',
  rules:
    'Get exactly the wanted amounts of water into both jugs. A move is "fill A", "empty A" or "pour A B"; pouring stops ' +
    'when A is empty or B is full. Example: from A 0 of 3, B 0 of 5 to A 0, B 2 go "fill B", "pour B A", "empty A".',
  levels: [
    { largest: 20, moves: 16 },
    { largest: 40, moves: 20 },
    { largest: 60, moves: 24 },
  ],
  maxSteps: 40,
  draw: (rng, axes) => drawTask(rng, axes),
  identity: ({ capacities, start, wanted }) => [...capacities, ...start, ...wanted].join(' '),
  start: ({ start }) => start,
  view: ({ capacities, wanted }, state) =>
    state
      .map((litres, jug) => `${NAMES[jug]} ${litres} of ${capacities[jug]}, wanted ${wanted[jug]}`)
      .join('\n'),
  write: ({ from, to }: Move) =>
    from === 'tap'
      ? `fill ${NAMES[Number(to)]}`
      : to === 'drain'
        ? `empty ${NAMES[from]}`
        : `pour ${NAMES[from]} ${NAMES[to]}`,
  read: readMove,
  moves: ({ capacities }, state) => MOVES.filter(move => !isInvalid(poured(capacities, state, move))),
  apply: ({ capacities }, state, move) => poured(capacities, state, move),
  solved: ({ wanted }, state) => isSame(state, wanted),
  distance: (params, state) => distances(params)(state),
})

const MOVES: readonly Move[] = [
  { from: 'tap', to: 0 },
  { from: 'tap', to: 1 },
  { from: 0, to: 'drain' },
  { from: 1, to: 'drain' },
  { from: 0, to: 1 },
  { from: 1, to: 0 },
]

function readMove(written: string): Move | Invalid {
  const parts = matched(written, /^(?:(fill|empty) ([AB])|pour ([AB]) ([AB]))$/, 'pour A B')
  if (isInvalid(parts)) return parts
  const [verb, jug, from, to] = parts
  if (verb === undefined) return { from: NAMES.indexOf(from!), to: NAMES.indexOf(to!) }
  const number = NAMES.indexOf(jug!)
  return verb === 'fill' ? { from: 'tap', to: number } : { from: number, to: 'drain' }
}

function poured(capacities: readonly number[], state: State, { from, to }: Move): State | Invalid {
  if (from === to) return { invalid: 'expected two different jugs' }
  const available = from === 'tap' ? Infinity : state[from]!
  const room = to === 'drain' ? Infinity : capacities[to]! - state[to]!
  const litres = Math.min(available, room)
  if (litres === 0) return { invalid: 'expected a move that changes something: nothing flows' }
  const after = [...state]
  if (from !== 'tap') after[from]! -= litres
  if (to !== 'drain') after[to]! += litres
  return after
}

/** Distances of all positions that can be reached from the start. */
const distances = perTask(({ capacities, start, wanted }: Params) => {
  const numberOf = ([a, b]: State): number => a! * (capacities[1]! + 1) + b!
  const into = new Map([[numberOf(start), [] as number[]]])
  const reached = [start]
  for (const state of reached)
    for (const move of MOVES) {
      const after = poured(capacities, state, move)
      if (isInvalid(after)) continue
      const from = into.get(numberOf(after))
      if (from) from.push(numberOf(state))
      else {
        into.set(numberOf(after), [numberOf(state)])
        reached.push(after)
      }
    }
  const moves = distancesFrom(numberOf(capacities) + 1, [numberOf(wanted)], position => into.get(position)!)
  return (state: State): number | null => {
    const left = moves[numberOf(state)]!
    return left === -1 ? null : left
  }
})

/** Amounts that a random walk of so many moves arrives at, and that no two moves do. */
function drawTask(rng: Rng, { largest, moves }: { largest: number; moves: number }): Params {
  for (;;) {
    const capacities = [rng.int(3, largest), rng.int(3, largest)]
    if (capacities[0] === capacities[1]) continue
    const start = capacities.map(most => rng.int(0, most))
    const wanted = walk(rng, capacities, start, moves)
    if (!isWithin(capacities, start, wanted, 2)) return { capacities, start, wanted }
  }
}

/** The end of a random walk that keeps what it measured: it fills empty jugs, empties full ones and does not go back. */
function walk(rng: Rng, capacities: readonly number[], start: State, moves: number): State {
  let [before, state] = [start, start]
  for (let step = 0; step < moves; step++) {
    const options = MOVES.flatMap(move => {
      if (move.from === 'tap' && state[Number(move.to)] !== 0) return []
      if (move.to === 'drain' && state[move.from] !== capacities[move.from]) return []
      const after = poured(capacities, state, move)
      return isInvalid(after) || isSame(after, before) ? [] : [after]
    })
    if (options.length === 0) return state
    before = state
    state = rng.pick(options)
  }
  return state
}

function isWithin(capacities: readonly number[], state: State, wanted: State, moves: number): boolean {
  if (isSame(state, wanted)) return true
  if (moves === 0) return false
  return MOVES.some(move => {
    const after = poured(capacities, state, move)
    return !isInvalid(after) && isWithin(capacities, after, wanted, moves - 1)
  })
}

function isSame(a: State, b: State): boolean {
  return a[0] === b[0] && a[1] === b[1]
}
