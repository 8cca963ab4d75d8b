import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bigramBits, bitsPerCharacter } from '../../../agents/pretraining/bits.ts'
import type { Corpus } from '../../../agents/pretraining/corpus.ts'
import { alphabetOf, heldOutTexts, mixed, overAlphabet } from '../../../agents/pretraining/corpus.ts'
import { arithmeticFacts, demonstrationOf, envCorpus } from '../../../agents/pretraining/env-corpus.ts'
import { encodingOf, fileCorpus } from '../../../agents/pretraining/file-corpus.ts'
import { rowsOf } from '../../../agents/pretraining/rows.ts'
import { CharTokenizer } from '../../../agents/nn/tokenizers/tokenizer.ts'
import type { EnvDef } from '../../../envs/env.ts'
import { gcd } from '../../../envs/math/families/gcd.ts'
import { shopping } from '../../../envs/math/families/shopping.ts'

const dir = mkdtempSync(join(tmpdir(), 'ludus-corpus-'))
const envs = [gcd, shopping] as unknown as EnvDef[]

function written(name: string, content: string | Uint8Array): string {
  const path = join(dir, name)
  writeFileSync(path, content)
  return path
}

/** All blocks of a corpus of files. */
function wholeText(corpus: Corpus, blocks: number): string[] {
  const held = heldOutTexts(corpus, corpus.heldOutSize)
  const train = Array.from({ length: blocks - held.length }, (_, i) => corpus.train(i))
  return [...train, ...held]
}

const test = suite('corpora')
test.after(() => rmSync(dir, { recursive: true, force: true }))

test('environments: the same number is the same text, and held-out tasks are of another split', () => {
  const corpus = envCorpus(envs, { seed: 3, levels: [1, 2] })
  assert.is(corpus.train(7), corpus.train(7))
  const train = new Set(Array.from({ length: 300 }, (_, i) => corpus.train(i)))
  assert.ok(train.size > 250)
  for (const text of heldOutTexts(corpus, 100)) assert.not(train.has(text))
  assert.ok([...train].some(text => text.startsWith('What is the greatest')))
  assert.ok([...train].every(text => /answer: \d+\n$/.test(text)))
  const { prompt, completion } = demonstrationOf(envs, 'train', 7, { seed: 3, levels: [1, 2] })
  assert.is(corpus.train(7), prompt.at(-1)!.content + completion)
  assert.match(envCorpus(envs, { behaviours: {} }).train(1), /analyze: .*\n(sub|do|answer)/)
  assert.throws(() => envCorpus(envs, { levels: [99] }), /expected levels of 1, 2, 3, 4/)
})

test('facts of arithmetic are true, and those held out are never trained on', () => {
  const corpus = arithmeticFacts({ largest: 20 })
  const lines = (texts: string[]): string[] => texts.flatMap(text => text.trim().split('\n'))
  const train = lines(Array.from({ length: 400 }, (_, i) => corpus.train(i)))
  const held = lines(heldOutTexts(corpus, 100))
  for (const line of [...train, ...held]) {
    const [, a, operator, b, c] = /^(\d+) ([-+*/]) (\d+) = (\d+)$/.exec(line)!
    const [x, y] = [Number(a), Number(b)]
    const value = { '+': x + y, '-': x - y, '*': x * y, '/': x / y }[operator as '+']
    assert.is(value, Number(c), line)
  }
  const known = new Set(train)
  for (const line of held) assert.not(known.has(line), line)
})

test('mixtures draw by weight', () => {
  const constant = (text: string): Corpus => ({
    name: text,
    train: () => text,
    heldOut: i => text + i,
    heldOutSize: 5,
  })
  const corpus = mixed([
    { corpus: constant('a'), weight: 3 },
    { corpus: constant('b'), weight: 1 },
    { corpus: constant('never'), weight: 0 },
  ])
  const texts = Array.from({ length: 2000 }, (_, i) => corpus.train(i))
  const share = texts.filter(text => text === 'a').length / texts.length
  assert.ok(Math.abs(share - 0.75) < 0.04, `${share}`)
  assert.not(texts.includes('never'))
  assert.equal(heldOutTexts(corpus, 4), ['a0', 'b0', 'a1', 'b1'])
  assert.throws(() => mixed([]), /expected sources/)
  const small = overAlphabet(constant('a€b'), 'ab?', '?')
  assert.is(small.train(0), 'a?b')
  assert.is(alphabetOf(small, 3), '?ab')
})

