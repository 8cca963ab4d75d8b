/**
 * @file Real numbers of any precision: mantissa × 2^exponent, each operation rounded to `bits` of mantissa, and the
 * elementary functions. For deciding whether two expressions differ by less than doubles can show.
 */

/** m·2^e; zero has m = 0. */
export type Real = { m: bigint; e: number }

export const ZERO: Real = { m: 0n, e: 0 }
export const ONE: Real = { m: 1n, e: 0 }

function bitLength(value: bigint): number {
  const hex = (value < 0n ? -value : value).toString(16)
  return hex.length * 4 - (Math.clz32(Number.parseInt(hex[0]!, 16)) - 28)
}

function shift(value: bigint, by: number): bigint {
  return by >= 0 ? value << BigInt(by) : value >> BigInt(-by)
}

/** log2|x|, rounded down; −Infinity for zero. */
export function exponentOf({ m, e }: Real): number {
  return m === 0n ? -Infinity : bitLength(m) - 1 + e
}

export function toNumber(x: Real): number {
  if (x.m === 0n) return 0
  const excess = bitLength(x.m) - 60
  return excess > 0 ? Number(x.m >> BigInt(excess)) * 2 ** (x.e + excess) : Number(x.m) * 2 ** x.e
}

/** Arithmetic at one precision. Functions expect moderate arguments (|x| < 2^40); the caller sees to that. */
export class Reals {
  readonly bits: number
  #pi: bigint | null = null
  #ln2: bigint | null = null

  constructor(bits: number) {
    this.bits = bits
  }

  round(m: bigint, e: number): Real {
    if (m === 0n) return ZERO
    const excess = bitLength(m) - this.bits
    return excess > 0 ? { m: m >> BigInt(excess), e: e + excess } : { m, e }
  }

  ratio(num: bigint, den: bigint): Real {
    const extra = Math.max(0, this.bits + bitLength(den) - (num === 0n ? 0 : bitLength(num)))
    return this.round((num << BigInt(extra)) / den, -extra)
  }

  add(x: Real, y: Real): Real {
    if (x.m === 0n) return y
    if (y.m === 0n) return x
    const gap = exponentOf(x) - exponentOf(y)
    if (gap > this.bits + 4) return x
    if (-gap > this.bits + 4) return y
    const e = Math.min(x.e, y.e)
    return this.round(shift(x.m, x.e - e) + shift(y.m, y.e - e), e)
  }

  negate({ m, e }: Real): Real {
    return { m: -m, e }
  }

  sub(x: Real, y: Real): Real {
    return this.add(x, this.negate(y))
  }

  mul(x: Real, y: Real): Real {
    return this.round(x.m * y.m, x.e + y.e)
  }

  /** y must not be zero. */
  div(x: Real, y: Real): Real {
    const quotient = this.ratio(x.m, y.m < 0n ? -y.m : y.m)
    return { m: y.m < 0n ? -quotient.m : quotient.m, e: quotient.e + x.e - y.e }
  }

  /** x must not be negative. */
  sqrt({ m, e }: Real): Real {
    if (m === 0n) return ZERO
    let scale = Math.max(0, 2 * this.bits - bitLength(m))
    if ((e - scale) % 2 !== 0) scale++
    return this.round(wholeRoot(m << BigInt(scale)), (e - scale) / 2)
  }

