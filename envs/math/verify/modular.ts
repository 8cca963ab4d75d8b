/**
 * @file Values of polynomial and rational expressions modulo a prime at chosen points: two such expressions that agree
 * at random points are the same one (Schwartz–Zippel), however large their expansion would be.
 */
import type { Expr, FunctionName } from './expr.ts'
import { exactValue } from './exact.ts'
import { spend } from './work.ts'

/** `undefined`: no value at this point (division by zero); another point may do. */
export type Residue = bigint | undefined

/** Largest degree in any unknown: the chance of a false agreement is at most degree/2^30 per prime. */
const MAX_DEGREE = 20_000

/** Whether a tree is made of + − × ÷ and whole powers only, so that residues decide it. `pi` and `e` count as unknowns. */
export function isRational(expr: Expr): boolean {
  return degree(expr) <= MAX_DEGREE
}

function degree(expr: Expr): number {
  if (expr.kind === 'number') return 0
  if (expr.kind === 'symbol') return expr.name === 'infinity' ? Infinity : 1
  const { fn, args } = expr
  if (fn === 'add' || fn === 'multiply' || fn === 'divide')
    return args.reduce((sum, arg) => sum + degree(arg), 0)
  if (fn === 'negate') return degree(args[0]!)
  if (fn !== 'power') return exactValue(expr) === null ? Infinity : 0
  const exponent = exactValue(args[1]!)
  if (exponent?.den !== 1n) return Infinity
  const of = degree(args[0]!)
  return of === 0 ? 0 : of * Math.abs(Number(exponent.num))
}

/** A point: a residue for each name. `i` must be a root of −1, so primes are 1 modulo 4. */
export interface Point {
  prime: bigint
  at: (name: string) => bigint
}

/** The value of a tree that `isRational` accepts. */
export function residue(expr: Expr, point: Point): Residue {
  const { prime } = point
  spend(1)
  if (expr.kind === 'number')
    return quotient(modulo(expr.value.num, prime), modulo(expr.value.den, prime), prime)
  if (expr.kind === 'symbol') return point.at(expr.name)
  if (expr.fn === 'power') return raised(expr, point)
  const args: bigint[] = []
  if (!isField(expr.fn)) return exactResidue(expr, point)
  for (const arg of expr.args) {
    const value = residue(arg, point)
    if (value === undefined) return undefined
    args.push(value)
  }
  const [a, b] = args as [bigint, bigint]
  if (expr.fn === 'add') return args.reduce((x, y) => (x + y) % prime)
  if (expr.fn === 'multiply') return (a * b) % prime
  return expr.fn === 'negate' ? modulo(-a, prime) : quotient(a, b, prime)
}

function isField(fn: FunctionName): boolean {
  return fn === 'add' || fn === 'multiply' || fn === 'negate' || fn === 'divide'
}

function exactResidue(expr: Expr, { prime }: Point): Residue {
  const value = exactValue(expr)
  return value === null ? undefined : quotient(modulo(value.num, prime), modulo(value.den, prime), prime)
}

function raised(expr: Expr & { kind: 'call' }, point: Point): Residue {
  const base = residue(expr.args[0]!, point)
  const exponent = exactValue(expr.args[1]!)?.num
  if (base === undefined || exponent === undefined) return undefined
  if (base === 0n && exponent <= 0n) return undefined
  spend(exponent.toString(16).length)
  const power = modularPower(base, exponent < 0n ? -exponent : exponent, point.prime)
  return exponent < 0n ? quotient(1n, power, point.prime) : power
}

function modulo(value: bigint, prime: bigint): bigint {
  const rest = value % prime
  return rest < 0n ? rest + prime : rest
}

function quotient(a: bigint, b: bigint, prime: bigint): Residue {
  spend(5)
  return b === 0n ? undefined : (a * modularPower(b, prime - 2n, prime)) % prime
}

export function modularPower(base: bigint, exponent: bigint, prime: bigint): bigint {
  let [result, square, rest] = [1n, base % prime, exponent]
  for (; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % prime
    square = (square * square) % prime
  }
  return result
}

/** A 31-bit prime that is 1 modulo 4, the first from a start drawn by `draw`. */
export function drawPrime(draw: () => number): bigint {
  const start = 2 ** 30 + Math.floor(draw() * (2 ** 30 - 4_096))
  for (let candidate = start - (start % 4) + 1; ; candidate += 4)
    if (isPrime(candidate)) return BigInt(candidate)
}

/** Deterministic below 3,215,031,751 with these bases. */
function isPrime(n: number): boolean {
  for (const small of [3, 5, 7, 11, 13, 17, 19, 23]) if (n % small === 0) return n === small
  const prime = BigInt(n)
  const twos = BigInt(Math.log2((n - 1) & -(n - 1)))
  return [2n, 3n, 5n, 7n].every(base => {
    let value = modularPower(base, (prime - 1n) >> twos, prime)
    if (value === 1n || value === prime - 1n) return true
    for (let i = 1n; i < twos; i++) {
      value = (value * value) % prime
      if (value === prime - 1n) return true
    }
    return false
  })
}

/** A root of −1 modulo a prime that is 1 modulo 4. */
export function imaginaryUnit(prime: bigint): bigint {
  for (let base = 2n; ; base++) {
    const root = modularPower(base, (prime - 1n) / 4n, prime)
    if ((root * root) % prime === prime - 1n) return root
  }
}
