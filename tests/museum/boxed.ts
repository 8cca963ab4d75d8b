/** @file Answers in `\boxed{…}`. */

/** The contents of all boxes, in order; a box that is never closed counts as empty. */
export function boxes(text: string): string[] {
  const parts = text.split('\\boxed{').slice(1)
  return parts.map(contentOf)
}

function contentOf(rest: string): string {
  let depth = 1
  for (let at = 0; at < rest.length; at++) {
    if (rest[at] === '{') depth++
    if (rest[at] === '}') depth--
    if (depth === 0) return rest.slice(0, at).trim()
  }
  return ''
}

export function lastBox(text: string): string {
  return boxes(text).at(-1) ?? ''
}

export function inBox(answer: string, reasoning: string): string {
  return `${reasoning && `${reasoning}\n`}\\boxed{${answer}}`
}
