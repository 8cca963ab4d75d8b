/** @file Votes, shares of a budget, and when to stop: golden values and laws. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rebaseWidths } from '../../../agents/search/rebase.ts'
import {
  argmax,
  choose,
  leadProbability,
  voteIsSettled,
  votes,
  weightedVotes,
} from '../../../agents/search/voting.ts'
import { voteWeights } from '../../../agents/search/weighted-vote.ts'

const test = suite('votes')
const close = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`)
const answers = fc.array(fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null }), {
  minLength: 1,
  maxLength: 12,
})

test('weights of equal answers add up; what cannot be read or was not judged weighs nothing', () => {
  assert.equal(weightedVotes(['a', 'b', 'a', null, 'c'], [0.3, 0.5, 0.3, 9, null]), [
    0.6,
    0.5,
    0.6,
    null,
    null,
  ])
  assert.equal(voteWeights([0.5, null]), [0.5, null])
  assert.equal(voteWeights([-1, null, 0]), [Math.exp(-1), null, 1])
})

test('a readable answer goes before one that cannot be read, whatever the scores', () => {
  assert.is(choose([9, 1, null], [null, 'a', 'b']), 1)
  assert.is(choose([9, null], [null, 'a']), 1)
  assert.is(choose([1, 3], [null, null]), 1)
})

test('the chance of staying ahead is that of the Beta distribution', () => {
  close(leadProbability(0, 0), 0.5)
  close(leadProbability(1, 0), 0.75)
  close(leadProbability(3, 0), 1 - 2 ** -4)
  // P(X > ½), X ~ Beta(4, 2): (C(5,0)+C(5,1)+C(5,2)+C(5,3))/32 = 26/32.
  close(leadProbability(3, 1), 26 / 32)
  for (let a = 0; a < 40; a++)
    for (let b = 0; b < 40; b++) close(leadProbability(a, b) + leadProbability(b, a), 1)
})

test('a vote that is settled cannot be changed by any votes that are left', () => {
  fc.assert(
    fc.property(answers, fc.nat(4), (so, left) => {
      if (!voteIsSettled(so, left)) return
      const leader = so[argmax(votes(so))]
      for (const late of ['a', 'b', 'c']) {
        const all = [...so, ...Array.from({ length: left }, () => late)]
        assert.is(all[argmax(votes(all))], leader)
      }
    }),
  )
  assert.ok(voteIsSettled(['a', 'a', 'a', 'b'], 10, 0.8))
  assert.not(voteIsSettled(['a', 'a', 'a', 'b'], 10, 0.82))
  assert.not(voteIsSettled([null, null, null], 3, 0.5))
})

test('REBASE shares its budget by the formula', () => {
  // e^{R/T} with T = 0.2: 1 : e^{-1} : e^{-5}; 16·1/1.37462 = 11.64 → 12; 4·0.36788/0.37462 = 3.93 → 4; nothing is left.
  assert.equal(rebaseWidths([0.8, 0.6, -0.2], 16, 0.2), [12, 4, 0])
  assert.equal(rebaseWidths([0.5, 0.5, 0.5, 0.5], 8, 0.2), [2, 2, 2, 2])
  // ⌈7/3⌉ = 3, ⌈4/2⌉ = 2, 2.
  assert.equal(rebaseWidths([1, 1, 1], 7, 0.2), [3, 2, 2])
  assert.equal(rebaseWidths([null, 0.1], 4, 0.2), [0, 4])
  assert.equal(rebaseWidths([null, null], 4, 0.2), [2, 2])
  assert.equal(rebaseWidths([0.3], -2, 0.2), [0])
})

test('REBASE spends its whole budget, and more on the better', () => {
  const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(
      scores,
      fc.integer({ min: 0, max: 64 }),
      fc.double({ min: 0.05, max: 2, noNaN: true }),
      (list, budget, t) => {
        const widths = rebaseWidths(list, budget, t)
        assert.is(
          widths.reduce((sum, width) => sum + width, 0),
          budget,
        )
        for (const [i, a] of list.entries())
          for (const [j, b] of list.entries())
            if (a > b) assert.ok(widths[i]! + 1 >= widths[j]!, widths.join())
      },
    ),
  )
})

test.run()
