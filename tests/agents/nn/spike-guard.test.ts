import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { LossSpec } from '../../../agents/nn/losses/loss-graph.ts'
import { SpikeGuard } from '../../../agents/nn/training/spike-guard.ts'

const CLONING: LossSpec = { kind: 'cross-entropy' }
const SURROGATE: LossSpec = { kind: 'clipped-surrogate' }

/** One that has seen so many ordinary steps. */
function seasoned(steps: number, loss = 2): SpikeGuard {
  const guard = new SpikeGuard()
  for (let i = 0; i < steps; i++) assert.is(guard.problem(CLONING, loss, 1), null)
  return guard
}

const test = suite('spike guard')

test('a loss or a gradient that is no number is a problem at once, for every loss', () => {
  for (const spec of [CLONING, SURROGATE])
    for (const [loss, gradNorm] of [
      [Number.NaN, 1],
      [1, Number.NaN],
      [Infinity, 1],
      [-Infinity, 1],
      [1, Infinity],
    ] as const)
      assert.match(
        new SpikeGuard().problem(spec, loss, gradNorm)!,
        `the loss became ${loss} and the gradient norm ${gradNorm}; lower the learning rate`,
      )
})

test('a leap to more than ten times the median is a problem, and says from where to where', () => {
  assert.match(
    seasoned(20).problem(CLONING, 20.5, 1)!,
    /the loss leapt to 20\.50, from a median of 2\.000; lower the learning rate/,
  )
  assert.is(seasoned(20).problem(CLONING, 19.5, 1), null)
})

test('there is no judgement on the first twenty steps', () => {
  assert.is(seasoned(19).problem(CLONING, 1000, 1), null)
  assert.not.equal(seasoned(20).problem(CLONING, 1000, 1), null)
})

test('a loss near 0 may grow up to 1', () => {
  assert.is(seasoned(30, 1e-4).problem(CLONING, 0.9, 1), null)
  assert.not.equal(seasoned(30, 1e-4).problem(CLONING, 1.1, 1), null)
})

test('only the last fifty steps count', () => {
  const guard = seasoned(200, 100)
  for (let i = 0; i < 50; i++) guard.problem(CLONING, 1, 1)
  assert.not.equal(guard.problem(CLONING, 11, 1), null)
})

test('a leap is not remembered, so that it does not become usual', () => {
  const guard = seasoned(20)
  for (let i = 0; i < 100; i++) assert.not.equal(guard.problem(CLONING, 100, 1), null)
  assert.is(guard.problem(CLONING, 2, 1), null)
})

test('a surrogate has no size to leap from, and leaves no trace', () => {
  const guard = seasoned(30)
  for (let i = 0; i < 60; i++) assert.is(guard.problem(SURROGATE, 1000 * (-1) ** i, 1), null)
  assert.not.equal(guard.problem(CLONING, 1000, 1), null)
})

test('after a reset it starts anew', () => {
  const guard = seasoned(30)
  guard.reset()
  assert.is(guard.problem(CLONING, 1000, 1), null)
})

test('losses within a factor of ten of each other never stop training', () => {
  const steady = fc.array(fc.double({ min: 0.5, max: 5, noNaN: true }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(steady, losses => {
      const guard = new SpikeGuard()
      for (const loss of losses) assert.is(guard.problem(CLONING, loss, 1), null)
    }),
  )
})

test.run()
