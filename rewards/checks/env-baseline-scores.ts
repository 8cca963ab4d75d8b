/** @file What policies that understand nothing earn in an environment, and what the reference earns. */
import type { Json } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import type { Move, Played } from './env-operations.ts'
import type { EnvScene } from './env-scene.ts'
import type { EnvStep } from './env-subject.ts'
import type { Draw } from './fast-check.ts'
import { sample } from './fast-check.ts'
import { mean95 } from './mean-interval.ts'
import type { Probe } from './probe.ts'
import type { Baseline } from './report.ts'

/** Episodes without a horizon, and very long ones, are played this long. */
const MAX_STEPS = 100
const ACTIONS = 12
const SCREENED_ON = 4

/** The actions of an episode; null: the policy does not apply. */
type Policy = (seed: number) => Promise<Json[] | null>

interface Stage {
  scene: EnvScene
  probe: Probe
  late(): boolean
}

export async function envBaselines(scene: EnvScene, probe: Probe, late: () => boolean): Promise<Baseline[]> {
  const stage = { scene, probe, late }
  const baselines: Baseline[] = []
  for (const [name, policy] of Object.entries(policies(stage)))
    baselines.push(await measured(name, policy, stage))
  baselines.push(await constantBest(stage))
  return baselines.filter(({ detail }) => detail !== 'does not apply')
}

function policies({ scene }: Stage): Record<string, Policy> {
  const { subject } = scene
  const steps = stepsOf(scene)
  const actions = someActions(scene)
  return {
    'no-op': async () => (subject.noop === undefined ? null : Array<Json>(steps).fill(subject.noop)),
    submit: async () => (subject.submit === undefined ? null : [subject.submit]),
    random: async seed => {
      const rng = rngAt('check', 'random-play', scene.seed, seed)
      return actions.length === 0 ? null : Array.from({ length: steps }, () => rng.pick(actions))
    },
    reference: async seed => copied(await scene.reference(seed)),
    'half of the reference': async seed => {
      const all = await scene.reference(seed)
      return copied(all && all.slice(0, Math.floor(all.length / 2)))
    },
  }
}

function copied(actions: readonly Json[] | null): Json[] | null {
  return actions && [...actions]
}

function stepsOf({ subject }: EnvScene): number {
  return Math.min(subject.horizon ?? MAX_STEPS, MAX_STEPS)
}

function someActions({ subject: { actions }, seed }: EnvScene): readonly Json[] {
  return Array.isArray(actions) ? (actions as Json[]) : sample(actions as Draw<Json>, 4 * ACTIONS, seed)
}

async function constantBest(stage: Stage): Promise<Baseline> {
  const different = new Map(someActions(stage.scene).map(action => [JSON.stringify(action), action]))
  const candidates = [...different.values()].slice(0, ACTIONS)
  const few = stage.scene.seeds.slice(0, SCREENED_ON)
  let best = { mean: -Infinity, action: undefined as Json | undefined }
  for (const action of candidates) {
    const { mean } = await measured('', constantly(action, stage), stage, few)
    if (mean !== null && mean > best.mean) best = { mean, action }
  }
  if (best.action === undefined)
    return { name: 'constant best', mean: null, interval: null, runs: 0, detail: 'does not apply' }
  const found = await measured('constant best', constantly(best.action, stage), stage)
  return { ...found, detail: [JSON.stringify(best.action), found.detail].filter(Boolean).join(', ') }
}

function constantly(action: Json, { scene }: Stage): Policy {
  return async () => Array<Json>(stepsOf(scene)).fill(action)
}

async function measured(
  name: string,
  policy: Policy,
  { scene, probe, late }: Stage,
  seeds: readonly number[] = scene.seeds,
): Promise<Baseline> {
  const returns: number[] = []
  let [asked, cut] = [0, false]
  for (const seed of seeds) {
    const actions = await policy(seed)
    if (actions === null) continue
    if (late()) {
      cut = true
      break
    }
    asked++
    const earned = await played(probe, seed, actions)
    if (earned !== null) returns.push(earned)
  }
  const remarks = [
    asked === 0 && !cut && 'does not apply',
    asked > returns.length && `${asked - returns.length} not played to the end`,
    cut && 'cut short',
  ].filter(each => each !== false)
  return {
    name,
    ...mean95(returns, rangeOf(returns, scene)),
    runs: returns.length,
    detail: remarks.join(', '),
  }
}

/** Without a declared range the interval is that of what was seen. */
function rangeOf(returns: readonly number[], { subject }: EnvScene): { low: number; high: number } {
  const [low, high] = subject.returnRange ?? [Math.min(0, ...returns), Math.max(1, ...returns)]
  return { low, high }
}

/** The return until the episode ends; null where a step failed before. */
async function played(probe: Probe, seed: number, actions: readonly Json[]): Promise<number | null> {
  const moves: Move[] = [{ do: 'reset', seed }, ...actions.map(action => ({ do: 'step' as const, action }))]
  const outcome = await probe.call<Played[]>('play', moves as unknown as Json, null)
  if (outcome.how !== 'returned') return null
  let sum = 0
  for (const step of outcome.value.slice(1)) {
    if ('error' in step) return null
    const { reward, terminated, truncated } = step.value as unknown as EnvStep
    sum += reward
    if (terminated || truncated) break
  }
  return Number.isFinite(sum) ? sum : null
}
