/** @file One line of JSON as other languages write it: Python's `NaN`, `Infinity` and `-Infinity` are numbers. */

const STRING_OR_TOKEN = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g
const MARK = '\u0000number '

/** undefined: the line is no JSON. */
export function parseJsonLine(line: string): unknown {
  const plain = line.replace(STRING_OR_TOKEN, found =>
    found.startsWith('"') ? found : JSON.stringify(MARK + found),
  )
  try {
    return JSON.parse(plain, (_key, value: unknown) =>
      typeof value === 'string' && value.startsWith(MARK) ? Number(value.slice(MARK.length)) : value,
    )
  } catch {
    return undefined
  }
}
