/**
 * @file Whether two scalar expressions are the same: exactly where they are rational numbers, modulo two random 31-bit
 * primes where they are polynomials or quotients of them, and otherwise at many digits at several points. How many digits
 * follows from how much the two texts can say, so that no small constant hides below the tolerance.
 *
 * Unknowns stand for real numbers. Two expressions are the same if they agree wherever both are real.
 */
import type { Fraction } from '../expression.ts'
import { fraction, sameFraction } from '../expression.ts'
import type { Rng } from '../../rng.ts'
import { rngAt } from '../../rng.ts'
import type { Complex } from './complex.ts'
import { Evaluation, NoValue } from './complex.ts'
import { exactValue } from './exact.ts'
import type { Expr, FunctionName } from './expr.ts'
import { infinite, mentions, number, variables } from './expr.ts'
import type { Point } from './modular.ts'
import { drawPrime, imaginaryUnit, isRational, residue } from './modular.ts'
import type { Real } from './real.ts'
import { exponentOf, Reals, toNumber } from './real.ts'
import { spend } from './work.ts'

/** `unknown`: undefined, or too large to decide. */
export type Sameness = 'same' | 'different' | 'unknown'

export function sameness(a: Expr, b: Expr): Sameness {
  spend(5)
  const infinities = [a, b].filter(side => mentions(side, 'infinity'))
  if (infinities.length > 0) return sameInfinity(a, b)
  const [x, y] = [exactValue(a), exactValue(b)]
  if (x !== null && y !== null) return sameFraction(x, y) ? 'same' : 'different'
  const rng = rngAt('identity', text(a), text(b))
  if (isRational(a) && isRational(b)) return sameResidues(a, b, rng)
  return sameDigits(a, b, rng)
}

/** Whether the closed expression lies within `margin` of `target`. */
export function isWithin(expr: Expr, target: Fraction, margin: Fraction): boolean {
  const scale = digitsOf(target) + digitsOf(margin)
  const evaluation = evaluationFor(size(expr) + scale)
  try {
    const { re, im } = evaluation.value(expr)
    const { reals } = evaluation
    const distance = reals.sub(re, reals.ratio(target.num, target.den))
    const excess = reals.sub(absolute(distance), reals.ratio(margin.num, margin.den))
    return excess.m <= 0n && exponentOf(im) < -0.5 * reals.bits
  } catch (error) {
    if (error instanceof NoValue) return false
    throw error
  }
}

/** A double near a closed real expression (±Infinity included), or null. Good for ordering only. */
export function approximation(expr: Expr): number | null {
  const sign = infinite(expr)
  if (sign !== 0) return sign * Infinity
  if (variables(expr).size > 0) return null
  try {
    const { re, im } = evaluationFor(size(expr)).value(expr)
    return exponentOf(im) < -60 ? toNumber(re) : null
  } catch (error) {
    if (error instanceof NoValue) return null
    throw error
  }
}

function sameInfinity(a: Expr, b: Expr): Sameness {
  const [x, y] = [infinite(a), infinite(b)]
  if (x !== 0 && y !== 0) return x === y ? 'same' : 'different'
  return [a, b].some(side => mentions(side, 'infinity') && infinite(side) === 0) ? 'unknown' : 'different'
}

const ATTEMPTS = 8

function sameResidues(a: Expr, b: Expr, rng: Rng): Sameness {
  for (const round of ['first', 'second']) {
    const verdict = sameModulo(a, b, rng.split(round))
    if (verdict !== 'same') return verdict
  }
  return 'same'
}

function sameModulo(a: Expr, b: Expr, rng: Rng): Sameness {
  spend(60)
  const prime = drawPrime(() => rng.float())
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const point = drawPoint(prime, rng)
    const [x, y] = [residue(a, point), residue(b, point)]
    if (x !== undefined && y !== undefined) return x === y ? 'same' : 'different'
  }
  return 'unknown'
}

