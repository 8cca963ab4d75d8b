/**
 * @file Reasoning as lines of text whose kinds are the six behaviours of arXiv 2412.14135, table 1.
 *
 *     analyze: given 48, 18                   problem analysis: what is given, what is asked
 *     sub 1: 48 mod 18                        task decomposition: subtasks, numbered from 1
 *     do 1: 48 mod 18 = 13                    task completion: a step of work on that subtask
 *     check 1: 48 mod 18 = 13, wrong          self-evaluation: a claim about a step of work, and the verdict on the step
 *     fix 1: 48 mod 18 = 12                   self-correction: that step again, otherwise
 *     do 1: 18 mod 12 = 6
 *     alt 2: 12 mod 6 = 0                     alternative proposal: going on from the state behind that step
 *     answer: 6
 *
 * Steps of work are the lines of do, alt and fix, numbered from 1 in the order in which they stand; 0 is the beginning. The
 * form is one that `math/derivation` reads: it takes a word and a number before a colon for a label, judges what a step of work
 * says, and passes over the rest as remarks.
 */
import type { Invalid } from '../../envs/env.ts'
import { isInvalid } from '../../envs/env.ts'

export type Behaviour =
  'analysis' | 'decomposition' | 'completion' | 'alternatives' | 'evaluation' | 'correction'

export const BEHAVIOURS: readonly Behaviour[] = [
  'analysis',
  'decomposition',
  'completion',
  'alternatives',
  'evaluation',
  'correction',
]

export type Verdict = 'right' | 'wrong'

export type Line =
  | { kind: 'analyze'; text: string }
  | { kind: 'sub'; sub: number; text: string }
  /** `sub`: null where nothing was decomposed. */
  | { kind: 'do'; sub: number | null; text: string }
  /** `state`: the step of work behind which it goes on; 0: the beginning. */
  | { kind: 'alt'; state: number; text: string }
  | { kind: 'check'; step: number; text: string; verdict: Verdict }
  | { kind: 'fix'; step: number; text: string }
  | { kind: 'answer'; text: string }

export type Kind = Line['kind']
/** A line of work, which has a number. */
export type Work = Extract<Line, { kind: 'do' | 'alt' | 'fix' }>
export type Trace = readonly Line[]

/** The behaviour that a kind of line shows; an answer shows none. */
export const BEHAVIOUR_OF: Readonly<Record<Kind, Behaviour | null>> = {
  analyze: 'analysis',
  sub: 'decomposition',
  do: 'completion',
  alt: 'alternatives',
  check: 'evaluation',
  fix: 'correction',
  answer: null,
}

export function isWork(line: Line): line is Work {
  return line.kind === 'do' || line.kind === 'alt' || line.kind === 'fix'
}

/** A trace as text, one line each. */
export function printTrace(trace: Trace): string {
  return trace.map(line => `${printLine(line)}\n`).join('')
}

export function printLine(line: Line): string {
  switch (line.kind) {
    case 'analyze':
    case 'answer':
      return `${line.kind}: ${line.text}`
    case 'sub':
      return `sub ${line.sub}: ${line.text}`
    case 'do':
      return `do${line.sub === null ? '' : ` ${line.sub}`}: ${line.text}`
    case 'alt':
      return `alt ${line.state}: ${line.text}`
    case 'fix':
      return `fix ${line.step}: ${line.text}`
    case 'check':
      return `check ${line.step}: ${line.text}, ${line.verdict}`
  }
}

/** Reads what `printTrace` writes; blank lines mean nothing. Says which line is none of the grammar. */
export function parseTrace(text: string): Line[] | Invalid {
  const lines: Line[] = []
  for (const [i, written] of text.split(/\r?\n/).entries()) {
    if (written.trim() === '') continue
    const line = parseLine(written)
    if (isInvalid(line)) return { invalid: `line ${i + 1}: ${line.invalid}` }
    lines.push(line)
  }
  return lines
}

const FORM = /^\s*(analyze|sub|do|alt|check|fix|answer)(?:\s+(\d{1,6}))?\s*:\s*(.*?)\s*$/
const NUMBERED = new Set(['sub', 'alt', 'check', 'fix'])

/** One line of the grammar, or what was expected instead. */
export function parseLine(written: string): Line | Invalid {
  const match = FORM.exec(written)
  if (!match)
    return { invalid: `expected a line like "do 1: 2 + 3 = 5", got ${JSON.stringify(written.slice(0, 60))}` }
  const [, kind, digits, text] = match as unknown as [string, Kind, string | undefined, string]
  if (NUMBERED.has(kind) !== (digits !== undefined) && kind !== 'do')
    return { invalid: `expected ${kind} ${digits === undefined ? 'with' : 'without'} a number` }
  if (text === '') return { invalid: `expected something behind ${kind}` }
  return lineOf(kind, Number(digits ?? 0), digits === undefined, text)
}

function lineOf(kind: Kind, number: number, unnumbered: boolean, text: string): Line | Invalid {
  switch (kind) {
    case 'analyze':
    case 'answer':
      return { kind, text }
    case 'sub':
      return { kind, sub: number, text }
    case 'do':
      return { kind, sub: unnumbered ? null : number, text }
    case 'alt':
      return { kind, state: number, text }
    case 'fix':
      return { kind, step: number, text }
    case 'check': {
      const match = /^(.*\S)\s*,\s*(right|wrong)$/.exec(text)
      if (!match)
        return { invalid: `expected a claim and ", right" or ", wrong", got ${JSON.stringify(text)}` }
      return { kind, step: number, text: match[1]!, verdict: match[2] as Verdict }
    }
  }
}
