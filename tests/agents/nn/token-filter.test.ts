import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MASKED } from '../../../agents/nn/model/forward.ts'
import { Graph } from '../../../agents/nn/graph/graph.ts'
import { createSession, floats, ints } from '../../../agents/nn/runtime/session.ts'
import type { Filters } from '../../../agents/nn/sampling/token-filter.ts'
import { filteredLogits, NO_FILTERS } from '../../../agents/nn/sampling/token-filter.ts'
import type { TokenGrammar } from '../../../agents/nn/sampling/token-grammar.ts'
import { grouped, requestOf, samplerOf, tokensOf } from './tiny-models.ts'

interface Settings {
  temperature: number
  topK: number | null
  topP: number | null
  minP: number | null
}

/** Written by tests/golden/filters.py. */
interface Golden {
  logits: number[][]
  cases: (Settings & { kept: (number | null)[] })[]
}

const golden = JSON.parse(
  readFileSync(new URL('../../golden/filters.json', import.meta.url), 'utf8'),
) as Golden

interface Filtered {
  logits: number[][]
  /** The grammar's state behind each row's `tokens`. */
  next: number[] | null
}

async function filtered(
  rows: readonly (readonly number[])[],
  { temperature, topK, topP, minP }: Settings,
  grammar?: { of: TokenGrammar; states: readonly number[]; tokens: readonly number[] },
): Promise<Filtered> {
  const [count, size] = [rows.length, rows[0]!.length]
  const graph = new Graph('filter')
  const scalar = (name: string) => graph.input(name, [])
  const filters: Filters = {
    topK: topK ?? 0,
    topP: topP !== null,
    minP: minP !== null,
    grammarStates: grammar?.of.states ?? 0,
  }
  const result = filteredLogits(graph.input('logits', [count, size]), filters, {
    temperature: scalar('temperature'),
    topP: topP === null ? null : scalar('topP'),
    minP: minP === null ? null : scalar('minP'),
    transitions: grammar ? graph.input('transitions', [grammar.of.states * size], 'int32') : null,
    state: grammar ? graph.input('state', [count], 'int32') : null,
  })
  graph.output('kept', result.logits)
  const next = grammar ? result.nextState(graph.input('tokens', [count], 'int32')) : null
  if (next) graph.output('next', next)
  const session = await createSession(graph)
  const one = (value: number) => floats(Float32Array.of(value), [])
  const feeds = {
    logits: floats(Float32Array.from(rows.flat()), [count, size]),
    temperature: one(temperature),
    ...(topP !== null && { topP: one(topP) }),
    ...(minP !== null && { minP: one(minP) }),
    ...(grammar && {
      transitions: ints(grammar.of.transitions, [grammar.of.transitions.length]),
      state: ints(Int32Array.from(grammar.states), [count]),
      tokens: ints(Int32Array.from(grammar.tokens), [count]),
    }),
  }
  const outputs = await session.run(
    Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputs.has(name))),
  )
  await session.close()
  const kept = outputs['kept']!.data as Float32Array
  return {
    logits: rows.map((_, row) => [...kept.subarray(row * size, (row + 1) * size)]),
    next: next && [...(outputs['next']!.data as Int32Array)],
  }
}

const off = { temperature: 1, topK: null, topP: null, minP: null }

const test = suite('token filters')

for (const temperature of [0.5, 1, 1.7])
  test(`at temperature ${temperature} they leave what transformers leaves`, async () => {
    const cases = golden.cases.filter(settings => settings.temperature === temperature)
    assert.is(cases.length, 100)
    for (const { kept, ...settings } of cases) {
      const { logits } = await filtered(golden.logits, settings)
      for (const [row, expected] of kept.entries()) {
        if (expected === null) continue
        const left = logits[row]!.reduce((bits, score, id) => bits + (score > MASKED ? 2 ** id : 0), 0)
        assert.is(left, expected, `row ${row} of ${JSON.stringify(settings)}`)
      }
    }
  })

test('what is left keeps its logit', async () => {
  const { logits } = await filtered(golden.logits, { temperature: 0.7, topK: 8, topP: 0.9, minP: 0.05 })
  for (const [row, scores] of logits.entries())
    for (const [id, score] of scores.entries())
      assert.ok(score === MASKED || score === Math.fround(golden.logits[row]![id]!))
})

