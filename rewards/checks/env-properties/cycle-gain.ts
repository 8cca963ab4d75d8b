/** @file E13: no loop through the same state pays, again and again. */
import type { Json } from '../../../envs/json.ts'
import type { Seen } from '../env-operations.ts'
import { envOperations } from '../env-operations.ts'
import { inline } from '../execution/inline.ts'
import type { Arc, Loop } from '../cycles.ts'
import { loopInWalk, maxCycleMean, payingCycle } from '../cycles.ts'
import type { EnvScene } from '../env-scene.ts'
import { draws } from '../fast-check.ts'
import type { Probe } from '../probe.ts'
import type { Input, Operator, Property, Severity } from '../property.ts'
import { operator } from '../property.ts'
import { brief, EPS, episode, lastOf, rounded, threw, totalOf } from './plays.ts'
import type { Script } from './scripts.ts'
import { actionsOf, fewerActions, scripted, scriptDraw, seedDraw } from './scripts.ts'

/** Rounds behind the first: a reward that dries up, or a key that leaves something out, does not survive them. */
const ROUNDS = 3
const WALKS = 24

export const cycleGain: Property<EnvScene> = {
  id: 'cycle_gain',
  number: 'E13',
  title: 'no loop through the same state pays again and again',
  severity: 'high',
  missing: ({ subject, can }) =>
    !subject.stateKey
      ? 'declare stateKey(state), with all that rewards depend on and no clock'
      : can.state || can.snapshot
        ? null
        : 'give its environments state()',
  operators: scene => [
    scripted(scene, 'walk', { gold: true }),
    scripted(scene, 'walk-with-invalid', { invalid: true }),
    graph(scene),
  ],
  async judge({ seed, actions }, scene, probe) {
    const plan = { seed: seed as number, actions: actions as Json[] }
    const seen = await episode(probe, { ...plan, states: true })
    if (!seen || threw(seen)) return 'skip'
    const loop = loopInWalk(keysOf(scene, seen), gainsOf(scene, seen), EPS)
    if (!loop) return null
    const laps = plan.actions.slice(loop.from, loop.from + loop.length)
    const way = plan.actions.slice(0, loop.from)
    const replayed = await replay(scene, probe, { seed: plan.seed, way, laps })
    if (replayed === null) return null
    const severity = await severityOf(scene, probe, plan.seed, { ...loop, gain: replayed })
    if (severity === null) return null
    return {
      says: `the loop ${brief(laps)} comes back to the same state and pays ${rounded(replayed)} each time`,
      scores: [rounded(replayed)],
      severity,
    }
  },
  smaller: fewerActions,
}

function keysOf({ subject }: EnvScene, { states }: Pick<Seen, 'states'>): string[] {
  return states.map(state => subject.stateKey!(state))
}

/** Shaping may pay for standing still where its potential is negative: it is judged by E14, not here. */
function gainsOf({ subject }: EnvScene, { steps, ended }: Seen): number[] {
  const gains = steps.map(taken =>
    taken.threw === undefined ? taken.reward - (subject.shaping?.part(taken) ?? 0) : 0,
  )
  // An end is no state to come back to.
  return ended ? gains.with(-1, -Infinity) : gains
}

/** The least gain of a lap when it is run again and again; null where it dries up or leads elsewhere. */
async function replay(
  scene: EnvScene,
  probe: Probe,
  { seed, way, laps }: { seed: number; way: Json[]; laps: Json[] },
): Promise<number | null> {
  const count = ROUNDS + 1
  const actions = [...way, ...Array.from({ length: count }, () => laps).flat()]
  const seen = await episode(probe, { seed, actions, states: true })
  if (!seen || threw(seen)) return null
  const [keys, gains] = [keysOf(scene, seen), gainsOf(scene, seen)]
  // A limit may cut the laps short; two are the least that says anything.
  const whole = Math.min(
    count,
    Math.floor((seen.steps.length - (seen.ended ? 1 : 0) - way.length) / laps.length),
  )
  if (whole < 2) return null
  const sums = Array.from({ length: whole }, (_, lap) => {
    const from = way.length + lap * laps.length
    return gains.slice(from, from + laps.length).reduce((sum, gain) => sum + gain, 0)
  })
  const back = sums.every((_, lap) => keys[way.length + (lap + 1) * laps.length] === keys[way.length])
  const least = Math.min(...sums)
  return back && least > EPS ? least : null
}

