/**
 * @file `code/faster-js-v1` and `code/faster-py-v1`: a slow program is given; write one that gives the same within a
 * budget of counted steps. Steps are counted in the sandbox (see program.ts) and are the same on every machine; work
 * inside one native operation counts as one, which the agent is told.
 */
import type { Rng } from '../rng.ts'
import { drawnTasks } from '../tasks.ts'
import { fenced, languageName } from './fenced.ts'
import type { Language } from './program.ts'
import type { Check } from './programming.ts'
import { defineProgramming } from './programming.ts'
import type { Argument, Constants, Problem } from './slow-programs.ts'
import { problem } from './slow-programs.ts'

const EXAMPLES = 1
const TESTS = 6
const LEVELS: readonly { title: string; problems: readonly Problem[] }[] = [
  { title: 'sums kept instead of made again', problems: ['prefixes', 'windows'] },
  { title: 'looking up instead of searching', problems: ['partners', 'pairs'] },
  { title: 'numbers with structure', problems: ['recurrence', 'divisors', 'power'] },
]
const UNITS: Record<Language, string> = {
  javascript: 'calls and jumps (one round of a loop is one or two)',
  python: 'lines and calls',
}

type Params = { problem: Problem; constants: Constants; examples: Argument[]; tests: Argument[] }

export const faster = fasterIn('code/faster-js-v1', 'javascript')
export const fasterPython = fasterIn('code/faster-py-v1', 'python')

function fasterIn(id: string, language: Language) {
  const name = languageName(language)
  return defineProgramming<Params>({
    id,
    title: `Make a ${name} program faster`,
    group: 'optimisation',
    language,
    tasks: drawnTasks({
      env: id,
      levels: LEVELS.map(({ title, problems }, i) => ({
        level: i + 1,
        title,
        axes: { problems: problems.join(' '), language },
      })),
      draw: drawTask,
      identity: ({ problem: kind, constants }) => [kind, ...constants],
    }),
    rules:
      `This ${name} program is slow. Write one that returns the same and takes fewer steps. Steps are ` +
      `${UNITS[language]}; work inside one built-in operation counts as one step, and what the program does before ` +
      'solve is called counts as part of every call.',
    request: ({ problem: kind, constants }) =>
      `${fenced(language, problem(kind).slow[language](constants))}\nEach call may take at most ` +
      `${problem(kind).budget[language]} steps.`,
    examples: params => params.examples.map(argument => checkOf(params, argument)),
    tests: params => params.tests.map(argument => checkOf(params, argument)),
    assemble: code => ({ code: loadedPerCall(code, language), entry: ENTRY }),
    budget: params => problem(params.problem).budget[language],
    solve({ problem: kind, constants }, style) {
      const { slow, quick } = problem(kind)
      const slips = style !== undefined && style.rng.float() < style.slip
      return (slips ? slow : quick)[language](constants)
    },
    guesses: ({ problem: kind, constants }) => [
      problem(kind).slow[language](constants),
      language === 'python' ? 'def solve(xs):\n    return 0' : 'const solve = xs => 0',
    ],
  })
}

const ENTRY = 'load_and_solve'

/** The program loaded afresh inside every counted call: what it works out beforehand is counted as well. */
function loadedPerCall(code: string, language: Language): string {
  const text = JSON.stringify(code)
  if (language === 'python')
    return `def ${ENTRY}(argument):
    namespace = {}
    exec(${text}, namespace)
    return namespace['solve'](argument)
`
  return `const ${ENTRY} = argument => new Function(${text} + '\\n;return solve')()(argument)`
}

function checkOf({ problem: kind, constants }: Params, argument: Argument): Check {
  const text = JSON.stringify(argument)
  return {
    input: `[${text}]`,
    expected: JSON.stringify(problem(kind).result(argument, constants)),
    shown: `solve(${text})`,
  }
}

function drawTask(rng: Rng, level: number): Params {
  const kind = rng.pick(LEVELS[level - 1]!.problems)
  const { draw, input } = problem(kind)
  const constants = draw(rng)
  return {
    problem: kind,
    constants,
    examples: Array.from({ length: EXAMPLES }, () => input(rng)),
    tests: Array.from({ length: TESTS }, () => input(rng)),
  }
}
