/**
 * @file safetensors files: header length (uint64), a JSON header, then the tensors' bytes.
 *
 * Tensors are read straight into the caller's array and written straight from it, a slice at a time, so that a model is never
 * in memory twice. All numbers are little-endian, as is every machine that onnxruntime-node runs on.
 */
import { z } from 'zod'
import { UsageError } from '../../../envs/errors.ts'
import { readFully, withFile, writeFully, writeWhole } from '../files.ts'
import type { OpenFile } from '../files.ts'
import { brainOfFloatBits, floatBitsOfBrain, floatBitsOfHalf, halfOfFloatBits } from './half.ts'

export type Dtype = 'F32' | 'F16' | 'BF16'

export interface StoredTensor {
  file: string
  dtype: string
  shape: readonly number[]
  /** Its bytes in the file. */
  start: number
  end: number
}

export interface NamedTensor {
  name: string
  shape: readonly number[]
  values: Float32Array
}

const MAX_HEADER_BYTES = 100_000_000
/** Numbers converted at a time. */
const CHUNK = 1 << 18

/** Bytes of one number, for every type that a file may hold; those of `Dtype` can be read. */
const BYTES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    8: 'F64 I64 U64',
    4: 'F32 I32 U32',
    2: 'F16 BF16 I16 U16',
    1: 'I8 U8 BOOL F8_E4M3 F8_E5M2',
  }).flatMap(([bytes, names]) => names.split(' ').map(name => [name, Number(bytes)] as const)),
)
const FROM_BITS = { F16: floatBitsOfHalf, BF16: floatBitsOfBrain }
const TO_BITS = { F16: halfOfFloatBits, BF16: brainOfFloatBits }
/** The patterns of infinity, without the sign. */
const INFINITE = { F16: 0x7c00, BF16: 0x7f80 }

const size = z.number().int().nonnegative()
const headerSchema = z.record(
  z.string(),
  z.strictObject({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) }),
)

/** The tensors of a file, by name. Throws UsageError unless they fill the file exactly, without holes or overlaps. */
export function readHeader(file: string): Map<string, StoredTensor> {
  return withFile(file, open => {
    const { text, start } = headerText(open)
    const tensors = parsedHeader(open, text, start)
    checkLayout(open, start, tensors)
    return tensors
  })
}

/** Reads a tensor as float32 numbers; `target` has as many as its shape says. */
export function readTensor({ file, dtype, start, end }: StoredTensor, target: Float32Array): void {
  withFile(file, open => {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
    if (dtype === 'F32' && end - start === bytes.length) return readFully(open, bytes, start)
    if ((dtype === 'F16' || dtype === 'BF16') && end - start === target.length * 2)
      return readConverted(open, start, target, FROM_BITS[dtype])
    throw new UsageError(`${file}: expected ${target.length} numbers of F32, F16 or BF16, got ${dtype}`)
  })
}

/** Writes a whole file or none. Throws UsageError for a finite number that is infinite in `dtype`. */
export function writeSafetensors(file: string, tensors: readonly NamedTensor[], dtype: Dtype): void {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  let offset = 0
  for (const { name, shape, values } of tensors) {
    const end = offset + values.length * BYTES.get(dtype)!
    header[name] = { dtype, shape, data_offsets: [offset, end] }
    offset = end
  }
  writeWhole(file, handle => {
    writeFully(handle, encodedHeader(header))
    for (const { name, values } of tensors) {
      if (dtype === 'F32')
        writeFully(handle, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
      else if (!writeConverted(handle, values, dtype))
        throw new UsageError(
          `${file}: expected numbers that ${dtype} can hold, but ${name} has a larger one; save as F32`,
        )
    }
  })
}

function headerText(open: OpenFile): { text: string; start: number } {
  const { file, size: fileSize } = open
  const prefix = Buffer.alloc(8)
  if (fileSize >= 8) readFully(open, prefix, 0)
  const length = fileSize < 8 ? Infinity : Number(prefix.readBigUInt64LE(0))
  if (length > Math.min(MAX_HEADER_BYTES, fileSize - 8))
    throw new UsageError(
      `${file}: cut off or not a safetensors file (${fileSize} bytes); copy or train it again`,
    )
  const header = new Uint8Array(length)
  readFully(open, header, 8)
  return { text: new TextDecoder().decode(header), start: 8 + length }
}

function parsedHeader({ file }: OpenFile, text: string, start: number): Map<string, StoredTensor> {
  let entries: z.infer<typeof headerSchema>
  try {
    const { __metadata__: _, ...tensors } = JSON.parse(text) as Record<string, unknown>
    entries = headerSchema.parse(tensors)
  } catch {
    throw new UsageError(`${file}: the header is not that of a safetensors file`)
  }
  return new Map(
    Object.entries(entries).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => [name, { file, dtype, shape, start: start + from, end: start + to }],
    ),
  )
}