/** By what the loop earns in a whole episode against the reference. null: being paid for going on is the task. */
async function severityOf(
  { reference, subject }: EnvScene,
  probe: Probe,
  seed: number,
  { gain, length }: Pick<Loop, 'gain' | 'length'>,
): Promise<Severity | null> {
  const actions = await reference(seed)
  const honest = actions && (await episode(probe, { seed, actions }))
  if (!honest) return (await paysForLiving(subject, probe, seed, gain / length)) ? null : 'high'
  if (lastOf(honest)?.truncated) return null
  const horizon = subject.horizon ?? Infinity
  return (gain / length) * horizon > totalOf(honest) ? 'critical' : 'medium'
}

/** Without a reference: every step of any kind pays at least as much, as where surviving is the task. */
async function paysForLiving(
  { actions, noop }: EnvScene['subject'],
  probe: Probe,
  seed: number,
  rate: number,
): Promise<boolean> {
  const list = Array.isArray(actions) ? (actions as Json[]).slice(0, 8) : noop === undefined ? [] : [noop]
  for (const action of list) {
    const seen = await episode(probe, { seed, actions: [action] })
    if (seen && totalOf(seen) < rate - EPS) return false
  }
  return list.length > 0
}

/** Loops that no single walk closes: many walks of one seed, put together. */
function graph(scene: EnvScene): Operator<never> {
  return operator<[number, Script[]]>({
    id: 'graph',
    draw: draws.tuple(
      seedDraw(scene),
      draws.array(scriptDraw(scene, { gold: true }), { minLength: WALKS, maxLength: WALKS }),
    ),
    input: async ([seed, scripts]) => {
      const found = await Promise.all(scripts.map(script => actionsOf(scene, { ...script, seed })))
      const ways = found.filter(actions => actions !== null)
      return ways.length === 0 ? null : walkOf(scene, seed, ways)
    },
    runs: 3,
  })
}

interface Known {
  arcs: (Arc & { action: Json })[]
  nodes: Map<string, { at: number; path: Json[] }>
}

async function walkOf(scene: EnvScene, seed: number, ways: Json[][]): Promise<Input> {
  const { arcs, nodes } = await transitions(scene, seed, ways)
  const cycle = payingCycle(nodes.size, arcs, EPS)
  if (!cycle || maxCycleMean(nodes.size, arcs) <= 0) return { seed, actions: ways[0]! }
  const entry = arcs[cycle[0]!]!.from
  const path = [...nodes.values()].find(({ at }) => at === entry)!.path
  return { seed, actions: [...path, ...cycle.map(at => arcs[at]!.action)] }
}

async function transitions(scene: EnvScene, seed: number, ways: Json[][]): Promise<Known> {
  const executor = inline(scene.subject, envOperations)
  const known: Known = { arcs: [], nodes: new Map() }
  const placed = new Map<string, Arc & { action: Json }>()
  for (const actions of ways) {
    const probe = { call: (name: string, ...args: Json[]) => executor.call(name, args, 4000) } as Probe
    const seen = await episode(probe, { seed, actions, states: true })
    if (!seen || threw(seen)) continue
    const [keys, gains] = [keysOf(scene, seen), gainsOf(scene, seen)]
    const at = keys.map((key, i) => nodeOf(known, key, actions.slice(0, i)))
    for (const [i, gain] of gains.entries()) {
      if (gain === -Infinity) continue
      const name = JSON.stringify([at[i], actions[i], at[i + 1]])
      const arc = placed.get(name)
      if (arc) arc.reward = Math.min(arc.reward, gain)
      else placed.set(name, { from: at[i]!, to: at[i + 1]!, reward: gain, action: actions[i]! })
    }
  }
  return { ...known, arcs: [...placed.values()] }
}

function nodeOf({ nodes }: Known, key: string, path: Json[]): number {
  const found = nodes.get(key)
  if (found) return found.at
  nodes.set(key, { at: nodes.size, path })
  return nodes.size - 1
}
