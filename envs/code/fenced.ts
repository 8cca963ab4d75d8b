/** @file Programs as text: one fenced block, whose last line may say that the program is only to be tried. */
import { z } from 'zod'
import type { Invalid } from '../env.ts'
import type { Language } from './program.ts'

const MAX_CODE = 10_000
const TAGS: Record<Language, { tag: string; comment: string; name: string }> = {
  javascript: { tag: 'js', comment: '//', name: 'JavaScript' },
  python: { tag: 'py', comment: '#', name: 'Python' },
}
const BLOCK = /```(?:js|javascript|py|python|python3)?[ \t]*\n([^]*?)\n?```/

export const programAction = z.object({
  code: z
    .string()
    .max(MAX_CODE)
    .regex(/^(?:(?!```)[^])*$/, 'expected code without ```')
    .describe('The whole program'),
  submit: z.boolean().describe('false: try it on the examples; true: have it judged, which ends the episode'),
})
export type ProgramAction = z.infer<typeof programAction>

/** `JavaScript` or `Python`. */
export function languageName(language: Language): string {
  return TAGS[language].name
}

/** How to answer, for the agent. */
export function fenceRules(language: Language): string {
  const { comment } = TAGS[language]
  return (
    `Answer with one fenced block. Make its last line "${comment} try" to run the program on the examples and see the ` +
    'results; without that line the program is submitted and judged.'
  )
}

export function renderProgram(language: Language, { code, submit }: ProgramAction): string {
  const { comment } = TAGS[language]
  // A program that happens to end in a mark gets a second one, which is the one that counts.
  const mark = submit ? (markOf(code) ? `\n${comment} submit` : '') : `\n${comment} try`
  return `${fenced(language, code + mark)}\n`
}

/** A fenced block of code, without a line break behind it. */
export function fenced(language: Language, code: string): string {
  return `\`\`\`${TAGS[language].tag}\n${code}\n\`\`\``
}

export function parseProgram(reply: string): ProgramAction | Invalid {
  const block = BLOCK.exec(reply)
  if (!block) return { invalid: 'expected a program between ``` and ```' }
  const body = block[1]!
  const mark = markOf(body)
  const read = { code: mark ? body.slice(0, mark.index) : body, submit: mark?.[1] !== 'try' }
  const checked = programAction.safeParse(read)
  return checked.success ? checked.data : { invalid: checked.error.issues[0]!.message }
}

function markOf(code: string): RegExpExecArray | null {
  return /(?:^|\n)(?:\/\/|#) (try|submit)$/.exec(code)
}
