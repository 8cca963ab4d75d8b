import * as fc from 'fast-check'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  brainOfFloatBits,
  floatBitsOfBrain,
  floatBitsOfHalf,
  halfOfFloatBits,
} from '../../../agents/nn/checkpoint/half.ts'
import type { Dtype } from '../../../agents/nn/checkpoint/safetensors.ts'
import { readHeader, readTensor, writeSafetensors } from '../../../agents/nn/checkpoint/safetensors.ts'
import { UsageError } from '../../../envs/errors.ts'
import { golden, temporaryFolder } from './golden-folders.ts'

const root = temporaryFolder()
const file = join(root, 'model.safetensors')
const EVERY = Array.from({ length: 65536 }, (_, bits) => bits)

const test = suite('safetensors')
test.after(() => rmSync(root, { recursive: true, force: true }))

interface Hashes {
  lows: number[]
  floatsOfHalves: string
  floatsOfBrains: string
  halves: string
  brains: string
}
const hashes = golden<Hashes>('half.json')
const sha256 = (values: Uint16Array | Uint32Array): string =>
  createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')
const isNaNBits = (bits: number): boolean => (bits & 0x7fffffff) > 0x7f800000

test('all 65536 float16 and bfloat16 have the float32 that NumPy and PyTorch give them', () => {
  const numbers = (fromBits: (bits: number) => number): Uint32Array =>
    Uint32Array.from(EVERY.map(fromBits).filter(bits => !isNaNBits(bits)))
  assert.is(sha256(numbers(floatBitsOfHalf)), hashes.floatsOfHalves)
  assert.is(sha256(numbers(floatBitsOfBrain)), hashes.floatsOfBrains)
})

test('and back: every pattern is its own nearest', () => {
  for (const bits of EVERY) {
    const [half, brain] = [floatBitsOfHalf(bits), floatBitsOfBrain(bits)]
    if (!isNaNBits(half)) assert.is(halfOfFloatBits(half), bits)
    if (!isNaNBits(brain)) assert.is(brainOfFloatBits(brain), bits)
  }
})

test('float32 of every exponent, at and beside the ties, are rounded as NumPy and PyTorch round them', () => {
  const floats = EVERY.flatMap(high => hashes.lows.map(low => high * 65536 + low))
  const rounded = (toBits: (bits: number) => number, nan: number): Uint16Array =>
    Uint16Array.from(floats, bits => (isNaNBits(bits) ? nan : toBits(bits)))
  assert.is(sha256(rounded(halfOfFloatBits, 0x7e00)), hashes.halves)
  assert.is(sha256(rounded(brainOfFloatBits, 0x7fc0)), hashes.brains)
  for (const bits of floats.filter(isNaNBits)) {
    assert.ok((halfOfFloatBits(bits) & 0x7fff) > 0x7c00)
    assert.ok((brainOfFloatBits(bits) & 0x7fff) > 0x7f80)
  }
})

interface Case {
  dtype: Dtype
  tensors: { name: string; shape: number[]; values: Float32Array }[]
}
/** Numbers that the type holds exactly, as bit patterns: NaNs and infinities too. */
const bitsOf: Record<Dtype, fc.Arbitrary<number>> = {
  F32: fc.nat({ max: 0xffffffff }),
  F16: fc.nat({ max: 0xffff }).map(floatBitsOfHalf),
  BF16: fc.nat({ max: 0xffff }).map(floatBitsOfBrain),
}
const tensor = (dtype: Dtype): fc.Arbitrary<Case['tensors'][number]> =>
  fc
    .tuple(fc.string({ unit: 'binary' }), fc.array(fc.nat({ max: 5 }), { maxLength: 3 }))
    .chain(([name, shape]) => {
      const length = shape.reduce((product, dim) => product * dim, 1)
      return fc
        .array(bitsOf[dtype], { minLength: length, maxLength: length })
        .map(bits => ({ name: `.${name}`, shape, values: new Float32Array(Uint32Array.from(bits).buffer) }))
    })
const cases: fc.Arbitrary<Case> = fc
  .constantFrom<Dtype>('F32', 'F16', 'BF16')
  .chain(dtype =>
    fc
      .uniqueArray(tensor(dtype), { selector: ({ name }) => Buffer.from(name).toString('hex'), maxLength: 5 })
      .map(tensors => ({ dtype, tensors })),
  )
/** Which bits of a NaN survive is nobody's promise. */
const comparable = (values: Float32Array): number[] =>
  Array.from(new Uint32Array(values.slice().buffer), bits => (isNaNBits(bits) ? NaN : bits))

test('any tensors of any type are read as they were written', () => {
  fc.assert(
    fc.property(cases, ({ dtype, tensors }) => {
      writeSafetensors(file, tensors, dtype)
      const header = readHeader(file)
      assert.equal(new Set(header.keys()), new Set(tensors.map(({ name }) => name)))
      for (const { name, shape, values } of tensors) {
        const stored = header.get(name)!
        assert.equal([stored.shape, stored.dtype], [shape, dtype])
        const read = new Float32Array(values.length)
        readTensor(stored, read)
        assert.equal(comparable(read), comparable(values))
      }
    }),
  )
})

