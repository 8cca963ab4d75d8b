/**
 * @file Monte Carlo tree search with PUCT over texts: actions are continuations that the policy samples, steps or tokens.
 *
 * One simulation selects a leaf, samples `width` continuations of it (equal ones are one child, with prior ∝ π(a|s)), and backs
 * up a value of the leaf's own text. Four backups, by name:
 *   value     the guide's score, also where the text is over (openr's `no_terminal_reward`)
 *   verified  the guide's score while the text goes on, the outcome where it is over
 *   mixed     (1 − λ)·score + λ·outcome of one rollout (AlphaGo); the outcome where the text is over
 *   rollout   the outcome of one rollout; the outcome where the text is over
 * A text that was not judged counts with its parent's mean. Several leaves are evaluated together under virtual loss.
 */
import { rngAt } from '../../envs/rng.ts'
import { PuctTree, ROOT, UNVISITED } from './puct-tree.ts'
import type { PuctOptions } from './puct-tree.ts'
import type { Backup, Guide, Partial } from './search.ts'
import type { Found, SearchContext } from './strategy.ts'
import { conclude, distinct, grow, isSettled, isText, judge } from './strategy.ts'

export interface MctsOptions extends PuctOptions {
  simulations: number
  /** Continuations per expansion. */
  width: number
  backup: Backup
  /** Judges finished texts, where the backup asks for outcomes; default: the guide. */
  outcome?: Guide
  /** λ of `mixed`. */
  lambda?: number
  /** Leaves evaluated together. */
  leaves?: number
  /** ε of Dirichlet noise at the root; 0: none. */
  noise?: number
}

export function mcts(context: SearchContext, options: MctsOptions): Promise<Found> {
  return new Mcts(context, options).run()
}

class Mcts {
  readonly #context: SearchContext
  readonly #options: MctsOptions
  readonly #outcome: Guide
  readonly #tree: PuctTree
  /** The text of each node of the tree. */
  readonly #texts: Partial[]
  readonly #finished = new Map<Partial, number | null>()

  constructor(context: SearchContext, options: MctsOptions) {
    this.#context = context
    this.#options = options
    this.#outcome = options.backup === 'value' ? context.guide : (options.outcome ?? context.guide)
    this.#tree = new PuctTree(options)
    this.#texts = [context.root]
  }

  async run(): Promise<Found> {
    const { simulations, leaves = 1 } = this.#options
    const { expander } = this.#context
    let settled = false
    for (let run = 0; run < simulations && !expander.meter.exhausted && !settled;) {
      const batch = this.#select(Math.min(leaves, simulations - run))
      await this.#expand(batch.filter(leaf => !this.#texts[leaf]!.finished))
      await this.#backup(batch)
      run += batch.length
      settled = isSettled(this.#outcome, [...this.#finished.values()])
    }
    await this.#complete()
    return this.#conclude(settled)
  }

  /** Different leaves; a leaf that comes again ends the batch. */
  #select(count: number): number[] {
    const leaves: number[] = []
    while (leaves.length < count) {
      const leaf = this.#tree.select()
      if (leaves.includes(leaf)) {
        this.#tree.release(leaf)
        break
      }
      leaves.push(leaf)
    }
    return leaves
  }

