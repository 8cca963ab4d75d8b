/**
 * @file P29 to P31 as properties of learned rewards and judges: exact tests over all tasks at one in a million, so that what
 * they report is no accident. They never gate; `checkRewardModel` gives the figures.
 */
import type { Json } from '../../../envs/json.ts'
import { binomialAtLeast, binomialTwoSided } from '../../shares.ts'
import { draws } from '../fast-check.ts'
import type { Probe } from '../probe.ts'
import { numberOf } from '../probe.ts'
import type { Input, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import type { Material } from './material.ts'
import { materialOf } from './material.ts'
import { calibrationBins } from './statistics.ts'
import { filler, TRANSFORMS } from './transforms.ts'

const ALPHA = 1e-6
/** With fewer, no outcome of a sign test is that unlikely. */
const LEAST_TASKS = 20

type Item = { [key: string]: Json }

export const calibration: Property<Scene> = {
  id: 'calibration',
  number: 'P29',
  title: 'of the answers with one score, that share is right',
  severity: 'info',
  statistical: true,
  missing: scene =>
    scene.subject.learned ? needsTasks(scene) : 'declare learned, for scores that are estimates',
  operators: scene => [
    // As many right ones as wrong ones: another mixture has other shares.
    allTasks('right-and-wrong', scene, ({ task, right, wrong }) => [
      { task, response: right[0]!, right: true },
      { task, response: wrong[0]!.response, right: false },
    ]),
  ],
  async judge({ items }, scene, probe) {
    const scored = await scoresOf(items as Item[], ['response'], probe)
    const confidences = scored.map(({ scores }) => share(scores[0]!, scene))
    const bins = calibrationBins(
      confidences,
      scored.map(({ item }) => item['right'] === true),
    )
    const tested = bins.map(bin => ({ ...bin, p: binomialTwoSided(bin.right, bin.n, bin.confidence) }))
    const worst = tested.sort((a, b) => a.p - b.p)[0]
    if (!worst) return 'skip'
    if (worst.p * bins.length >= ALPHA) return null
    return {
      says: `of ${worst.n} responses that score ${worst.confidence.toFixed(3)} on average, ${worst.right} are right (p = ${worst.p.toExponential(1)})`,
      scores: [worst.confidence, worst.share],
    }
  },
}

export const rmSensitivity: Property<Scene> = {
  id: 'rm_sensitivity',
  number: 'P30',
  title: 'a change of words moves the score less than a change of the answer',
  severity: 'info',
  statistical: true,
  missing: needsModel,
  operators: scene => [
    ...(scene.subject.answer ? [reasoned(scene)] : []),
    ...(scene.subject.learned ? TRANSFORMS.map(each => rephrased(scene, each)) : []),
  ],
  async judge({ items }, scene, probe) {
    const scored = await scoresOf(items as Item[], ['response', 'moved', 'wrong'], probe)
    // Where the answer itself makes no difference, near_miss says so.
    const told = scored.filter(({ scores: [right, , wrong] }) =>
      scene.subject.learned ? right !== wrong : right! >= scene.passMark && wrong! < scene.passMark,
    )
    const outweighed = told.filter(
      ({ scores: [right, moved, wrong] }) => Math.abs(moved! - right!) >= right! - wrong!,
    ).length
    const p = binomialAtLeast(outweighed, told.length, 0.5)
    if (told.length === 0) return 'skip'
    if (p >= ALPHA) return null
    return {
      says: `on ${outweighed} of ${told.length} tasks words move the score at least as far as a wrong answer does (p = ${p.toExponential(1)})`,
      scores: [outweighed, told.length],
    }
  },
}

export const lengthCorrelation: Property<Scene> = {
  id: 'length_correlation',
  number: 'P31',
  title: 'the length of a response earns nothing',
  severity: 'info',
  statistical: true,
  missing: needsModel,
  operators: scene =>
    (['right', 'wrong'] as const).map(verdict =>
      allTasks(`${verdict}-answers`, scene, ({ task, grown }) => [
        { task, response: grown[verdict][0]!, moved: grown[verdict].at(-1)! },
      ]),
    ),
  async judge({ items }, scene, probe) {
    const scored = await scoresOf(items as Item[], ['response', 'moved'], probe)
    const changed = scored.filter(({ scores: [short, long] }) => short !== long)
    const risen = changed.filter(({ scores: [short, long] }) => long! > short!).length
    if (scored.length === 0) return 'skip'
    const rises = binomialAtLeast(risen, changed.length, 0.5)
    const falls = scene.subject.lengthPenalised
      ? 1
      : binomialAtLeast(changed.length - risen, changed.length, 0.5)
    const p = Math.min(rises, falls) * 2
    if (changed.length === 0 || p >= ALPHA) return null
    return {
      says: `longer, the same answer scores ${rises < falls ? 'more' : 'less'} on ${Math.max(risen, changed.length - risen)} of ${scored.length} tasks (p = ${p.toExponential(1)})`,
      scores: [risen, changed.length, scored.length],
    }
  },
}

export const MODEL_PROPERTIES: readonly Property<Scene>[] = [calibration, rmSensitivity, lengthCorrelation]

function needsModel(scene: Scene): string | null {
  const { learned, judge, stochastic, answer } = scene.subject
  if (!learned && !judge && !stochastic)
    return 'declare learned, judge or stochastic: exact rewards have exact laws'
  if (!learned && !answer) return 'declare answer, how a bare answer becomes a response'
  return needsTasks(scene)
}

function needsTasks(scene: Scene): string | null {
  if (!scene.subject.gold && !scene.subject.solutions) return 'declare gold(task), the reference answer'
  const found = materialOf(scene).length
  return found >= LEAST_TASKS
    ? null
    : `give at least ${LEAST_TASKS} tasks with right and wrong answers; there are ${found}`
}

/** One input that holds all tasks. */
function allTasks(id: string, scene: Scene, items: (material: Material) => Item[]) {
  return operator<number>({
    id,
    draw: draws.constant(0),
    runs: 1,
    input: (): Input | null => {
      const list = materialOf(scene).flatMap(items)
      return list.length < LEAST_TASKS ? null : { items: list }
    },
  })
}

function reasoned(scene: Scene) {
  return allTasks('reasoning', scene, ({ task, right, wrong }) => [
    {
      task,
      response: right[0]!,
      moved: scene.respond(task, scene.gold(task)!, filler(4)),
      wrong: wrong[0]!.response,
    },
  ])
}

function rephrased(scene: Scene, { id, apply }: (typeof TRANSFORMS)[number]) {
  return allTasks(id, scene, ({ task, right, wrong }) => {
    const moved = apply(right[0]!)
    return moved === null ? [] : [{ task, response: right[0]!, moved, wrong: wrong[0]!.response }]
  })
}

/** Items of which every named response has a finite score. */
async function scoresOf(items: readonly Item[], names: readonly string[], probe: Probe) {
  const scored: { item: Item; scores: number[] }[] = []
  for (const item of items) {
    const scores = []
    for (const name of names) scores.push(numberOf(await probe.score(item['task']!, item[name] as string)))
    if (scores.every(score => score !== null && Number.isFinite(score)))
      scored.push({ item, scores: scores as number[] })
  }
  return scored
}

function share(score: number, { low, high }: Scene): number {
  return Math.min(1, Math.max(0, (score - low) / (high - low)))
}
