/** @file The little numerical algebra that ratings need: Newton's method, a Cholesky inverse, the normal tail. */

export interface Concave {
  value: number
  /** `[n]` */
  gradient: Float64Array
  /** Minus the second derivative, `[n, n]`, positive definite. */
  hessian: Float64Array
}

const MAX_STEPS = 100
const TOLERANCE = 1e-12

/** Maximise a concave function of n variables from 0. Steps are halved while they go down, so it cannot run away. */
export function solveNewton(n: number, at: (x: Float64Array) => Concave): Float64Array {
  let x: Float64Array = new Float64Array(n)
  let here = at(x)
  for (let step = 0; step < MAX_STEPS; step++) {
    const inverse = choleskyInverse(here.hessian, n)
    const direction = multiply(inverse, here.gradient)
    let size = 1
    let next = move(x, direction, size)
    let there = at(next)
    while (there.value < here.value - TOLERANCE * Math.abs(here.value) && size > 1e-6) {
      size /= 2
      next = move(x, direction, size)
      there = at(next)
    }
    const moved = Math.max(0, ...direction.map(Math.abs)) * size
    ;[x, here] = [next, there]
    if (moved < TOLERANCE) break
  }
  return x
}

/** The inverse of a positive definite `[n, n]` matrix. */
export function choleskyInverse(matrix: Float64Array, n: number): Float64Array {
  const lower = cholesky(matrix, n)
  const inverse = new Float64Array(n * n)
  for (let column = 0; column < n; column++) {
    const x = new Float64Array(n)
    for (let i = column; i < n; i++) {
      let sum = i === column ? 1 : 0
      for (let k = column; k < i; k++) sum -= lower[i * n + k]! * x[k]!
      x[i] = sum / lower[i * n + i]!
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = x[i]!
      for (let k = i + 1; k < n; k++) sum -= lower[k * n + i]! * inverse[k * n + column]!
      inverse[i * n + column] = sum / lower[i * n + i]!
    }
  }
  return inverse
}

function cholesky(matrix: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!
      if (i === j && !(sum > 0))
        throw new RangeError(`cholesky: expected a positive definite matrix, pivot ${i} is ${sum}`)
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower[j * n + j]!
    }
  return lower
}

/** P(Z > z) for z ≥ 0, relative error below 1.2e-7 (Numerical Recipes, erfcc). */
export function normalTail(z: number): number {
  const x = z / Math.SQRT2
  const t = 1 / (1 + x / 2)
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ]
  const series = coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0)
  return (t * Math.exp(-x * x + series)) / 2
}

function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length
  return vector.map((_, i) => {
    let sum = 0
    for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * vector[j]!
    return sum
  })
}

function move(x: Float64Array, direction: Float64Array, size: number): Float64Array {
  return x.map((value, i) => value + size * direction[i]!)
}
