import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { groupAdvantages, isZeroVariance } from '../../../agents/learning/advantages.ts'
import { learningRateAt } from '../../../agents/learning/schedule.ts'

const close = (got: readonly number[], expected: readonly number[], tolerance = 5e-6): void => {
  assert.is(got.length, expected.length)
  got.forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]!) < tolerance, `${value} against ${expected[i]}`),
  )
}

const test = suite('advantages')

test('golden vectors, with the ε of TRL and of verl', () => {
  close(groupAdvantages([1, 0, 0, 0]), [1.4997, -0.4999, -0.4999, -0.4999])
  close(groupAdvantages([1, 0, 0, 0], 1e-6), [1.499997, -0.499999, -0.499999, -0.499999])
})

test('equal returns and groups of one teach nothing', () => {
  assert.equal(groupAdvantages([0.7]), [0])
  assert.equal(groupAdvantages([1, 1, 1]), [0, 0, 0])
  assert.ok(isZeroVariance([1, 1]) && !isZeroVariance([1, 0]))
})

const returns = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2, maxLength: 16 })

test('they sum to 0, keep the order of the returns and ignore a constant shift', () => {
  fc.assert(
    fc.property(returns, fc.double({ min: -5, max: 5, noNaN: true }), (values, shift) => {
      const advantages = groupAdvantages(values)
      close([advantages.reduce((sum, value) => sum + value, 0)], [0], 1e-6)
      for (const [i, a] of values.entries())
        for (const [j, b] of values.entries()) if (a < b) assert.ok(advantages[i]! <= advantages[j]!)
      close(groupAdvantages(values.map(value => value + shift)), advantages, 1e-6)
    }),
  )
})

test('the learning rate rises to its peak and falls to the final fraction', () => {
  const rate = { peak: 2, warmupSteps: 4, finalFraction: 0.1 }
  const all = Array.from({ length: 20 }, (_, step) => learningRateAt(rate, step, 20))
  close(all.slice(0, 5), [0.5, 1, 1.5, 2, 2])
  close([all.at(-1)!], [0.2])
  all.slice(4, -1).forEach((value, i) => assert.ok(all[i + 5]! < value))
})

test('a cosine starts and ends flat, passes the middle as the line does, and 1 is constant', () => {
  const rate = { peak: 2, warmupSteps: 0, finalFraction: 0.5, decay: 'cosine' as const }
  const all = Array.from({ length: 5 }, (_, step) => learningRateAt(rate, step, 5))
  close(all, [2, 1 + (2 + Math.SQRT2) / 4, 1.5, 1 + (2 - Math.SQRT2) / 4, 1])
  const constant = { peak: 3, warmupSteps: 2, finalFraction: 1 }
  close(
    Array.from({ length: 5 }, (_, step) => learningRateAt(constant, step, 5)),
    [1.5, 3, 3, 3, 3],
  )
})

test.run()
