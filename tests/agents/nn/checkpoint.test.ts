import * as fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ByteTokenizer } from '../../../agents/nn/tokenizers/byte-tokenizer.ts'
import { loadCheckpoint, saveCheckpoint } from '../../../agents/nn/checkpoint/checkpoint.ts'
import { CharTokenizer } from '../../../agents/nn/tokenizers/tokenizer.ts'
import { initialWeights } from '../../../agents/nn/model/config.ts'
import { UsageError } from '../../../envs/errors.ts'
import { rngAt } from '../../../envs/rng.ts'

const tokenizer = new CharTokenizer('0123456789+=;')
const config = {
  vocabSize: tokenizer.vocabSize,
  hiddenSize: 8,
  intermediateSize: 12,
  numHiddenLayers: 1,
  numAttentionHeads: 2,
  numKeyValueHeads: 1,
  maxPositionEmbeddings: 16,
  ropeTheta: 30,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: false,
  initializerRange: 0.07,
}
const weights = initialWeights(config, rngAt('checkpoint'))
const dir = mkdtempSync(join(tmpdir(), 'ludus-checkpoint-'))
const saved = (name: string): string => {
  const folder = join(dir, name)
  saveCheckpoint(folder, { config, weights, tokenizer })
  return folder
}

const test = suite('checkpoints')
test.after(() => rmSync(dir, { recursive: true, force: true }))

test('what is saved is loaded, to the bit', () => {
  const loaded = loadCheckpoint(saved('whole'))
  assert.equal(loaded.config, config)
  assert.equal(loaded.weights, weights)
  assert.is((loaded.tokenizer as CharTokenizer).alphabet, tokenizer.alphabet)
})

test('a folder as earlier versions wrote it is loaded', () => {
  const folder = saved('earlier')
  const earlier = {
    model_type: 'llama',
    vocab_size: 15,
    hidden_size: 8,
    intermediate_size: 12,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    max_position_embeddings: 16,
    rope_theta: 30,
    rms_norm_eps: 1e-5,
    tie_word_embeddings: false,
    initializer_range: 0.07,
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(earlier))
  assert.equal(loadCheckpoint(folder).config, config)
})

test('the tokenizer of a folder is the one that it holds', () => {
  const folder = saved('bytes')
  const file = join(folder, 'config.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('"vocab_size": 15', '"vocab_size": 258'))
  rmSync(join(folder, 'char_tokenizer.json'))
  writeFileSync(join(folder, 'byte_tokenizer.json'), '{"type":"byte"}')
  assert.throws(() => loadCheckpoint(folder), /embed_tokens\.weight: expected \[258,8\], got \[15,8\]/)
  const larger = { ...config, vocabSize: 258 }
  const fresh = initialWeights(larger, rngAt('bytes'))
  saveCheckpoint(folder, { config: larger, weights: fresh, tokenizer: new ByteTokenizer() })
  assert.instance(loadCheckpoint(folder).tokenizer, ByteTokenizer)
})

const damages: Record<string, [(folder: string) => void, RegExp]> = {
  'no folder at all': [
    folder => rmSync(folder, { recursive: true }),
    /expected a checkpoint folder .* found no config.json/,
  ],
  'weights cut off': [
    folder => truncateSync(join(folder, 'model.safetensors'), 2000),
    /model\.safetensors: .*cut off/,
  ],
  'weights of a few bytes': [
    folder => truncateSync(join(folder, 'model.safetensors'), 5),
    /cut off or not a safetensors/,
  ],
  'weights that are text': [
    folder => writeFileSync(join(folder, 'model.safetensors'), 'version https://git-lfs'),
    /cut off or not a safetensors/,
  ],
  'half a config': [
    folder => truncateSync(join(folder, 'config.json'), 40),
    /config\.json: expected JSON; .*half-written/,
  ],
  'a config of another model': [
    folder => {
      const file = join(folder, 'config.json')
      writeFileSync(file, readFileSync(file, 'utf8').replace('"hidden_size": 8', '"hidden_size": 16'))
    },
    /model\.safetensors: model\.embed_tokens\.weight: expected \[15,16\], got \[15,8\]/,
  ],
  'a config without a key': [
    folder => {
      const file = join(folder, 'config.json')
      writeFileSync(file, readFileSync(file, 'utf8').replace('"hidden_size', '"hidden'))
    },
    /config\.json: hidden_size: /,
  ],
  'a tokenizer of more tokens': [
    folder =>
      writeFileSync(join(folder, 'char_tokenizer.json'), '{"type":"char","alphabet":"abcdefghijklmnop"}'),
    /char_tokenizer\.json has 18 tokens, but config\.json says vocab_size 15/,
  ],
  'a tokenizer of another size': [
    folder => writeFileSync(join(folder, 'char_tokenizer.json'), '{"type":"char","alphabet":"abc"}'),
    /char_tokenizer\.json has 5 tokens, but config\.json says vocab_size 15/,
  ],
}
for (const [name, [damage, message]] of Object.entries(damages)) {
  test(`${name}: one clear error`, () => {
    const folder = saved(name.replaceAll(' ', '-'))
    damage(folder)
    try {
      loadCheckpoint(folder)
      assert.unreachable()
    } catch (error) {
      assert.instance(error, UsageError)
      assert.match((error as Error).message, message)
      assert.not.match((error as Error).message, /\n/)
    }
  })
}

test('text to tokens and back', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Array.from(tokenizer.alphabet))), characters => {
      const text = characters.join('')
      assert.is(tokenizer.decode(tokenizer.encode(text)), text)
    }),
  )
})

test('a character that is not in the alphabet is named', () => {
  assert.throws(() => tokenizer.encode('1×2'), /"×" is not in this model's alphabet "0123456789\+=;"/)
  assert.throws(() => new CharTokenizer('aba'), /expected an alphabet of different characters/)
})

const python = ((): string | null => {
  try {
    execFileSync('python3', ['-c', 'import json, struct'], { stdio: 'ignore' })
    return 'python3'
  } catch {
    return null
  }
})()
const reader = `
import json, struct, sys
raw = open(sys.argv[1], 'rb').read()
n, = struct.unpack('<Q', raw[:8]); header = json.loads(raw[8:8+n])
first = header['model.norm.weight']; a, b = first['data_offsets']
print(json.dumps({'names': len(header) - 1, 'dtype': first['dtype'], 'values': struct.unpack('<%df' % ((b-a)//4), raw[8+n+a:8+n+b])}))`
const inPython = python ? test : test.skip
if (!python) console.log('SKIP safetensors in Python: python3 is missing (apt-get install python3)')
inPython('the weights file reads as safetensors in another language', () => {
  const file = join(saved('python'), 'model.safetensors')
  const read = JSON.parse(execFileSync(python!, ['-c', reader, file], { encoding: 'utf8' })) as Record<
    string,
    unknown
  >
  assert.equal(read, { names: 12, dtype: 'F32', values: Array.from({ length: 8 }, () => 1) })
})

test.run()
