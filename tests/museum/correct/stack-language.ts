/** @file A toy language of words on a stack, run in two ways: one scores, the other is the oracle. */

const LONGEST = 200

/** The stack that a program leaves of one input; null where it is no program, runs dry or grows out of bounds. */
export function runStack(program: string, input: number): number[] | null {
  const words = program.trim().split(/\s+/)
  if (words.length > LONGEST) return null
  const stack = [input]
  for (const word of words) {
    if (/^-?\d{1,6}$/.test(word)) stack.push(Number(word))
    else if (!obey(word, stack)) return null
    if (stack.length > LONGEST || Math.abs(stack.at(-1) ?? 0) > 1e12) return null
  }
  return stack
}

function obey(word: string, stack: number[]): boolean {
  const needs = { dup: 1, drop: 1, swap: 2, add: 2, sub: 2, mul: 2 }[word]
  if (needs === undefined || stack.length < needs) return false
  const top = stack.pop()!
  if (word === 'dup') stack.push(top, top)
  if (needs === 1) return true
  const below = stack.pop()!
  if (word === 'swap') stack.push(top, below)
  if (word === 'add') stack.push(below + top)
  if (word === 'sub') stack.push(below - top)
  if (word === 'mul') stack.push(below * top)
  return true
}

type Cell = { value: number; below: Cell } | null

/** The only value left, by a linked list; null as above. */
export function traced(program: string, input: number): number | null {
  let top: Cell = { value: input, below: null }
  for (const word of program
    .split(/\s+/)
    .filter(each => each !== '')
    .slice(0, LONGEST + 1)) {
    const next: Cell | undefined = after(word, top)
    if (next === undefined) return null
    top = next
  }
  return top && top.below === null && Math.abs(top.value) <= 1e12 ? top.value : null
}

function after(word: string, top: Cell): Cell | undefined {
  if (/^-?\d+$/.test(word)) return { value: parseInt(word, 10), below: top }
  if (!top) return undefined
  if (word === 'dup') return { value: top.value, below: top }
  if (word === 'drop') return top.below
  const second = top.below
  if (!second) return undefined
  switch (word) {
    case 'swap':
      return { value: second.value, below: { value: top.value, below: second.below } }
    case 'add':
      return { value: second.value + top.value, below: second.below }
    case 'sub':
      return { value: second.value - top.value, below: second.below }
    case 'mul':
      return { value: second.value * top.value, below: second.below }
    default:
      return undefined
  }
}