test('without filters nothing is touched', async () => {
  const graph = new Graph('filter')
  const logits = graph.input('logits', [2, 3])
  const input = { temperature: graph.constant(1), topP: null, minP: null, transitions: null, state: null }
  const result = filteredLogits(logits, NO_FILTERS, input)
  assert.is(result.logits, logits)
  assert.is(result.nextState(logits), null)
})

test('a top-k as large as the vocabulary, a top-p of 1 and a min-p of 0 leave all', async () => {
  for (const settings of [
    { topK: 24 },
    { topK: 999 },
    { topP: 1 },
    { minP: 0 },
    { topK: 24, topP: 1, minP: 0 },
  ]) {
    const { logits } = await filtered(golden.logits, { ...off, ...settings })
    assert.ok(logits.flat().every(score => score > MASKED))
  }
})

/** Any grammar over V tokens: in each of its states at least one token may come. */
const V = 5
const grammars = fc
  .integer({ min: 1, max: 4 })
  .chain(states =>
    fc
      .array(fc.array(fc.integer({ min: -1, max: states - 1 }), { minLength: V, maxLength: V }), {
        minLength: states,
        maxLength: states,
      })
      .filter(rows => rows.every(row => row.some(next => next >= 0))),
  )
  .map(rows => ({ states: rows.length, start: 0, transitions: Int32Array.from(rows.flat()) }))
const scores = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: V, maxLength: V })

test('a grammar silences what its state forbids, and leads on', async () => {
  const property = fc.asyncProperty(
    grammars,
    fc.array(fc.tuple(scores, fc.nat(), fc.nat(V - 1)), { minLength: 1, maxLength: 4 }),
    async (of, rows) => {
      const states = rows.map(([, state]) => state % of.states)
      const tokens = rows.map(([, , token]) => token)
      const result = await filtered(
        rows.map(([row]) => row),
        off,
        { of, states, tokens },
      )
      for (const [row, [own]] of rows.entries()) {
        const next = of.transitions.subarray(states[row]! * V, (states[row]! + 1) * V)
        assert.is(result.next![row], next[tokens[row]!])
        for (const [token, score] of own.entries())
          assert.is(result.logits[row]![token], next[token]! < 0 ? MASKED : Math.fround(score))
      }
    },
  )
  await fc.assert(property, { numRuns: 60, seed: 1 })
})

test('top-k, top-p and min-p judge what the grammar allows', async () => {
  // The two likeliest tokens are forbidden.
  const of = { states: 1, start: 0, transitions: Int32Array.of(-1, -1, 0, 0, 0) }
  const row = [9, 8, 3, 2, -4]
  const grammar = { of, states: [0], tokens: [2] }
  const left = async (settings: Partial<Settings>): Promise<number[]> => {
    const { logits } = await filtered([row], { ...off, ...settings }, grammar)
    return logits[0]!.flatMap((score, id) => (score > MASKED ? [id] : []))
  }
  assert.equal(await left({}), [2, 3, 4])
  assert.equal(await left({ topK: 1 }), [2])
  assert.equal(await left({ topK: 2 }), [2, 3])
  assert.equal(await left({ topP: 0.7 }), [2])
  assert.equal(await left({ topP: 0.8 }), [2, 3])
  assert.equal(await left({ minP: 0.3 }), [2, 3])
  assert.equal(await left({ minP: 0.5 }), [2])
})

test('sampled through, filters leave only what they should: greedy at top-k 1, and at temperature 0 nothing changes', async () => {
  const prompts = Array.from({ length: 12 }, (_, i) => [i, 3])
  for (const form of ['loop', 'step'] as const) {
    const sampler = samplerOf(grouped, { form })
    const request = requestOf(prompts, { maxTokens: 18, temperature: 2 })
    const greedy = tokensOf(await sampler.sample({ ...request, temperature: 0 }))
    for (const narrow of [{ topK: 1 }, { topP: 1e-6 }, { minP: 1 }])
      assert.equal(tokensOf(await sampler.sample({ ...request, ...narrow })), greedy)
    const filters = { topK: 3, topP: 0.5, minP: 0.2 }
    assert.equal(tokensOf(await sampler.sample({ ...request, ...filters, temperature: 0 })), greedy)
    const wide = { topK: 13, topP: 1, minP: 0 }
    assert.equal(
      tokensOf(await sampler.sample({ ...request, ...wide })),
      tokensOf(await sampler.sample(request)),
    )
    await sampler.close()
  }
})

test.run()
