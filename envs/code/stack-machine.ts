/** @file A machine with one stack of small whole numbers and ten instructions without arguments, and its exact search. */

export const INSTRUCTIONS = [
  'push1',
  'dup',
  'drop',
  'swap',
  'over',
  'rot',
  'add',
  'sub',
  'mul',
  'neg',
] as const
export type Instruction = (typeof INSTRUCTIONS)[number]
export type Stack = number[]

const MAX_DEPTH = 12
const MAX_NUMBER = 10_000

/** Takes how many from the top, deepest first, and puts back what. */
const EFFECTS: Record<Instruction, { takes: number; gives(a: number, b: number, c: number): number[] }> = {
  push1: { takes: 0, gives: () => [1] },
  dup: { takes: 1, gives: a => [a, a] },
  drop: { takes: 1, gives: () => [] },
  swap: { takes: 2, gives: (a, b) => [b, a] },
  over: { takes: 2, gives: (a, b) => [a, b, a] },
  rot: { takes: 3, gives: (a, b, c) => [b, c, a] },
  add: { takes: 2, gives: (a, b) => [a + b] },
  sub: { takes: 2, gives: (a, b) => [a - b] },
  mul: { takes: 2, gives: (a, b) => [a * b] },
  neg: { takes: 1, gives: a => [-a + 0] },
}

/** The stack after one instruction; null where there is too little on it, or the numbers or the stack grow too large. */
export function runInstruction(stack: Stack, instruction: Instruction): Stack | null {
  const { takes, gives } = EFFECTS[instruction]
  if (stack.length < takes) return null
  const from = stack.length - takes
  const given = gives(stack[from]!, stack[from + 1]!, stack[from + 2]!)
  if (from + given.length > MAX_DEPTH || given.some(value => Math.abs(value) > MAX_NUMBER)) return null
  return [...stack.slice(0, from), ...given]
}

/** One instruction on several stacks; null if it fails on any. */
export function runAll(stacks: readonly Stack[], instruction: Instruction): Stack[] | null {
  const results: Stack[] = []
  for (const stack of stacks) {
    const result = runInstruction(stack, instruction)
    if (result === null) return null
    results.push(result)
  }
  return results
}

/** A whole program on several stacks; null if it fails on any. */
export function runProgram(
  stacks: readonly Stack[],
  program: readonly Instruction[],
): readonly Stack[] | null {
  let now: readonly Stack[] | null = stacks
  for (const instruction of program) if (now !== null) now = runAll(now, instruction)
  return now
}

/**
 * Can at most `depth` instructions turn all these stacks into the targets? Breadth first over the different joint
 * states; null when `limit` of them have been seen without an answer.
 */
export function isReachable(
  stacks: readonly Stack[],
  targets: readonly Stack[],
  depth: number,
  limit: number,
): boolean | null {
  const goal = nameOf(targets)
  const seen = new Set([nameOf(stacks)])
  if (seen.has(goal)) return true
  let level: (readonly Stack[])[] = [stacks]
  for (let left = depth; left > 0; left--) {
    const next: (readonly Stack[])[] = []
    for (const state of level)
      for (const instruction of INSTRUCTIONS) {
        const after = runAll(state, instruction)
        // No instruction takes more than one number off.
        if (after === null || tooHigh(after, targets, left - 1)) continue
        const name = nameOf(after)
        if (name === goal) return true
        if (seen.has(name)) continue
        if (seen.size >= limit) return null
        seen.add(name)
        next.push(after)
      }
    level = next
  }
  return false
}

export function nameOf(stacks: readonly Stack[]): string {
  return stacks.map(stack => stack.join()).join(' ')
}

function tooHigh(stacks: readonly Stack[], targets: readonly Stack[], left: number): boolean {
  return stacks[0]!.length - targets[0]!.length > left
}
