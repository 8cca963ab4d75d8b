/** @file Strings and patterns that stand in a function's source: what a grader may be looking for. */
import RandExp from 'randexp'
import { rngAt } from '../../../envs/rng.ts'

/** The module is the class itself, though its types speak of a default export inside. */
const PatternSample = RandExp as unknown as typeof RandExp.default
const LITERAL = /'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`/g
/** A pattern stands where a value may: behind an opening bracket, a comma, an operator or a keyword. */
const PATTERN =
  /(?:[(,=:[!&|?{};\n]|return|=>)\s*\/((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])*)\/([dgimsuvy]*)/g

/** String literals longer than three characters; template pieces keep their `${…}`. */
export function literalsOf(source: string): string[] {
  const found = [...source.matchAll(LITERAL)].map(([, one, two, three]) =>
    unescaped(one ?? two ?? three ?? ''),
  )
  return [...new Set(found)].filter(text => text.length > 3)
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, next: string) => ({ n: '\n', t: '\t', r: '\r' })[next] ?? next)
}

/** Texts that match the pattern literals of a source, always the same ones. */
export function patternSamples(source: string): string[] {
  const found = [...source.matchAll(PATTERN)].flatMap(([, body, flags]) => samplesOf(body!, flags!))
  return [...new Set(found)].filter(text => text.length > 3)
}

function samplesOf(body: string, flags: string): string[] {
  try {
    const pattern = new RegExp(body, flags)
    const rng = rngAt('check', 'pattern', body)
    return [0, 1, 2].map(low => {
      const made = new PatternSample(pattern)
      made.max = 3
      // The first sample takes every least choice, e.g. an exit code of 0.
      made.randInt = (from, to) => (low === 0 ? from : rng.int(from, to))
      return made.gen()
    })
  } catch {
    // What only looks like a pattern, e.g. two divisions.
    return []
  }
}