function drawPoint(prime: bigint, rng: Rng): Point {
  const drawn = new Map<string, bigint>([['i', imaginaryUnit(prime)]])
  const at = (name: string): bigint => {
    const known = drawn.get(name)
    if (known !== undefined) return known
    const value = BigInt(rng.int(2, Number(prime) - 1))
    drawn.set(name, value)
    return value
  }
  return { prime, at }
}

/** Decimal digits of two texts together that are still compared. */
const MAX_SIZE = 240
const SPARE_DIGITS = 50
const ENOUGH_POINTS = 4

type Outcome = 'agree' | 'differ' | 'lopsided' | 'none'

function sameDigits(a: Expr, b: Expr, rng: Rng): Sameness {
  const measure = size(a) + size(b)
  if (measure > MAX_SIZE) return 'unknown'
  const names = [...new Set([...variables(a), ...variables(b)])].sort()
  if (names.length === 0)
    return sameNumbers(a, b, measure, { complex: true }) === 'agree' ? 'same' : settled(a, b, measure)
  const whole = [a, b].some(side => hasWholeFunction(side))
  const points = drawPoints(names, rng, whole)
  const complex = mentions(a, 'i') || mentions(b, 'i')
  const verdict = surveyed(a, b, measure, { points, complex })
  return verdict !== 'unknown' || complex ? verdict : surveyed(a, b, measure, { points, complex: true })
}

function settled(a: Expr, b: Expr, measure: number): Sameness {
  return sameNumbers(a, b, measure, { complex: true }) === 'differ' ? 'different' : 'unknown'
}

type Survey = { points: readonly ReadonlyMap<string, Fraction>[]; complex: boolean }

function surveyed(a: Expr, b: Expr, measure: number, { points, complex }: Survey): Sameness {
  let [agreed, lopsided] = [0, 0]
  for (const point of points) {
    const outcome = sameNumbers(substitute(a, point), substitute(b, point), measure + 8, { complex })
    if (outcome === 'differ') return 'different'
    if (outcome === 'agree') agreed++
    if (outcome === 'lopsided') lopsided++
  }
  if (lopsided > agreed) return agreed + lopsided >= ENOUGH_POINTS ? 'different' : 'unknown'
  return agreed >= ENOUGH_POINTS ? 'same' : 'unknown'
}

/** Compares two closed expressions, with more digits where exponentials made something small or large. */
function sameNumbers(a: Expr, b: Expr, measure: number, { complex }: { complex: boolean }): Outcome {
  spend(400)
  const rough = evaluationFor(measure)
  const [x, y] = [valueOf(a, rough), valueOf(b, rough)]
  const [xUsable, yUsable] = [isUsable(x, rough, complex), isUsable(y, rough, complex)]
  if (!xUsable || !yUsable) return xUsable === yUsable ? 'none' : 'lopsided'
  const total = measure + Math.ceil(rough.growth)
  if (total > MAX_SIZE) return 'none'
  const fine = rough.growth < 1 ? rough : evaluationFor(total)
  const [u, v] = fine === rough ? [x!, y!] : [valueOf(a, fine), valueOf(b, fine)]
  return u && v && isClose(u, v, fine.reals, total) ? 'agree' : 'differ'
}

function evaluationFor(measure: number): Evaluation {
  return new Evaluation(realsFor(Math.ceil((SPARE_DIGITS + 2 * Math.min(measure, MAX_SIZE)) * Math.log2(10))))
}

const realsAt = new Map<number, Reals>()

/** Arithmetic of at least this many bits; shared, because π and ln 2 are worth keeping. */
function realsFor(bits: number): Reals {
  const rounded = Math.ceil(bits / 256) * 256
  let reals = realsAt.get(rounded)
  if (!reals) realsAt.set(rounded, (reals = new Reals(rounded)))
  return reals
}

function valueOf(expr: Expr, evaluation: Evaluation): Complex | null {
  try {
    return evaluation.value(expr)
  } catch (error) {
    if (error instanceof NoValue) return null
    throw error
  }
}