function checkLayout(
  { file, size: fileSize }: OpenFile,
  start: number,
  tensors: ReadonlyMap<string, StoredTensor>,
): void {
  const inOrder = [...tensors].sort(([, a], [, b]) => a.start - b.start || a.end - b.end)
  let end = start
  for (const [name, tensor] of inOrder) {
    const said = `${file}: ${JSON.stringify(name)}`
    const bytes = BYTES.get(tensor.dtype)
    if (bytes === undefined) throw new UsageError(`${said}: ${JSON.stringify(tensor.dtype)} is no known type`)
    const numbers = tensor.shape.reduce((product, dim) => product * dim, 1)
    if (tensor.end - tensor.start !== numbers * bytes)
      throw new UsageError(
        `${said}: expected ${numbers * bytes} bytes for ${tensor.dtype} [${tensor.shape.join(',')}], got ${tensor.end - tensor.start}`,
      )
    if (tensor.start !== end)
      throw new UsageError(
        `${said}: expected it to begin at byte ${end}, behind the one before, got ${tensor.start}`,
      )
    if (tensor.end > fileSize)
      throw new UsageError(`${said} ends at byte ${tensor.end} of ${fileSize}: the file is cut off`)
    end = tensor.end
  }
  if (end !== fileSize)
    throw new UsageError(
      `${file}: expected ${end} bytes for its header, got ${fileSize}; copy or train it again`,
    )
}

function readConverted(
  open: OpenFile,
  start: number,
  target: Float32Array,
  fromBits: (bits: number) => number,
): void {
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length)
  const chunk = new Uint16Array(Math.min(CHUNK, target.length))
  for (let at = 0; at < target.length; at += CHUNK) {
    const part = chunk.subarray(0, Math.min(CHUNK, target.length - at))
    readFully(open, new Uint8Array(part.buffer, 0, part.byteLength), start + at * 2)
    for (let i = 0; i < part.length; i++) bits[at + i] = fromBits(part[i]!)
  }
}

/** false, and nothing more written, as soon as a finite number becomes infinite. */
function writeConverted(handle: number, values: Float32Array, dtype: 'F16' | 'BF16'): boolean {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const chunk = new Uint16Array(Math.min(CHUNK, values.length))
  const [toBits, infinite] = [TO_BITS[dtype], INFINITE[dtype]]
  for (let at = 0; at < values.length; at += CHUNK) {
    const part = chunk.subarray(0, Math.min(CHUNK, values.length - at))
    for (let i = 0; i < part.length; i++) {
      part[i] = toBits(bits[at + i]!)
      if ((part[i]! & 0x7fff) === infinite && Number.isFinite(values[at + i])) return false
    }
    writeFully(handle, new Uint8Array(part.buffer, 0, part.byteLength))
  }
  return true
}

/** With spaces behind it, so that the tensors begin at a multiple of 8. */
function encodedHeader(header: Record<string, unknown>): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header))
  const bytes = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - 8), true)
  bytes.set(text, 8)
  return bytes
}
