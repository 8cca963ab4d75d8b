/**
 * @file `code/examples-js-v1` and `code/examples-py-v1`: find the function behind inputs and outputs; nothing else is said.
 *
 * The hidden function is a pipeline of list operations. The examples tell it from every program that is one mistake
 * away, so that it can be found; the hidden tests are other lists.
 */
import type { Rng } from '../rng.ts'
import { languageName } from './fenced.ts'
import { pipelineCheck, simpleFunctions } from './function.ts'
import type { Step } from './pipeline.ts'
import { agree, behaviour, drawList, drawPipeline, mistakes, runPipeline, writePipeline } from './pipeline.ts'
import type { Language } from './program.ts'
import { defineProgramming } from './programming.ts'
import { sketchedTasks } from '../sketched-tasks.ts'

const EXAMPLES = 8
const TESTS = 20

type Params = { steps: Step[]; examples: number[][]; tests: number[][] }

export const codeExamples = fromExamples('code/examples-js-v1', 'javascript')
export const codeExamplesPython = fromExamples('code/examples-py-v1', 'python')

function fromExamples(id: string, language: Language) {
  const name = languageName(language)
  return defineProgramming<Params>({
    id,
    title: `Find the ${name} function behind examples`,
    group: 'synthesis',
    language,
    entry: 'solve',
    tasks: sketchedTasks({
      env: id,
      levels: [2, 3, 4].map(operations => ({
        level: operations - 1,
        title: `${operations} hidden operations`,
        axes: { operations, examples: EXAMPLES, language },
      })),
      sketch: (rng, level) => drawPipeline(rng, level + 1),
      identity: behaviour,
      complete: drawInputs,
    }),
    rules:
      `Write a ${name} function solve(xs) that takes a list of integers and gives the results shown. It is judged on ` +
      'other lists.',
    request: () => 'Find the function.',
    examples: ({ steps, examples }) => examples.map(xs => pipelineCheck(steps, xs)),
    tests: ({ steps, tests }) => tests.map(xs => pipelineCheck(steps, xs)),
    solve({ steps }, style) {
      const slips = style !== undefined && style.rng.float() < style.slip
      return writePipeline(slips ? style.rng.pick(mistakes(steps)) : steps, language)
    },
    guesses: () => simpleFunctions(language),
  })
}

function drawInputs(steps: Step[], rng: Rng): Params | null {
  const examples = Array.from({ length: EXAMPLES }, () => drawList(rng, rng.int(3, 8)))
  if (!telling(steps, examples)) return null
  const tests = [[], ...Array.from({ length: TESTS - 1 }, () => drawList(rng, rng.int(3, 9)))]
  if (mistakes(steps).some(wrong => agree(steps, wrong, tests))) return null
  return { steps, examples, tests }
}

/** Do the examples tell the function from its neighbours, with results of more than one kind? */
function telling(steps: readonly Step[], examples: readonly number[][]): boolean {
  const results = new Set(examples.map(xs => JSON.stringify(runPipeline(steps, xs))))
  return results.size >= EXAMPLES / 2 && mistakes(steps).every(wrong => !agree(steps, wrong, examples))
}