/** Reads everything there is. */
function readAll(): void {
  for (const stored of readHeader(file).values())
    readTensor(stored, new Float32Array(stored.shape.reduce((product, dim) => product * dim, 1)))
}

const damage = fc.record({
  case: cases,
  cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  flips: fc.array(
    fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), to: fc.nat(255) }),
  ),
  inHeader: fc.boolean(),
  more: fc.uint8Array({ maxLength: 9 }),
})

test('whatever happens to a file, reading it gives numbers or one UsageError', () => {
  let refused = 0
  fc.assert(
    fc.property(damage, ({ case: { dtype, tensors }, cut, flips, inHeader, more }) => {
      writeSafetensors(file, tensors, dtype)
      const bytes = readFileSync(file)
      const reach = inHeader ? 8 + Number(bytes.readBigUInt64LE(0)) : bytes.length
      for (const { at, to } of flips) bytes[Math.floor(at * reach)] = to
      writeFileSync(file, Buffer.concat([bytes.subarray(0, Math.round((cut ?? 1) * bytes.length)), more]))
      try {
        readAll()
      } catch (error) {
        assert.instance(error, UsageError, String(error))
        assert.not.match((error as Error).message, /\n/)
        refused++
      }
    }),
    { numRuns: 1000 },
  )
  assert.ok(refused > 300, `only ${refused} of 1000 were refused`)
})

const one = (change: object): Record<string, object> => ({
  a: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...change },
})
const two = (from: number, to: number): Record<string, object> => ({
  ...one({}),
  b: { dtype: 'F32', shape: [2], data_offsets: [from, to] },
})
const HEADERS: Record<string, [unknown, number, RegExp]> = {
  'not an object': [null, 0, /the header is not that of a safetensors file/],
  'a negative offset': [one({ data_offsets: [-8, 0] }), 8, /the header is not/],
  'a shape of fractions': [one({ shape: [1.5] }), 6, /the header is not/],
  'a shape beyond all numbers': [
    one({ shape: Array.from({ length: 40 }, () => 2 ** 52) }),
    8,
    /expected Infinity bytes/,
  ],
  'a type of another size': [one({ dtype: 'F16' }), 8, /"a": expected 4 bytes for F16 \[2\], got 8/],
  'a type that nobody knows': [one({ dtype: 'F2' }), 8, /"a": "F2" is no known type/],
  'a type that is read for nobody': [
    one({ dtype: 'I32' }),
    8,
    /expected 2 numbers of F32, F16 or BF16, got I32/,
  ],
  'an overlap': [two(4, 12), 12, /"b": expected it to begin at byte \d+, behind the one before/],
  'a hole': [two(12, 20), 20, /"b": expected it to begin at byte \d+, behind the one before/],
  'a cut file': [two(8, 16), 12, /"b" ends at byte \d+ of \d+: the file is cut off/],
  'bytes behind the last tensor': [two(8, 16), 17, /expected \d+ bytes for its header, got \d+/],
}
for (const [name, [header, bytes, message]] of Object.entries(HEADERS)) {
  test(`${name}: one clear error`, () => {
    const text = Buffer.from(JSON.stringify(header))
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(text.length))
    writeFileSync(file, Buffer.concat([length, text, Buffer.alloc(bytes)]))
    assert.throws(readAll, (error: Error) => error instanceof UsageError && message.test(error.message))
  })
}

test('a header longer than any file, a folder, nothing: one clear error', () => {
  writeFileSync(file, Buffer.alloc(16, 0xff))
  assert.throws(readAll, /cut off or not a safetensors file \(16 bytes\)/)
  assert.throws(() => readHeader(root), /expected a file, found something else/)
  assert.throws(() => readHeader(join(root, 'nothing')), /cannot be read \(ENOENT\)/)
})

test('a file that is cut after its header was read: one clear error', () => {
  writeSafetensors(file, [{ name: 'a', shape: [4], values: new Float32Array(4) }], 'F32')
  const stored = readHeader(file).get('a')!
  truncateSync(file, stored.start + 10)
  assert.throws(() => readTensor(stored, new Float32Array(4)), /cut off at byte \d+; copy it again/)
})

test('a number that the type cannot hold is refused, and the file that was there stays', () => {
  const named = (...values: number[]): Parameters<typeof writeSafetensors>[1] => [
    { name: 'a', shape: [values.length], values: Float32Array.from(values) },
  ]
  writeSafetensors(file, named(1, 2), 'F32')
  const before = readFileSync(file)
  assert.throws(() => writeSafetensors(file, named(1, 65520), 'F16'), /a has a larger one; save as F32/)
  assert.equal(readFileSync(file), before)
  assert.not(existsSync(`${file}.tmp`))
  writeSafetensors(file, named(65504, -Infinity), 'F16')
})

test('tensors larger than a chunk are converted whole', () => {
  const values = Float32Array.from({ length: 600_001 }, (_, i) => (i % 2047) - 1023)
  writeSafetensors(file, [{ name: 'a', shape: [values.length], values }], 'F16')
  const read = new Float32Array(values.length + 2)
  readTensor(readHeader(file).get('a')!, read.subarray(1, values.length + 1))
  assert.is(
    values.findIndex((value, i) => read[i + 1] !== value),
    -1,
  )
  assert.equal([read[0], read.at(-1)], [0, 0])
})

test.run()
