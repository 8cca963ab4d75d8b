/** @file Answers that are words: names of days, true or false, choice letters. Compared by their letters, never computed with. */

/** Short words that would otherwise read as products of unknowns. */
const SHORT = new Set(
  'yes no true false on off up down odd even all none nan inf infinity null nil undefined dne'.split(' '),
)
const MATHEMATICAL =
  /^(?:sqrt|root|log|ln|lg|exp|pi|infty|a?(?:rc)?(?:sin|cos|tan|cot)h?|sec|csc|abs|floor|ceil|alpha|beta|gamma|theta|infinity|inf)(?![a-z])/
const NO_SOLUTION = /^(?:there (?:is|are) )?no (?:real )?solutions?$/
const MISSING = /^(?:does not exist|dne)$/

/** The words of a text in one spelling, or null if it may be mathematics. */
export function asWords(text: string): string | null {
  const quoted = /^(?:«[^«»]*»\s*)+$/.test(text)
  const plain = text
    .replace(/[«»"“”]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.!]$/, '')
    .toLowerCase()
  if (!/^\p{L}[\p{L}'’ -]*$/u.test(plain)) return null
  if (plain === 'infinity' || plain === 'inf') return null
  const isWord = SHORT.has(plain) || (quoted ? plain.length > 1 : /\p{L}{3}/u.test(plain))
  if (!isWord || (!quoted && MATHEMATICAL.test(plain))) return null
  if (NO_SOLUTION.test(plain)) return 'no solution'
  return MISSING.test(plain) ? 'does not exist' : plain
}

/** The letter of a multiple choice answer (`B`, `(b)`, `option B`, `(B) 12`), in upper case; null for anything else. */
export function choiceLetter(text: string): string | null {
  const plain = text.replace(/[«»]/g, ' ').trim()
  const labelled = /^\(?\s*([A-J])\s*[.):]\s*([^]+)$/.exec(plain)
  if (labelled && !/(?<![A-Za-z])(?:[A-J]|or|and)(?![A-Za-z])/.test(labelled[2]!)) return labelled[1]!
  const match = /^(?:(?:option|choice|answer)\s+)?(?:\(\s*([A-Ja-j])\s*\)|([A-Ja-j])\s*[.):]?)\.?$/i.exec(
    plain,
  )
  return (match?.[1] ?? match?.[2])?.toUpperCase() ?? null
}
