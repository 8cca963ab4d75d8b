/**
 * @file Archive search for exploits (after Go-Explore, Ecoffet et al. 2021): return to a remembered cell, explore from it.
 *
 * The searcher sees what an agent sees: observations and the proxy reward. Whether the goal was really reached is asked
 * afterwards, of a second environment in which the actions are played again; the answer ends the search, and steers nothing.
 */
import type { MaybePromise } from '../../../envs/env.ts'
import type { Json } from '../../../envs/json.ts'
import { hashJson } from '../../../envs/json.ts'
import type { Rng } from '../../../envs/rng.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { Routine } from '../env-routine.ts'
import { run, wait } from '../env-routine.ts'
import type { EnvFace, EnvStep, EnvSubject } from '../env-subject.ts'
import type { Draw } from '../fast-check.ts'
import { sample } from '../fast-check.ts'
import { paysLikeSolved, playedOut, stateOf } from './oracle.ts'

export interface ArchiveOptions {
  /** Names the task and the search's random stream. */
  taskSeed: number
  seed: number
  /** Environment steps at most. */
  steps: number
  /** The search gives up after this time, whatever is left of its steps. */
  ms: number
}

/** One moment of the search. */
export type CurvePoint = {
  steps: number
  /** Highest return so far. */
  proxy: number
  /** Was the goal reached in that episode, or is it not known that it was not? */
  solved: boolean
}

export type Exploration = {
  /** The first episode that pays without reaching the goal. */
  exploit: { actions: Json[]; proxy: number; foundAt: number } | null
  steps: number
  cells: number
  /** Time ran out. */
  cut: boolean
  /** Nothing new had come for so long that the search ended before its steps did. */
  exhausted: boolean
  curve: CurvePoint[]
}

type Cell = { snapshot: unknown; actions: Json[]; proxy: number; visits: number; state: Json }
type Found = { actions: Json[]; proxy: number; parts: string }

/** Actions drawn where the subject gives a draw and no list. */
const ACTIONS = 64
/** Chance to go on with the same action, which makes runs of two on average. */
const REPEAT = 0.3
/** Chance to go on from a cell that was known before. */
const WANDER = 0.35
/** The search ends when it has tried every action from every cell about this often, and nothing new came. */
const TRIALS = 20
const LEAST_TRIALS = 500
const EPS = 1e-9

/** Looks for an exploit on one task. Needs snapshot, restore, goalReached and a return range or pass mark. */
export function exploreArchive(
  subject: EnvSubject<Json>,
  options: ArchiveOptions,
): MaybePromise<Exploration> {
  return run(explored(subject, options))
}

function* explored(subject: EnvSubject<Json>, options: ArchiveOptions): Routine<Exploration> {
  const face = yield* wait(subject.make())
  const found = yield* new ArchiveSearch(subject, options, face).explored()
  yield* wait(face.close?.())
  return found
}

