/**
 * @file Puzzles that are solved by a sequence of legal moves, e.g. `A to C` in the tower of Hanoi.
 *
 * One step is one line of text, one move. An author says what the moves do, and how many of them the shortest way from
 * any position to a solved one has, exactly. From that distance come progress, labels, the verdict on a single move, the
 * solver and its demonstrations. Progress is a difference of potentials: what a move earns, the move back takes away, so
 * cycles earn nothing. An illegal line changes nothing and costs a little.
 */
import { z } from 'zod'
import type { EnvDef, EnvId, Invalid } from '../env.ts'
import { isInvalid, outcome, penalty, process } from '../env.ts'
import type { Json } from '../json.ts'
import type { Rng } from '../rng.ts'
import { drawnTasks } from '../tasks.ts'
import type { Axes } from './derivation.ts'
import { corruptLine, levelsOf } from './derivation.ts'

export interface Puzzle<P extends object, S, M, X extends Axes> {
  id: EnvId
  title: string
  /** What is shown, how a move is written, what counts as solved, with one short example. */
  rules: string
  /** Easiest first: this order is the curriculum. */
  levels: readonly X[]
  /** At least the longest of all shortest solutions, with room to make mistakes good where they can be. */
  maxSteps: number
  /** A task that can be solved and is not solved at its start. */
  draw(rng: Rng, axes: X): P
  /** What makes two tasks the same. */
  identity(params: P): Json
  start(params: P): S
  /** All that the player sees: the position is known from it alone. */
  view(params: P, state: S): string
  write(move: M): string
  read(line: string): M | Invalid
  /** Every legal move, or one of each kind that leads to the same position. None on a position that is solved. */
  moves(params: P, state: S): M[]
  /** The position after a move, or the rule that it breaks. `state` is not changed in place. */
  apply(params: P, state: S, move: M): S | Invalid
  solved(params: P, state: S): boolean
  /** The least number of moves to a solved position, 0 on one; null if none can be reached. Exact. */
  distance(params: P, state: S): number | null
  /** A wrong line of the kind that is written. Default: a legal move that does not lead nearer. */
  slip?(params: P, state: S, rng: Rng): string | null
}

type Facts = {
  legal: boolean
  /** The rule that the line breaks; null if none. */
  fault: string | null
  solved: boolean
  potentialBefore: number
  potentialAfter: number
}

const observation = z.object({ position: z.string().describe('The puzzle as it stands now') })
type Observation = z.infer<typeof observation>

const line = z
  .string()
  .max(100)
  .regex(/^[^\n\r]*$/, 'expected one line')
  .describe('One move')

type PuzzleEnv<P, S> = EnvDef<P, S, Observation, string, Facts>

/** The environment of a puzzle. An episode ends when it is solved, or stuck: no move is left. */
export function puzzle<P extends object, S, M, X extends Axes>(def: Puzzle<P, S, M, X>): PuzzleEnv<P, S> {
  const wholeWay = perTask<P, number>(params => {
    const moves = def.distance(params, def.start(params))
    if (!moves) throw new RangeError(`${def.id}: expected a start one or more moves away, got ${moves}`)
    return moves
  })
  /** 1 when solved, 0 as far away as at the start, or farther, or lost. */
  const potential = (params: P, state: S): number => {
    const left = def.distance(params, state)
    return left === null ? 0 : Math.max(0, 1 - left / wholeWay(params))
  }

  return {
    id: def.id,
    title: def.title,
    group: 'search puzzles',
    action: line,
    observation,
    tasks: drawnTasks({
      env: def.id,
      levels: levelsOf(def.levels),
      draw: (rng, level) => def.draw(rng, def.levels[level - 1]!),
      identity: params => def.identity(params),
    }),
    maxSteps: def.maxSteps,
    start: ({ params }) => def.start(params),
    observe: ({ params }, state) => ({ position: def.view(params, state) }),

    step({ params }, state, written) {
      const played = isInvalid(written) ? written : play(def, params, state, written)
      const before = potential(params, state)
      if (isInvalid(played)) return { state, facts: refused(played.invalid, before) }
      const facts: Facts = {
        legal: true,
        fault: null,
        solved: def.solved(params, played),
        potentialBefore: before,
        potentialAfter: potential(params, played),
      }
      if (facts.solved) return { state: played, facts, end: { kind: 'terminated', reason: 'solved' } }
      if (def.moves(params, played).length === 0)
        return { state: played, facts, end: { kind: 'terminated', reason: 'stuck' } }
      return { state: played, facts }
    },

    rewards: {
      correct: outcome((facts, { end }) => (end ? Number(facts.solved) : null)),
      progress: process(facts => facts.potentialAfter - facts.potentialBefore, 0.2),
      invalid: penalty(facts => (facts.legal ? 0 : -1), 0.05),
    },

    text: {
      prompt: ({ position }) => [
        { role: 'system', content: def.rules },
        { role: 'user', content: position },
      ],
      parse: reply => {
        const written = reply.replace(/\n$/, '')
        return line.safeParse(written).success ? written : { invalid: reply }
      },
      render: written => `${written}\n`,
      stepEnd: '\n',
    },

    solve({ params }, style) {
      const slips = style !== undefined && style.rng.float() < style.slip
      const way = shortest(def, params, def.start(params))
      return slips ? withSlip(def, params, way, style.rng) : way.map(step => step.written)
    },
    legalActions: ({ params }, state) => def.moves(params, state).map(move => def.write(move)),
    stepLabel({ params }, state, stepsLeft) {
      const left = def.distance(params, state)
      return left !== null && left <= stepsLeft
    },
    verifyStep({ params }, state, written) {
      const played = play(def, params, state, written)
      return !isInvalid(played) && def.distance(params, played) !== null
    },
  }
}

