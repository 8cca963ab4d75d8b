/**
 * @file `code/function-v2` and `code/function-py-v1`: write a function `solve(xs)` over a list of integers from a
 * description in words, in JavaScript or in Python. The loop is in programming.ts.
 */
import type { Rng } from '../rng.ts'
import { languageName } from './fenced.ts'
import type { Step } from './pipeline.ts'
import {
  agree,
  behaviour,
  describePipeline,
  drawList,
  drawPipeline,
  mistakes,
  runPipeline,
  writePipeline,
} from './pipeline.ts'
import type { Language } from './program.ts'
import type { Check } from './programming.ts'
import { defineProgramming } from './programming.ts'
import { sketchedTasks } from '../sketched-tasks.ts'

const EXAMPLES = 3
const TESTS = 20

type Params = { steps: Step[]; examples: number[][]; tests: number[][] }

export const codeFunction = writeFunction('code/function-v2', 'javascript')
export const codeFunctionPython = writeFunction('code/function-py-v1', 'python')

function writeFunction(id: string, language: Language) {
  const name = languageName(language)
  return defineProgramming<Params>({
    id,
    title: `Write a ${name} function from a description`,
    group: 'synthesis',
    language,
    entry: 'solve',
    tasks: sketchedTasks({
      env: id,
      levels: [1, 2, 3, 4].map(level => ({
        level,
        title: level === 1 ? '1 operation' : `${level} operations`,
        axes: { operations: level, language },
      })),
      sketch: drawPipeline,
      // By behaviour, not by text: two ways to say the same function are one task.
      identity: behaviour,
      complete: drawInputs,
    }),
    rules: `Write a ${name} function solve(xs) as described.`,
    request: ({ steps }) => describePipeline(steps),
    examples: ({ steps, examples }) => examples.map(xs => pipelineCheck(steps, xs)),
    tests: ({ steps, tests }) => tests.map(xs => pipelineCheck(steps, xs)),
    solve({ steps }, style) {
      const slips = style !== undefined && style.rng.float() < style.slip
      return writePipeline(slips ? style.rng.pick(mistakes(steps)) : steps, language)
    },
    guesses: () => simpleFunctions(language),
  })
}

/** The call of `solve` on a list, with what the program returns. */
export function pipelineCheck(steps: readonly Step[], xs: readonly number[]): Check {
  return {
    input: JSON.stringify([xs]),
    expected: JSON.stringify(runPipeline(steps, xs)),
    shown: `solve(${JSON.stringify(xs)})`,
  }
}

/** Functions of somebody who has not read the task. */
export function simpleFunctions(language: Language): string[] {
  if (language === 'python')
    return ['xs', 'len(xs)', '0', '[]', 'xs[0]', '[x + 1 for x in xs]', 'sum(xs)'].map(
      result => `def solve(xs):\n    return ${result}`,
    )
  return ['xs', 'xs.length', '0', '[]', 'xs[0]', 'xs.map(x => x + 1)', 'xs.filter(x => x > 0)'].map(
    result => `function solve(xs) {\n  return ${result}\n}`,
  )
}

function drawInputs(steps: Step[], rng: Rng): Params | null {
  const inputs = Array.from({ length: EXAMPLES + TESTS }, () => drawList(rng, rng.int(3, 9)))
  const tests = [[], ...inputs.slice(EXAMPLES + 1)]
  // Every operation counts, and the hidden tests see every mistake, so that solved means right.
  if (mistakes(steps).some(wrong => agree(steps, wrong, tests))) return null
  return { steps, examples: inputs.slice(0, EXAMPLES), tests }
}
