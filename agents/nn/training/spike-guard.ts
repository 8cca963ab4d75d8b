/** @file Watches losses: a number that is none, or a leap away from what the last steps were like, stops training. */
import type { LossSpec } from '../losses/loss-graph.ts'

/** Steps that are remembered, and those without which there is no judgement. */
const WINDOW = 50
const LEAST = 20
/** A loss this many times the median of the window is a leap. */
const FACTOR = 10
/** Losses below this are too small for a factor to mean anything. */
const FLOOR = 0.1

export class SpikeGuard {
  #losses: number[] = []

  /** What is wrong with a step's loss, null where nothing is; remembers it in that case. */
  problem({ kind }: LossSpec, loss: number, gradNorm: number): string | null {
    if (!Number.isFinite(loss) || !Number.isFinite(gradNorm))
      return `the loss became ${loss} and the gradient norm ${gradNorm}; lower the learning rate or look at that step's batch`
    // A surrogate, or a cross-entropy with advantages for weights, stands around zero whatever the policy is like: it has no size to leap from.
    if (kind === 'clipped-surrogate') return null
    const usual = Math.max(FLOOR, median(this.#losses))
    const judged = this.#losses.length >= LEAST && Math.min(...this.#losses) >= 0
    if (judged && loss > FACTOR * usual)
      return `the loss leapt to ${loss.toPrecision(4)}, from a median of ${usual.toPrecision(4)}; lower the learning rate or look at that step's batch`
    this.#losses.push(loss)
    if (this.#losses.length > WINDOW) this.#losses.shift()
    return null
  }

  reset(): void {
    this.#losses = []
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
