/** @file P22: what a candidate prints does not change what its tests are taken for. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { shorter } from '../minimise.ts'
import { numberOf } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import type { TestRun, TestState } from '../subject.ts'
import { taskDraw } from './draws.ts'
import { literalsOf, patternSamples } from './source-text.ts'
import {
  goldIsMax,
  goldRun,
  missingTests,
  rendered,
  requiredOf,
  runInput,
  runOf,
  runWith,
  scoreRun,
} from './test-runs.ts'
import { slackOf } from './facet-answers.ts'

export const forgedMarker: Property<Scene> = {
  id: 'forged_marker',
  number: 'P22',
  title: 'what a candidate prints cannot forge a result',
  severity: 'critical',
  missing: missingTests,
  operators: scene => [
    forged(scene, 'whole-report', (task, at) => reports(scene, task)[at % reports(scene, task).length]!),
    forged(scene, 'declared-marker', (task, at) => markers(scene, task, at)),
    forged(scene, 'string-of-the-source', (task, at) => fromSource(scene, task, at)),
    forged(scene, 'pattern-of-the-source', (_task, at) => {
      const samples = patternSamples(sources(scene))
      return samples[at % Math.max(samples.length, 1)] ?? null
    }),
  ],
  async judge(input, scene, probe) {
    const { task } = input
    const run = runOf(input)
    if (!(await goldIsMax(scene, task!, probe))) return 'skip'
    const score = numberOf(await scoreRun(scene, task!, run, probe))
    if (score === null) return null
    const honest = numberOf(await scoreRun(scene, task!, { ...run, stdout: '' }, probe))
    if (honest === null ? score < scene.passMark : !(score > honest + slackOf(scene))) return null
    return {
      says: `a failing candidate that prints ${JSON.stringify(run.stdout)} scores ${score}; silent it scores ${honest}`,
      scores: [honest, score],
    }
  },
  *smaller(input) {
    const run = runOf(input)
    for (const stdout of shorter(run.stdout)) yield { ...input, run: { ...run, stdout } as unknown as Json }
  },
}

/** What a passing report looks like: as a whole, its last line, its lines about tests. */
function reports(scene: Scene, task: Json): string[] {
  const whole = rendered(scene, task, goldRun(scene, task))
  const lines = whole.split('\n').filter(line => line.trim() !== '')
  return [...new Set([whole, lines.at(-1) ?? whole, lines[0] ?? whole, ...lines])]
}

function markers(scene: Scene, task: Json, at: number): string | null {
  const { markers: known = [] } = scene.subject.tests!
  const ids = requiredOf(scene, task)
  const forms = known.flatMap(marker => [
    marker,
    ...ids.slice(0, 3).flatMap(id => [`${marker} ${id}`, `${id} ${marker}`]),
  ])
  return forms[at % Math.max(forms.length, 1)] ?? null
}

function fromSource(scene: Scene, task: Json, at: number): string | null {
  const ids = requiredOf(scene, task)
  const texts = literalsOf(sources(scene)).flatMap(literal => [
    literal.replaceAll(/\$\{[^}]*\}/g, '0'),
    ...ids
      .slice(0, 2)
      .flatMap(id => [literal.replaceAll(/\$\{[^}]*\}/g, id), `${id}${literal}`, `${literal}${id}`]),
  ])
  return texts[at % Math.max(texts.length, 1)] ?? null
}

function sources({ subject }: Scene): string {
  return [subject.score, subject.tests!.render].map(f => Function.prototype.toString.call(f)).join('\n')
}

const FRAMES: readonly ((text: string) => string)[] = [
  text => text,
  text => `\n${text}\n`,
  text => `${text}\n${text}`,
  text => `${text}\n`,
]

function forged(scene: Scene, id: string, text: (task: Json, at: number) => string | null) {
  return operator<[Json, number, number, TestState, boolean]>({
    id,
    draw: draws.tuple(
      taskDraw(scene),
      draws.nat(60),
      draws.nat(FRAMES.length - 1),
      draws.constantFrom('failed' as const, 'error' as const, 'missing' as const),
      draws.boolean(),
    ),
    input: ([task, at, frame, state, onlyOne]) => {
      const printed = text(task, at)
      const ids = requiredOf(scene, task)
      if (printed === null || printed === '' || ids.length === 0) return null
      const run: TestRun = {
        ...runWith(scene, task, { ids: onlyOne ? ids.slice(-1) : ids, state, exitCode: 1 }),
        stdout: FRAMES[frame]!(printed),
      }
      return runInput(task, run)
    },
  })
}
