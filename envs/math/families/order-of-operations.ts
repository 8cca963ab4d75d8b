/** @file `math/order-of-operations-v1`: the value of a nested expression with + - * / and parentheses. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'

type Operator = '+' | '-' | '*' | '/'
type Tree = number | [left: Tree, operator: Operator, right: Tree]
type Params = { tree: Tree }

/** Only factors up to this size are multiplied, so that values keep to a few digits. */
const LARGEST_FACTOR = 60

export const orderOfOperations = derivation({
  id: 'math/order-of-operations-v1',
  title: 'Evaluate an expression with parentheses',
  group: 'arithmetic',
  rules:
    'Parentheses come first, then * and /, then + and -: work out one operation per line, then the answer. Example: ' +
    'for (3 + 4) * 5 - 6 write "3 + 4 = 7", "7 * 5 = 35", "35 - 6 = 29", "answer: 29".',
  levels: [
    { operations: 3, largest: 9 },
    { operations: 4, largest: 15 },
    { operations: 6, largest: 20 },
    { operations: 9, largest: 30 },
  ],
  draw: (rng, { operations, largest }): Params => ({ tree: drawTree(rng, operations, largest).tree }),
  identity: ({ tree }) => canonical(tree),
  question: ({ tree }) => `What is ${format(tree)}?`,
  work: ({ tree }) => {
    const lines = new Set<string>()
    const answer = String(workOut(tree, lines))
    return { lines: [...lines], answer }
  },
})

function drawTree(rng: Rng, operations: number, largest: number): { tree: Tree; value: number } {
  if (operations === 0) {
    const value = rng.int(1, largest)
    return { tree: value, value }
  }
  const inLeft = rng.int(0, operations - 1)
  const left = drawTree(rng, inLeft, largest)
  const right = drawTree(rng, operations - 1 - inLeft, largest)
  const operator = rng.pick(suitable(left.value, right.value))
  return { tree: [left.tree, operator, right.tree], value: applied(left.value, operator, right.value) }
}

/** Values stay whole and small. */
function suitable(a: number, b: number): Operator[] {
  const operators: Operator[] = ['+', '-']
  if (Math.abs(a) <= LARGEST_FACTOR && Math.abs(b) <= LARGEST_FACTOR) operators.push('*', '*')
  if (Math.abs(b) > 1 && a % b === 0) operators.push('/', '/')
  return operators
}

function applied(a: number, operator: Operator, b: number): number {
  if (operator === '+') return a + b
  if (operator === '-') return a - b
  return operator === '*' ? a * b : a / b
}

/** The value; its operations are added to `lines`, the innermost first. */
function workOut(tree: Tree, lines: Set<string>): number {
  if (typeof tree === 'number') return tree
  const [a, operator, b] = [workOut(tree[0], lines), tree[1], workOut(tree[2], lines)]
  const value = applied(a, operator, b) + 0 // + 0: there is no -0
  lines.add(`${a} ${operator} ${b < 0 ? `(${b})` : b} = ${value}`)
  return value
}

function format(tree: Tree): string {
  if (typeof tree === 'number') return String(tree)
  const [left, operator, right] = tree
  const rank = rankOf(tree)
  return `${enclosed(left, rankOf(left) < rank)} ${operator} ${enclosed(right, rankOf(right) <= rank)}`
}

function enclosed(tree: Tree, inParentheses: boolean): string {
  return inParentheses ? `(${format(tree)})` : format(tree)
}

function rankOf(tree: Tree): number {
  if (typeof tree === 'number') return 2
  return tree[1] === '+' || tree[1] === '-' ? 0 : 1
}

/** The same text for expressions that differ only in the order of summands or factors. */
function canonical(tree: Tree): string {
  if (typeof tree === 'number') return String(tree)
  const [left, operator, right] = [canonical(tree[0]), tree[1], canonical(tree[2])]
  const swap = (operator === '+' || operator === '*') && right < left
  return swap ? `(${right}${operator}${left})` : `(${left}${operator}${right})`
}
