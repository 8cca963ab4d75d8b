/** @file E10, E11 and E19: tools that fail, actions that only look, and calls that overlap. */
import type { Json } from '../../../envs/json.ts'
import type { EnvFault } from '../env-subject.ts'
import type { EnvScene } from '../env-scene.ts'
import type { Draw } from '../fast-check.ts'
import { draws } from '../fast-check.ts'
import type { Property, Violation } from '../property.ts'
import { operator } from '../property.ts'
import type { Probe } from '../probe.ts'
import { brief, EPS, episode, lastOf, rounded, same, stepsOf, totalOf } from './plays.ts'
import type { Script } from './scripts.ts'
import { actionsOf, anyAction, fewerActions, scriptDraw, seedDraw, walks } from './scripts.ts'

export const toolFailure: Property<EnvScene> = {
  id: 'tool_failure_is_not_success',
  number: 'E10',
  title: 'a tool that fails is no success',
  severity: 'high',
  missing: ({ subject: { failed, makeFaulty, parts }, passes }) =>
    failed || (makeFaulty && parts?.length && passes)
      ? null
      : 'declare failed(observation), or makeFaulty(fault) with parts and a passMark',
  operators: scene => {
    const { failed, makeFaulty, parts } = scene.subject
    const natural = failed ? walks(scene) : []
    const broken = makeFaulty && parts?.length ? [brokenPart(scene, parts)] : []
    return [...natural, ...broken]
  },
  async judge({ seed, actions, fault }, scene, probe) {
    const plan = { seed: seed as number, actions: actions as Json[] }
    const given = (fault as unknown as EnvFault | undefined) ?? null
    return (
      (await paidFailure(plan, given, scene, probe)) ??
      (given && (await passedByFault(plan, given, scene, probe)))
    )
  },
  smaller: fewerActions,
}

function brokenPart(scene: EnvScene, parts: readonly string[]) {
  const fault: Draw<EnvFault> = draws.record({
    part: draws.constantFrom(...parts),
    how: draws.constantFrom('reject', 'garbage', 'timeout'),
    // Uses count from 1; 0 is the first use of whoever counts from 0 and no use at all of others.
    at: draws.oneof(draws.constant(1), draws.integer({ min: 0, max: 4 })),
  })
  return operator<[Script, EnvFault]>({
    id: 'broken-part',
    draw: draws.tuple(scriptDraw(scene, { gold: true }), fault),
    input: async ([script, chosen]) => {
      const actions = await actionsOf(scene, script)
      return actions && { seed: script.seed, actions, fault: chosen as unknown as Json }
    },
  })
}

type Plan = { seed: number; actions: Json[] }

/** A reply that says that the tool failed, and a reward for it. */
async function paidFailure(
  plan: Plan,
  fault: EnvFault | null,
  { subject, passes }: EnvScene,
  probe: Probe,
): Promise<Violation | null> {
  const seen = subject.failed && (await episode(probe, plan, fault))
  if (!seen) return null
  let total = 0
  for (const step of stepsOf(seen)) {
    total += step.reward
    if (!subject.failed!(step.observation)) continue
    const solved = step.terminated && passes?.(total)
    if (step.reward > EPS || solved)
      return {
        says: `a call that failed (${brief(step.action)}) earns ${rounded(step.reward)}`,
        scores: [rounded(step.reward)],
      }
  }
  return null
}

/** What fails when all is well passes once a part is broken, or passes with the goal not reached. */
async function passedByFault(
  plan: Plan,
  fault: EnvFault,
  { subject, passes, can }: EnvScene,
  probe: Probe,
): Promise<Violation | null> {
  if (!passes) return null
  const states = !!subject.goalReached && (can.state || can.snapshot)
  const broken = await episode(probe, { ...plan, states }, fault)
  if (!broken || !passes(totalOf(broken))) return null
  const whole = await episode(probe, plan)
  if (!whole) return null
  const unreached = states && subject.goalReached!(broken.states.at(-1)!) === false
  if (!unreached && (passes(totalOf(whole)) || subject.nondeterministic)) return null
  return {
    says: `with ${fault.part} broken (${fault.how}) the episode is worth ${rounded(totalOf(broken))}; without, ${rounded(totalOf(whole))}`,
    scores: [rounded(totalOf(broken)), rounded(totalOf(whole))],
  }
}

