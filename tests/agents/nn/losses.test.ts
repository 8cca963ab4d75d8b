/** @file Losses as numbers, against a plain transcription of their formulas. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Tensor } from '../../../agents/nn/graph.ts'
import { Graph } from '../../../agents/nn/graph.ts'
import { clippedSurrogate, crossEntropy, k3 } from '../../../agents/nn/losses.ts'
import { createSession } from '../../../agents/nn/session.ts'

async function valueOf(build: (graph: Graph) => Tensor): Promise<number> {
  const graph = new Graph('loss', 'float64')
  graph.output('value', build(graph))
  const session = await createSession(graph)
  const { value } = await session.run({})
  await session.close()
  return (value!.data as Float64Array)[0]!
}

const near = (got: number, expected: number): void =>
  assert.ok(Math.abs(got - expected) < 1e-9 * Math.max(1, Math.abs(expected)), `${got} against ${expected}`)

interface Token {
  logprob: number
  oldLogprob: number
  refLogprob: number
  advantage: number
  weight: number
}
const OPTIONS = { clipLow: 0.2, clipHigh: 0.28, klCoef: 0.05 }

/** −Σ w [min(ρA, clip(ρ)A) − β(e^−d + d − 1)], token by token. */
function transcribed(tokens: readonly Token[], { clipLow, clipHigh, klCoef }: typeof OPTIONS): number {
  return -tokens.reduce((sum, { logprob, oldLogprob, refLogprob, advantage, weight }) => {
    const ratio = Math.exp(logprob - oldLogprob)
    const clipped = Math.min(Math.max(ratio, 1 - clipLow), 1 + clipHigh)
    const d = logprob - refLogprob
    const kl = Math.exp(-d) + d - 1
    return sum + weight * (Math.min(ratio * advantage, clipped * advantage) - klCoef * kl)
  }, 0)
}

const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })
const token = fc.record({
  logprob: number(-3, 0),
  oldLogprob: number(-3, 0),
  refLogprob: number(-3, 0),
  advantage: number(-2, 2),
  weight: number(0, 1),
})

const test = suite('losses')

test('k3 of d = 0.1, published', async () => {
  const value = await valueOf(graph => k3(graph.constant(0.1), graph.constant(0)))
  assert.ok(Math.abs(value - 0.00483742) < 5e-9, String(value))
})

test('the weighted cross-entropy', async () => {
  const value = await valueOf(graph =>
    crossEntropy(graph.constant([-1, -2, -0.5], [3]), graph.constant([0.5, 0, -1], [3])),
  )
  near(value, 0.5 * 1 + 0 - 0.5)
})

test('the clipped surrogate with its k3 penalty', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(token, { minLength: 1, maxLength: 6 }), async tokens => {
      const value = await valueOf(graph => {
        const column = (key: keyof Token): Tensor =>
          graph.constant(
            tokens.map(each => each[key]),
            [tokens.length],
          )
        return clippedSurrogate({
          logprobs: column('logprob'),
          oldLogprobs: column('oldLogprob'),
          refLogprobs: column('refLogprob'),
          advantages: column('advantage'),
          weight: column('weight'),
          clipLow: graph.constant(OPTIONS.clipLow),
          clipHigh: graph.constant(OPTIONS.clipHigh),
          klCoef: graph.constant(OPTIONS.klCoef),
        })
      })
      near(value, transcribed(tokens, OPTIONS))
    }),
    { numRuns: 40 },
  )
})

test.run()