  async #expand(leaves: readonly number[]): Promise<void> {
    const { width, noise = 0 } = this.#options
    const fresh = leaves.filter(leaf => this.#tree.firstChild[leaf] === UNVISITED)
    const rows = fresh.flatMap(leaf =>
      Array.from({ length: width }, (_, i) => ({ from: this.#texts[leaf]!, seed: ['node', leaf, i] })),
    )
    const sampled = await grow(this.#context, rows)
    for (const [f, leaf] of fresh.entries()) {
      const children = distinct(sampled.slice(f * width, (f + 1) * width).filter(isText))
      if (children.length === 0) continue
      this.#tree.expand(leaf, priorsOf(this.#texts[leaf]!, children))
      this.#texts.push(...children)
      if (leaf !== ROOT || noise === 0) continue
      this.#tree.addNoise(rngAt(...this.#context.problem.seed, 'noise'), { epsilon: noise })
    }
  }

  async #backup(leaves: readonly number[]): Promise<void> {
    const values = await this.#evaluate(leaves)
    for (const [i, leaf] of leaves.entries()) {
      const parent = this.#tree.parents[leaf]!
      const value = values[i] ?? (leaf === ROOT ? 0 : this.#tree.value(parent))
      this.#tree.backup(leaf, value)
    }
  }

  async #evaluate(leaves: readonly number[]): Promise<(number | null)[]> {
    const { backup, lambda = 0.5 } = this.#options
    const texts = leaves.map(leaf => this.#texts[leaf]!)
    const over = texts.filter(text => text.finished)
    const open = texts.filter(text => !text.finished)
    const values = new Map(await this.#outcomes(over))
    const scored = backup === 'rollout' ? [] : await judge(this.#context, open)
    const rolled = backup === 'mixed' || backup === 'rollout' ? await this.#rollouts(open) : []
    for (const [i, text] of open.entries()) {
      const score = scored[i] ?? null
      const outcome = rolled[i] ?? null
      const both =
        score === null || outcome === null ? (score ?? outcome) : (1 - lambda) * score + lambda * outcome
      values.set(text, both)
    }
    return texts.map(text => values.get(text) ?? null)
  }

  /** One rollout each: its outcome, null where the budget no longer holds one. */
  async #rollouts(texts: readonly Partial[]): Promise<(number | null)[]> {
    const rows = texts.map(from => ({ from, seed: ['rollout', this.#texts.indexOf(from)] }))
    const ends = await grow(this.#context, rows, { granularity: 'solution' })
    const outcomes = new Map(await this.#outcomes(ends.filter(isText)))
    return ends.map(end => (end ? (outcomes.get(end) ?? null) : null))
  }

  /** Outcomes of finished texts, each asked for once. */
  async #outcomes(texts: readonly Partial[]): Promise<[Partial, number | null][]> {
    const unknown = texts.filter(text => !this.#finished.has(text))
    const scores = await judge(this.#context, unknown, this.#outcome)
    unknown.forEach((text, i) => this.#finished.set(text, scores[i]!))
    return texts.map(text => [text, this.#finished.get(text)!])
  }

  /** Judges finished texts that were never selected; where none is finished, the most visited one is written to its end. */
  async #complete(): Promise<void> {
    await this.#outcomes(this.#texts.filter(text => text.finished))
    if (this.#finished.size > 0) return
    let node = ROOT
    while (this.#tree.childCount[node]! > 0) node = this.#tree.mostVisited(node)
    const rows = [{ from: this.#texts[node]!, seed: ['end'] }]
    const ends = await grow(this.#context, rows, { granularity: 'solution', temperature: 0 })
    await this.#outcomes(ends.filter(isText))
  }

  #conclude(stoppedEarly: boolean): Found {
    const { log } = this.#context
    for (const [node, text] of this.#texts.entries()) {
      const visits = this.#tree.visits[node]!
      const [prior, value] = [this.#tree.priors[node]!, visits === 0 ? null : this.#tree.value(node)]
      log.visited(text, { visits, value, prior: node === ROOT ? null : prior })
    }
    const texts = [...this.#finished.keys()]
    const context = { ...this.#context, guide: this.#outcome }
    return conclude(context, texts, [...this.#finished.values()], stoppedEarly)
  }
}

/** π(a|s) of each continuation under the policy at temperature 1, scaled to sum to 1 over those that were sampled. */
function priorsOf(parent: Partial, children: readonly Partial[]): number[] {
  const logs = children.map(({ logprobs }) =>
    logprobs.slice(parent.logprobs.length).reduce((sum, logprob) => sum + logprob, 0),
  )
  const highest = Math.max(...logs)
  const weights = logs.map(log => Math.exp(log - highest))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map(weight => weight / sum)
}
