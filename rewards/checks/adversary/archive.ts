/**
 * @file Archive search for exploits (after Go-Explore, Ecoffet et al. 2021): return to a remembered cell, explore from it.
 *
 * The searcher sees what an agent sees: observations and the proxy reward. Whether the goal was really reached is asked
 * afterwards, of a second environment in which the actions are played again; the answer ends the search, and steers nothing.
 */
import type { Json } from '../../../envs/json.ts'
import { hashJson } from '../../../envs/json.ts'
import type { Rng } from '../../../envs/rng.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { EnvFace, EnvStep, EnvSubject } from '../env-subject.ts'
import type { Draw } from '../fast-check.ts'
import { sample } from '../fast-check.ts'

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
  /** Was the goal reached in that episode? null: the oracle does not say. */
  solved: boolean | null
}

export type Exploration = {
  /** The first episode that pays without reaching the goal. */
  exploit: { actions: Json[]; proxy: number; foundAt: number } | null
  steps: number
  cells: number
  cut: boolean
  curve: CurvePoint[]
}

type Cell = { snapshot: unknown; actions: Json[]; proxy: number; visits: number; state: Json }

/** Actions drawn where the subject gives a draw and no list. */
const ACTIONS = 64
/** Chance to go on with the same action, which makes runs of two on average. */
const REPEAT = 0.3
/** Chance to go on from a cell that was known before. */
const WANDER = 0.35
const EPS = 1e-9

/** Looks for an exploit on one task. Needs snapshot, restore, goalReached and a return range or pass mark. */
export async function exploreArchive(
  subject: EnvSubject<Json>,
  options: ArchiveOptions,
): Promise<Exploration> {
  const search = new ArchiveSearch(subject, options, await subject.make())
  try {
    return await search.run()
  } finally {
    await search.close()
  }
}

/** From this return on an episode counts as solved by the proxy. */
export function proxyPassMark({
  passMark,
  returnRange,
}: Pick<EnvSubject, 'passMark' | 'returnRange'>): number | null {
  if (passMark !== undefined) return passMark
  return returnRange ? (returnRange[0] + returnRange[1]) / 2 : null
}

/** The return of these actions, and whether the goal was reached at any moment; in an environment of its own. */
export async function playedOut(
  subject: EnvSubject<Json>,
  seed: number,
  actions: readonly Json[],
): Promise<{ proxy: number; solved: boolean; partsAt: number }> {
  const face = await subject.make()
  try {
    await face.reset(seed)
    const mark = proxyPassMark(subject) ?? Infinity
    let [proxy, solved, partsAt] = [0, reached(subject, await stateOf(face)), -1]
    for (const [at, action] of actions.entries()) {
      const step = await face.step(action)
      proxy += step.reward
      solved ||= reached(subject, await stateOf(face))
      if (partsAt < 0 && !solved && proxy >= mark) partsAt = at
      if (step.terminated || step.truncated) break
    }
    return { proxy, solved, partsAt }
  } finally {
    await face.close?.()
  }
}

function reached({ goalReached }: EnvSubject<Json>, state: Json): boolean {
  return goalReached!(state)
}

async function stateOf(face: EnvFace): Promise<Json> {
  return face.state ? face.state() : ((await face.snapshot!()) as Json)
}

class ArchiveSearch {
  readonly #subject: EnvSubject<Json>
  readonly #options: ArchiveOptions
  readonly #face: EnvFace
  readonly #rng: Rng
  readonly #mark: number
  readonly #actions: readonly Json[]
  readonly #cells = new Map<string, Cell>()
  readonly #result: Exploration = { exploit: null, steps: 0, cells: 0, cut: false, curve: [] }
  #best = -Infinity

  constructor(subject: EnvSubject<Json>, options: ArchiveOptions, face: EnvFace) {
    this.#subject = subject
    this.#options = options
    this.#face = face
    this.#rng = rngAt('adversary', subject.name, options.taskSeed, options.seed)
    this.#mark = proxyPassMark(subject) ?? Infinity
    this.#actions = Array.isArray(subject.actions)
      ? (subject.actions as readonly Json[])
      : sample(subject.actions as Draw<Json>, ACTIONS, options.seed)
  }

  async run(): Promise<Exploration> {
    const deadline = performance.now() + this.#options.ms
    const { observation } = await this.#face.reset(this.#options.taskSeed)
    await this.#remember(observation, { actions: [], proxy: 0, parts: '' })
    while (this.#result.steps < this.#options.steps && this.#result.exploit === null) {
      if (performance.now() > deadline) {
        this.#result.cut = true
        break
      }
      await this.#burst(this.#chosen())
    }
    this.#result.cells = this.#cells.size
    return this.#result
  }

  async close(): Promise<void> {
    await this.#face.close?.()
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
  async #burst(from: Cell): Promise<void> {
    await this.#face.restore!(from.snapshot as never)
    let [actions, proxy, state, action] = [from.actions, from.proxy, from.state, null as Json]
    for (let length = 0; this.#result.steps < this.#options.steps; length++) {
      if (length === 0 || this.#rng.float() >= REPEAT) action = this.#rng.pick(this.#possible(state))
      const step = await this.#face.step(action)
      this.#result.steps++
      actions = [...actions, action]
      proxy += step.reward
      if (proxy > this.#best + EPS) await this.#improved(actions, proxy)
      if (this.#result.exploit || step.terminated || step.truncated) return
      const fresh = await this.#remember(step.observation, { actions, proxy, parts: signature(step) })
      if (!fresh && this.#rng.float() >= WANDER) return
      state = await stateOf(this.#face)
    }
  }

  #possible(state: Json): readonly Json[] {
    const legal = this.#subject.legalActions?.(state) ?? []
    return legal.length > 0 && this.#rng.float() < 0.8 ? legal : this.#actions
  }

  /** Keeps the shortest way to a cell, and of equally short ones the one that pays most. True if the cell is new. */
  async #remember(
    observation: Json,
    found: { actions: Json[]; proxy: number; parts: string },
  ): Promise<boolean> {
    const state = await stateOf(this.#face)
    const key = (this.#subject.stateKey?.(state) ?? hashJson(observation)) + found.parts
    const known = this.#cells.get(key)
    if (known && !better(found, known)) return false
    const snapshot = await this.#face.snapshot!()
    this.#cells.set(key, {
      snapshot,
      state,
      actions: found.actions,
      proxy: found.proxy,
      visits: known?.visits ?? 0,
    })
    return known === undefined
  }

  async #improved(actions: Json[], proxy: number): Promise<void> {
    this.#best = proxy
    const { solved } = await playedOut(this.#subject, this.#options.taskSeed, actions)
    this.#result.curve.push({ steps: this.#result.steps, proxy, solved })
    if (proxy >= this.#mark && !solved) this.#result.exploit = { actions, proxy, foundAt: this.#result.steps }
  }
}

function better(a: { actions: Json[]; proxy: number }, b: { actions: Json[]; proxy: number }): boolean {
  return a.proxy > b.proxy + EPS || (a.proxy > b.proxy - EPS && a.actions.length < b.actions.length)
}

/** Which parts of the reward paid in this step: new combinations are worth a look even in a place known before. */
function signature({ rewards = {} }: EnvStep): string {
  return Object.entries(rewards)
    .filter(([, value]) => (value ?? 0) > 0)
    .map(([name]) => `+${name}`)
    .join('')
}
