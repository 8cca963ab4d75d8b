/**
 * @file A user's text files as a corpus: read block by block from the disk, whatever their size and encoding.
 *
 * Encodings are found by a byte order mark, else UTF-8 where a sample is valid UTF-8, else Windows-1252 where it looks like text.
 * What is no text is refused. A block begins and ends between characters; bytes that are none become U+FFFD. Line ends become \n.
 * Every twentieth block, by the hash of its number, is held out.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { UsageError } from '../../envs/errors.ts'
import { rngAt } from '../../envs/rng.ts'
import type { Corpus } from './corpus.ts'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

export interface FileCorpusOptions {
  /** Default: found out per file. */
  encoding?: Encoding
  /** Bytes per text; default 2048. */
  blockBytes?: number
  seed?: number
}

interface TextFile {
  path: string
  descriptor: number
  size: number
  encoding: Encoding
  /** Of the byte order mark. */
  start: number
}

const SAMPLE_BYTES = 2 ** 16
const HELD_OUT = 20

export interface FileCorpus extends Corpus {
  /** Gives the files back. */
  close(): void
}

/** Throws UsageError for a file that cannot be read, or is no text, and where there is less than one block to hold out. */
export function fileCorpus(paths: readonly string[], options: FileCorpusOptions = {}): FileCorpus {
  const { blockBytes = 2048, seed = 0 } = options
  // Even, so that no unit of UTF-16 is torn.
  if (!(blockBytes >= 16) || blockBytes % 2 !== 0)
    throw new UsageError(`fileCorpus: expected an even blockBytes of 16 or more, got ${blockBytes}`)
  const files = paths.map(path => opened(path, options.encoding))
  const blocks = files.flatMap(file =>
    Array.from({ length: Math.ceil((file.size - file.start) / blockBytes) }, (_, block) => ({ file, block })),
  )
  const isHeldOut = (i: number): boolean => rngAt('held out', seed, i).int(1, HELD_OUT) === 1
  const [training, held] = [false, true].map(wanted =>
    [...blocks.keys()].filter(i => isHeldOut(i) === wanted),
  ) as [number[], number[]]
  if (training.length === 0 || held.length === 0) {
    // Too little for the hash to hold out any: the last block is.
    if (blocks.length < 2)
      throw new UsageError(
        `fileCorpus: expected at least two blocks of ${blockBytes} bytes, got ${blocks.length}; give more text or ` +
          'smaller blocks',
      )
    training.splice(0, Infinity, ...blocks.keys())
    held.splice(0, Infinity, training.pop()!)
  }
  const textOf = (i: number): string => {
    const { file, block } = blocks[i]!
    return decodedBlock(file, file.start + block * blockBytes, blockBytes)
  }
  const pass = passes(training, seed)
  return {
    name: `files(${paths.join(', ')})`,
    train: i => textOf(pass(i)),
    heldOut: i => textOf(held[i]!),
    heldOutSize: held.length,
    close: () => {
      for (const { descriptor } of files) closeSync(descriptor)
    },
  }
}

/** Number i of an endless stream in which every pass has its own order; the last order is kept. */
function passes(blocks: readonly number[], seed: number): (i: number) => number {
  let [known, order] = [-1, blocks]
  return i => {
    const pass = Math.floor(i / blocks.length)
    if (pass !== known) [known, order] = [pass, rngAt('pass', seed, pass).shuffle(blocks)]
    return order[i % blocks.length]!
  }
}

function opened(path: string, wanted: Encoding | undefined): TextFile {
  try {
    const descriptor = openSync(path, 'r')
    const { size } = fstatSync(descriptor)
    const sample = bytesAt(descriptor, 0, Math.min(size, SAMPLE_BYTES))
    const { encoding, start } = encodingOf(path, sample, wanted)
    return { path, descriptor, size, encoding, start }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${path}: expected a file of text that can be read: ${(error as Error).message}`)
  }
}

/** What a file is written in, by its beginning. Throws UsageError for what is no text. */
export function encodingOf(
  path: string,
  sample: Uint8Array,
  wanted?: Encoding,
): { encoding: Encoding; start: number } {
  const mark = (...bytes: number[]): boolean => bytes.every((byte, i) => sample[i] === byte)
  if (mark(0xef, 0xbb, 0xbf)) return { encoding: wanted ?? 'utf-8', start: 3 }
  if (mark(0xff, 0xfe)) return { encoding: wanted ?? 'utf-16le', start: 2 }
  if (mark(0xfe, 0xff)) return { encoding: wanted ?? 'utf-16be', start: 2 }
  if (wanted) return { encoding: wanted, start: 0 }
  const controls = sample.filter(byte => byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13)
  if (sample.includes(0) || controls.length > sample.length / 100)
    throw new UsageError(
      `${path}: expected text, got bytes that are none; if it is UTF-16 without a byte order mark, say encoding`,
    )
  return { encoding: isUtf8(sample) ? 'utf-8' : 'windows-1252', start: 0 }
}

/** The last character may be cut. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/** The characters that begin inside the block. */
function decodedBlock({ descriptor, size, encoding }: TextFile, from: number, length: number): string {
  // Up to three bytes more complete the last character.
  const bytes = bytesAt(descriptor, from, Math.min(size - from, length + 3))
  const [start, end] =
    encoding === 'utf-8'
      ? [firstCharacter(bytes, 0), length < bytes.length ? firstCharacter(bytes, length) : bytes.length]
      : [0, Math.min(length, bytes.length)]
  const text = new TextDecoder(encoding).decode(bytes.subarray(start, end))
  return text.replace(/\r\n?/g, '\n').replaceAll('\0', '\uFFFD')
}

/** The first place from `at` on, at most three further, that is no continuation of a character. */
function firstCharacter(bytes: Uint8Array, at: number): number {
  let start = at
  while (start < bytes.length && start < at + 3 && (bytes[start]! & 0xc0) === 0x80) start++
  return start
}

function bytesAt(descriptor: number, from: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, length))
  let read = 0
  while (read < bytes.length) {
    const count = readSync(descriptor, bytes, read, bytes.length - read, from + read)
    // The file has become shorter meanwhile.
    if (count === 0) break
    read += count
  }
  return bytes.subarray(0, read)
}
