/** @file E14 and E15: shaping is a difference of potentials, and keeps what is best. */
import type { Json } from '../../../envs/json.ts'
import type { Enumeration } from '../env-enumeration.ts'
import type { EnvScene } from '../env-scene.ts'
import { draws } from '../fast-check.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import { brief, EPS, episode, rounded, stepsOf, threw } from './plays.ts'
import { fewerActions, walks } from './scripts.ts'

const SHAPING = 'declare shaping: its potential(state), discount and part(step)'

export const shapingTelescopes: Property<EnvScene> = {
  id: 'shaping_telescopes',
  number: 'E14',
  title: 'discounted shaping sums to the difference of potentials, 0 at the end',
  severity: 'medium',
  missing: ({ subject, can }) =>
    !subject.shaping ? SHAPING : can.state || can.snapshot ? null : 'give its environments state()',
  operators: scene => walks(scene),
  async judge({ seed, actions }, { subject }, probe) {
    const { potential, discount, part } = subject.shaping!
    const plan = { seed: seed as number, actions: actions as Json[], states: true }
    const seen = await episode(probe, plan)
    if (!seen || threw(seen) || seen.steps.length === 0) return 'skip'
    const steps = stepsOf(seen)
    const sum = steps.reduce((total, step, t) => total + discount ** t * part(step), 0)
    const last = steps.at(-1)!.terminated ? 0 : potential(seen.states.at(-1)!)
    const expected = discount ** steps.length * last - potential(seen.states[0]!)
    if (Math.abs(sum - expected) <= EPS * Math.max(1, Math.abs(expected))) return null
    return {
      says: `over ${steps.length} steps the shaping sums to ${rounded(sum)}; its potentials differ by ${rounded(expected)}`,
      scores: [steps.at(-1)!.terminated ? 'terminated' : 'under way'],
    }
  },
  smaller: fewerActions,
}

export const shapingKeepsOptimum: Property<EnvScene> = {
  id: 'shaping_keeps_optimum',
  number: 'E15',
  title: 'what is best with shaping is best without it',
  severity: 'high',
  missing: ({ subject, can }) => {
    if (!subject.shaping) return SHAPING
    if (!subject.enumerable || !subject.stateKey)
      return 'declare enumerable and stateKey(state), for a small instance'
    if (!subject.legalActions && !Array.isArray(subject.actions))
      return 'declare actions as a list, or legalActions'
    return can.state || can.snapshot ? null : 'give its environments state()'
  },
  operators: ({ subject }) => [
    operator<number>({
      id: 'value-iteration',
      draw: draws.constant(0),
      input: () => ({ ...subject.enumerable! }),
      runs: 1,
    }),
  ],
  async judge({ seed, maxStates }, { subject }, probe) {
    const outcome = await probe.call<Enumeration | null>('enumerate', seed!, maxStates!)
    if (outcome.how !== 'returned' || outcome.value === null) return 'skip'
    const { keys, edges } = outcome.value
    const discount = subject.shaping!.discount
    const shaped = actionValues(outcome.value, discount, edge => edge.reward)
    const plain = actionValues(outcome.value, discount, edge => edge.reward - edge.shaping)
    for (const [at, key] of keys.entries()) {
      const own = [...edges.keys()].filter(i => edges[i]!.from === at)
      const best = own.reduce((a, b) => (shaped[b]! > shaped[a]! + CLOSE ? b : a), own[0] ?? -1)
      const top = Math.max(...own.map(i => plain[i]!))
      if (best < 0 || plain[best]! >= top - CLOSE) continue
      return {
        says: `in state ${brief(key)}, ${brief(edges[best]!.action)} is best with shaping; without, it loses ${rounded(top - plain[best]!)}`,
        scores: [key],
      }
    }
    return null
  },
  smaller: () => [],
}

const CLOSE = 1e-6
const SWEEPS = 2000

/** The value of every edge under the best play from there on, by value iteration. */
function actionValues(
  { keys, edges }: Enumeration,
  discount: number,
  rewardOf: (edge: Enumeration['edges'][number]) => number,
): number[] {
  let values = new Float64Array(keys.length)
  const worth = (edge: Enumeration['edges'][number]): number =>
    rewardOf(edge) + (edge.to === null ? 0 : discount * values[edge.to]!)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const next = new Float64Array(keys.length).fill(-Infinity)
    for (const edge of edges) next[edge.from] = Math.max(next[edge.from]!, worth(edge))
    const moved = next.some((value, at) => Math.abs(value - values[at]!) > CLOSE / 100)
    values = next.map(value => (value === -Infinity ? 0 : value))
    if (!moved) break
  }
  return edges.map(worth)
}