  pi(): Real {
    return { m: this.#piFixed(this.#guard()), e: -this.#guard() }
  }

  /** e^x. */
  exp(x: Real): Real {
    const p = this.#guard()
    const ln2 = this.#ln2Fixed(p)
    const fixed = shift(x.m, x.e + p)
    const k = fixed / ln2 - (fixed < 0n ? 1n : 0n)
    const halvings = 8
    const r = (fixed - k * ln2) >> BigInt(halvings)
    let [term, sum] = [1n << BigInt(p), 1n << BigInt(p)]
    for (let n = 1n; term !== 0n; n++) {
      term = ((term * r) >> BigInt(p)) / n
      sum += term
    }
    for (let i = 0; i < halvings; i++) sum = (sum * sum) >> BigInt(p)
    return this.round(sum, Number(k) - p)
  }

  /** The natural logarithm of a positive number: Newton steps on `exp`, each doubling the digits. */
  ln(x: Real): Real {
    const k = exponentOf(x)
    const mantissa: Real = { m: x.m, e: x.e - k }
    const start = Math.log(toNumber(mantissa))
    let y: Real = this.round(BigInt(Math.round(start * 2 ** 50)), -50)
    for (let good = 40; good < this.bits + 16; good *= 2) {
      const power = this.exp(y)
      const step = this.div(this.sub(mantissa, power), this.add(mantissa, power))
      y = this.add(y, { m: step.m * 2n, e: step.e })
    }
    const p = this.#guard()
    return this.add(y, this.round(this.#ln2Fixed(p) * BigInt(k), -p))
  }

  /** [cos x, sin x]. */
  cosSin(x: Real): [Real, Real] {
    const p = this.#guard()
    const quarter = this.#piFixed(p) >> 1n
    const fixed = shift(x.m, x.e + p)
    const turns = (2n * fixed + quarter) / (2n * quarter) - (2n * fixed + quarter < 0n ? 1n : 0n)
    const r = fixed - turns * quarter
    const [cos, sin] = [series(r, p, 0n), series(r, p, 1n)]
    const turned = [
      [cos, sin],
      [-sin, cos],
      [-cos, -sin],
      [sin, -cos],
    ][Number(((turns % 4n) + 4n) % 4n)] as [bigint, bigint]
    return [this.round(turned[0], -p), this.round(turned[1], -p)]
  }

  /** The angle of (x, y) in (−π, π]: Newton steps on `cosSin` from a double. Not both may be zero. */
  atan2(y: Real, x: Real): Real {
    const radius = this.sqrt(this.add(this.mul(x, x), this.mul(y, y)))
    const [c, s] = [this.div(x, radius), this.div(y, radius)]
    if (s.m === 0n) return c.m < 0n ? this.pi() : ZERO
    const start = Math.atan2(toNumber(s), toNumber(c))
    let angle: Real = this.round(BigInt(Math.round(start * 2 ** 50)), -50)
    for (let good = 40; good < this.bits + 16; good *= 3) {
      const [cos, sin] = this.cosSin(angle)
      const error = this.sub(this.mul(s, cos), this.mul(c, sin))
      angle = this.add(angle, this.#arcsinSmall(error))
    }
    return angle
  }

  /** arcsin of a tiny number, to third order. */
  #arcsinSmall(x: Real): Real {
    const cube = this.mul(x, this.mul(x, x))
    return this.add(x, this.div(cube, { m: 6n, e: 0 }))
  }

  /** Fixed-point positions inside the functions: some more than the mantissa, against large arguments and rounding. */
  #guard(): number {
    return this.bits + 80
  }

  /** π by Machin's formula. */
  #piFixed(p: number): bigint {
    return (this.#pi ??= (16n * arctanInverse(5n, p + 16) - 4n * arctanInverse(239n, p + 16)) >> 16n)
  }

  /** ln 2 = 18 artanh(1/26) − 2 artanh(1/4801) + 8 artanh(1/8749). */
  #ln2Fixed(p: number): bigint {
    const terms = (n: bigint): bigint => artanhInverse(n, p + 16)
    return (this.#ln2 ??= (18n * terms(26n) - 2n * terms(4801n) + 8n * terms(8749n)) >> 16n)
  }
}

function arctanInverse(n: bigint, p: number): bigint {
  return inverseSeries(n, p, -1n)
}

function artanhInverse(n: bigint, p: number): bigint {
  return inverseSeries(n, p, 1n)
}

/** Σ sign^k / ((2k+1) n^(2k+1)), in units of 2^-p. */
function inverseSeries(n: bigint, p: number, sign: bigint): bigint {
  let power = (1n << BigInt(p)) / n
  let sum = power
  for (let k = 1n; power !== 0n; k++) {
    power = (sign * power) / (n * n)
    sum += power / (2n * k + 1n)
  }
  return sum
}

/** cos (from 0) or sin (from 1) of a small fixed-point number. */
function series(r: bigint, p: number, from: bigint): bigint {
  const scale = BigInt(p)
  const square = (r * r) >> scale
  let term = from === 0n ? 1n << scale : r
  let sum = term
  for (let n = from + 1n; term !== 0n && term !== -1n; n += 2n) {
    term = -((term * square) >> scale) / (n * (n + 1n))
    sum += term
  }
  return sum
}

/** ⌊√n⌋. */
function wholeRoot(n: bigint): bigint {
  let guess = 1n << BigInt((bitLength(n) + 1) >> 1)
  for (;;) {
    const next = (guess + n / guess) >> 1n
    if (next >= guess) return guess
    guess = next
  }
}
