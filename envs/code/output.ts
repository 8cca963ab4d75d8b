/**
 * @file `code/output-v1`: say what a program returns, in JavaScript and Python. The host knows by interpreting the program
 * itself (script.ts), so nothing runs in a sandbox. The answer is the last line of the reply and has to be exact.
 */
import { defineTask } from '../define-task.ts'
import type { Level } from '../env.ts'
import { canonicalJson } from '../json.ts'
import type { Rng } from '../rng.ts'
import { lastValue } from './answer-line.ts'
import { drawInput, livelyResults } from './broken.ts'
import { fenced, languageName } from './fenced.ts'
import { mutants } from './mutation.ts'
import type { Language } from './program.ts'
import type { Size } from './script-draw.ts'
import { drawScript } from './script-draw.ts'
import { writeScript } from './script-text.ts'
import type { Script } from './script.ts'
import { resultText } from './script.ts'
import { sketchedTasks } from '../sketched-tasks.ts'

const ID = 'code/output-v1'
/** Answers that somebody would give without reading; no task has one of them. */
const EASY_ANSWERS: readonly string[] = ['0', '1', '2', '-1', '10', '[]', 'null', '[0]']

type Params = { script: Script; input: number[]; language: Language }

export const output = defineTask<Params>({
  id: ID,
  title: 'Say what a program returns',
  group: 'reading',
  tasks: sketchedTasks<Script, Params>({
    env: ID,
    levels: readingLevels(),
    sketch: (rng, level) => drawScript(rng, sizeOf(level)),
    // One program is read in one split only, in either language.
    identity: script => JSON.stringify(script),
    complete: (script, rng, level) => drawCall(script, rng, languageOf(level)),
  }),
  prompt: ({ script, input, language }) => [
    {
      role: 'system',
      content:
        'Work out what the call returns. Write it as JSON on the last line of your reply, with nothing else on that line.',
    },
    {
      role: 'user',
      content: `${fenced(language, writeScript(script, language))}\nsolve(${JSON.stringify(input)})`,
    },
  ],
  score({ script, input, language }, reply) {
    const value = lastValue(reply)
    return Number(value !== undefined && canonicalJson(value) === resultText(script, input, language))
  },
  solve({ script, input, language }, style) {
    const right = resultText(script, input, language)!
    if (style === undefined || style.rng.float() >= style.slip) return right
    return misread(script, input, language, style.rng) ?? right
  },
  guesses: EASY_ANSWERS,
})

/** Programs of three sizes in two languages. */
export function readingLevels(): Level[] {
  return [1, 2, 3, 4, 5, 6].map(level => {
    const [size, language] = [sizeOf(level), languageOf(level)]
    const shape = ['one loop', 'branches and neighbours', 'nested loops'][size - 1]!
    return { level, title: `${shape}, ${languageName(language)}`, axes: { size, language } }
  })
}

/** Levels 1 to 3 in JavaScript, 4 to 6 the same in Python. */
export function languageOf(level: number): Language {
  return level <= 3 ? 'javascript' : 'python'
}

export function sizeOf(level: number): Size {
  return (((level - 1) % 3) + 1) as Size
}

function drawCall(script: Script, rng: Rng, language: Language): Params | null {
  const lists = Array.from({ length: 6 }, () => drawInput(rng))
  const input = lists[0]!
  const results = livelyResults(script, lists, language)
  if (results === null || EASY_ANSWERS.includes(results[0]!)) return null
  return { script, input, language }
}

/** What somebody says who reads one place of the program wrong. */
function misread(script: Script, input: number[], language: Language, rng: Rng): string | null {
  const right = resultText(script, input, language)
  const wrong = mutants(script)
    .map(mutant => resultText(mutant, input, language))
    .filter(text => text !== null && text !== right)
  return wrong.length > 0 ? rng.pick(wrong) : null
}
