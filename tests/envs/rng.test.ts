/** @file Random numbers: the published generator's own outputs, unbiased ranges, unrelated streams. */
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { murmur3 } from '../../envs/murmur.ts'
import { rngAt, xoshiro128ss } from '../../envs/rng.ts'

// Outputs of Blackman & Vigna's C code for xoshiro128** 1.1, compiled with gcc: the first eight and the thousandth.
const GOLDEN: { state: [number, number, number, number]; first: number[]; thousandth: number }[] = [
  {
    state: [1, 2, 3, 4],
    first: [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849],
    thousandth: 3170714187,
  },
  {
    state: [0xdeadbeef, 0x01234567, 0x89abcdef, 0xffffffff],
    first: [2576977298, 1162350735, 2291329051, 732944927, 482780208, 3416574328, 2872943131, 1297184098],
    thousandth: 3915379393,
  },
]

test('xoshiro128** 1.1 gives the reference outputs', () => {
  for (const { state, first, thousandth } of GOLDEN) {
    const next = xoshiro128ss(state)
    const drawn = Array.from({ length: 1000 }, () => next())
    assert.equal(drawn.slice(0, 8), first)
    assert.is(drawn[999], thousandth)
  }
})

// Values of the Python package mmh3 (Appleby's own code) over the UTF-16LE bytes.
test('MurmurHash3 gives the reference outputs', () => {
  for (const [text, seed, hash] of [
    ['', 0, 0],
    ['', 1, 1364076727],
    ['a', 0, 1867108634],
    ['test', 0, 1351191292],
    ['test', 0x9747b28c, 651596879],
    ['Hello, world!', 0x9747b28c, 3143093495],
    ['math/gcd-v1 [12,18]', 0x510e527f, 1043262751],
    ['é€😀', 42, 3170223395],
  ] as const)
    assert.is(murmur3(text, seed), hash, text)
})

test('equal coordinates give equal streams, different ones unrelated streams', () => {
  const draw = (...at: (string | number)[]): number[] => {
    const rng = rngAt(...at)
    return Array.from({ length: 200 }, () => rng.next())
  }
  assert.equal(draw('a', 1), draw('a', 1))
  const all = [draw('a', 1), draw('a', 2), draw('a', '1'), draw('a1'), draw('a', 1, 0)].flat()
  assert.is(new Set(all).size, all.length)
})

test('splitting consumes nothing, and neither branch changes the other', () => {
  const [plain, split] = [rngAt('x'), rngAt('x')]
  const branch = split.split('side', 3)
  const fromBranch = Array.from({ length: 50 }, () => branch.next())
  assert.equal(
    Array.from({ length: 50 }, () => split.next()),
    Array.from({ length: 50 }, () => plain.next()),
  )
  assert.equal(fromBranch, (again => Array.from({ length: 50 }, () => again.next()))(plain.split('side', 3)))
  const [a, b] = [rngAt('x', 'a'), rngAt('x', 'b')]
  const agree = Array.from({ length: 4000 }, () => Number(a.float() < 0.5 === b.float() < 0.5))
  const share = agree.reduce((sum, same) => sum + same, 0) / 4000
  assert.ok(Math.abs(share - 0.5) < 0.04, `neighbouring streams agree on ${share} of their bits`)
})

test('int stays within its bounds, reaches both ends and is uniform', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1000, max: 1000 }), fc.nat(1000), (low, width) => {
      const value = rngAt('int', low, width).int(low, low + width)
      assert.ok(Number.isInteger(value) && value >= low && value <= low + width)
    }),
  )
  const rng = rngAt('uniform')
  const counts = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < 60_000; i++) counts[rng.int(0, 5)]!++
  const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
  assert.ok(chiSquare < 20.5, `chi-square ${chiSquare} with 5 degrees of freedom, p < 0.001`)
})

test('a range of three quarters of 2^32 is not biased towards its start', () => {
  const rng = rngAt('wide')
  const bound = 3 * 2 ** 30
  let low = 0
  for (let i = 0; i < 30_000; i++) if (rng.int(0, bound - 1) < bound / 3) low++
  assert.ok(Math.abs(low / 30_000 - 1 / 3) < 0.012, `${low / 30_000} of the draws are in the first third`)
})

test('bad ranges and empty lists are refused by name', () => {
  assert.throws(() => rngAt('x').int(2, 1), /rng.int: expected low <= high/)
  assert.throws(() => rngAt('x').int(0, 2 ** 32), /less than 2\^32 apart/)
  assert.throws(() => rngAt('x').pick([]), /rng.pick: expected at least one item/)
})

test('shuffle keeps every item and leaves its argument alone', () => {
  const items = [1, 2, 3, 4, 5, 6, 7]
  const shuffled = rngAt('shuffle').shuffle(items)
  assert.equal(items, [1, 2, 3, 4, 5, 6, 7])
  assert.equal(
    shuffled.toSorted((a, b) => a - b),
    items,
  )
})

test.run()
