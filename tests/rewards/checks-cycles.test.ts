/** @file Loops that pay, in walks and in graphs. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loopInWalk, maxCycleMean, payingCycle } from '../../rewards/checks/cycles.ts'

const test = suite('cycles')

test('the loop of a walk with the largest gain per step', () => {
  assert.equal(loopInWalk(['a', 'b', 'a', 'b'], [0.1, 0, 0.1], 1e-6), { from: 0, length: 2, gain: 0.1 })
  assert.is(loopInWalk(['a', 'b', 'a', 'b'], [1, -1, 1], 1e-6), null)
  assert.equal(loopInWalk(['a', 'b', 'b'], [5, 2], 1e-6), { from: 1, length: 1, gain: 2 })
  assert.is(loopInWalk(['a', 'b', 'c'], [5, 2], 1e-6), null)
})

test('a cycle that no walk closes, and none where all of them cost', () => {
  const arcs = [
    { from: 0, to: 1, reward: 5 },
    { from: 1, to: 2, reward: 1 },
    { from: 2, to: 3, reward: -0.5 },
    { from: 3, to: 1, reward: 0 },
  ]
  const cycle = payingCycle(4, arcs, 1e-6)!
  assert.equal(
    cycle.toSorted((a, b) => a - b),
    [1, 2, 3],
  )
  for (const [i, at] of cycle.entries()) assert.is(arcs[at]!.to, arcs[cycle[(i + 1) % 3]!]!.from)
  assert.ok(Math.abs(maxCycleMean(4, arcs) - 1 / 6) < 1e-9)
  const costly = arcs.map(arc => ({ ...arc, reward: arc.reward === 1 ? 0.4 : arc.reward }))
  assert.is(payingCycle(4, costly, 1e-6), null)
  assert.ok(maxCycleMean(4, costly) < 0)
  assert.is(maxCycleMean(2, [{ from: 0, to: 1, reward: 1 }]), -Infinity)
})

test.run()
