/** @file A program rewritten so that it returns what an expression was, each time before one of its lines is run. */
import type { Language } from './program.ts'

/** Values that are kept; the rest is not shown. */
const KEPT = 20
const SEEN = 'seen_values'
const ENTRY = 'watched_solve'

/**
 * `entry(xs)` returns the list of values as text, with the error at its end if `solve` throws. The expression is the
 * agent's own text and runs in the sandbox like the rest; before a line that cannot have one, that is a syntax error.
 */
export function watchedProgram(
  lines: readonly string[],
  line: number,
  expression: string,
  language: Language,
): { code: string; entry: string } {
  const indent = /^\s*/.exec(lines[line - 1] ?? '')![0]
  const watch = language === 'python' ? watchPython(expression) : watchJavaScript(expression)
  const code = [...lines.slice(0, line - 1), indent + watch, ...lines.slice(line - 1)].join('\n')
  return { code: language === 'python' ? wrapPython(code) : wrapJavaScript(code), entry: ENTRY }
}

function watchJavaScript(expression: string): string {
  return `if (${SEEN}.length < ${KEPT}) ${SEEN}.push(JSON.stringify(${expression}))`
}

function watchPython(expression: string): string {
  return `${SEEN}.append(repr(${expression})) if len(${SEEN}) < ${KEPT} else None`
}

function wrapJavaScript(code: string): string {
  return `const ${SEEN} = []
${code}
function ${ENTRY}(xs) {
  try {
    solve(xs)
  } catch (error) {
    ${SEEN}.push(String(error))
  }
  return ${SEEN}
}`
}

function wrapPython(code: string): string {
  return `${SEEN} = []
${code}
def ${ENTRY}(xs):
    try:
        solve(xs)
    except Exception as error:
        ${SEEN}.append(repr(error))
    return ${SEEN}
`
}