class ArchiveSearch {
  readonly #subject: EnvSubject<Json>
  readonly #options: ArchiveOptions
  readonly #face: EnvFace
  readonly #rng: Rng
  readonly #actions: readonly Json[]
  readonly #cells = new Map<string, Cell>()
  readonly #result: Exploration = {
    exploit: null,
    steps: 0,
    cells: 0,
    cut: false,
    exhausted: false,
    curve: [],
  }
  #best = -Infinity
  /** The step at which something new came last. */
  #newsAt = 0
  #choices: number

  constructor(subject: EnvSubject<Json>, options: ArchiveOptions, face: EnvFace) {
    this.#subject = subject
    this.#options = options
    this.#face = face
    this.#rng = rngAt('adversary', subject.name, options.taskSeed, options.seed)
    this.#actions = Array.isArray(subject.actions)
      ? (subject.actions as readonly Json[])
      : sample(subject.actions as Draw<Json>, ACTIONS, options.seed)
    this.#choices = this.#actions.length
  }

  *explored(): Routine<Exploration> {
    const deadline = performance.now() + this.#options.ms
    const { observation } = yield* wait(this.#face.reset(this.#options.taskSeed))
    yield* this.#remember(observation, { actions: [], proxy: 0, parts: '' })
    while (this.#result.steps < this.#options.steps && this.#result.exploit === null) {
      this.#result.cut = performance.now() > deadline
      this.#result.exhausted = this.#isExhausted()
      if (this.#result.cut || this.#result.exhausted) break
      yield* this.#burst(this.#chosen())
    }
    this.#result.cells = this.#cells.size
    return this.#result
  }

  #isExhausted(): boolean {
    const trials = Math.max(LEAST_TRIALS, TRIALS * this.#cells.size * this.#choices)
    return this.#result.steps - this.#newsAt > trials
  }

  /** Least visited first; among those, the one that was found last: that is where something new is nearest. */
  #chosen(): Cell {
    let best: Cell | null = null
    for (const cell of this.#cells.values()) if (best === null || cell.visits <= best.visits) best = cell
    // Now and then any other, so that one that pays but leads nowhere does not hold the search.
    const chosen = this.#rng.float() < 0.8 ? best! : this.#rng.pick([...this.#cells.values()])
    chosen.visits++
    return chosen
  }

  /** From a cell on: runs of one action, until nothing new comes. */
  *#burst(from: Cell): Routine<void> {
    yield* wait(this.#face.restore!(from.snapshot as never))
    let [actions, proxy, state, action] = [from.actions, from.proxy, from.state, null as Json]
    for (let length = 0; this.#result.steps < this.#options.steps; length++) {
      if (length === 0 || this.#rng.float() >= REPEAT) action = this.#rng.pick(this.#possible(state))
      const step = yield* wait(this.#face.step(structuredClone(action)))
      this.#result.steps++
      actions = [...actions, action]
      proxy += step.reward
      if (proxy > this.#best + EPS) yield* this.#improved(actions, proxy)
      if (this.#result.exploit || step.terminated || step.truncated) return
      const fresh = yield* this.#remember(step.observation, { actions, proxy, parts: signature(step) })
      if (!fresh && this.#rng.float() >= WANDER) return
      state = yield* stateOf(this.#face)
    }
  }

  #possible(state: Json): readonly Json[] {
    const legal = this.#subject.legalActions?.(state) ?? []
    this.#choices = Math.max(this.#choices, legal.length)
    return legal.length > 0 && this.#rng.float() < 0.8 ? legal : this.#actions
  }

  /** Keeps the shortest way to a cell, and of equally short ones the one that pays most. True if the cell is new. */
  *#remember(observation: Json, found: Found): Routine<boolean> {
    const state = yield* stateOf(this.#face)
    const key = (this.#subject.stateKey?.(state) ?? hashJson(observation)) + found.parts
    const known = this.#cells.get(key)
    if (known && !better(found, known)) return false
    const snapshot = structuredClone(yield* wait(this.#face.snapshot!()))
    const { actions, proxy } = found
    this.#cells.set(key, { snapshot, state, actions, proxy, visits: known?.visits ?? 0 })
    if (known === undefined) this.#newsAt = this.#result.steps
    return known === undefined
  }

  *#improved(actions: Json[], proxy: number): Routine<void> {
    this.#best = proxy
    this.#newsAt = this.#result.steps
    const played = yield* playedOut(this.#subject, this.#options.taskSeed, actions)
    this.#result.curve.push({ steps: this.#result.steps, proxy, solved: played.solved })
    // What it earned when played again counts: a search may have gone on from a broken snapshot.
    if (!played.solved && paysLikeSolved(this.#subject, played.proxy))
      this.#result.exploit = { actions, proxy, foundAt: this.#result.steps }
  }
}

function better(a: Omit<Found, 'parts'>, b: Omit<Found, 'parts'>): boolean {
  return a.proxy > b.proxy + EPS || (a.proxy > b.proxy - EPS && a.actions.length < b.actions.length)
}

/** Which parts of the reward paid in this step: new combinations are worth a look even in a place known before. */
function signature({ rewards = {} }: EnvStep): string {
  return Object.entries(rewards)
    .filter(([, value]) => (value ?? 0) > 0)
    .map(([name]) => `+${name}`)
    .join('')
}
