/**
 * @file `code/tests-v1`: write test cases for a described function. They are judged by the wrong programs that they find:
 * each mutant has to give another result than expected in some test. Tests that the right program fails are worth nothing.
 *
 * Functions and mutants are pipelines (pipeline.ts), so nothing runs in a sandbox.
 */
import { z } from 'zod'
import { defineEnv } from '../define-env.ts'
import type { Invalid } from '../env.ts'
import { isInvalid, outcome, penalty, process } from '../env.ts'
import type { Rng } from '../rng.ts'
import type { Result, Step } from './pipeline.ts'
import {
  agree,
  behaviour,
  describePipeline,
  drawList,
  drawPipeline,
  mistakes,
  neighbours,
  runPipeline,
  sameResult,
} from './pipeline.ts'
import { sketchedTasks } from '../sketched-tasks.ts'

const ID = 'code/tests-v1'
const MAX_LENGTH = 12
const LARGEST = 1_000
const CANDIDATES = 16
const MIN_MUTANTS = 4
/** By level: how many more tests may be written than are known to do. */
const SPARE = [3, 2, 1]

/** `cover` holds inputs that find all mutants; `allowed` is how many tests may be written. */
type Params = { steps: Step[]; mutants: Step[][]; cover: number[][]; allowed: number }
type State = { judged: boolean; solved: boolean }
type Facts = { understood: boolean; sound: boolean; killed: number; mutants: number }

const numbers = z.array(z.int().min(-LARGEST).max(LARGEST)).max(MAX_LENGTH)
const testCase = z.object({ input: numbers, output: z.union([z.int(), z.array(z.int()).max(MAX_LENGTH)]) })
const observation = z.object({
  description: z.string().describe('What the function does'),
  allowed: z.number().describe('How many test cases may be written'),
  mutants: z.number().describe('How many wrong programs are to be found'),
})
const MAX_TESTS = 10
const action = z.array(testCase).min(1).max(MAX_TESTS).describe('Test cases: lists with the right results')
type Action = z.infer<typeof action>

export const testWriting = defineEnv<Params, State, z.infer<typeof observation>, Action, Facts>({
  id: ID,
  title: 'Write test cases that find wrong programs',
  group: 'testing',
  action,
  observation,
  tasks: sketchedTasks<Step[], Params>({
    env: ID,
    levels: SPARE.map((spare, i) => ({
      level: i + 1,
      title: `${i + 2} operations, ${spare} ${spare === 1 ? 'test' : 'tests'} to spare`,
      axes: { operations: i + 2, spare },
    })),
    sketch: (rng, level) => drawPipeline(rng, level + 1),
    identity: behaviour,
    complete: (steps, rng, level) => drawMutants(steps, rng, SPARE[level - 1]!),
  }),
  maxSteps: 1,
  start: () => ({ judged: false, solved: false }),
  observe: ({ params: { steps, allowed, mutants } }) => ({
    description: describePipeline(steps),
    allowed,
    mutants: mutants.length,
  }),

  step({ params }, state, tests) {
    if (isInvalid(tests))
      return {
        state,
        facts: { understood: false, sound: false, killed: 0, mutants: params.mutants.length },
        end: { kind: 'terminated', reason: 'answered' },
      }
    const sound =
      tests.length <= params.allowed && tests.every(({ input, output }) => gives(params.steps, input, output))
    const killed = sound ? params.mutants.filter(mutant => isKilled(mutant, tests)).length : 0
    const solved = sound && params.mutants.length > 0 && killed === params.mutants.length
    return {
      state: { judged: true, solved },
      facts: { understood: true, sound, killed, mutants: params.mutants.length },
      end: { kind: 'terminated', reason: solved ? 'solved' : sound ? 'some-missed' : 'unsound' },
    }
  },

  rewards: {
    correct: outcome(({ sound, killed, mutants }, { end }) =>
      end ? Number(sound && killed === mutants) : null,
    ),
    killed: process(({ killed, mutants }) => killed / mutants, 0.2),
    invalid: penalty(({ understood }) => (understood ? 0 : -1), 0.05),
  },

  text: {
    prompt: ({ description, allowed, mutants }) => [
      {
        role: 'system',
        content:
          `Write test cases for a function solve(xs) over lists of at most ${MAX_LENGTH} whole numbers, one a line, such as ` +
          'solve([3,1]) is [1,3]. Every one has to be right, and together they have to find all the wrong programs.',
      },
      { role: 'user', content: `${description}\nAt most ${allowed} tests for ${mutants} wrong programs.` },
    ],
    parse: parseTests,
    render: tests => tests.map(renderTest).join('\n'),
    stepEnd: '',
  },

  solve({ params: { steps, cover } }, style) {
    const slips = style !== undefined && style.rng.float() < style.slip
    const inputs = slips ? cover.slice(1) : cover
    const kept = inputs.length > 0 ? inputs : [[]]
    return [kept.map(input => ({ input, output: runPipeline(steps, input) }))]
  },
  legalActions: () => [
    [{ input: [], output: [] }],
    [{ input: [], output: 0 }],
    [{ input: [1], output: [1] }],
    [{ input: [1, 2, 3], output: [1, 2, 3] }],
    [{ input: [1, 2, 3], output: 6 }],
  ],
  stepLabel: (_task, { judged, solved }, stepsLeft) => (judged ? solved : stepsLeft > 0),
})

