import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadCheckpoint, loadModel, saveCheckpoint } from '../../../agents/nn/checkpoint/checkpoint.ts'
import type { TransformerConfig } from '../../../agents/nn/model/config.ts'
import { initialWeights } from '../../../agents/nn/model/config.ts'
import { readConfig } from '../../../agents/nn/checkpoint/huggingface-config.ts'
import { readHeader } from '../../../agents/nn/checkpoint/safetensors.ts'
import { CharTokenizer } from '../../../agents/nn/tokenizers/tokenizer.ts'
import { UsageError } from '../../../envs/errors.ts'
import { rngAt } from '../../../envs/rng.ts'
import { assertClose, golden, laidOutFolder, outputsOf, temporaryFolder } from './golden-folders.ts'

interface Saved {
  files: Record<string, string>
  tokens: number[][]
  outputs: number[][]
}

const models = golden<Record<string, Saved>>('huggingface.json')
const root = temporaryFolder()
const folders = new Map(
  Object.entries(models).map(([name, { files }]) => [name, laidOutFolder(root, name, files, 'base64')]),
)
/** Any tokenizer of so many tokens. */
const tokenizerOf = (vocabSize: number): CharTokenizer =>
  new CharTokenizer(String.fromCodePoint(...Array.from({ length: vocabSize - 2 }, (_, i) => 0x4e00 + i)))

const test = suite('Hugging Face folders')
test.after(() => rmSync(root, { recursive: true, force: true }))

