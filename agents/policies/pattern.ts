/**
 * @file Random strings that match a regular expression: literals, classes, groups, alternatives and counts.
 *
 * Without this, a random agent that knows only an action's schema would never write a valid action for a schema with a
 * pattern. Look-around, back references and Unicode properties are not understood: the answer is then null.
 */
import type { Rng } from '../../envs/rng.ts'

type Generator = (rng: Rng) => string

/** How often `*`, `+` and `{n,}` repeat beyond their minimum. */
const SPREAD = 5
const LETTERS = range('a', 'z') + range('A', 'Z')
const DIGITS = range('0', '9')
const ESCAPES: Record<string, string> = { d: DIGITS, w: `${LETTERS}${DIGITS}_`, s: ' ', n: '\n', t: '\t' }
const PRINTABLE = range(' ', '~')

/** A string that matches `pattern` as a whole; null if the pattern holds what is not understood here. */
export function drawMatching(pattern: string, rng: Rng): string | null {
  try {
    const { generate, at } = alternatives(pattern, 0)
    return at === pattern.length ? generate(rng) : null
  } catch (error) {
    if (error instanceof NotUnderstood) return null
    throw error
  }
}

class NotUnderstood extends Error {}

type Parsed = { generate: Generator; at: number }

function alternatives(pattern: string, from: number): Parsed {
  const branches: Generator[] = []
  let at = from - 1
  do {
    const branch = sequence(pattern, at + 1)
    branches.push(branch.generate)
    at = branch.at
  } while (pattern[at] === '|')
  return { generate: rng => rng.pick(branches)(rng), at }
}

function sequence(pattern: string, from: number): Parsed {
  const parts: Generator[] = []
  let at = from
  while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
    const item = counted(pattern, atom(pattern, at))
    parts.push(item.generate)
    at = item.at
  }
  return { generate: rng => parts.map(part => part(rng)).join(''), at }
}

function atom(pattern: string, at: number): Parsed {
  const character = pattern[at]!
  if (character === '^' || character === '$') return { generate: () => '', at: at + 1 }
  if (character === '.') return { generate: oneOf(PRINTABLE), at: at + 1 }
  if (character === '\\') return { generate: oneOf(escaped(pattern[at + 1])), at: at + 2 }
  if (character === '[') return characterClass(pattern, at + 1)
  if (character === '(') return group(pattern, at + 1)
  return { generate: () => character, at: at + 1 }
}

function group(pattern: string, from: number): Parsed {
  const plain = pattern.startsWith('?:', from)
  if (pattern[from] === '?' && !plain) throw new NotUnderstood()
  const { generate, at } = alternatives(pattern, plain ? from + 2 : from)
  if (pattern[at] !== ')') throw new NotUnderstood()
  return { generate, at: at + 1 }
}

function characterClass(pattern: string, from: number): Parsed {
  const negated = pattern[from] === '^'
  let at = negated ? from + 1 : from
  let members = ''
  while (pattern[at] !== ']') {
    if (at >= pattern.length) throw new NotUnderstood()
    if (pattern[at] === '\\') {
      members += escaped(pattern[at + 1])
      at += 2
    } else if (pattern[at + 1] === '-' && pattern[at + 2] !== ']') {
      members += range(pattern[at]!, pattern[at + 2] ?? '')
      at += 3
    } else members += pattern[at++]
  }
  const allowed = negated
    ? PRINTABLE.split('')
        .filter(character => !members.includes(character))
        .join('')
    : members
  if (allowed === '') throw new NotUnderstood()
  return { generate: oneOf(allowed), at: at + 1 }
}

function counted(pattern: string, { generate, at }: Parsed): Parsed {
  const mark = /^(?:[?*+]|\{(\d+)(,(\d*))?\})\??/.exec(pattern.slice(at))
  if (!mark) return { generate, at }
  const [min, max] = bounds(mark)
  const repeat: Generator = rng =>
    Array.from({ length: rng.int(min, Math.min(max, min + SPREAD)) }, () => generate(rng)).join('')
  return { generate: repeat, at: at + mark[0].length }
}

function bounds([mark, min, comma, max]: RegExpExecArray): [number, number] {
  if (mark[0] === '?') return [0, 1]
  if (mark[0] === '*') return [0, Infinity]
  if (mark[0] === '+') return [1, Infinity]
  if (comma === undefined) return [Number(min), Number(min)]
  return [Number(min), max === '' ? Infinity : Number(max)]
}

function escaped(character: string | undefined): string {
  if (character === undefined || /[bBpPkDWScxu0-9]/.test(character)) throw new NotUnderstood()
  return ESCAPES[character] ?? character
}

function oneOf(members: string): Generator {
  return rng => members[rng.int(0, members.length - 1)]!
}

function range(first: string, last: string): string {
  const [low, high] = [first.charCodeAt(0), last.charCodeAt(0)]
  if (!(low <= high)) throw new NotUnderstood()
  return Array.from({ length: high - low + 1 }, (_, i) => String.fromCharCode(low + i)).join('')
}