function isUsable(value: Complex | null, { reals }: Evaluation, complex: boolean): boolean {
  if (value === null) return false
  return complex || exponentOf(value.im) < Math.max(0, exponentOf(value.re)) - reals.bits / 2
}

function isClose(x: Complex, y: Complex, reals: Reals, measure: number): boolean {
  const tolerance = -Math.floor((SPARE_DIGITS / 2 + 2 * measure) * Math.log2(10))
  const scale = Math.max(0, ...[x.re, x.im, y.re, y.im].map(exponentOf))
  return (
    exponentOf(reals.sub(x.re, y.re)) <= tolerance + scale &&
    exponentOf(reals.sub(x.im, y.im)) <= tolerance + scale
  )
}

function absolute({ m, e }: Real): Real {
  return { m: m < 0n ? -m : m, e }
}

/** Ranges that unknowns are drawn from, so that neither small nor large values stay unseen. */
const RANGES = [
  [100, 1_000],
  [1_000, 4_000],
  [4_000, 50_000],
  [50_000, 2_000_000],
] as const

/** Points with every combination of signs of up to three unknowns, in every range. */
function drawPoints(names: readonly string[], rng: Rng, whole: boolean): ReadonlyMap<string, Fraction>[] {
  const patterns = 2 ** Math.min(names.length, 3)
  return Array.from({ length: RANGES.length * patterns }, (_, k) => {
    const [low, high] = RANGES[k % RANGES.length]!
    const signs = Math.floor(k / RANGES.length)
    return new Map(
      names.map((name, i) => {
        if (whole) return [name, fraction(BigInt(rng.int(1, 40)))]
        const negative = i < 3 ? (signs >> i) & 1 : rng.int(0, 1)
        const size = BigInt(rng.int(low, high))
        return [name, fraction(negative ? -size : size, 1_009n)]
      }),
    )
  })
}

function substitute(expr: Expr, point: ReadonlyMap<string, Fraction>): Expr {
  if (expr.kind === 'number') return expr
  if (expr.kind === 'symbol') {
    const value = point.get(expr.name)
    return value === undefined ? expr : number(value)
  }
  return { ...expr, args: expr.args.map(arg => substitute(arg, point)) }
}

const WHOLE_ONLY: ReadonlySet<FunctionName> = new Set(['factorial', 'binomial', 'gcd', 'lcm'])

function hasWholeFunction(expr: Expr): boolean {
  return expr.kind === 'call' && (WHOLE_ONLY.has(expr.fn) || expr.args.some(hasWholeFunction))
}

/** How many decimal digits an expression can spell: the measure for how close two different ones can be. */
function size(expr: Expr): number {
  if (expr.kind === 'number') return digitsOf(expr.value)
  if (expr.kind === 'symbol') return 2
  const { fn, args } = expr
  if (fn === 'factorial' || fn === 'binomial') {
    const exact = exactValue(expr)
    return exact === null ? 40 : digitsOf(exact)
  }
  const sum = args.reduce((total, arg) => total + size(arg), 1)
  if (fn !== 'power') return sum
  const exponent = exactValue(args[1]!)
  return exponent?.den === 1n ? size(args[0]!) * Math.max(1, Math.abs(Number(exponent.num))) : sum
}

function digitsOf({ num, den }: Fraction): number {
  return Math.ceil((num.toString(16).length + den.toString(16).length - 1) * 1.21)
}

/** Both trees as text, to seed the points: the same pair is always judged alike. */
function text(expr: Expr): string {
  if (expr.kind === 'number') return `${expr.value.num}/${expr.value.den}`
  return expr.kind === 'symbol' ? expr.name : `${expr.fn}(${expr.args.map(text).join()})`
}

/** The sign of an expression at the first of some points where it has one; 0 if it has none. */
export function signAt(expr: Expr): -1 | 0 | 1 {
  const points = drawPoints([...variables(expr)], rngAt('sign', text(expr)), false)
  for (const point of points) {
    const value = approximation(substitute(expr, point))
    if (value !== null && value !== 0) return value > 0 ? 1 : -1
  }
  return 0
}
