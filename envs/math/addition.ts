/**
 * @file `math/addition-v1`: add two numbers of several digits column by column, carrying.
 *
 * One step is one column, from the right: its sum with the carry coming in, as two digits. `47+85` is `12;13;`
 * (7+5=12, then 4+8+1=13), and the digits so written are the answer: 132. A digit once written stays, so whether the
 * goal can still be reached is known exactly after every step.
 */
import { z } from 'zod'
import type { EnvDef, Task } from '../env.ts'
import { isInvalid, outcome, penalty, process } from '../env.ts'
import type { Rng } from '../rng.ts'
import { drawnTasks } from '../tasks.ts'

const ID = 'math/addition-v1'
const MAX_DIGITS = 8
const RULES =
  'Add the two numbers column by column, from the right. For each column write the sum of its digits and the carry ' +
  'coming in as two digits, then a semicolon. Example: 47+85= is answered 12;13; (7+5=12, then 4+8+1=13; the sum is 132).'

type Params = { a: number; b: number }
/** `columns` holds what was written for each column so far, from the right. */
type State = { columns: string[] }
type Facts = {
  understood: boolean
  right: boolean
  correctBefore: number
  correctAfter: number
  columns: number
}

const observation = z.object({
  question: z.string().describe('The sum to work out, e.g. 47+85='),
  columns: z.array(z.string()).describe('The columns written so far, from the right'),
})
type Observation = z.infer<typeof observation>

const action = z
  .string()
  .regex(/^[01]\d$/, 'expected the column sum as two digits, 00 to 19')
  .describe('The sum of the next column with its carry, as two digits')

/** The right text of each column, from the right. */
export function columnSums({ a, b }: Params, dropCarries = false): string[] {
  const digits = Math.max(String(a).length, String(b).length)
  const sums: string[] = []
  let carry = 0
  for (let column = 0; column < digits; column++) {
    const sum = digitAt(a, column) + digitAt(b, column) + carry
    sums.push(String(sum).padStart(2, '0'))
    carry = dropCarries ? 0 : Math.floor(sum / 10)
  }
  return sums
}

export const addition: EnvDef<Params, State, Observation, string, Facts> = {
  id: ID,
  title: 'Add numbers of several digits, column by column',
  group: 'arithmetic',
  action,
  observation,
  tasks: drawnTasks({
    env: ID,
    levels: Array.from({ length: MAX_DIGITS }, (_, i) => ({ level: i + 1, title: `${i + 1}-digit numbers` })),
    draw: (rng, level) => ({ a: drawNumber(rng, level), b: drawNumber(rng, level) }),
    identity: ({ a, b }) => [Math.min(a, b), Math.max(a, b)],
  }),
  maxSteps: MAX_DIGITS + 2,
  start: () => ({ columns: [] }),
  observe: (task, state) => ({ question: question(task.params), columns: state.columns }),

  step(task, { columns }, move) {
    const expected = columnSums(task.params)
    const correctBefore = correctPrefix(columns, expected)
    const written = isInvalid(move) ? columns : [...columns, move]
    const correctAfter = correctPrefix(written, expected)
    const facts = {
      understood: !isInvalid(move),
      right: correctAfter === expected.length,
      correctBefore,
      correctAfter,
      columns: expected.length,
    }
    const state = { columns: written }
    if (written.length < expected.length) return { state, facts }
    return { state, facts, end: { kind: 'terminated', reason: facts.right ? 'solved' : 'wrong' } }
  },

  rewards: {
    correct: outcome((facts, { end }) => (end ? Number(facts.right) : null)),
    progress: process(facts => (facts.correctAfter - facts.correctBefore) / facts.columns, 0.2),
    invalid: penalty(facts => (facts.understood ? 0 : -1), 0.05),
  },

  text: {
    prompt: ({ question: asked, columns }) => [
      { role: 'system', content: RULES },
      { role: 'user', content: asked },
      ...(columns.length > 0 ? [{ role: 'assistant' as const, content: columns.map(endStep).join('') }] : []),
    ],
    parse: reply => {
      const column = reply.replace(/;\s*$/, '').trim()
      return action.safeParse(column).success ? column : { invalid: reply }
    },
    render: endStep,
    stepEnd: ';',
  },

  solve: (task, style) => columnSums(task.params, style !== undefined && style.rng.float() < style.slip),
  legalActions: () => Array.from({ length: 20 }, (_, sum) => String(sum).padStart(2, '0')),
  stepLabel(task, { columns }, stepsLeft) {
    const expected = columnSums(task.params)
    const missing = expected.length - columns.length
    return correctPrefix(columns, expected) === columns.length && missing <= stepsLeft
  },
  verifyStep(task, { columns }, column) {
    const expected = columnSums(task.params)
    const at = columns.length
    return at < expected.length && sameDigits(column, expected[at]!, at === expected.length - 1)
  },
}

function question({ a, b }: Task<Params>['params']): string {
  return `${a}+${b}=`
}

/** A column is right for the answer if its digit is; the last one also shows the leading digit. */
function correctPrefix(columns: readonly string[], expected: readonly string[]): number {
  let count = 0
  while (
    count < columns.length &&
    sameDigits(columns[count]!, expected[count]!, count === expected.length - 1)
  )
    count++
  return count
}

function sameDigits(written: string, expected: string, last: boolean): boolean {
  return last ? written === expected : written[1] === expected[1]
}

function drawNumber(rng: Rng, digits: number): number {
  return rng.int(digits === 1 ? 0 : 10 ** (digits - 1), 10 ** digits - 1)
}

function digitAt(value: number, column: number): number {
  return Math.floor(value / 10 ** column) % 10
}

function endStep(column: string): string {
  return `${column};`
}
