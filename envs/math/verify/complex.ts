/**
 * @file Values of closed expressions as complex numbers of any precision. Principal branches, but an odd root of a negative
 * real number is real, as `\sqrt[3]{-8}` is read.
 */
import type { Fraction } from '../expression.ts'
import type { Expr, FunctionName } from './expr.ts'
import { exactValue } from './exact.ts'
import type { Real, Reals } from './real.ts'
import { exponentOf, ONE, toNumber, ZERO } from './real.ts'
import { spend } from './work.ts'

export type Complex = { re: Real; im: Real }

/** Thrown where an expression has no value or one out of reach; the text says which. */
export class NoValue extends Error {}

/** Largest exponent e^x is taken at, and largest argument of a circle function, as a power of two. */
const MAX_EXP_BITS = 8
const MAX_ANGLE_BITS = 40
const MAX_POWER = 10_000n

/** One evaluation. `growth` adds up the decimal places by which exponentials shrink or grow what they return. */
export class Evaluation {
  readonly reals: Reals
  growth = 0
  /** Work of one exponential at this precision. */
  readonly #cost: number

  constructor(reals: Reals) {
    this.reals = reals
    this.#cost = 20 + (reals.bits / 100) ** 2
  }

  /** Throws NoValue. */
  value(expr: Expr): Complex {
    if (expr.kind === 'number') return this.#rational(expr.value)
    if (expr.kind === 'symbol') return this.#constant(expr.name)
    if (expr.fn === 'power') return this.#power(expr.args[0]!, expr.args[1]!)
    if (expr.fn === 'root') return this.#root(expr.args[0]!, expr.args[1]!)
    if (WHOLE.has(expr.fn)) return this.#whole(expr)
    return this.#apply(
      expr.fn,
      expr.args.map(arg => this.value(arg)),
    )
  }

  #rational({ num, den }: Fraction): Complex {
    return real(this.reals.ratio(num, den))
  }

  #constant(name: string): Complex {
    if (name === 'pi') return real(this.reals.pi())
    if (name === 'e') return real(this.reals.exp(ONE))
    if (name === 'i') return { re: ZERO, im: ONE }
    throw new NoValue(`no value for ${name}`)
  }

  /** Functions of whole numbers only, and rounding. */
  #whole(expr: Expr & { kind: 'call' }): Complex {
    const exact = exactValue(expr)
    if (exact !== null) return this.#rational(exact)
    if (expr.fn !== 'floor' && expr.fn !== 'ceil') throw new NoValue(`${expr.fn} of something else`)
    const value = toNumber(this.value(expr.args[0]!).re)
    // So close to a whole number that a double cannot tell on which side.
    if (Math.abs(value) > 2 ** 30 || Math.abs(value - Math.round(value)) < 1e-6) throw new NoValue(expr.fn)
    return real({ m: BigInt(expr.fn === 'floor' ? Math.floor(value) : Math.ceil(value)), e: 0 })
  }

  #apply(fn: FunctionName, args: readonly Complex[]): Complex {
    const [a, b] = args as [Complex, Complex]
    if (fn === 'add') return args.reduce((x, y) => this.#add(x, y))
    if (fn === 'multiply') return this.#mul(a, b)
    if (fn === 'divide') return this.#div(a, b)
    if (fn === 'negate') return this.#negate(a)
    if (fn === 'abs') return real(this.#modulus(a))
    if (fn === 'exp') return this.#exp(a)
    if (fn === 'ln') return this.#ln(a)
    if (fn === 'log') return this.#div(this.#ln(a), this.#ln(b))
    if (fn === 'min' || fn === 'max')
      return args.reduce((x, y) => (this.#isLess(x, y) === (fn === 'min') ? x : y))
    if (CIRCLE.has(fn)) return this.#circle(fn, a)
    return fn.startsWith('arc') ? this.#inverse(fn, a) : this.#hyperbolic(fn, a)
  }

  #circle(fn: FunctionName, z: Complex): Complex {
    const [cos, sin] = this.#cosSin(z)
    if (fn === 'sin') return sin
    if (fn === 'cos') return cos
    if (fn === 'tan') return this.#div(sin, cos)
    if (fn === 'cot') return this.#div(cos, sin)
    return this.#div(real(ONE), fn === 'sec' ? cos : sin)
  }

  #inverse(fn: FunctionName, z: Complex): Complex {
    if (fn === 'arctan') return this.#arctan(z)
    if (fn === 'arcsin') return this.#arcsin(z)
    const complement = fn === 'arccos' ? this.#arcsin(z) : this.#arctan(z)
    return this.#add(this.#half(real(this.reals.pi())), this.#negate(complement))
  }

  /** −i ln(iz + √(1 − z²)). */
  #arcsin(z: Complex): Complex {
    const root = this.#sqrt(this.#add(real(ONE), this.#negate(this.#mul(z, z))))
    return this.#overI(this.#ln(this.#add(this.#timesI(z), root)))
  }

  #add(x: Complex, y: Complex): Complex {
    return { re: this.reals.add(x.re, y.re), im: this.reals.add(x.im, y.im) }
  }

  #negate(z: Complex): Complex {
    return { re: this.reals.negate(z.re), im: this.reals.negate(z.im) }
  }

  #mul(x: Complex, y: Complex): Complex {
    const { reals } = this
    spend(reals.bits / 400)
    if (x.im.m === 0n && y.im.m === 0n) return real(reals.mul(x.re, y.re))
    return {
      re: reals.sub(reals.mul(x.re, y.re), reals.mul(x.im, y.im)),
      im: reals.add(reals.mul(x.re, y.im), reals.mul(x.im, y.re)),
    }
  }

  #div(x: Complex, y: Complex): Complex {
    const { reals } = this
    const norm = reals.add(reals.mul(y.re, y.re), reals.mul(y.im, y.im))
    // What rounding leaves of a zero counts as one.
    if (exponentOf(norm) < -1.5 * reals.bits) throw new NoValue('division by zero')
    const { re, im } = this.#mul(x, { re: y.re, im: reals.negate(y.im) })
    return { re: reals.div(re, norm), im: reals.div(im, norm) }
  }

  #modulus({ re, im }: Complex): Real {
    const { reals } = this
    if (im.m === 0n) return re.m < 0n ? reals.negate(re) : re
    return reals.sqrt(reals.add(reals.mul(re, re), reals.mul(im, im)))
  }

  #exp(z: Complex): Complex {
    if (exponentOf(z.re) >= MAX_EXP_BITS) throw new NoValue('too large an exponent')
    spend(this.#cost)
    this.growth += Math.abs(toNumber(z.re)) / Math.LN10
    const size = this.reals.exp(z.re)
    if (z.im.m === 0n) return real(size)
    const [cos, sin] = this.#angle(z.im)
    return { re: this.reals.mul(size, cos), im: this.reals.mul(size, sin) }
  }

  #ln(z: Complex): Complex {
    spend(5 * this.#cost)
    const size = this.#modulus(z)
    if (exponentOf(size) < -0.75 * this.reals.bits) throw new NoValue('logarithm of zero')
    return { re: this.reals.ln(size), im: this.reals.atan2(z.im, z.re) }
  }

  #angle(x: Real): [Real, Real] {
    if (exponentOf(x) >= MAX_ANGLE_BITS) throw new NoValue('too large an angle')
    spend(this.#cost)
    return this.reals.cosSin(x)
  }

  #cosSin(z: Complex): [Complex, Complex] {
    if (z.im.m === 0n) {
      const [cos, sin] = this.#angle(z.re)
      return [real(cos), real(sin)]
    }
    const up = this.#exp(this.#timesI(z))
    const down = this.#exp(this.#negate(this.#timesI(z)))
    return [this.#half(this.#add(up, down)), this.#overI(this.#half(this.#add(up, this.#negate(down))))]
  }

  #hyperbolic(fn: FunctionName, z: Complex): Complex {
    const [up, down] = [this.#exp(z), this.#exp(this.#negate(z))]
    const sinh = this.#half(this.#add(up, this.#negate(down)))
    const cosh = this.#half(this.#add(up, down))
    return fn === 'sinh' ? sinh : fn === 'cosh' ? cosh : this.#div(sinh, cosh)
  }

  /** (i/2)(ln(1 − iz) − ln(1 + iz)). */
  #arctan(z: Complex): Complex {
    if (z.im.m === 0n) {
      spend(5 * this.#cost)
      return real(this.reals.atan2(z.re, ONE))
    }
    const [one, turned] = [real(ONE), this.#timesI(z)]
    const difference = this.#add(
      this.#ln(this.#add(one, this.#negate(turned))),
      this.#negate(this.#ln(this.#add(one, turned))),
    )
    return this.#half(this.#timesI(difference))
  }

  #half({ re, im }: Complex): Complex {
    return { re: { m: re.m, e: re.e - 1 }, im: { m: im.m, e: im.e - 1 } }
  }

  #timesI({ re, im }: Complex): Complex {
    return { re: this.reals.negate(im), im: re }
  }

  #overI({ re, im }: Complex): Complex {
    return { re: im, im: this.reals.negate(re) }
  }

  #sqrt(z: Complex): Complex {
    if (z.im.m !== 0n) return this.#viaLogarithm(z, this.#rational({ num: 1n, den: 2n }))
    if (z.re.m >= 0n) return real(this.reals.sqrt(z.re))
    return { re: ZERO, im: this.reals.sqrt(this.reals.negate(z.re)) }
  }

  #root(of: Expr, index: Expr): Complex {
    const n = exactValue(index)
    const base = this.value(of)
    if (n?.den !== 1n || n.num < 1n) return this.#viaLogarithm(base, this.#div(real(ONE), this.value(index)))
    if (n.num === 2n) return this.#sqrt(base)
    const negative = base.im.m === 0n && base.re.m < 0n && n.num % 2n === 1n
    const power = this.#viaLogarithm(
      negative ? this.#negate(base) : base,
      this.#rational({ num: 1n, den: n.num }),
    )
    return negative ? this.#negate(power) : power
  }

  #power(of: Expr, exponent: Expr): Complex {
    const exact = exactValue(exponent)
    const base = this.value(of)
    if (exact?.den === 2n && exact.num === 1n) return this.#sqrt(base)
    if (exact?.den !== 1n) return this.#viaLogarithm(base, this.value(exponent))
    const n = exact.num < 0n ? -exact.num : exact.num
    if (n > MAX_POWER || (n === 0n && isZero(base))) throw new NoValue('power out of reach')
    let [result, square] = [real(ONE), base]
    for (let rest = n; rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = this.#mul(result, square)
      if (rest > 1n) square = this.#mul(square, square)
    }
    return exact.num < 0n ? this.#div(real(ONE), result) : result
  }

  #viaLogarithm(base: Complex, exponent: Complex): Complex {
    if (isZero(base)) {
      if (exponent.re.m > 0n && exponent.im.m === 0n) return real(ZERO)
      throw new NoValue('a power of zero')
    }
    return this.#exp(this.#mul(exponent, this.#ln(base)))
  }

  #isLess(x: Complex, y: Complex): boolean {
    if (x.im.m !== 0n || y.im.m !== 0n) throw new NoValue('complex numbers have no order')
    return this.reals.sub(x.re, y.re).m < 0n
  }
}

const WHOLE: ReadonlySet<FunctionName> = new Set(['floor', 'ceil', 'factorial', 'binomial', 'gcd', 'lcm'])
const CIRCLE: ReadonlySet<FunctionName> = new Set(['sin', 'cos', 'tan', 'cot', 'sec', 'csc'])

function real(re: Real): Complex {
  return { re, im: ZERO }
}

function isZero({ re, im }: Complex): boolean {
  return re.m === 0n && im.m === 0n
}
