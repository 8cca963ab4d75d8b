/** @file R4: how steps are written one after the other does not change which of them are right. */
import type { Json } from '../../../envs/json.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { shownOutcome } from '../probe.ts'
import {
  asScores,
  corruption,
  needsProcess,
  processOf,
  sameLabel,
  shownScores,
  stepScores,
  taskAndPlaces,
} from './steps.ts'

/** Ends of a step that a tokeniser may merge with what follows. */
const ENDINGS = ['.', ')', '!', ':', '$', ']', '"', '。']

export const stepSplitInvariance: Property<Scene> = {
  id: 'step_split_invariance',
  number: 'R4',
  title: 'steps written out as text get the labels of the steps themselves',
  severity: 'high',
  missing: scene => {
    const missed = needsProcess(scene)
    if (missed !== null) return missed
    const { scoreText, separator } = processOf(scene)
    if (!scoreText) return 'declare process.scoreText, the scores of a solution written out'
    return separator === undefined ? 'declare process.separator, what stands between steps' : null
  },
  operators: scene => [
    written(scene, 'joined', ({ steps, separator }) => ({ steps, text: steps.join(separator) })),
    written(scene, 'separator', ({ steps }, dials) => {
      const spelt = chosen(processOf(scene).separators ?? [], dials[1])
      return spelt === null ? null : { steps, text: steps.join(spelt) }
    }),
    written(scene, 'trailing-space', ({ steps, separator }, dials) => {
      const trail = chosen(processOf(scene).trailing ?? [], dials[1])
      return trail === null ? null : { steps, text: steps.join(separator) + trail }
    }),
    written(scene, 'step-ending', ({ steps, separator }, dials) => {
      const ending = chosen(ENDINGS, dials[1])!
      if (ending.includes(separator) || separator.startsWith(ending)) return null
      const ended = steps.map(step => step + ending)
      return { steps: ended, text: ended.join(separator) }
    }),
    written(scene, 'neutral-step', ({ steps, separator }, dials) => {
      const { neutral } = processOf(scene)
      if (neutral === undefined) return null
      const split = steps.toSpliced(dials[1] % steps.length, 0, neutral)
      return { steps: split, text: split.join(separator) }
    }),
  ],
  async judge({ task, steps, text }, scene, probe) {
    const expected = await stepScores(probe, task!, steps as string[])
    if (expected === null) return 'skip'
    const outcome = await probe.call<never>('textScores', task!, text!)
    const came = outcome.how === 'returned' ? asScores(outcome.value) : null
    if (came === null)
      return {
        says: `the text has no scores (${outcome.how === 'returned' ? JSON.stringify(outcome.value) : shownOutcome(outcome)})`,
        scores: [outcome.how],
      }
    if (came.length !== expected.length)
      return {
        says: `the text of ${expected.length} steps has ${came.length} scores`,
        scores: [expected.length, came.length],
      }
    if (came.every((score, at) => sameLabel(scene, score, expected[at]!))) return null
    return {
      says: `written out, the steps score ${shownScores(came)}; as steps they score ${shownScores(expected)}`,
      scores: [...expected, ...came],
    }
  },
}

type Written = { steps: string[]; text: string } | null

/** Right solutions and wrong ones in turn, so that labels differ within a text. */
function written(
  scene: Scene,
  id: string,
  write: (made: { steps: string[]; separator: string }, dials: readonly [number, number]) => Written,
) {
  return operator<[Json, number, number]>({
    id,
    draw: taskAndPlaces(scene),
    input: ([task, place, other]) => {
      const process = processOf(scene)
      const separator = process.separator!
      const steps =
        place % 2 === 0
          ? [...process.solution(task)]
          : (corruption(scene, task, place >> 1)?.steps ?? [...process.solution(task)])
      if (steps.length === 0 || steps.some(step => step.includes(separator))) return null
      const made = write({ steps, separator }, [place, other])
      return made && { task, ...made }
    },
  })
}

function chosen(list: readonly string[], at: number): string | null {
  return list[at % Math.max(list.length, 1)] ?? null
}
