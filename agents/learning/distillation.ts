/**
 * @file AlphaZero-style distillation (Silver et al. 2017, eq. 1): a tree search's visits become the policy's target, the outcome
 * becomes the value's.
 *
 *   π(a|s) = N(s,a)^{1/τ} / Σ_b N(s,b)^{1/τ},   L = 1/|S| Σ_s [ −Σ_a π(a|s) log p(a|s) + c·(v(s) − z)² ]
 *
 * Actions are texts: log p(a|s) is the sum over the action's tokens. The c‖θ‖² of the paper is AdamW's decay.
 */
import { UsageError } from '../../envs/errors.ts'
import type { LearningPolicy, Prompt, UpdateStats, VisitShare } from '../policy.ts'

export interface VisitedState {
  /** What the policy reads at this state: the task and what has been written so far. */
  prompt: Prompt
  children: readonly {
    text: string
    visits: number
    /** The solution ends with this text. */
    terminal?: boolean
  }[]
  /** z: what came of it. */
  outcome: number
}

export interface DistillationOptions {
  /** τ; the paper: 1. Towards 0 only the most visited child is learned. */
  temperature?: number
  /** c; 0 for a policy without a value head. */
  valueCoef?: number
  learningRate: number
}

/** π of each child. Throws UsageError where nothing was visited. */
export function visitShares(visits: readonly number[], temperature = 1): number[] {
  const most = Math.max(...visits)
  if (!(most > 0) || visits.some(count => count < 0))
    throw new UsageError(
      `expected visit counts of at least 0, one of them above, got [${visits.join(', ')}]; leave out states that search has not expanded`,
    )
  if (!(temperature > 0)) throw new UsageError(`expected a temperature above 0, got ${temperature}`)
  // Relative to the most visited, so that small temperatures do not overflow.
  const powers = visits.map(count => (count / most) ** (1 / temperature))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map(power => power / sum)
}

/** One row per child that has a share; a state's weight in the value's term is spread over its rows. */
export function visitRows(states: readonly VisitedState[], temperature = 1): VisitShare[] {
  return states.flatMap(({ prompt, children, outcome }) => {
    const shares = visitShares(
      children.map(({ visits }) => visits),
      temperature,
    )
    return children.flatMap(({ text, terminal = false }, i) => {
      const weight = shares[i]! / states.length
      const row = { prompt, completion: text, ended: terminal, outcome }
      return weight > 0 ? [{ ...row, policyWeight: weight, valueWeight: weight }] : []
    })
  })
}

/** One optimiser step. */
export async function distillationStep(
  policy: LearningPolicy,
  states: readonly VisitedState[],
  { temperature = 1, valueCoef = 1, learningRate }: DistillationOptions,
): Promise<UpdateStats> {
  if (states.length === 0) throw new UsageError('expected at least one visited state to learn from, got none')
  return policy.distillationStep(visitRows(states, temperature), valueCoef, learningRate)
}
