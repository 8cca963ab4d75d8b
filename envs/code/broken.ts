/** @file Broken programs: a script, the same script with mistakes in it, and lists on which the two differ. */
import type { Level } from '../env.ts'
import type { Rng } from '../rng.ts'
import { mutants } from './mutation.ts'
import type { Language } from './program.ts'
import type { Check } from './programming.ts'
import type { Size } from './script-draw.ts'
import { drawScript } from './script-draw.ts'
import type { Script } from './script.ts'
import { resultText, resultTexts } from './script.ts'

const EXAMPLES = 4
const TESTS = 16
const TRIES = 8
/** A mistake that shows on fewer hidden tests than this could be overlooked by chance. */
const LEAST_FAILING = 4

/** `examples` and `tests` are lists; some of both are got wrong by `broken`. */
export type Broken = { script: Script; broken: Script; examples: number[][]; tests: number[][] }

/** Levels by the size of the program and the number of mistakes in it. */
export function brokenLevels(language: Language): Level[] {
  return [
    { level: 1, title: 'one loop, 1 mistake', axes: { size: 1, mistakes: 1, language } },
    { level: 2, title: 'branches and neighbours, 1 mistake', axes: { size: 2, mistakes: 1, language } },
    { level: 3, title: 'nested loops, 1 mistake', axes: { size: 3, mistakes: 1, language } },
    { level: 4, title: 'nested loops, 2 mistakes', axes: { size: 3, mistakes: 2, language } },
  ]
}

export function sketchBroken(rng: Rng, level: number): Script {
  return drawScript(rng, Math.min(level, 3) as Size)
}

/** Lists and mistakes for a script; null if it is dull, or no mistake shows well enough. */
export function breakScript(script: Script, rng: Rng, level: number, language: Language): Broken | null {
  const lists = Array.from({ length: EXAMPLES + TESTS }, () => drawInput(rng))
  const right = livelyResults(script, lists, language)
  if (right === null) return null
  const candidates = mutants(script)
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const once = rng.pick(candidates)
    const broken = level === 4 ? rng.pick(mutants(once)) : once
    if (isShown(broken, lists, right, language))
      return { script, broken, examples: lists.slice(0, EXAMPLES), tests: lists.slice(EXAMPLES) }
  }
  return null
}

/** The results on these lists, if there always is one and not the same one every time; else null. */
export function livelyResults(
  script: Script,
  lists: readonly number[][],
  language: Language,
): string[] | null {
  const run = resultTexts(script, language)
  const results: string[] = []
  for (const xs of lists) {
    const text = run(xs)
    if (text === null) return null
    results.push(text)
  }
  return new Set(results).size >= lists.length / 2 ? results : null
}

export function drawInput(rng: Rng): number[] {
  return Array.from({ length: rng.int(3, 7) }, () => rng.int(-12, 20))
}

export function scriptCheck(script: Script, xs: readonly number[], language: Language): Check {
  return {
    input: JSON.stringify([xs]),
    // A script that was kept has a result on every list that was kept with it.
    expected: resultText(script, xs, language)!,
    shown: `solve(${JSON.stringify(xs)})`,
  }
}

/** How many of these lists the broken script gets right. */
export function stillRight(
  { script, broken }: Broken,
  lists: readonly number[][],
  language: Language,
): number {
  const [right, wrong] = [resultTexts(script, language), resultTexts(broken, language)]
  return lists.filter(xs => right(xs) === wrong(xs)).length
}

function isShown(
  broken: Script,
  lists: readonly number[][],
  right: readonly string[],
  language: Language,
): boolean {
  const run = resultTexts(broken, language)
  let failing = 0
  for (const [i, xs] of lists.entries()) {
    // One of the examples has to show it.
    if (i === EXAMPLES && failing === 0) return false
    if (i === EXAMPLES) failing = 0
    const text = run(xs)
    if (text === null) return false
    if (text !== right[i]) failing++
  }
  return failing >= LEAST_FAILING
}
