/**
 * @file `code/stdio-js-v1` and `code/stdio-py-v1`: whole programs that read standard input and write standard output, in
 * the style of programming contests. Reading and writing the format is part of the task; the sums are pipelines.
 */
import type { Rng } from '../rng.ts'
import { languageName } from './fenced.ts'
import type { Result, Step } from './pipeline.ts'
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

const EXAMPLES = 2
const TESTS = 8

/** How the input looks: one list with its length before it, several such lists, or lists of any length until the end. */
type Format = 'one list' | 'several lists' | 'lines until the end'
/** By level; level n has n + 1 operations. */
const LEVELS: readonly Format[] = ['one list', 'several lists', 'lines until the end']
type Sketch = { steps: Step[]; format: Format }
/** Each example and test is what one run reads: one or more lists. */
type Params = Sketch & { examples: number[][][]; tests: number[][][] }

const WORDS: Record<Format, string> = {
  'one list':
    'The first line of the input is how many numbers there are; the second line has the numbers. Write the result on one line',
  'several lists':
    'The first line of the input is how many lists there are. Each list is two lines: how many numbers it has, then the ' +
    'numbers. Write the result of each list on a line of its own',
  'lines until the end':
    'Each line of the input is a list of numbers; the lines go on until the end of the input. Write the result of each ' +
    'line on a line of its own',
}
const READING: Record<Language, string> = {
  javascript: 'Read with readLine(), the next line or null at the end, or readAll(); write with console.log.',
  python: 'Read from sys.stdin or with input(), write with print.',
}

export const stdio = stdioIn('code/stdio-js-v1', 'javascript')
export const stdioPython = stdioIn('code/stdio-py-v1', 'python')

function stdioIn(id: string, language: Language) {
  const name = languageName(language)
  return defineProgramming<Params>({
    id,
    title: `Write a ${name} program from standard input to standard output`,
    group: 'synthesis',
    language,
    tasks: sketchedTasks<Sketch, Params>({
      env: id,
      levels: LEVELS.map((format, i) => ({
        level: i + 1,
        title: `${format}, ${i + 2} operations`,
        axes: { format, operations: i + 2, language },
      })),
      sketch: (rng, level) => ({ steps: drawPipeline(rng, level + 1), format: LEVELS[level - 1]! }),
      identity: ({ steps }) => behaviour(steps),
      complete: drawRuns,
    }),
    rules: `Write a whole ${name} program. ${READING[language]}`,
    request: ({ steps, format }) =>
      `${describePipeline(steps)}\n${WORDS[format]}, numbers separated by one space; a list with no numbers is an empty line.`,
    examples: params => params.examples.map(lists => checkOf(params, lists)),
    tests: params => params.tests.map(lists => checkOf(params, lists)),
    accepts: (output, expected) => trimmed(output) === trimmed(expected),
    solve({ steps, format }, style) {
      const slips = style !== undefined && style.rng.float() < style.slip
      return writeProgram(slips ? style.rng.pick(mistakes(steps)) : steps, format, language)
    },
    guesses: () =>
      language === 'python'
        ? ['print(0)', 'print()', 'print(input())', 'import sys\nprint(sys.stdin.read())']
        : ['console.log(0)', 'write("")', 'console.log(readLine())', 'write(readAll())'],
  })
}

/** Line breaks at the end, and spaces at the ends of lines, do not count. */
export function trimmed(output: string): string {
  return output
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
    .trimEnd()
}

function checkOf({ steps, format }: Sketch, lists: readonly number[][]): Check {
  const input = writeInput(lists, format)
  const expected = lists.map(xs => `${writeResult(runPipeline(steps, xs))}\n`).join('')
  return { input, expected, shown: `the output for ${JSON.stringify(input)}` }
}

function writeInput(lists: readonly number[][], format: Format): string {
  const lines = lists.flatMap(xs =>
    format === 'lines until the end' ? [xs.join(' ')] : [String(xs.length), xs.join(' ')],
  )
  const head = format === 'several lists' ? [String(lists.length)] : []
  return [...head, ...lines].map(line => `${line}\n`).join('')
}

function writeResult(result: Result): string {
  return Array.isArray(result) ? result.join(' ') : String(result)
}

function drawRuns({ steps, format }: Sketch, rng: Rng): Params | null {
  const draw = (): number[][] =>
    Array.from({ length: format === 'one list' ? 1 : rng.int(2, 4) }, () => drawList(rng, rng.int(1, 8)))
  const examples = Array.from({ length: EXAMPLES }, draw)
  const tests = Array.from({ length: TESTS }, draw)
  const lists = tests.flat()
  if (mistakes(steps).some(wrong => agree(steps, wrong, lists))) return null
  return { steps, format, examples, tests }
}

function writeProgram(steps: readonly Step[], format: Format, language: Language): string {
  const solve = writePipeline(steps, language)
  return `${solve}\n${language === 'python' ? PYTHON[format] : JAVASCRIPT[format]}`
}

const JS_PARTS = `const read = line => line.split(' ').filter(word => word !== '').map(Number)
const show = result => console.log(Array.isArray(result) ? result.join(' ') : result)
`
const JAVASCRIPT: Record<Format, string> = {
  'one list': `${JS_PARTS}readLine()\nshow(solve(read(readLine())))`,
  'several lists': `${JS_PARTS}for (let left = Number(readLine()); left > 0; left--) {
  readLine()
  show(solve(read(readLine())))
}`,
  'lines until the end': `${JS_PARTS}for (let line = readLine(); line !== null; line = readLine()) {
  show(solve(read(line)))
}`,
}

const PYTHON_PARTS = `import sys
def read(line):
    return [int(word) for word in line.split()]
def show(result):
    print(' '.join(map(str, result)) if isinstance(result, list) else result)
`
const PYTHON: Record<Format, string> = {
  'one list': `${PYTHON_PARTS}input()\nshow(solve(read(input())))`,
  'several lists': `${PYTHON_PARTS}for _ in range(int(input())):
    input()
    show(solve(read(input())))`,
  'lines until the end': `${PYTHON_PARTS}for line in sys.stdin:
    show(solve(read(line)))`,
}
