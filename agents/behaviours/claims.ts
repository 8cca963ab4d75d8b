/**
 * @file True things to say about a line of mathematics, other than the line: what a check of it can be.
 *
 * Undoing the last operation is a real check: `48 mod 18 = 12` by `2*18 + 12 = 48`, `7*8 = 56` by `56/8 = 7`. Where there is no
 * single operation to undo, the sides are read from right to left.
 */
import { calculate, formatExact, parseDecimal } from '../../envs/math/exact.ts'
import type { Exact } from '../../envs/math/exact.ts'

const NUMBER = '(-?\\d+(?:\\.\\d+)?)'
const OPERATION = new RegExp(`^${NUMBER}\\s*([-+*/]|mod)\\s*${NUMBER}$`)
const ALONE = new RegExp(`^${NUMBER}$`)

/** Claims about a chain of equal sides, the most telling first; none for a line of another form. */
export function claimsAbout(line: string): string[] {
  const label = /^[A-Za-z][\w' -]*:(?!=)\s*/.exec(line)?.[0] ?? ''
  const sides = line
    .slice(label.length)
    .split('=')
    .map(side => side.trim())
  if (sides.length < 2 || sides.some(side => side === '' || /[<>!]$/.test(side))) return []
  const [left, right] = [sides.at(-2)!, sides.at(-1)!]
  const undone = undoing(left, right)
  return [...(undone === null ? [] : [undone]), `${right} = ${left}`]
}

/** `a ∘ b = c` by its inverse; null where the sides are of another form, or would divide by zero. */
function undoing(left: string, right: string): string | null {
  const operation = OPERATION.exec(left)
  if (!operation || !ALONE.test(right)) return null
  const [, a, operator, b] = operation as unknown as [string, string, string, string]
  switch (operator) {
    case '+':
      return `${right} - ${signed(b)} = ${a}`
    case '-':
      return `${right} + ${signed(b)} = ${a}`
    case '*':
      return Number(b) === 0 ? null : `${right} / ${signed(b)} = ${a}`
    case '/':
      return `${right} * ${signed(b)} = ${a}`
    default:
      return remainder(a, b, right)
  }
}

function remainder(a: string, b: string, rest: string): string | null {
  const [whole, divisor, left] = [parseDecimal(a), parseDecimal(b), parseDecimal(rest)]
  if (whole === null || divisor === null || left === null || Number(b) === 0) return null
  const times = quotient(whole, divisor, left)
  return times === null ? null : `${times}*${signed(b)} + ${rest} = ${a}`
}

function quotient(whole: Exact, divisor: Exact, left: Exact): string | null {
  const difference = calculate('-', whole, left)
  const times = difference === null ? null : calculate('/', difference, divisor)
  return times === null ? null : formatExact(times)
}

function signed(number: string): string {
  return number.startsWith('-') ? `(${number})` : number
}
