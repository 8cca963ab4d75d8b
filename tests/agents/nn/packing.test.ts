import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pack } from '../../../agents/nn/training/packing.ts'

const MAX_LENGTH = 30

/** Every token of every sequence is told apart by its value. */
const someSequences = fc
  .array(fc.record({ length: fc.integer({ min: 2, max: MAX_LENGTH + 1 }), start: fc.nat(MAX_LENGTH) }), {
    minLength: 1,
    maxLength: 60,
  })
  .map(forms =>
    forms.map(({ length, start }, i) => ({
      tokens: Array.from({ length }, (_, t) => 1 + i * (MAX_LENGTH + 1) + t),
      start: Math.min(start, length - 2),
    })),
  )
/** Short enough that packing pays. */
const manyShort = fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 40, maxLength: 60 }).map(lengths =>
  lengths.map((length, i) => ({
    tokens: Array.from({ length }, (_, t) => 1 + i * (MAX_LENGTH + 1) + t),
    start: 0,
  })),
)
const sequences = fc.oneof(someSequences, manyShort)

const test = suite('packing')

test('every prediction stands once, with its token, its target and its position', () => {
  fc.assert(
    fc.property(sequences, list => {
      const { batch, offsets } = pack(list, MAX_LENGTH, true)
      const { tokens, targets, positions } = batch
      const taken = new Set<number>()
      for (const [i, sequence] of list.entries())
        for (let t = 0; t < sequence.tokens.length - 1; t++) {
          const at = offsets[i]! + t
          assert.not.ok(taken.has(at), `${at} is taken twice`)
          taken.add(at)
          assert.is(tokens[at], sequence.tokens[t])
          assert.is(targets[at], sequence.tokens[t + 1])
          if (positions) assert.is(positions[at], t)
        }
      // Nothing else stands anywhere.
      assert.is(tokens.filter(id => id !== 0).length, taken.size)
      assert.is(targets.filter(id => id !== 0).length, taken.size)
    }),
  )
})

test('a sequence lies in one row, and shares it only with sequences of other segments', () => {
  fc.assert(
    fc.property(sequences, list => {
      const { batch, offsets } = pack(list, MAX_LENGTH)
      const width = batch.tokens.length / batch.rows
      assert.ok(Number.isInteger(width) && width <= MAX_LENGTH)
      const segments = new Set<string>()
      for (const [i, { tokens }] of list.entries()) {
        const first = offsets[i]!
        const last = first + tokens.length - 2
        assert.is(Math.floor(first / width), Math.floor(last / width))
        if (!batch.segments) {
          assert.is(first % width, 0)
          continue
        }
        const own = batch.segments.subarray(first, last + 1)
        assert.ok(own.every(segment => segment === own[0] && segment >= 0))
        const key = `${Math.floor(first / width)}:${own[0]}`
        assert.not.ok(segments.has(key), 'two sequences of a row have one segment')
        segments.add(key)
      }
      const used = list.reduce((sum, { tokens }) => sum + tokens.length - 1, 0)
      if (batch.segments) assert.is(batch.segments.filter(segment => segment >= 0).length, used)
    }),
  )
})

test('predictions of the prompt and padding belong to no sequence', () => {
  fc.assert(
    fc.property(sequences, list => {
      const { batch, offsets } = pack(list, MAX_LENGTH, true)
      const expected = new Int32Array(batch.tokens.length).fill(-1)
      for (const [i, { tokens, start }] of list.entries())
        expected.fill(i, offsets[i]! + start, offsets[i]! + tokens.length - 1)
      assert.equal(batch.sequences, expected)
      assert.is(batch.numSequences, list.length)
    }),
  )
})

test('sequences have rows of their own, rounded up to eight, and far fewer where they are packed', () => {
  let packings = 0
  fc.assert(
    fc.property(sequences, list => {
      const { batch } = pack(list, MAX_LENGTH)
      assert.is(batch.segments === undefined, batch.positions === undefined)
      const own = list.length <= 8 ? list.length : Math.ceil(list.length / 8) * 8
      if (!batch.segments) return assert.is(batch.rows, own)
      packings++
      assert.is(batch.rows % 8, 0)
      assert.ok(batch.rows < 0.7 * list.length)
    }),
  )
  assert.ok(packings > 0)
})

test('few shapes occur: widths are multiples of 8, or the longest that is allowed', () => {
  fc.assert(
    fc.property(sequences, list => {
      const { batch } = pack(list, MAX_LENGTH)
      const width = batch.tokens.length / batch.rows
      assert.ok(width === MAX_LENGTH || width % 8 === 0, String(width))
      const longest = Math.max(...list.map(({ tokens }) => tokens.length - 1))
      assert.ok(width >= longest && width < longest + 8, `${width} for ${longest}`)
    }),
  )
})

test('without an index no sequence is named', () => {
  const { batch } = pack([{ tokens: [1, 2], start: 0 }], 8)
  assert.is(batch.sequences, undefined)
  assert.is(batch.numSequences, undefined)
})

test('sequences that do not fit are refused', () => {
  const of = (length: number) => ({ tokens: Array.from({ length }, () => 1), start: 0 })
  assert.throws(() => pack([], 4), /expected at least one sequence/)
  assert.throws(() => pack([of(3), of(1)], 4), /expected sequences of 2 to 5 tokens, got 1 in sequence 1/)
  assert.throws(() => pack([of(6)], 4), /expected sequences of 2 to 5 tokens, got 6 in sequence 0/)
  assert.is(pack([of(5)], 4).batch.tokens.length, 4)
})

test.run()
