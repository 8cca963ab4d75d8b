/** @file Texts as reports show them: what cannot be seen is escaped, what is long is cut in the middle. */
import type { Json } from '../../../envs/json.ts'

/** Control and format characters, unassigned ones, line and paragraph separators, and every space but the plain one. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu

/** One line; invisible characters as in JSON and JavaScript: `\u200b`, `\u{e0041}`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, found => {
    const code = found.codePointAt(0)!.toString(16)
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
  })
}

/** The text in quotes, on one line, with at most `most` characters of it and the length of what is left out. */
export function quoted(text: string, most = 160): string {
  return cut(text, most, part => visible(JSON.stringify(part).slice(1, -1)), '"')
}

/** A value of an input: strings in quotes, everything else as JSON. */
export function shownValue(value: Json, most = 160): string {
  return typeof value === 'string' ? quoted(value, most) : cut(JSON.stringify(value), most, visible, '')
}

/** A sentence of a report, which may quote a response of any length. */
export function sentence(text: string, most = 400): string {
  return cut(text, most, visible, '')
}

function cut(text: string, most: number, shown: (part: string) => string, mark: string): string {
  const characters = Array.from(text)
  if (characters.length <= most) return `${mark}${shown(text)}${mark}`
  const half = Math.floor(most / 2)
  const [head, tail] = [characters.slice(0, half).join(''), characters.slice(-half).join('')]
  return `${mark}${shown(head)}${mark} … ${characters.length - 2 * half} more characters … ${mark}${shown(tail)}${mark}`
}

/** Scores with two digits, or more where two would hide that they are not round. */
export function shownScore(score: number | string | null): string {
  if (score === null) return 'not judged'
  if (typeof score === 'string') return score
  const short = score.toFixed(2)
  return Number(short) === score || !Number.isFinite(score) ? short : String(Number(score.toPrecision(3)))
}

/** Means are estimates: two digits. */
export function shownMean(mean: number | null): string {
  return mean === null ? 'not judged' : mean.toFixed(2)
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