function gives(steps: readonly Step[], input: readonly number[], output: Result): boolean {
  return sameResult(runPipeline(steps, input), output)
}

function isKilled(mutant: readonly Step[], tests: Action): boolean {
  return tests.some(({ input, output }) => !gives(mutant, input, output))
}

const LINE = /^solve\((\[[-\d, ]*\])\) is (-?\d+|\[[-\d, ]*\])$/

function parseTests(reply: string): Action | Invalid {
  const lines = reply.split('\n').filter(line => line.trim() !== '')
  const tests: unknown[] = []
  for (const line of lines) {
    const match = LINE.exec(line.trim())
    if (!match) return { invalid: `expected a line such as solve([3,1]) is [1,3], got ${line.slice(0, 80)}` }
    try {
      tests.push({ input: JSON.parse(match[1]!), output: JSON.parse(match[2]!) })
    } catch {
      return { invalid: `expected whole numbers, got ${line.slice(0, 80)}` }
    }
  }
  const checked = action.safeParse(tests)
  return checked.success ? checked.data : { invalid: checked.error.issues[0]!.message }
}

function renderTest({ input, output }: z.infer<typeof testCase>): string {
  return `solve(${JSON.stringify(input)}) is ${JSON.stringify(output)}`
}

function drawMutants(steps: Step[], rng: Rng, spare: number): Params | null {
  const candidates = [[], ...Array.from({ length: CANDIDATES }, () => drawTelling(steps, rng))]
  // A mistake that makes no difference means that the function is less than its words.
  if (mistakes(steps).some(wrong => agree(steps, wrong, candidates))) return null
  const right = candidates.map(xs => runPipeline(steps, xs))
  const kills = neighbours(steps).map(mutant => ({ mutant, by: new Set(finding(mutant, candidates, right)) }))
  const found = kills.filter(({ by }) => by.size > 0)
  if (found.length < MIN_MUTANTS) return null
  const cover = greedyCover(found.map(({ by }) => by)).map(i => candidates[i]!)
  // One test that finds everything would make the task a matter of luck.
  if (cover.length < 2 || cover.length + spare > MAX_TESTS) return null
  return { steps, mutants: found.map(({ mutant }) => mutant), cover, allowed: cover.length + spare }
}

/** Which candidates find this mutant. */
function finding(
  mutant: readonly Step[],
  candidates: readonly number[][],
  right: readonly Result[],
): number[] {
  return candidates.flatMap((xs, i) => (sameResult(runPipeline(mutant, xs), right[i]!) ? [] : [i]))
}

/** Indices that hit every set: again and again the one that hits most of those that are left. */
function greedyCover(sets: readonly ReadonlySet<number>[]): number[] {
  const cover: number[] = []
  let left = [...sets]
  while (left.length > 0) {
    const counts = new Map<number, number>()
    for (const set of left) for (const i of set) counts.set(i, (counts.get(i) ?? 0) + 1)
    const [best] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))
    cover.push(best)
    left = left.filter(set => !set.has(best))
  }
  return cover
}

/** A list in which some numbers are the program's own constants or next to them: mistakes show at the edges. */
function drawTelling(steps: readonly Step[], rng: Rng): number[] {
  const edges = steps.flatMap(({ k }) => (k === undefined ? [] : [k - 1, k, k + 1, -k, 2 * k]))
  // Few long lists: one of them alone would find most mistakes.
  const length = rng.int(1, 3) + (rng.float() < 0.2 ? 3 : 0)
  return drawList(rng, length).map(x => (edges.length > 0 && rng.float() < 0.4 ? rng.pick(edges) : x))
}