test('files of every encoding are read in blocks that lose and tear no character', () => {
  const text = 'naïve — 数学 😀 end\r\n'.repeat(400)
  const expected = text.replaceAll('\r\n', '\n')
  const sorted = (value: string): string => Array.from(value).sort().join('')
  const utf16 = (littleEndian: boolean): Uint8Array => {
    const bytes = new DataView(new ArrayBuffer(2 + 2 * text.length))
    bytes.setUint16(0, 0xfeff, littleEndian)
    for (let i = 0; i < text.length; i++) bytes.setUint16(2 + 2 * i, text.charCodeAt(i), littleEndian)
    return new Uint8Array(bytes.buffer)
  }
  const utf8 = new TextEncoder().encode(text)
  for (const [name, bytes] of Object.entries({
    'plain.txt': utf8,
    'marked.txt': new Uint8Array([0xef, 0xbb, 0xbf, ...utf8]),
    'little.txt': utf16(true),
    'big.txt': utf16(false),
  })) {
    const blockBytes = 64
    const corpus = fileCorpus([written(name, bytes)], { blockBytes })
    const start = name === 'plain.txt' ? 0 : name === 'marked.txt' ? 3 : 2
    const blocks = wholeText(corpus, Math.ceil((bytes.length - start) / blockBytes))
    corpus.close()
    // A pair of surrogates or of \r\n that lies on the border of two blocks is the one thing that is cut.
    if (name.endsWith('n.txt') || name.startsWith('marked'))
      assert.is(sorted(blocks.join('').replaceAll('\n', '')), sorted(expected.replaceAll('\n', '')), name)
    else assert.ok(blocks.join('').includes('naïve — 数学'), name)
    assert.ok(corpus.heldOutSize >= 1 && corpus.heldOutSize < blocks.length / 4)
  }
  const latin = fileCorpus(
    [
      written(
        'latin.txt',
        Uint8Array.from('Äpfel für Müller. '.repeat(60), c => c.charCodeAt(0)),
      ),
    ],
    {
      blockBytes: 64,
    },
  )
  assert.match(latin.train(0), /Äpfel für Müller/)
  latin.close()
})

test('bytes that are no text are refused, and broken bytes inside a text show as such', () => {
  const binary = Uint8Array.from({ length: 4096 }, (_, i) => (i * 37) % 256)
  assert.throws(() => fileCorpus([written('binary', binary)]), /expected text, got bytes/)
  assert.throws(() => fileCorpus([join(dir, 'missing')]), /can be read/)
  assert.throws(() => fileCorpus([written('short', 'a')]), /at least two blocks/)
  const broken = fileCorpus(
    [written('broken', new Uint8Array([...new TextEncoder().encode('ok '.repeat(40)), 0xff, 0]))],
    {
      blockBytes: 32,
      encoding: 'utf-8',
    },
  )
  const all = wholeText(broken, Math.ceil(122 / 32)).join('')
  assert.match(all, /\uFFFD\uFFFD/)
  broken.close()
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), bytes => {
      try {
        encodingOf('x', bytes)
      } catch (error) {
        assert.is((error as Error).name, 'UsageError')
      }
    }),
  )
})

test('every pass has its own order, and reads every block once', () => {
  const path = written('passes', Array.from({ length: 40 }, (_, i) => String(i).padStart(16, ' ')).join(''))
  const corpus = fileCorpus([path], { blockBytes: 16 })
  const size = 40 - corpus.heldOutSize
  const pass = (k: number): string[] => Array.from({ length: size }, (_, i) => corpus.train(k * size + i))
  const [first, second] = [pass(0), pass(1)]
  assert.is(new Set(first).size, size)
  assert.not.equal(first, second)
  assert.equal(first.toSorted(), second.toSorted())
  assert.equal(pass(0), first)
  for (const text of heldOutTexts(corpus, 40)) assert.not(first.includes(text))
  corpus.close()
})

test('rows predict every token but the first once', () => {
  const tokenizer = new CharTokenizer('abc')
  for (let length = 0; length < 20; length++) {
    const policy = { tokenizer, config: { maxPositionEmbeddings: 6 } } as never
    const rows = rowsOf(policy, 'abcab'.repeat(4).slice(0, length))
    assert.ok(rows.every(row => row.length >= 2 && row.length <= 6))
    const predicted = rows.flatMap(row => row.slice(1))
    assert.equal(predicted, [...tokenizer.encode('abcab'.repeat(4).slice(0, length)), 1])
  }
})

test('bits per character: ratio of sums, and its interval covers', () => {
  const two = bitsPerCharacter([
    { bits: 10, characters: 10 },
    { bits: 60, characters: 30 },
  ])
  assert.is(two.bits, 70 / 40)
  // Residuals −7.5 and 7.5: √(2 · 112.5) / 40.
  const deviation = 15 / 40
  assert.ok(Math.abs(two.high - two.bits - 1.959963984540054 * deviation) < 1e-12)
  assert.is(bitsPerCharacter([{ bits: 3, characters: 2 }]).high, Infinity)
  // Uniform letters cost log2 of their number, up to the ends and the smoothing.
  const letters = Array.from({ length: 300 }, (_, i) =>
    Array.from({ length: 50 }, (_unused, t) => 'abcd'[(i * 7 + t * t * 13 + ((i * t) >> 2)) % 4]).join(''),
  )
  const measured = bigramBits(letters, letters)
  assert.ok(measured.bits > 1.5 && measured.bits < 2.2, `${measured.bits}`)
  assert.ok(bigramBits(['abababab'.repeat(50)], ['abababab']).bits < 0.3 + 1)
})

test.run()
