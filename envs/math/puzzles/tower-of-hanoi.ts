/**
 * @file `math/tower-of-hanoi-v1`: from one legal position of the tower of Hanoi to another.
 *
 * On the shortest way the largest disk that has to move does so once, or twice by way of the third peg, and the smaller
 * disks are gathered in between: the distance is the smaller of two sums (Hinz 1989). Nothing is ever lost.
 */
import type { Invalid } from '../../env.ts'
import { isInvalid } from '../../env.ts'
import type { Rng } from '../../rng.ts'
import { matched, puzzle } from '../puzzle.ts'

/** The peg, 0 to 2, of each disk, the smallest disk first. */
type Pegs = number[]
type Params = { from: Pegs; to: Pegs }
type Move = { from: number; to: number }

const NAMES = 'ABC'
const PEGS = [0, 1, 2]

export const towerOfHanoi = puzzle({
  id: 'math/tower-of-hanoi-v1',
  title: 'Move the tower of Hanoi from one position to another',
  rules:
    'Move disks between three pegs until they stand as wanted. A move "A to C" takes the top disk of A and puts it on C; ' +
    'no disk may lie on a smaller one. Disks are shown from bottom to top, 1 is the smallest. ' +
    'Example: from "A 2 1, B -, C -" to "A -, B -, C 2 1" go "A to B", "A to C", "B to C".',
  levels: [
    { disks: 4, moves: 7 },
    { disks: 4, moves: 15 },
    { disks: 5, moves: 15 },
    { disks: 5, moves: 31 },
  ],
  maxSteps: 48,
  draw: (rng, axes) => drawTask(rng, axes),
  identity: ({ from, to }) => `${from.join('')} ${to.join('')}`,
  start: ({ from }) => from,
  view: ({ to }, pegs) => `now ${pictured(pegs)}\nwanted ${pictured(to)}`,
  write: ({ from, to }: Move) => `${NAMES[from]} to ${NAMES[to]}`,
  read(written) {
    const parts = matched(written, /^([ABC]) to ([ABC])$/, 'A to C')
    return isInvalid(parts) ? parts : { from: NAMES.indexOf(parts[0]!), to: NAMES.indexOf(parts[1]!) }
  },
  moves: (_params, pegs) =>
    PEGS.flatMap(from => PEGS.map(to => ({ from, to }))).filter(move => !isInvalid(moved(pegs, move))),
  apply: (_params, pegs, move) => moved(pegs, move),
  /** Two pegs mistaken: not always legal, and mostly a detour. */
  slip: (_params, _state, rng) =>
    rng.float() < 0.5 ? `${NAMES[rng.pick(PEGS)]} to ${NAMES[rng.pick(PEGS)]}` : null,
  solved: ({ to }, pegs) => pegs.every((peg, disk) => peg === to[disk]),
  distance: ({ to }, pegs) => distance(pegs, to),
})

function moved(pegs: Pegs, { from, to }: Move): Pegs | Invalid {
  if (from === to) return { invalid: 'expected two different pegs' }
  const disk = pegs.indexOf(from)
  if (disk === -1) return { invalid: `there is no disk on ${NAMES[from]}` }
  const blocking = pegs.indexOf(to)
  if (blocking !== -1 && blocking < disk)
    return { invalid: `disk ${disk + 1} may not lie on disk ${blocking + 1}, which is smaller` }
  return pegs.with(disk, to)
}

function pictured(pegs: Pegs): string {
  return PEGS.map(peg => {
    const disks = pegs.flatMap((at, disk) => (at === peg ? [disk + 1] : [])).reverse()
    return `${NAMES[peg]} ${disks.join(' ') || '-'}`
  }).join(', ')
}

function distance(from: Pegs, to: Pegs): number {
  const largest = from.findLastIndex((peg, disk) => peg !== to[disk])
  if (largest === -1) return 0
  const [a, b] = [from[largest]!, to[largest]!]
  const third = 3 - a - b
  const once = gathering(from, largest, third) + 1 + gathering(to, largest, third)
  const twice = gathering(from, largest, b) + 1 + (2 ** largest - 1) + 1 + gathering(to, largest, a)
  return Math.min(once, twice)
}

/** Moves to bring the `count` smallest disks together on one peg. */
function gathering(pegs: Pegs, count: number, peg: number): number {
  let moves = 0
  let wanted = peg
  for (let disk = count - 1; disk >= 0; disk--) {
    const at = pegs[disk]!
    if (at === wanted) continue
    moves += 2 ** disk
    wanted = 3 - at - wanted
  }
  return moves
}

function drawTask(rng: Rng, { disks, moves }: { disks: number; moves: number }): Params {
  const position = (): Pegs => Array.from({ length: disks }, () => rng.int(0, 2))
  for (;;) {
    const [from, to] = [position(), position()]
    const least = distance(from, to)
    if (least >= 3 && least <= moves) return { from, to }
  }
}
