/**
 * @file Tree search where actions can be listed: no text, no policy that is asked over a wire, only an environment's
 * `legalActions` and its pure transition. The prior is a table or any function of the state.
 *
 * One simulation selects a leaf, takes one step of the environment, expands it and backs up the return: the rewards on the way
 * and, where the episode goes on, the estimate of what follows. A state is made when its node is first selected.
 */
import { advance, begin } from '../../envs/dynamics.ts'
import type { Position } from '../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import type { Json } from '../../envs/json.ts'
import type { Rng } from '../../envs/rng.ts'
import type { PuctOptions } from './puct-tree.ts'
import { NO_PARENT, PuctTree, ROOT, UNVISITED } from './puct-tree.ts'

export interface TabularOptions extends PuctOptions {
  /** P(a|s), one per legal action, summing to 1; default: all alike. */
  prior?: (state: Json, actions: readonly Json[]) => ArrayLike<number>
  /** Estimate of the rewards that still follow; default: none. */
  value?: (state: Json, stepsLeft: number) => number
  /** Dirichlet noise in the priors at the root. */
  noise?: { rng: Rng; epsilon?: number; alpha?: number }
}

export interface ActionVisits {
  action: Json
  visits: number
  prior: number
  /** Mean return; null: never taken. */
  value: number | null
}

export class TabularSearch {
  readonly tree: PuctTree
  readonly #env: EnvDef
  readonly #task: Task
  readonly #options: TabularOptions
  readonly #positions: (Position | null)[] = []
  readonly #actions: Json[] = []
  /** Rewards from the root to each node. */
  readonly #returns: number[] = []

  /** Throws UsageError for an environment that lists no actions, or does not answer at once. */
  constructor(env: EnvDef, task: Task, options: TabularOptions = {}, from?: Position) {
    if (!env.legalActions)
      throw new UsageError(
        `${env.id}: this search lists actions, and the environment has no legalActions; search its texts`,
      )
    this.#env = env
    this.#task = task
    this.#options = options
    this.tree = new PuctTree(options)
    this.#positions.push(from ?? atOnce(env, begin(env, task)))
    this.#actions.push(null)
    this.#returns.push(0)
  }

  /** Runs `simulations` more; fewer, if `settled` and the most visited first action can no longer change. Gives how many. */
  run(simulations: number, { settled = false }: { settled?: boolean } = {}): number {
    const { tree } = this
    for (let i = 0; i < simulations; i++) {
      if (settled && this.#isSettled(simulations - i)) return i
      const leaf = tree.select()
      tree.backup(leaf, this.#evaluate(leaf))
    }
    return simulations
  }

  /** What is known of each action at a node. */
  visits(node: number = ROOT): ActionVisits[] {
    const { tree } = this
    const first = tree.firstChild[node]!
    return Array.from({ length: tree.childCount[node]! }, (_, i) => {
      const child = first + i
      const visits = tree.visits[child]!
      const value = visits === 0 ? null : tree.value(child)
      return { action: this.#actions[child]!, visits, prior: tree.priors[child]!, value }
    })
  }

  /** Actions along the most visited way, as far as it was explored. */
  bestLine(): Json[] {
    const { tree } = this
    const line: Json[] = []
    for (let node = tree.mostVisited(ROOT); ; node = tree.mostVisited(node)) {
      if (node === ROOT || tree.visits[node] === 0) return line
      line.push(this.#actions[node]!)
      if (tree.childCount[node] === 0) return line
    }
  }

  /** What the tree takes besides the states themselves: arrays, and three references or numbers per node. */
  get bytes(): number {
    return this.tree.bytes + 8 * (this.#positions.length + this.#actions.length + this.#returns.length)
  }

  #evaluate(leaf: number): number {
    const { tree } = this
    const position = this.#positionOf(leaf)
    const earned = this.#returns[leaf]!
    if (position.end) return earned
    const { prior, value, noise } = this.#options
    const actions = this.#env.legalActions!(this.#task, position.state)
    if (actions.length > 0 && tree.firstChild[leaf] === UNVISITED) {
      tree.expand(leaf, prior?.(position.state, actions) ?? actions.map(() => 1 / actions.length))
      for (const action of actions) {
        this.#positions.push(null)
        this.#actions.push(action)
        this.#returns.push(0)
      }
      if (noise && leaf === ROOT) tree.addNoise(noise.rng, noise)
    }
    return earned + (value?.(position.state, this.#env.maxSteps - position.steps) ?? 0)
  }

  #positionOf(node: number): Position {
    const known = this.#positions[node]
    if (known) return known
    const parent = this.tree.parents[node]!
    if (parent === NO_PARENT) throw new Error('the root has no position')
    const taken = atOnce(
      this.#env,
      advance(this.#env, this.#task, this.#positions[parent]!, this.#actions[node]!),
    )
    this.#positions[node] = taken.position
    this.#returns[node] = this.#returns[parent]! + taken.reward
    return taken.position
  }

  #isSettled(left: number): boolean {
    const { tree } = this
    const first = tree.firstChild[ROOT]!
    let [most, next] = [0, 0]
    for (let child = first; child < first + tree.childCount[ROOT]!; child++) {
      const visits = tree.visits[child]!
      if (visits > most) [most, next] = [visits, most]
      else if (visits > next) next = visits
    }
    return most - next > left
  }
}

function atOnce<T>({ id }: EnvDef, value: T | Promise<T>): T {
  if (value instanceof Promise)
    throw new UsageError(
      `${id}: this search takes thousands of steps a second, and the environment answers later; search its texts`,
    )
  return value
}
