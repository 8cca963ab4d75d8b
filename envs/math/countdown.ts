/**
 * @file `math/countdown-v1`: reach a target from a pool of numbers with + - * /, each number used at most once.
 *
 * One step is one equation, `25*4=100` or a whole solution `25*4-3=97`. It takes the numbers it uses out of the pool and
 * puts its value in. All arithmetic is exact. A fraction in the pool is written `7:2`, because `7/2` divides two numbers.
 * Minus signs are free: a 3 in an equation may stand for a -3 of the pool.
 */
import { z } from 'zod'
import type { EnvDef, Invalid } from '../env.ts'
import { isInvalid, outcome, penalty, process } from '../env.ts'
import type { Rng } from '../rng.ts'
import { drawnTasks } from '../tasks.ts'
import type { Fraction, Operator } from './expression.ts'
import {
  combine,
  evaluate,
  formatFraction,
  fraction,
  literals,
  MAX_LENGTH,
  parseExpression,
  parseFraction,
  sameFraction,
} from './expression.ts'
import { reachable } from './reachable.ts'

const ID = 'math/countdown-v1'
const OPERATORS: readonly Operator[] = ['+', '-', '*', '/']
const LARGEST_NUMBER = 20
const TARGETS = { low: 10, high: 100 }
const RULES =
  'Reach the target from the numbers with + - * / and parentheses. Each line is one equation; it uses numbers of the ' +
  'pool, each at most once, and replaces them by its value. Write a fraction of the pool as 7:2. ' +
  'Example: numbers 3 4 25, target 97 is solved by 25*4=100 and then 100-3=97, or at once by 25*4-3=97.'

type Params = { numbers: number[]; target: number; integersOnly: boolean; solution: string[] }
type State = { pool: string[]; equations: string[]; solved: boolean }
type Facts = {
  /** The equation was understood, is true and keeps the rules. */
  valid: boolean
  fault: string | null
  solved: boolean
  potentialBefore: number
  potentialAfter: number
}

const observation = z.object({
  numbers: z.array(z.number()).describe('The numbers at the start'),
  target: z.number().describe('The number to reach'),
  integersOnly: z.boolean().describe('Whether every intermediate value must be an integer'),
  equations: z.array(z.string()).describe('The accepted equations so far'),
  pool: z.array(z.string()).describe('The numbers that can be used now; a fraction is written 7:2'),
})
type Observation = z.infer<typeof observation>

const action = z
  .string()
  .max(2 * MAX_LENGTH)
  .regex(/^[^\n]*$/, 'expected one line')
  .describe('One equation, e.g. 25*4=100')

export const countdown: EnvDef<Params, State, Observation, string, Facts> = {
  id: ID,
  title: 'Reach a target number from a pool of numbers',
  group: 'search puzzles',
  action,
  observation,
  tasks: drawnTasks({
    env: ID,
    levels: [3, 4, 5, 6].flatMap((count, i) => [
      { level: 2 * i + 1, title: `${count} numbers, integers only` },
      { level: 2 * i + 2, title: `${count} numbers, fractions allowed` },
    ]),
    draw: drawTask,
    identity: ({ numbers, target, integersOnly }) => [
      numbers.toSorted((a, b) => a - b),
      target,
      integersOnly,
    ],
  }),
  maxSteps: 8,
  start: ({ params }) => ({ pool: params.numbers.map(String), equations: [], solved: false }),
  observe: ({ params: { numbers, target, integersOnly } }, { equations, pool }) => ({
    numbers,
    target,
    integersOnly,
    equations,
    pool,
  }),

  step({ params }, state, move) {
    const played = isInvalid(move) ? move : play(params, state, move)
    const after = isInvalid(played) ? state : played
    const facts = {
      valid: !isInvalid(played),
      fault: isInvalid(played) ? played.invalid : null,
      solved: after.solved,
      potentialBefore: potential(params, state),
      potentialAfter: potential(params, after),
    }
    if (after.solved) return { state: after, facts, end: { kind: 'terminated', reason: 'solved' } }
    if (after.pool.length < 2) return { state: after, facts, end: { kind: 'terminated', reason: 'used-up' } }
    return { state: after, facts }
  },

  rewards: {
    correct: outcome((facts, { end }) => (end ? Number(facts.solved) : null)),
    progress: process(facts => facts.potentialAfter - facts.potentialBefore, 0.2),
    invalid: penalty(facts => (facts.valid ? 0 : -1), 0.05),
  },

  text: {
    prompt: ({ numbers, target, integersOnly, equations }) => [
      { role: 'system', content: RULES },
      {
        role: 'user',
        content: `numbers ${numbers.join(' ')}, target ${target}${integersOnly ? ', integers only' : ''}`,
      },
      ...(equations.length > 0
        ? [{ role: 'assistant' as const, content: equations.map(line => `${line}\n`).join('') }]
        : []),
    ],
    parse: reply => {
      const line = reply.replace(/\n$/, '')
      return action.safeParse(line).success ? line : { invalid: reply }
    },
    render: equation => `${equation}\n`,
    stepEnd: '\n',
  },

  solve({ params }, style) {
    if (style === undefined || style.rng.float() >= style.slip) return params.solution
    return style.rng.float() < 0.5
      ? params.solution.with(-1, offByOne(params.solution.at(-1)!))
      : missingTarget(params, style.rng)
  },
  legalActions: ({ params }, { pool }) =>
    pairs(pool).flatMap(([a, b]) => equations(magnitude(a), magnitude(b), params.integersOnly)),
  stepLabel: ({ params }, state, stepsLeft) =>
    state.solved || (stepsLeft > 0 && canReach(params, state.pool)),
  verifyStep({ params }, state, move) {
    const played = play(params, state, move)
    return !isInvalid(played) && (played.solved || canReach(params, played.pool))
  },
}

