/** @file The parts of the verifier against independent ones: the two readers against each other, high precision against doubles. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Evaluation } from '../../envs/math/verify/complex.ts'
import type { Expr } from '../../envs/math/verify/expr.ts'
import { extractAnswer } from '../../envs/math/verify/extract.ts'
import { sameness } from '../../envs/math/verify/identity.ts'
import { isParsable, LatexReader } from '../../envs/math/verify/latex.ts'
import { drawPrime, imaginaryUnit, modularPower } from '../../envs/math/verify/modular.ts'
import type { Real } from '../../envs/math/verify/real.ts'
import { Reals, toNumber } from '../../envs/math/verify/real.ts'
import { readScalar } from '../../envs/math/verify/scalar.ts'
import { rngAt } from '../../envs/rng.ts'

const test = suite('verify parts')
const latex = new LatexReader({ timeoutMs: 5_000 })
test.after(() => latex.close())

const atom = fc.constantFrom('x', 'y', '2', '3', '5', '\\pi', '0.5', '\\alpha')
const tex = fc.letrec<{ expr: string }>(tie => ({
  expr: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => `\\frac{${a}}{${b}}`),
    fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => `${a}+${b}`),
    fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => `(${a}) \\cdot (${b})`),
    fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => `(${a})(${b})`),
    tie('expr').map(a => `-(${a})`),
    tie('expr').map(a => `\\left(${a}\\right)^2`),
    tie('expr').map(a => `\\sqrt{${a}}`),
    tie('expr').map(a => `\\sin\\left(${a}\\right)`),
    tie('expr').map(a => `\\sin^2(${a})`),
    tie('expr').map(a => `\\ln(${a})`),
    tie('expr').map(a => `|${a}|`),
    tie('expr').map(a => `\\log_2(${a})`),
  ),
})).expr

test('the plain reader and the LaTeX parser read the same text as the same expression', async () => {
  let compared = 0
  await fc.assert(
    fc.asyncProperty(tex, async text => {
      const plain = readScalar(text.replace(/\\left|\\right/g, '').replaceAll('\\cdot', '*'))
      if (!isParsable(text)) return
      const parsed = (await latex.read([text])).read.get(text) ?? null
      if (plain === null || plain === 'unread' || parsed === null) return
      compared++
      assert.is.not(sameness(plain, parsed), 'different', text)
    }),
    { numRuns: 300 },
  )
  assert.ok(compared > 200, `compared ${compared}`)
})

test('elementary functions agree with doubles, and their inverses undo them at 600 bits', () => {
  const reals = new Reals(600)
  const near = (x: Real, value: number): void =>
    assert.ok(
      Math.abs(toNumber(x) - value) <= 1e-13 * Math.max(1, Math.abs(value)),
      `${toNumber(x)} ${value}`,
    )
  const tiny = (x: Real): void => assert.ok(Math.abs(toNumber(x)) < 1e-160, String(toNumber(x)))
  fc.assert(
    fc.property(fc.integer({ min: -40_000, max: 40_000 }), num => {
      const x = reals.ratio(BigInt(num), 1_000n)
      const [cos, sin] = reals.cosSin(x)
      near(cos, Math.cos(num / 1_000))
      near(sin, Math.sin(num / 1_000))
      near(reals.div(reals.exp(x), reals.exp(reals.ratio(40n, 1n))), Math.exp(num / 1_000 - 40))
      tiny(reals.sub(reals.add(reals.mul(cos, cos), reals.mul(sin, sin)), { m: 1n, e: 0 }))
      tiny(reals.sub(reals.ln(reals.exp(x)), x))
      const square = reals.mul(x, x)
      tiny(reals.sub(reals.sqrt(square), num < 0 ? reals.negate(x) : x))
      const [c, s] = reals.cosSin(reals.atan2(x, reals.ratio(7n, 3n)))
      tiny(reals.sub(reals.mul(s, reals.ratio(7n, 3n)), reals.mul(c, x)))
    }),
    { numRuns: 60 },
  )
})

test('digits of known constants', () => {
  const reals = new Reals(400)
  const value = (text: string): string => {
    const expr = readScalar(text)
    assert.ok(expr !== null && expr !== 'unread', text)
    const { m, e } = new Evaluation(reals).value(expr).re
    return ((m * 10n ** 60n) >> BigInt(-e)).toString()
  }
  // From mpmath 1.3 at 80 digits.
  assert.is(value('\\pi'), '3141592653589793238462643383279502884197169399375105820974944')
  assert.is(value('e'), '2718281828459045235360287471352662497757247093699959574966967')
  assert.is(value('\\ln 2'), '693147180559945309417232121458176568075500134360255254120680')
  assert.is(value('\\sqrt2'), '1414213562373095048801688724209698078569671875376948073176679')
})

test('primes are prime, 1 modulo 4, and drawn anew for each pair', () => {
  const rng = rngAt('primes')
  const primes = Array.from({ length: 30 }, () => drawPrime(() => rng.float()))
  assert.ok(new Set(primes).size > 25)
  for (const prime of primes) {
    assert.is(prime % 4n, 1n)
    for (let divisor = 2; divisor * divisor <= Number(prime); divisor++)
      assert.ok(Number(prime) % divisor !== 0)
    assert.is(modularPower(imaginaryUnit(prime), 2n, prime), prime - 1n)
  }
})

test('polynomials of a degree that random points cannot settle are not settled', () => {
  const read = (text: string): Expr => {
    const expr = readScalar(text)
    assert.ok(expr !== null && expr !== 'unread', text)
    return expr
  }
  assert.is(sameness(read('x^{10000}'), read('(x^{100})^{100}')), 'same')
  assert.is.not(sameness(read('x^{1000000}'), read('(x^{1000})^{1000}')), 'same')
})

test('texts that the parser is exponential in never reach it', () => {
  for (const text of [
    '|'.repeat(30),
    `${'['.repeat(20)}1${']'.repeat(20)}`,
    'x'.repeat(2_000),
    '9'.repeat(500),
    '{'.repeat(60),
  ])
    assert.not(isParsable(text), text.slice(0, 20))
  assert.ok(isParsable('\\binom{5}{2}+\\sqrt[3]{x}'))
})

test('one policy of extraction', () => {
  const text = (reply: string): string => {
    const extracted = extractAnswer(reply)
    return 'text' in extracted ? extracted.text : '-'
  }
  const cases: [string, string][] = [
    ['5', '5'],
    ['The answer is \\boxed{5}.', '5'],
    ['\\boxed{1}, \\boxed{2}', '1, 2'],
    ['$x=\\boxed{1}$ and $x=\\boxed{2}$', '1, 2'],
    ['\\boxed{1} no, \\boxed{2}', '2'],
    ['<answer>5</answer>', '5'],
    ['#### 5.', '5'],
    ['**Final answer:** $5$', '5'],
    ['The answer is 5, since 2+3=5.', '5'],
    ['so\n5', '5'],
    ['So there are 5 apples.', '5'],
    ['\\boxed{\\frac{1}{2}}', '\\frac{1}{2}'],
    ['\\boxed{5', '\\boxed{5'],
    ['<think>5</think>', ''],
    ['<think>5', '-'],
    ['Maybe 5, but I say 6', '-'],
    ['2 pears and 3 apples make 5 fruits', '-'],
    ['What is 2+3?', '-'],
    ['\\boxed{5} or 6', '-'],
    ['\\boxed{5}. Wait, it is 6.', '-'],
  ]
  for (const [reply, expected] of cases) assert.is(text(reply), expected, reply)
})

test.run()
