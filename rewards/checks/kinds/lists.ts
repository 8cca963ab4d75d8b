/** @file Texts that list things: `1, 2, 3`, `n=2,3,4`, `[1;2]`, `3 1 4`, rows of numbers. */

export interface Listed {
  before: string
  items: string[]
  separator: string
  after: string
}

const MAX_ITEMS = 400

/** The list that a text is; null where it is none. Lists by spaces or lines must be numbers all through. */
export function listed(text: string): Listed | null {
  const [, before = '', inner = '', after = ''] =
    /^(\s*(?:[A-Za-z_]\w*\s*(?:=|\\in|∈|:)\s*)?[[({\\]*\s*)([^]*?)(\s*[\])}\\]*[.\s]*)$/.exec(text) ?? []
  for (const pattern of [/\s*;\s*/g, /\s*,\s*/g, /\s+×\s+/g, /\s+\|\s+/g, /\s+/g]) {
    const separator = inner.match(pattern)?.[0]
    if (separator === undefined) continue
    const items = inner.split(pattern)
    const spaced = separator.trim() === ''
    if (items.length > MAX_ITEMS || items.some(item => item === '')) continue
    if (spaced && !items.every(item => /^[-+]?[\d._/]+$/.test(item))) continue
    return { before, items, separator, after }
  }
  return null
}

export function relisted({ before, separator, after }: Listed, items: readonly string[]): string {
  return before + items.join(separator) + after
}
