import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { TokenGrammar } from '../../../agents/nn/sampling/token-grammar.ts'
import { checked, oneOf, tokenMask } from '../../../agents/nn/sampling/token-grammar.ts'
import { adapted, assertTrainingGraph, grouped, plain, requestOf, samplerOf } from './tiny-models.ts'

const V = 13
const END = 0
const tokens = fc.integer({ min: 1, max: V - 1 })
const choiceLists = fc.uniqueArray(fc.array(tokens, { maxLength: 20 }), {
  minLength: 1,
  maxLength: 6,
  selector: choice => choice.join(),
})

/** The state behind a text, -1 where the grammar does not allow it. */
function walked({ start, transitions }: TokenGrammar, text: readonly number[]): number {
  let state = start
  for (const token of text) state = state < 0 ? state : transitions[state * V + token]!
  return state
}

const test = suite('token grammars')

test('a token mask allows its tokens for ever, and no other', () => {
  const property = fc.property(fc.uniqueArray(fc.nat(V - 1), { minLength: 1 }), allowed => {
    const grammar = tokenMask(allowed, V)
    assert.ok(walked(grammar, [...allowed, ...allowed]) >= 0)
    for (let token = 0; token < V; token++) assert.is(walked(grammar, [token]) >= 0, allowed.includes(token))
  })
  fc.assert(property, { seed: 1 })
})

test('one of several: exactly the choices, each with an end that stays', () => {
  const property = fc.property(choiceLists, fc.array(tokens, { maxLength: 4 }), (choices, other) => {
    const grammar = oneOf(choices, END, V)
    const listed = new Set(choices.map(choice => choice.join()))
    for (const choice of choices) {
      assert.ok(walked(grammar, [...choice, END]) >= 0)
      assert.ok(walked(grammar, [...choice, END, END, END]) >= 0)
      assert.is(walked(grammar, [...choice, END, 1]), -1)
    }
    assert.is(walked(grammar, [...other, END]) >= 0, listed.has(other.join()))
    const begun = choices.some(choice => other.every((token, i) => choice[i] === token))
    assert.is(walked(grammar, other) >= 0, begun)
  })
  fc.assert(property, { seed: 1 })
})

test('what is sampled at a high temperature is one of the choices, and each of few comes', async () => {
  for (const model of [plain, grouped, adapted])
    for (const form of ['loop', 'step'] as const) {
      const sampler = samplerOf(model, { form })
      const property = fc.asyncProperty(choiceLists, fc.nat(), async (choices, seed) => {
        const prompts = [[1], [2, 3], [4, 5, 6], [7], [8, 9], [10, 11, 12]]
        const seeds = prompts.map((_, row) => [seed, row])
        const grammar = oneOf(choices, END, V)
        const request = requestOf(prompts, { maxTokens: 21, temperature: 50, stop: [END], grammar })
        const listed = new Set(choices.map(choice => [...choice, END].join()))
        for (const { tokens: written, stopped } of await sampler.sample({ ...request, seeds })) {
          assert.ok(stopped)
          assert.ok(listed.has(written.join()), written.join())
        }
      })
      await fc.assert(property, { numRuns: 6, seed: 4 })
      await sampler.close()
    }
  const sampler = samplerOf(plain)
  const grammar = oneOf([[1], [2], [3, 4], []], END, V)
  const many = Array.from({ length: 100 }, () => [5])
  const samples = await sampler.sample(
    requestOf(many, { maxTokens: 5, temperature: 50, stop: [END], grammar }),
  )
  assert.is(new Set(samples.map(({ tokens: written }) => written.join())).size, 4)
  await sampler.close()
})

test('everything sampled under a grammar is accepted by it, whatever the filters, across runs', async () => {
  const sampler = samplerOf(grouped)
  // Remainders in turns, in a round that does not divide the tokens of a run.
  const transitions = Int32Array.from({ length: 3 * V }, (_, i) => {
    const [state, token] = [Math.floor(i / V), i % V]
    return token % 3 === state ? (state + 1) % 3 : -1
  })
  const grammar = checked({ states: 3, start: 1, transitions }, V)
  for (const filters of [{}, { topK: 2 }, { topP: 0.6 }, { minP: 0.3 }, { topK: 5, topP: 0.8, minP: 0.01 }])
    for (const temperature of [0, 1, 30]) {
      const prompts = Array.from({ length: 9 }, (_, row) => [row])
      const request = requestOf(prompts, { maxTokens: 35, temperature, grammar, ...filters })
      const samples = await sampler.sample(request)
      for (const { tokens: written } of samples) {
        assert.is(written.length, 35)
        assert.ok(walked(grammar, written) >= 0)
      }
      // Of the whole distribution, not of what was left of it.
      await assertTrainingGraph(grouped, { ...request, temperature: 1 }, samples)
    }
  await sampler.close()
})

const wrong: [string, () => TokenGrammar, RegExp][] = [
  ['a mask of nothing', () => tokenMask([], V), /expected a token that may come in state 0/],
  [
    'too few transitions',
    () => checked({ states: 2, start: 0, transitions: new Int32Array(V) }, V),
    /expected 2 × 13 transitions and a start below 2, got 13 and 0/,
  ],
  [
    'a start outside',
    () => checked({ states: 1, start: 1, transitions: new Int32Array(V) }, V),
    /a start below 1, got 13 and 1/,
  ],
  [
    'a state outside',
    () => checked({ states: 1, start: 0, transitions: new Int32Array(V).fill(1) }, V),
    /state 0 leads to a state that is not there/,
  ],
  [
    'a dead end',
    () => {
      const transitions = new Int32Array(2 * V).fill(-1)
      transitions[3] = 1
      return checked({ states: 2, start: 0, transitions }, V)
    },
    /expected a token that may come in state 1/,
  ],
  ['a token outside a mask', () => tokenMask([2, V], V), /expected tokens below 13, got 13/],
  ['a token outside a choice', () => oneOf([[1], [2, V]], END, V), /expected tokens below 13, got 13/],
  ['an end outside', () => oneOf([[1]], -1, V), /expected tokens below 13, got -1/],
  ['nothing to choose from', () => oneOf([], END, V), /expected a token that may come in state 0/],
]

for (const [name, make, message] of wrong)
  test(`refused: ${name}`, () => {
    try {
      make()
      assert.unreachable()
    } catch (error) {
      assert.instance(error, RangeError)
      assert.match((error as Error).message, message)
    }
  })

test.run()