/** What each of the golden folders is there for. */
const FEATURES: Record<string, (config: TransformerConfig, dir: string, dtypes: Set<string>) => void> = {
  llama: (config, dir, dtypes) => {
    assert.equal(config.ropeScaling, {
      factor: 8,
      lowFreqFactor: 1,
      highFreqFactor: 4,
      originalMaxPositionEmbeddings: 64,
    })
    assert.ok(config.numKeyValueHeads < config.numAttentionHeads && !config.tieWordEmbeddings)
    assert.ok(existsSync(join(dir, 'model-00002-of-00002.safetensors')))
    assert.equal([...dtypes], ['BF16'])
  },
  qwen2: (config, _, dtypes) => {
    assert.ok(config.qkvBias && !config.outputBias && !config.mlpBias && config.tieWordEmbeddings)
    assert.equal([...dtypes], ['F16'])
  },
  'older llama': (config, dir, dtypes) => {
    assert.ok(config.qkvBias && config.outputBias && config.mlpBias && config.headDim === 6)
    assert.match(readFileSync(join(dir, 'config.json'), 'utf8'), /"rope_scaling": \{/)
    assert.equal([...dtypes], ['F32'])
  },
  'reward model': config => assert.is(config.scalarHead, 'reward'),
}

for (const [name, { tokens, outputs }] of Object.entries(models)) {
  const dir = folders.get(name)!
  const stored = Object.keys(models[name]!.files).filter(file => file.endsWith('.safetensors'))
  const dtypes = new Set(
    stored.flatMap(file => [...readHeader(join(dir, file)).values()].map(({ dtype }) => dtype)),
  )

  test(`${name}: loaded from its folder, it computes what transformers computes`, async () => {
    const { config, weights } = loadModel(dir)
    FEATURES[name]!(config, dir, dtypes)
    assertClose(await outputsOf(config, weights, tokens), outputs.flat(), 1e-4)
  })

  test(`${name}: saved and loaded again, it is the same`, () => {
    const model = loadModel(dir)
    const tokenizer = tokenizerOf(model.config.vocabSize)
    for (const dtype of [...dtypes, 'F32'] as ('F32' | 'F16' | 'BF16')[]) {
      const copy = join(root, `copy-${name}-${dtype}`)
      saveCheckpoint(copy, { ...model, tokenizer }, { dtype })
      const loaded = loadCheckpoint(copy)
      assert.equal(loaded.config, model.config)
      assert.equal(loaded.weights, model.weights)
      assert.is(readHeader(join(copy, 'model.safetensors')).get('model.norm.weight')!.dtype, dtype)
    }
  })
}

const plain = {
  vocabSize: 8,
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
const SHAPES: Record<string, Partial<TransformerConfig>> = {
  'a value head': { scalarHead: 'value' },
  'a reward head': { scalarHead: 'reward' },
  'a reward head on tied embeddings': { scalarHead: 'reward', tieWordEmbeddings: true },
  'a head size of its own': { headDim: 6 },
  'the biases of Qwen2': { qkvBias: true },
  'the biases of Llama': { qkvBias: true, outputBias: true },
  'MLP biases': { mlpBias: true },
}
for (const [name, change] of Object.entries(SHAPES)) {
  test(`a model with ${name} survives saving`, () => {
    const config = { ...plain, ...change }
    const weights = initialWeights(config, rngAt(name)).map((weight, i) => weight + i / 1000)
    const dir = join(root, name)
    saveCheckpoint(dir, { config, weights, tokenizer: tokenizerOf(config.vocabSize) })
    const loaded = loadCheckpoint(dir)
    assert.equal(loaded.config, config)
    assert.equal(loaded.weights, weights)
  })
}

test('a mixture of biases that no model of transformers has is refused before anything is written', () => {
  const config = { ...plain, qkvBias: true, mlpBias: true }
  const dir = join(root, 'mixture')
  const weights = initialWeights(config, rngAt('mixture'))
  assert.throws(
    () => saveCheckpoint(dir, { config, weights, tokenizer: tokenizerOf(8) }),
    /expected biases as in/,
  )
  assert.not(existsSync(dir))
})

const written = join(root, 'written.json')
const described = (change: Record<string, unknown>): TransformerConfig => {
  const raw = {
    model_type: 'llama',
    vocab_size: 8,
    hidden_size: 8,
    intermediate_size: 8,
    num_hidden_layers: 40,
    num_attention_heads: 2,
    max_position_embeddings: 16,
  }
  writeFileSync(written, JSON.stringify({ ...raw, ...change }))
  return readConfig(written)
}

test('what a config.json does not say is as in transformers', () => {
  const { numKeyValueHeads, ropeTheta, rmsNormEps, tieWordEmbeddings, qkvBias } = described({})
  assert.equal(
    [numKeyValueHeads, ropeTheta, rmsNormEps, tieWordEmbeddings, qkvBias],
    [2, 1e4, 1e-6, false, undefined],
  )
  assert.is(described({ model_type: 'qwen2' }).qkvBias, true)
  assert.is(described({ rope_parameters: { rope_theta: 5, rope_type: 'default' } }).ropeTheta, 5)
  assert.is(described({ rope_theta: 7, rope_scaling: null }).ropeTheta, 7)
})

test('windows that no layer uses are no obstacle', () => {
  described({ model_type: 'qwen2', use_sliding_window: false, sliding_window: 4096 })
  described({ model_type: 'qwen2', use_sliding_window: true, sliding_window: 4096, max_window_layers: 40 })
})

const llama3 = { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4 }
const REFUSED: [Record<string, unknown>, RegExp][] = [
  [{ model_type: 'gpt2' }, /model_type: expected "llama" or "qwen2", got "gpt2"/],
  [{ model_type: undefined }, /model_type: expected "llama" or "qwen2", got undefined/],
  [{ hidden_act: 'gelu' }, /hidden_act: expected "silu", got "gelu"/],
  [
    { quantization_config: { quant_method: 'gptq' } },
    /quantization_config: quantized weights cannot be read/,
  ],
  [{ model_type: 'qwen2', use_sliding_window: true, sliding_window: 4096 }, /sliding_window: /],
  [{ model_type: 'qwen2', layer_types: ['full_attention', 'sliding_attention'] }, /sliding_window: /],
  [
    { rope_scaling: { type: 'linear', factor: 2 } },
    /rope_type: expected "default" or "llama3", got "linear"/,
  ],
  [{ rope_parameters: { rope_type: 'yarn', factor: 2, rope_theta: 1e4 } }, /rope_type: .* got "yarn"/],
  [{ rope_parameters: { full_attention: { rope_type: 'default' } } }, /expected one set for all layers/],
  [{ rope_parameters: { rope_theta: 1e4, partial_rotary_factor: 0.5 } }, /partial_rotary_factor/],
  [{ rope_scaling: { ...llama3, factor: undefined } }, /ropeScaling\.factor: /],
  [
    { rope_scaling: { ...llama3, high_freq_factor: 1 } },
    /expected a low_freq_factor below the high_freq_factor/,
  ],
  [{ hidden_size: '8' }, /hidden_size: .*expected number/],
  [{ num_key_value_heads: 3 }, /numKeyValueHeads: expected numAttentionHeads to be a multiple/],
]
for (const [change, message] of REFUSED) {
  test(`refused: ${JSON.stringify(change)}`, () => {
    try {
      described(change)
      assert.unreachable()
    } catch (error) {
      assert.instance(error, UsageError)
      assert.match((error as Error).message, message)
      assert.match((error as Error).message, written)
      assert.not.match((error as Error).message, /\n/)
    }
  })
}

const llama = (name: string): string => laidOutFolder(root, name, models['llama']!.files, 'base64')
const DAMAGED: Record<string, [(dir: string) => void, RegExp]> = {
  'a part is missing': [
    dir => rmSync(join(dir, 'model-00002-of-00002.safetensors')),
    /model-00002-of-00002\.safetensors: cannot be read \(ENOENT\)/,
  ],
  'the index leads out of the folder': [
    dir => rewrite(join(dir, 'model.safetensors.index.json'), /model-00002-of/g, '../model-00002-of'),
    /index\.json: weight_map\..*: expected the name of a \.safetensors file/,
  ],
  'the index names the wrong part': [
    dir => rewrite(join(dir, 'model.safetensors.index.json'), /"model-00002-of/g, '"model-00001-of'),
    /index\.json: "[\w.]+" is not in model-00001-of-00002\.safetensors, as it says/,
  ],
  'there are no weights': [
    dir => rmSync(join(dir, 'model.safetensors.index.json')),
    /expected model\.safetensors or model\.safetensors\.index\.json, found neither/,
  ],
  'a billion layers': [
    dir => rewrite(join(dir, 'config.json'), /"num_hidden_layers": \d+/, '"num_hidden_layers": 1000000000'),
    /expected a tensor model\.layers\.999999999\.input_layernorm\.weight/,
  ],
  'weights that this config.json does not have': [
    dir => rewrite(join(dir, 'config.json'), /"num_hidden_layers": \d+/, '"num_hidden_layers": 1'),
    /"model\.layers\.1\.[\w.]+" has no place in the model of this/,
  ],
}
for (const [name, [damage, message]] of Object.entries(DAMAGED)) {
  test(`${name}: one clear error`, () => {
    const dir = llama(name)
    damage(dir)
    assert.throws(
      () => loadModel(dir),
      (error: Error) =>
        error instanceof UsageError && message.test(error.message) && !error.message.includes('\n'),
    )
  })
}

function rewrite(file: string, from: RegExp, to: string): void {
  const text = readFileSync(file, 'utf8')
  assert.match(text, from)
  writeFileSync(file, text.replace(from, to))
}

test.run()
