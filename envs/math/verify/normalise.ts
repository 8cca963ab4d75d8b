/**
 * @file One spelling for characters and LaTeX commands that only look different. Nothing that changes meaning: `²` becomes
 * `^2`, never `2`.
 *
 * Text in `\text{…}` comes out between « and », so that later stages can tell words from variables.
 */

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉'

/** Character (or run of them) and what it stands for. */
const CHARACTERS: readonly (readonly [RegExp, string | ((text: string) => string)])[] = [
  [/[\u200B-\u200D\u2060\uFEFF\u00AD]/g, ''],
  [/[\uFF01-\uFF5E]/g, char => String.fromCodePoint(char.codePointAt(0)! - 0xfee0)],
  [/[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g, ' '],
  [/[−–]/g, '-'],
  [/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, run => `^{${run.replace(/./g, char => String(SUPERSCRIPTS.indexOf(char)))}}`],
  [/[₀₁₂₃₄₅₆₇₈₉]+/g, run => `_{${run.replace(/./g, char => String(SUBSCRIPTS.indexOf(char)))}}`],
  [/½/g, ' 1/2'],
  [/⅓/g, ' 1/3'],
  [/⅔/g, ' 2/3'],
  [/¼/g, ' 1/4'],
  [/¾/g, ' 3/4'],
  [/[×⋅·∙]/g, '*'],
  [/÷/g, '/'],
  [/π/g, '\\pi '],
  [/θ/g, '\\theta '],
  [/∞/g, '\\infty '],
  [/≤|⩽/g, '\\le '],
  [/≥|⩾/g, '\\ge '],
  [/≠/g, '\\ne '],
  [/≈/g, '\\approx '],
  [/∪/g, '\\cup '],
  [/∩/g, '\\cap '],
  [/∈/g, '\\in '],
  [/∅/g, '\\emptyset '],
  [/±/g, '\\pm '],
  [/°/g, '^\\circ '],
  [/ℝ/g, '\\mathbb{R}'],
  [/√\(/g, '\\sqrt('],
  [/√(\d+|[a-z])/g, text => `\\sqrt{${text.slice(1)}}`],
]

/** LaTeX spellings. Applied in this order. */
const COMMANDS: readonly (readonly [RegExp, string])[] = [
  [/\\(?:displaystyle|textstyle|limits|nolimits|boldsymbol|mathbf|bm|mathit)(?![a-zA-Z])/g, ''],
  [/\\(?:left|right|[bB]igg?[lr]?)(?![a-zA-Z])\s*\./g, ''],
  [/\\(?:left|right|[bB]igg?[lrm]?)(?![a-zA-Z])/g, ''],
  [/\\[dtc]frac(?![a-zA-Z])/g, '\\frac'],
  [/\\(?:text|textrm|textbf|textit|mathrm|mbox|textnormal|texttt|mathsf|textsf)\s*\{([^{}]*)\}/g, '«$1»'],
  [/\\operatorname\*?\s*\{([a-zA-Z]+)\}/g, '\\$1 '],
  [/\\(?:quad|qquad)(?![a-zA-Z])/g, ' '],
  [/\{,\}/g, '⹁'],
  [/(?<!\\)\\!/g, ''],
  [/(?<!\\)\\[,;: >](?=\d{3}(?!\d))/g, '\u2009'],
  [/(?<!\\)\\[,;: >]/g, ' '],
  [/~/g, ' '],
  [/\\\$/g, '$'],
  [/\\%/g, '%'],
  [/\\#/g, '#'],
  [/\\_/g, '_'],
  [/\\&/g, '&'],
  [/\\(?:leqslant|leqq|leq)(?![a-zA-Z])/g, '\\le '],
  [/\\(?:geqslant|geqq|geq)(?![a-zA-Z])/g, '\\ge '],
  [/\\neq(?![a-zA-Z])/g, '\\ne '],
  [/\\lt(?![a-zA-Z])/g, '<'],
  [/\\gt(?![a-zA-Z])/g, '>'],
  [/\\varnothing(?![a-zA-Z])/g, '\\emptyset '],
  [/\\(?:cdot|times|ast)(?![a-zA-Z])/g, '*'],
  [/\\div(?![a-zA-Z])/g, '/'],
  [/\\lbrace(?![a-zA-Z])/g, '\\{'],
  [/\\rbrace(?![a-zA-Z])/g, '\\}'],
  [/\\lbrack(?![a-zA-Z])/g, '['],
  [/\\rbrack(?![a-zA-Z])/g, ']'],
  [/\\(?:langle)(?![a-zA-Z])/g, '('],
  [/\\(?:rangle)(?![a-zA-Z])/g, ')'],
  [/\\(?:lvert|rvert|vert|mid)(?![a-zA-Z])/g, '|'],
  [/\\setminus(?![a-zA-Z])|\\backslash(?![a-zA-Z])/g, '\\setminus '],
  [/\^\s*\{\s*\\circ\s*\}|\^\s*\\circ(?![a-zA-Z])|\\degree(?![a-zA-Z])|\\circ(?![a-zA-Z])/g, '«degrees»'],
  [/<=|=</g, '\\le '],
  [/>=/g, '\\ge '],
  [/!=/g, '\\ne '],
  [/==/g, '='],
  [/~=/g, '\\approx '],
  [/\*\*/g, '^'],
  [/(?<=\d) ?x ?(?=10\^)/g, '*'],
]

/** `text` in one spelling; the length grows by a constant factor at most. */
export function normalise(text: string): string {
  let result = text.normalize('NFC')
  if (/[^ -~]/.test(result)) for (const [from, to] of CHARACTERS) result = replace(result, from, to)
  if (/[\\~{<>=!*x]/.test(result)) for (const [from, to] of COMMANDS) result = result.replace(from, to)
  return result.replace(/\s+/g, keepThin).trim()
}

/** The thin space of `12\,345` groups digits; every other run of blanks is one space. */
function keepThin(run: string): string {
  return run === '\u2009' ? run : ' '
}

function replace(text: string, from: RegExp, to: string | ((text: string) => string)): string {
  return typeof to === 'string' ? text.replace(from, to) : text.replace(from, to)
}

/** A text whose digits may stand in groups (`1,000`, `1 000`, `1{,}000`), as plain digits; null if it is no such number. */
export function ungrouped(text: string): string | null {
  const match = /^(\d{1,3})((?:([,⹁ \u2009'])\d{3})(?:\3\d{3})*)(\.\d+)?$/.exec(text)
  if (!match || match[1]!.startsWith('0')) return null
  return match[1]! + match[2]!.replace(/\D/g, '') + (match[4] ?? '')
}
