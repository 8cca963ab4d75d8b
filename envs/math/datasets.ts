/**
 * @file Data sets of mathematical problems that the user brings: GSM8K, MATH and AIME style, as JSONL or CSV.
 *
 * A row needs a problem (`question`, `problem` or `prompt`) and an answer: the field `answer` (of which GSM8K's part
 * behind `####` counts), or the last `\boxed{…}` of `solution`. Replies are judged by `verify`.
 */
import { z } from 'zod'
import { defineTask } from '../define-task.ts'
import { hashJson } from '../json.ts'
import type { RowProblem } from '../rows.ts'
import { readRows, rowTasks } from '../rows.ts'
import { verify } from './verify/verify.ts'

export interface MathRow {
  /** 64 bits of the content, in hex. */
  id: string
  question: string
  answer: string
  level: string
}

const QUESTION = ['question', 'problem', 'prompt']
const ANSWER = ['answer', 'final_answer', 'expected_answer']
const SOLUTION = ['solution', 'rationale']
/** An answer field may hold a whole solution; without a mark in it, this much is still an answer. */
const LONGEST_ANSWER = 300
const INSTRUCTIONS = 'Solve the problem. Put the final answer in \\boxed{…} at the end.'

/** Any of the usual spellings of a row, read into one form. */
const row: z.ZodType<MathRow> = z
  .record(z.string(), z.unknown())
  .transform((given, context): MathRow | typeof z.NEVER => {
    const fields = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]))
    const question = firstText(fields, QUESTION)
    const answer = answerOf(fields)
    if (question === null || answer === null) {
      const [path, message] =
        question === null
          ? [QUESTION[0]!, `expected a text in ${QUESTION.join(', ')}, got ${kindOf(fields, QUESTION)}`]
          : [
              ANSWER[0]!,
              `expected an answer in ${ANSWER.join(', ')}, or marked with \\boxed in ${SOLUTION.join(', ')}, got ${kindOf(fields, ANSWER)}`,
            ]
      context.addIssue({ code: 'custom', path: [path], message })
      return z.NEVER
    }
    const level = firstText(fields, ['level', 'difficulty']) ?? 'all'
    return { id: hashJson([question, answer]), question, answer, level }
  })

/** The environment of a file, and the rows that were left out. Throws UsageError if none is left. */
export async function mathDataset(
  file: string,
  { id, title }: { id: string; title: string },
): Promise<{ env: ReturnType<typeof defineTask<MathRow>>; rows: number; problems: RowProblem[] }> {
  const { rows, problems } = await readRows(file, row)
  const env = defineTask<MathRow>({
    id,
    title,
    group: 'data set',
    tasks: rowTasks({ env: id, rows, identity: ({ question }) => question, level: ({ level }) => level }),
    prompt: ({ question }) => [
      { role: 'system', content: INSTRUCTIONS },
      { role: 'user', content: question },
    ],
    score: async ({ answer }, reply, { signal }) => {
      const { equal } = await verify(answer, reply, signal ? { signal } : {})
      return equal === null ? null : Number(equal)
    },
    solve: ({ answer }) => `\\boxed{${answer}}`,
  })
  return { env, rows: rows.length, problems }
}

function firstText(fields: ReadonlyMap<string, unknown>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields.get(name)
    if (typeof value === 'number') return String(value)
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return null
}

/** The answer field, or what is marked in it or in the solution; null if there is none. */
function answerOf(fields: ReadonlyMap<string, unknown>): string | null {
  const text = firstText(fields, ANSWER)
  if (text === null) return lastBoxed(firstText(fields, SOLUTION) ?? '')
  const marked = text.lastIndexOf('####')
  if (marked >= 0) return text.slice(marked + 4).trim() || null
  return lastBoxed(text) ?? (text.length <= LONGEST_ANSWER ? text : null)
}

/** The content of the last `\boxed{…}`, with its braces matched. */
function lastBoxed(text: string): string | null {
  const at = text.lastIndexOf('\\boxed{')
  if (at < 0) return null
  let depth = 0
  for (let i = at + 6; i < text.length; i++) {
    if (text[i] === '{') depth++
    else if (text[i] === '}' && --depth === 0) return text.slice(at + 7, i).trim() || null
  }
  return null
}

function kindOf(fields: ReadonlyMap<string, unknown>, names: readonly string[]): string {
  const there = names.find(name => fields.has(name))
  return there === undefined ? 'none of them' : JSON.stringify(fields.get(there)).slice(0, 60)
}
