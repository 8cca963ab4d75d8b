/**
 * @file `code/input-v1`: find an input, a list for which a program returns a given value. Every list that does it is
 * right; the host finds out by interpreting the program (script.ts).
 */
import { defineTask } from '../define-task.ts'
import type { Rng } from '../rng.ts'
import { isIntegerList, lastValue } from './answer-line.ts'
import { drawInput, livelyResults } from './broken.ts'
import { fenced } from './fenced.ts'
import { languageOf, readingLevels, sizeOf } from './output.ts'
import type { Language } from './program.ts'
import { drawScript } from './script-draw.ts'
import { writeScript } from './script-text.ts'
import type { Script } from './script.ts'
import { resultText, resultTexts } from './script.ts'
import { sketchedTasks } from '../sketched-tasks.ts'

const ID = 'code/input-v1'
const MAX_LENGTH = 20
const LARGEST = 1_000
/** Lists that somebody would give without reading; none of them solves a task. */
const EASY_LISTS: readonly number[][] = [
  [],
  [0],
  [1],
  [2],
  [-1],
  [10],
  [1, 2],
  [0, 0],
  [1, 2, 3],
  [1, 1, 1],
  [5, -3, 8],
]

/** `target` is what the program has to return, as JSON; `witness` is one list for which it does. */
type Params = { script: Script; target: string; witness: number[]; language: Language }

export const input = defineTask<Params>({
  id: ID,
  title: 'Find an input for which a program returns a value',
  group: 'reading',
  tasks: sketchedTasks<Script, Params>({
    env: ID,
    levels: readingLevels(),
    sketch: (rng, level) => drawScript(rng, sizeOf(level)),
    identity: script => JSON.stringify(script),
    complete: (script, rng, level) => drawTarget(script, rng, languageOf(level)),
  }),
  prompt: ({ script, target, language }) => [
    {
      role: 'system',
      content:
        `Find a list of at most ${MAX_LENGTH} whole numbers from -${LARGEST} to ${LARGEST} for which the program returns ` +
        'the value. Write it as JSON on the last line of your reply, with nothing else on that line. Any right list counts.',
    },
    {
      role: 'user',
      content: `${fenced(language, writeScript(script, language))}\nFind xs such that solve(xs) is ${target}.`,
    },
  ],
  score({ script, target, language }, reply) {
    const list = lastValue(reply)
    return Number(isIntegerList(list, MAX_LENGTH, LARGEST) && resultText(script, list, language) === target)
  },
  solve(params, style) {
    const slips = style !== undefined && style.rng.float() < style.slip
    return JSON.stringify(slips ? nearMiss(params, style.rng) : params.witness)
  },
  guesses: EASY_LISTS.map(list => JSON.stringify(list)),
})

function drawTarget(script: Script, rng: Rng, language: Language): Params | null {
  const lists = Array.from({ length: 6 }, () => drawInput(rng))
  const results = livelyResults(script, lists, language)
  if (results === null) return null
  const run = resultTexts(script, language)
  if (EASY_LISTS.some(xs => run(xs) === results[0])) return null
  return { script, target: results[0]!, witness: lists[0]!, language }
}

/** The witness with one number off, and wrong for it where that can be had. */
function nearMiss({ script, target, witness, language }: Params, rng: Rng): number[] {
  const near = witness.flatMap((x, at) => [-1, 1].map(by => witness.with(at, x + by)))
  const run = resultTexts(script, language)
  return rng.shuffle(near).find(xs => run(xs) !== target) ?? []
}