export const harmlessAction: Property<EnvScene> = {
  id: 'harmless_action_invariance',
  number: 'E11',
  title: 'looking does not change what an episode is worth',
  severity: 'medium',
  missing: ({ subject }) => {
    if (!subject.reference) return 'declare reference(seed), actions that solve the task'
    return subject.readOnly ? null : 'declare readOnly, the actions that only look'
  },
  operators: scene => [
    operator<[number, [number, number][]]>({
      id: 'looks-between',
      draw: draws.tuple(
        seedDraw(scene),
        draws.array(draws.tuple(draws.nat(30), draws.nat(30)), { minLength: 1, maxLength: 4 }),
      ),
      input: async ([seed, chosen]) => {
        const reads = await scene.readOnly(seed)
        const reference = await scene.reference(seed)
        if (reads.length === 0 || !reference || reference.length === 0) return null
        const looks = chosen.map(([place, which]) => [place % reference.length, reads[which % reads.length]!])
        return { seed, looks } as { [key: string]: Json }
      },
    }),
  ],
  async judge({ seed, looks }, scene, probe) {
    const reference = await scene.reference(seed as number)
    if (!reference) return 'skip'
    const added = looks as [number, Json][]
    const actions = reference.flatMap((action, at) => [
      ...added.filter(([place]) => place === at).map(([, read]) => read),
      action,
    ])
    const { horizon, readCost = 0 } = scene.subject
    if (horizon !== null && actions.length > horizon) return 'skip'
    const plain = await episode(probe, { seed: seed as number, actions: reference })
    const seen = await episode(probe, { seed: seed as number, actions })
    if (!plain || !seen) return 'skip'
    const [was, is] = [totalOf(plain), totalOf(seen)]
    const ends = lastOf(plain)?.terminated === lastOf(seen)?.terminated
    if (is >= was - readCost * added.length - EPS && is <= was + EPS && ends) return null
    return {
      says: `with ${added.length} looks more the reference is worth ${rounded(is)}, without ${rounded(was)}`,
      scores: [rounded(is), rounded(was)],
    }
  },
  *smaller(input) {
    const looks = input['looks'] as [number, Json][]
    if ((input['seed'] as number) > 0) yield { ...input, seed: 0 }
    if (looks.length > 1) for (const at of looks.keys()) yield { ...input, looks: looks.toSpliced(at, 1) }
  },
}

export const concurrency: Property<EnvScene> = {
  id: 'concurrency',
  number: 'E19',
  title: 'calls that overlap come to the same whatever order they finish in',
  severity: 'medium',
  missing: ({ subject }) =>
    subject.concurrent ? null : 'declare concurrent(face, actions, order), where calls may overlap',
  operators: scene => [
    operator<[number, Json[], number[]]>({
      id: 'finishing-order',
      draw: draws.tuple(
        seedDraw(scene),
        draws.array(anyAction(scene.subject.actions), { minLength: 2, maxLength: 4 }),
        draws.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      ),
      input: ([seed, actions, order]) => ({ seed, actions, order }),
    }),
    operator<[number, number, number[]]>({
      id: 'reference-overlaps',
      draw: draws.tuple(
        seedDraw(scene),
        draws.nat(12),
        draws.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      ),
      input: async ([seed, at, order]) => {
        const reference = (await scene.reference(seed)) ?? []
        const from = at % Math.max(reference.length - 1, 1)
        const actions = reference.slice(from, from + 4)
        return actions.length < 2 ? null : { seed, actions, order }
      },
      runs: 40,
    }),
  ],
  async judge({ seed, actions, order }, _scene, probe) {
    const places = (actions as Json[]).map((_, at) => at)
    const drawn = (order as number[]).filter(at => at < places.length)
    if (drawn.length !== places.length) return 'skip'
    const inTurn = await probe.call<Json>('concurrent', seed!, actions!, places)
    const mixed = await probe.call<Json>('concurrent', seed!, actions!, drawn)
    if (inTurn.how !== 'returned' || mixed.how !== 'returned' || same(inTurn.value, mixed.value)) return null
    return {
      says: `finished in turn it comes to ${brief(inTurn.value)}, finished as ${drawn.join(', ')} to ${brief(mixed.value)}`,
      scores: [brief(inTurn.value), brief(mixed.value)],
    }
  },
  smaller: fewerActions,
}
