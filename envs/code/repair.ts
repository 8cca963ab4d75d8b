/**
 * @file `code/repair-js-v1` and `code/repair-py-v1`: mend a program with one or two mistakes in it, from examples of what
 * it should give. The program as it was handed out earns nothing, however many tests it passes.
 */
import { fenced, languageName } from './fenced.ts'
import type { Broken } from './broken.ts'
import { breakScript, brokenLevels, scriptCheck, sketchBroken, stillRight } from './broken.ts'
import { mutants } from './mutation.ts'
import type { Language } from './program.ts'
import { defineProgramming } from './programming.ts'
import { writeScript } from './script-text.ts'
import type { Script } from './script.ts'
import { resultText } from './script.ts'
import { sketchedTasks } from '../sketched-tasks.ts'

export const repair = repairIn('code/repair-js-v1', 'javascript')
export const repairPython = repairIn('code/repair-py-v1', 'python')

function repairIn(id: string, language: Language) {
  const name = languageName(language)
  return defineProgramming<Broken>({
    id,
    title: `Mend a ${name} program`,
    group: 'repair',
    language,
    entry: 'solve',
    tasks: sketchedTasks<Script, Broken>({
      env: id,
      levels: brokenLevels(language),
      sketch: sketchBroken,
      // By the right program: its other mistakes are not to be met in another split.
      identity: script => JSON.stringify(script),
      complete: (script, rng, level) => breakScript(script, rng, level, language),
    }),
    rules: `This ${name} program has mistakes in it. Write it without them; few characters have to change.`,
    request: ({ broken }) => `${fenced(language, writeScript(broken, language))}\nIt should give:`,
    examples: ({ script, examples }) => examples.map(xs => scriptCheck(script, xs, language)),
    tests: ({ script, tests }) => tests.map(xs => scriptCheck(script, xs, language)),
    given: params => ({
      examples: stillRight(params, params.examples, language),
      tests: stillRight(params, params.tests, language),
    }),
    solve({ script, broken }, style) {
      const slips = style !== undefined && style.rng.float() < style.slip
      return writeScript(slips ? style.rng.pick([broken, ...mutants(broken)]) : script, language)
    },
    guesses: params => wrongRepairs(params, language),
  })
}

/** The broken program as it is, and the first changes one would think of, right ones not excluded. */
function wrongRepairs({ broken, examples }: Broken, language: Language): string[] {
  const changed = mutants(broken).filter(script => resultText(script, examples[0]!, language) !== null)
  return [broken, ...changed.slice(0, 8)].map(script => writeScript(script, language))
}