/** The state after a valid equation, or what is wrong with it. */
function play({ target, integersOnly }: Params, state: State, equation: string): State | Invalid {
  const sides = equation.split('=')
  if (sides.length !== 2)
    return { invalid: `expected one equation like 25*4=100, got ${JSON.stringify(equation)}` }
  const [tree, stated] = [parseExpression(sides[0]!), parseFraction(sides[1]!.trim())]
  if (isInvalid(tree)) return tree
  if (isInvalid(stated)) return stated
  const used = literals(tree)
  const pool = without(state.pool, used)
  if (used.length < 2) return { invalid: 'expected an equation with two numbers or more' }
  if (isInvalid(pool)) return pool
  const result = evaluate(tree)
  if (isInvalid(result)) return result
  if (integersOnly && !result.integral)
    return { invalid: 'expected integers only, got a fraction on the way' }
  if (!sameFraction(result.value, stated))
    return { invalid: `the left side is ${formatFraction(result.value)}, not ${formatFraction(stated)}` }
  return {
    pool: [...pool, formatFraction(result.value)],
    equations: [...state.equations, equation],
    solved: sameFraction(result.value, fraction(BigInt(target))),
  }
}

/** The pool without the numbers used, matched up to their sign. */
function without(pool: readonly string[], used: readonly Fraction[]): string[] | Invalid {
  const rest = [...pool]
  for (const literal of used) {
    const at = rest.findIndex(number => sameFraction(magnitude(number), literal))
    if (at === -1)
      return { invalid: `${formatFraction(literal)} is not among the numbers left: ${rest.join(' ')}` }
    rest.splice(at, 1)
  }
  return rest
}

/** Numbers used up on a way that can still succeed; 0 off it, so that the episode's sum is 1 if solved and else at most what remains open. */
function potential(params: Params, { pool, solved }: State): number {
  if (solved) return 1
  if (!canReach(params, pool)) return 0
  return (params.numbers.length - pool.length) / (params.numbers.length - 1)
}

function canReach({ target, integersOnly }: Params, pool: readonly string[]): boolean {
  const ratios = pool.map(magnitude).map(({ num, den }) => [Number(num), Number(den)] as const)
  return reachable(ratios, target, integersOnly)
}

function magnitude(number: string): Fraction {
  const value = parseFraction(number)
  if (isInvalid(value)) throw new Error(`${ID}: broken state: ${value.invalid}`)
  return { num: value.num < 0n ? -value.num : value.num, den: value.den }
}

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((b, j) => items.slice(0, j).map((a): [T, T] => [a, b]))
}

type Sides = [left: Fraction, operator: Operator, right: Fraction]

/** Every equation of two numbers that keeps the rules, without those that only differ in order or sign. */
function equations(a: Fraction, b: Fraction, integersOnly: boolean): string[] {
  return sides(a, b).flatMap(chosen => equation(chosen, integersOnly)?.text ?? [])
}

function sides(a: Fraction, b: Fraction): Sides[] {
  const [high, low] = a.num * b.den >= b.num * a.den ? [a, b] : [b, a]
  return [...OPERATORS.map((operator): Sides => [high, operator, low]), [low, '/', high]]
}

/** The equation with this left side; null if it breaks a rule. */
function equation([left, operator, right]: Sides, integersOnly: boolean) {
  const value = combine(operator, left, right)
  if (value === null || (integersOnly && value.den !== 1n)) return null
  return {
    value,
    text: `${formatFraction(left)}${operator}${formatFraction(right)}=${formatFraction(value)}`,
  }
}

function drawTask(rng: Rng, level: number): Params {
  const count = 3 + Math.floor((level - 1) / 2)
  const integersOnly = level % 2 === 1
  for (;;) {
    const numbers = Array.from({ length: count }, () => rng.int(1, LARGEST_NUMBER))
    const walk = randomWalk(rng, numbers, integersOnly)
    const target = Number(walk.value.num)
    const fits = walk.value.den === 1n && target >= TARGETS.low && target <= TARGETS.high
    // Where fractions are allowed the reference passes through one; there may be a way without.
    if (fits && !numbers.includes(target) && walk.integral === integersOnly)
      return { numbers, target, integersOnly, solution: walk.equations }
  }
}

/** Combines random pairs until one number is left. */
function randomWalk(rng: Rng, numbers: readonly number[], integersOnly: boolean) {
  let pool = numbers.map(number => fraction(BigInt(number)))
  const walked: string[] = []
  let integral = true
  while (pool.length > 1) {
    const [a, b, ...rest] = rng.shuffle(pool)
    const chosen = equation(rng.pick(sides(a!, b!)), integersOnly)
    if (chosen === null) continue
    walked.push(chosen.text)
    integral &&= chosen.value.den === 1n
    pool = [...rest, chosen.value]
  }
  return { equations: walked, value: pool[0]!, integral }
}

function offByOne(equation: string): string {
  const [left, right] = equation.split('=')
  return `${left}=${Number(right) + 1}`
}

/** A true last equation that does not give the target. */
function missingTarget(params: Params, rng: Rng): string[] {
  const [a, b] = params.solution
    .at(-1)!
    .split('=')[0]!
    .split(/[-+*/]/)
  const others = equations(magnitude(a!), magnitude(b!), params.integersOnly).filter(
    equation => !equation.endsWith(`=${params.target}`),
  )
  return params.solution.with(-1, rng.pick(others))
}