/** A table that is worked out once per task. */
export function perTask<P extends object, T>(make: (params: P) => T): (params: P) => T {
  const known = new WeakMap<P, { value: T }>()
  return params => {
    const found = known.get(params)
    if (found) return found.value
    const value = make(params)
    known.set(params, { value })
    return value
  }
}

/** The groups of a pattern that a whole line fits, white space around it aside; else what was expected, by example. */
export function matched(written: string, pattern: RegExp, example: string): string[] | Invalid {
  const match = pattern.exec(written.trim())
  return match
    ? match.slice(1)
    : { invalid: `expected a move like "${example}", got ${JSON.stringify(written)}` }
}

function play<P extends object, S, M, X extends Axes>(
  { read, apply }: Puzzle<P, S, M, X>,
  params: P,
  state: S,
  written: string,
): S | Invalid {
  const move = read(written)
  return isInvalid(move) ? move : apply(params, state, move)
}

/** A position on the way, and the move made from it. */
type Step<S> = { state: S; written: string }

function shortest<P extends object, S, M, X extends Axes>(
  def: Puzzle<P, S, M, X>,
  params: P,
  from: S,
): Step<S>[] {
  const way: Step<S>[] = []
  let state = from
  for (let left = def.distance(params, from); left !== null && left > 0; left--) {
    const next = nearer(def, params, state, left - 1)
    way.push({ state, written: next.written })
    state = next.state
  }
  return way
}

/** The first move to a position that is `left` moves away from a solved one. */
function nearer<P extends object, S, M, X extends Axes>(
  def: Puzzle<P, S, M, X>,
  params: P,
  state: S,
  left: number,
): Step<S> {
  for (const move of def.moves(params, state)) {
    const after = def.apply(params, state, move)
    if (!isInvalid(after) && def.distance(params, after) === left)
      return { state: after, written: def.write(move) }
  }
  throw new RangeError(`${def.id}: expected a move to a distance of ${left} from ${JSON.stringify(state)}`)
}

/** One wrong or wasted move; then the best that can be made of it, or, if nothing can, the rest as it was planned. */
function withSlip<P extends object, S, M, X extends Axes>(
  def: Puzzle<P, S, M, X>,
  params: P,
  way: readonly Step<S>[],
  rng: Rng,
): string[] {
  const plan = way.map(step => step.written)
  for (const at of rng.shuffle([...way.keys()])) {
    const { state, written } = way[at]!
    const wrong =
      def.slip?.(params, state, rng) ??
      illegal(def, params, { state, written }, rng) ??
      wasted(def, params, state, rng) ??
      corruptLine(written, rng)
    if (wrong === null) continue
    const after = play(def, params, state, wrong)
    const left = isInvalid(after) ? null : def.distance(params, after)
    if (left === way.length - at - 1) continue
    const rest =
      isInvalid(after) || left === null
        ? plan.slice(at + 1)
        : shortest(def, params, after).map(step => step.written)
    return [...plan.slice(0, at), wrong, ...rest]
  }
  return plan
}

/** In half of all cases another line that breaks a rule: where every move can be taken back, only that costs something. */
function illegal<P extends object, S, M, X extends Axes>(
  def: Puzzle<P, S, M, X>,
  params: P,
  { state, written }: Step<S>,
  rng: Rng,
): string | null {
  if (rng.float() < 0.5) return null
  for (let attempt = 0; attempt < 4; attempt++) {
    const wrong = corruptLine(written, rng)
    if (wrong !== null && isInvalid(play(def, params, state, wrong))) return wrong
  }
  return null
}

/** A legal move that does not lead nearer; null if there is none. */
function wasted<P extends object, S, M, X extends Axes>(
  def: Puzzle<P, S, M, X>,
  params: P,
  state: S,
  rng: Rng,
): string | null {
  const here = def.distance(params, state)!
  const moves = def.moves(params, state).filter(move => {
    const after = def.apply(params, state, move)
    const left = isInvalid(after) ? null : def.distance(params, after)
    return left === null || left >= here
  })
  return moves.length > 0 ? def.write(rng.pick(moves)) : null
}

function refused(fault: string, before: number): Facts {
  return { legal: false, fault, solved: false, potentialBefore: before, potentialAfter: before }
}
