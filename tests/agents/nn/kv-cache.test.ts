import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { SequenceCache } from '../../../agents/nn/sampling/kv-cache.ts'
import { appended, batched, emptyCache, PrefixCaches, rowOf } from '../../../agents/nn/sampling/kv-cache.ts'

/** K heads, d numbers per position. */
const shapes = fc.record({
  layers: fc.constant(1),
  heads: fc.integer({ min: 1, max: 3 }),
  size: fc.constant(2),
})
const lengths = fc.array(fc.nat(5), { minLength: 1, maxLength: 5 })

/** `[K, length, d]`, every number different from all others. */
function sequence(row: number, length: number, { heads, size }: { heads: number; size: number }) {
  return Float32Array.from({ length: heads * length * size }, (_, i) => row * 1000 + i + 1)
}

/** A cache of 4·bytes/4 numbers that is known by one of them. */
function cacheOf(length: number, mark = 0, bytes = 8): SequenceCache {
  const half = bytes / 8
  return {
    length,
    keys: [new Float32Array(half).fill(mark)],
    values: [new Float32Array(half).fill(mark)],
  }
}

const test = suite('key-value caches')

test('what is batched is found again, with zeros behind it', () => {
  const property = fc.property(shapes, lengths, fc.nat(3), (shape, all, spare) => {
    const sequences = all.map((length, row) => sequence(row, length, shape))
    const [rows, width] = [all.length + spare, Math.max(...all) + spare]
    const batch = batched(sequences, { rows, length: width }, shape)
    assert.is(batch.length, rows * shape.heads * width * shape.size)
    for (const [row, length] of all.entries())
      assert.equal(rowOf(batch, { row, width, length }, shape), sequences[row])
    const filled = sequences.reduce((sum, { length }) => sum + length, 0)
    assert.is(batch.filter(number => number !== 0).length, filled)
  })
  fc.assert(property, { seed: 1 })
})

test('appended block by block: position by position what a brute force copies', () => {
  const property = fc.property(shapes, lengths, fc.nat(4), fc.nat(4), ({ heads, size }, all, a, b) => {
    const blocks = all.length * heads
    const first = Float32Array.from({ length: blocks * a * size }, (_, i) => i + 1)
    const second = Float32Array.from({ length: blocks * b * size }, (_, i) => -i - 1)
    const expected: number[] = []
    for (let block = 0; block < blocks; block++)
      for (let t = 0; t < a + b; t++)
        for (let i = 0; i < size; i++)
          expected.push(t < a ? first[(block * a + t) * size + i]! : second[(block * b + t - a) * size + i]!)
    assert.equal(appended(first, second, blocks), Float32Array.from(expected))
  })
  fc.assert(property, { seed: 1 })
})

test('appending to a batch is batching what is appended', () => {
  const property = fc.property(
    shapes,
    fc.nat(4),
    fc.nat(4),
    fc.integer({ min: 1, max: 4 }),
    (shape, a, b, rows) => {
      const [first, second] = [a, b].map((length, part) =>
        Array.from({ length: rows }, (_, row) => sequence(10 * part + row, length, shape)),
      )
      const each = first!.map((left, row) => appended(left, second![row]!, shape.heads))
      const together = appended(
        batched(first!, { rows, length: a }, shape),
        batched(second!, { rows, length: b }, shape),
        rows * shape.heads,
      )
      assert.equal(together, batched(each, { rows, length: a + b }, shape))
    },
  )
  fc.assert(property, { seed: 1 })
})

test('the empty cache has arrays of every layer', () => {
  const { length, keys, values } = emptyCache({ layers: 3, heads: 2, size: 4 })
  assert.equal([length, keys.length, values.length], [0, 3, 3])
  assert.ok([...keys, ...values].every(array => array.length === 0))
})

test('the longest known beginning, as a search over all of them finds it', () => {
  const tokens = fc.array(fc.nat(2), { minLength: 1, maxLength: 6 })
  const property = fc.property(fc.array(tokens, { maxLength: 12 }), tokens, (known, asked) => {
    const caches = new PrefixCaches()
    for (const prefix of known) caches.add(prefix, cacheOf(prefix.length))
    const beginnings = known.filter(prefix => prefix.every((token, i) => asked[i] === token))
    const expected = Math.max(0, ...beginnings.map(({ length }) => length))
    assert.is(caches.longest(asked)?.length ?? 0, expected)
    caches.clear()
    assert.is(caches.longest(asked), null)
  })
  fc.assert(property, { seed: 1 })
})

test('at most so many bytes are kept, those that were used last', () => {
  const use = fc.oneof(
    fc.record({ add: fc.nat(9), bytes: fc.constantFrom(8, 16, 80) }),
    fc.record({ ask: fc.nat(9) }),
  )
  const property = fc.property(fc.array(use, { maxLength: 40 }), uses => {
    const caches = new PrefixCaches(64)
    // The model: names in order of use.
    let order: { name: number; bytes: number }[] = []
    for (const step of uses)
      if ('ask' in step) {
        const entry = order.find(({ name }) => name === step.ask)
        assert.is(caches.longest([step.ask, 1])?.keys[0]![0], entry?.name)
        if (entry) order = [...order.filter(other => other !== entry), entry]
      } else if (!order.some(({ name }) => name === step.add)) {
        caches.add([step.add], cacheOf(1, step.add, step.bytes))
        order.push({ name: step.add, bytes: step.bytes })
        while (order.reduce((sum, { bytes }) => sum + bytes, 0) > 64) order.shift()
      }
  })
  fc.assert(property, { seed: 1, numRuns: 300 })
})

test('no more than 1024 prompts are kept, however small', () => {
  const caches = new PrefixCaches()
  const cache = { length: 1, keys: [new Float32Array(1)], values: [new Float32Array(1)] }
  for (let token = 0; token <= 1024; token++) caches.add([token], cache)
  assert.is(caches.longest([0]), null)
  assert.is(caches.longest([1]), cache)
})

test.run()
