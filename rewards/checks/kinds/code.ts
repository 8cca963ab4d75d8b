/**
 * @file Programs as text. Whether a changed program is wrong only an oracle can tell, except for programs that do nothing.
 *
 * Reads no language: the edits look for what most languages write alike.
 */
import { BRACKET_JUNK, JSON_JUNK, NUMBER_JUNK, TEXT_JUNK } from './junk.ts'
import type { AnswerKind, Edit } from './kind.ts'
import { otherGold } from './list-wrong.ts'
import { spelling, surroundingSpace } from './spellings.ts'

/** Replaces the match that a dial points at. */
function atMatch(
  id: string,
  about: string,
  pattern: RegExp,
  change: (found: string, size: number) => string,
): Edit {
  return {
    id,
    about,
    apply: (gold, [place, size]) => {
      const matches = [...gold.matchAll(pattern)]
      const match = matches[place % Math.max(matches.length, 1)]
      return match
        ? gold.slice(0, match.index) + change(match[0], size) + gold.slice(match.index + match[0].length)
        : null
    },
  }
}

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>'],
  '<=': ['<', '>='],
  '>': ['>=', '<'],
  '>=': ['>', '<='],
  '==': ['!='],
  '!=': ['=='],
  '===': ['!=='],
  '!==': ['==='],
}
const OPERATORS: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '+', '/': '*', '%': '/' }
const CONSTANTS = ['0', '1', '-1', '[]', "''"]

/** A guard is a line that starts with `if` together with what stands deeper below it, or a one-line `if (…) return …`. */
const guardDropped: Edit = {
  id: 'guard-dropped',
  about: 'one condition with what it guards left out',
  apply: (gold, [place]) => {
    const lines = gold.split('\n')
    const guards = lines.flatMap((line, at) => (/^\s*(?:if|elif|assert|else if)\b/.test(line) ? [at] : []))
    const from = guards[place % Math.max(guards.length, 1)]
    if (from === undefined) return null
    const depth = indent(lines[from]!)
    const after = lines.findIndex((line, at) => at > from && line.trim() !== '' && indent(line) <= depth)
    const end = after < 0 ? lines.length : after
    const closing = /^\s*\}\s*;?$/.test(lines[end] ?? '') && lines[from]!.trim().endsWith('{') ? 1 : 0
    return lines.toSpliced(from, end - from + closing).join('\n')
  },
}

function indent(line: string): number {
  return line.length - line.trimStart().length
}

const doesNothing: Edit = {
  id: 'does-nothing',
  about: 'a program that does nothing',
  certain: true,
  apply: (gold, [, size]) => {
    if (gold.trim().length < 8) return null
    const head = /^\s*(?:def .*:|(?:export )?(?:async )?function .*\{)\s*$/m.exec(gold)?.[0].trim()
    const body = head?.startsWith('def') ? `${head}\n    pass` : head ? `${head}\n}` : ''
    return ['', '# nothing', '// nothing', body][size % 4]!
  },
}

const firstLine: Edit = {
  id: 'cut-off',
  about: 'the first lines only',
  apply: (gold, [, size]) => {
    const lines = gold.split('\n')
    return lines.length < 2 ? null : lines.slice(0, 1 + (size % (lines.length - 1))).join('\n')
  },
}

export const codeKind: AnswerKind = {
  id: 'code',
  wrong: [
    doesNothing,
    guardDropped,
    atMatch(
      'comparison-changed',
      'one comparison changed',
      /(?<![-=<>!])(?:[<>=!]==?|[<>])(?![<>=])/g,
      (found, size) => {
        const others = COMPARISONS[found] ?? [found]
        return others[size % others.length]!
      },
    ),
    atMatch('constant-off', 'one constant off by one', /(?<![\w.])\d+(?![\w.])/g, (found, size) =>
      String(Number(found) + (size % 2 === 0 ? 1 : -1)),
    ),
    atMatch(
      'operator-changed',
      'one operator changed',
      /(?<=[\w)\]] )[-+*/%](?= [\w(])/g,
      found => OPERATORS[found]!,
    ),
    atMatch(
      'returns-constant',
      'a constant returned',
      /\breturn\b[^\n;}]*/g,
      (_, size) => `return ${CONSTANTS[size % CONSTANTS.length]!}`,
    ),
    {
      id: 'returns-input',
      about: 'its input returned',
      apply: (gold, [place]) => {
        const parameter = /(?:def|function)\s+\w*\s*\(\s*(\w+)|\(?(\w+)[^()]*\)?\s*=>/.exec(gold)
        const name = parameter?.[1] ?? parameter?.[2]
        return name === undefined
          ? null
          : atMatch('', '', /\breturn\b[^\n;}]*/g, () => `return ${name}`).apply(gold, [place, 0], {
              prompt: '',
              others: [],
              choices: [],
              tolerance: {},
            })
      },
    },
    atMatch('negated-condition', 'one condition negated', /(?<=\bif\s+)(?=[\w(])/g, found => `not ${found}`),
    firstLine,
    otherGold,
  ],
  equal: [
    surroundingSpace,
    spelling('trailing-newline', 'an empty line at the end', gold => `${gold}\n`, true),
    spelling('line-ends', 'line ends as Windows writes them', gold => gold.replaceAll('\n', '\r\n')),
    spelling('code-fence', 'in a fence of three backticks', gold => `\`\`\`\n${gold}\n\`\`\``),
  ],
  junk: [
    ...TEXT_JUNK,
    'return',
    'def f(',
    'def f():\n\tpass\n  pass',
    'while True: pass',
    'import os',
    'throw 1',
    'raise SystemExit(0)',
    '```python',
    '}',
    ...NUMBER_JUNK,
    ...JSON_JUNK,
    ...BRACKET_JUNK,
  ],
  golds: ['def f(x):\n    return x', 'x => x'],
  compare: (answer, gold) => {
    const lines = (text: string): string =>
      text
        .split(/\r?\n/)
        .map(line => line.trimEnd())
        .filter(Boolean)
        .join('\n')
    if (lines(answer) === lines(gold)) return 'right'
    return answer.trim() === '' || (!/[\s(=]/.test(answer.trim()) && gold.length > 20) ? 'wrong' : 'unknown'
  },
}
