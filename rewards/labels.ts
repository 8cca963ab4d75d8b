/**
 * @file Step labels as models are trained on them: 1 right, 0 wrong, between them how likely, null not labelled.
 *
 * Exact ones come from the environment, ReST-MCTS values from the way that is left, those of a tree from its leaves. Estimates
 * by rollouts are in monte-carlo.ts and omega-prm.ts.
 */
import type { EnvDef, Task } from '../envs/env.ts'
import { UsageError } from '../envs/errors.ts'
import type { Json } from '../envs/json.ts'
import type { StepLabel } from '../envs/labels.ts'
import { stepLabels } from '../envs/labels.ts'

/** One per step. */
export type StepTargets = (number | null)[]

/**
 * The environment's own labels. `untilFirstError`: what follows the first wrong step is not labelled, as there is no
 * agreement on what is right there (Lightman et al. 2023, §2.4).
 */
export async function exactTargets(
  env: EnvDef,
  task: Task,
  actions: readonly Json[],
  { untilFirstError = true }: { untilFirstError?: boolean } = {},
): Promise<StepTargets> {
  const targets = targetsOf(await stepLabels(env, task, actions))
  // Steps behind the end of the episode were not played.
  const all = [...targets, ...actions.slice(targets.length).map(() => null)]
  return untilFirstError ? cutBehindError(all) : all
}

/** Labels as numbers; `unknown` is null. */
export function targetsOf(labels: readonly StepLabel[]): StepTargets {
  return labels.map(label => (label === 'unknown' ? null : Number(label === 'right')))
}

/** The same targets with null behind the first that is 0. */
export function cutBehindError(targets: readonly (number | null)[]): StepTargets {
  const first = targets.indexOf(0)
  return targets.map((target, k) => (first >= 0 && k > first ? null : target))
}

/** Right up to a first wrong step, nothing said behind it; -1: all right. */
export function targetsUntil(firstError: number, steps: number): StepTargets {
  if (!Number.isInteger(firstError) || firstError < -1 || firstError >= steps)
    throw new UsageError(`labels: expected a first wrong step in [-1, ${steps - 1}], got ${firstError}`)
  return Array.from({ length: steps }, (_, k) => {
    if (firstError < 0 || k < firstError) return 1
    return k === firstError ? 0 : null
  })
}

/**
 * Quality values of ReST-MCTS* (Zhang et al. 2024, arXiv 2406.03816, eq. 1 and 2), in [0, 1]:
 *
 *   v_0 = 0,   v_k = max(0, v_{k−1} + (1 − v_{k−1}) / (m_k + 1) · (1 − 2 r_k))
 *
 * m_k ≥ 0: how many steps a right answer still needs after step k; r_k = 0 for a right step and 1 for a wrong one.
 */
export function restMctsValues(steps: readonly { stepsLeft: number; wrong: boolean }[]): number[] {
  let value = 0
  return steps.map(({ stepsLeft, wrong }) => {
    if (!(stepsLeft >= 0))
      throw new UsageError(`ReST-MCTS values: expected stepsLeft of at least 0, got ${stepsLeft}`)
    value = Math.max(0, value + ((1 - value) / (stepsLeft + 1)) * (wrong ? -1 : 1))
    return value
  })
}

/** A step in a search tree, and the outcome where a solution ends with it. */
export interface TreeStep {
  /** Index of the step before it; null, or below 0 as in a search's log: there is none. */
  parent: number | null
  /** null: no solution ends here, or it was not judged. */
  outcome: number | null
}

export interface TreeTargets {
  /** Mean outcome of the judged solutions through each step. */
  soft: StepTargets
  /** 1 if one of them reaches `pass`, else 0. */
  hard: StepTargets
  /** How many there are. */
  solutions: number[]
}

/** Targets of every step of a tree from its leaves; null where no judged solution goes through. Any order of steps. */
export function treeTargets(steps: readonly TreeStep[], pass = 1): TreeTargets {
  const sums = steps.map(() => 0)
  const best = steps.map(() => -Infinity)
  const solutions = steps.map(() => 0)
  for (const [at, { outcome }] of steps.entries()) {
    if (outcome === null) continue
    for (const through of pathOf(steps, at)) {
      sums[through]! += outcome
      solutions[through]! += 1
      best[through] = Math.max(best[through]!, outcome)
    }
  }
  return {
    soft: sums.map((sum, i) => (solutions[i] === 0 ? null : sum / solutions[i]!)),
    hard: best.map((most, i) => (solutions[i] === 0 ? null : Number(most >= pass))),
    solutions,
  }
}

/** A step and all before it, itself first. */
function pathOf(steps: readonly TreeStep[], from: number): number[] {
  const path: number[] = []
  for (let at: number | null = from; at !== null && at >= 0; at = steps[at]!.parent) {
    if (steps[at] === undefined)
      throw new UsageError(
        `tree log: expected a parent in [0, ${steps.length - 1}] or null, got ${at} in step ${path.at(-1)}`,
      )
    if (path.length >= steps.length)
      throw new UsageError(
        `tree log: step ${from} is its own ancestor; expected parents that lead to a first step`,
      )
    path.push(at)
  }
  return path
}
