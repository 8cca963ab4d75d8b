import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadModel } from '../../../agents/nn/checkpoint/checkpoint.ts'
import { parameters } from '../../../agents/nn/model/config.ts'
import type { LoraConfig } from '../../../agents/nn/model/lora.ts'
import { loadAdapters, saveAdapters } from '../../../agents/nn/checkpoint/adapters.ts'
import { initialAdapters, loraParameters, mergeAdapters } from '../../../agents/nn/model/lora.ts'
import { UsageError } from '../../../envs/errors.ts'
import { rngAt } from '../../../envs/rng.ts'
import { assertClose, golden, laidOutFolder, outputsOf, temporaryFolder } from './golden-folders.ts'

interface Golden {
  base: Record<string, string>
  adapters: Record<string, string>
  tokens: number[][]
  outputs: number[][]
  merged: Record<string, number[][]>
}

const saved = golden<Golden>('peft.json')
const root = temporaryFolder()
const { config, weights } = loadModel(laidOutFolder(root, 'base', saved.base, 'base64'))
const adapterFolder = (name: string): string => laidOutFolder(root, name, saved.adapters, 'base64')
const fromPeft = loadAdapters(adapterFolder('peft'), config)
const weightOf = (all: Float32Array, name: string): Float32Array => {
  const { offset, size } = parameters(config).find(parameter => parameter.name === name)!
  return all.subarray(offset, offset + size)
}

const test = suite('low-rank adapters')
test.after(() => rmSync(root, { recursive: true, force: true }))

test('adapters saved by PEFT are read with their settings', () => {
  assert.equal(fromPeft.lora, { rank: 3, alpha: 8, targets: ['q_proj', 'v_proj', 'down_proj', 'lm_head'] })
  assert.equal(
    loraParameters(config, fromPeft.lora).map(({ name, shape }) => `${name} ${shape.join('x')}`),
    [
      'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight 3x16',
      'base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight 16x3',
      'base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight 3x16',
      'base_model.model.model.layers.0.self_attn.v_proj.lora_B.weight 8x3',
      'base_model.model.model.layers.0.mlp.down_proj.lora_A.weight 3x20',
      'base_model.model.model.layers.0.mlp.down_proj.lora_B.weight 16x3',
      'base_model.model.lm_head.lora_A.weight 3x16',
      'base_model.model.lm_head.lora_B.weight 32x3',
    ],
  )
})

test('merged, the weights and the logits are those of PEFT', async () => {
  const merged = weights.slice()
  mergeAdapters(config, merged, fromPeft.lora, fromPeft.adapters)
  // PEFT's values are kept to five digits.
  for (const [name, rows] of Object.entries(saved.merged))
    assertClose(weightOf(merged, name), rows.flat(), 1e-5)
  assertClose(await outputsOf(config, merged, saved.tokens), saved.outputs.flat(), 1e-4)
  const apart = await outputsOf(config, weights, saved.tokens)
  assert.ok(saved.outputs.flat().some((value, i) => Math.abs(value - apart[i]!) > 0.1))
})

test('beside the weights, the logits are the same', async () => {
  assertClose(await outputsOf(config, weights, saved.tokens, fromPeft), saved.outputs.flat(), 1e-4)
})

test('weights that are not adapted are left alone', () => {
  const merged = weights.slice()
  mergeAdapters(config, merged, fromPeft.lora, fromPeft.adapters)
  for (const name of [
    'model.embed_tokens.weight',
    'model.layers.0.self_attn.k_proj.weight',
    'model.norm.weight',
  ])
    assert.equal(weightOf(merged, name), weightOf(weights, name))
})

test('what is saved is loaded, to the bit', () => {
  const lora: LoraConfig = { rank: 2, alpha: 6.5, targets: ['k_proj', 'o_proj', 'gate_proj', 'up_proj'] }
  const adapters = initialAdapters(config, lora, rngAt('adapters')).map((value, i) => value + i / 100)
  const dir = join(root, 'own')
  saveAdapters(dir, config, { lora, adapters }, 'base/model')
  assert.equal(loadAdapters(dir, config), { lora, adapters })
  assert.match(
    readFileSync(join(dir, 'adapter_config.json'), 'utf8'),
    /"base_model_name_or_path": "base\/model"/,
  )
})

test('fresh adapters change nothing, and A fills the bounds of its Kaiming distribution', () => {
  const lora: LoraConfig = { rank: 32, alpha: 16, targets: ['down_proj', 'q_proj'] }
  const adapters = initialAdapters(config, lora, rngAt('fresh'))
  const merged = weights.slice()
  mergeAdapters(config, merged, lora, adapters)
  assert.equal(merged, weights)
  for (const { name, shape, offset, size } of loraParameters(config, lora)) {
    const values = adapters.subarray(offset, offset + size)
    const bound = name.includes('lora_A') ? 1 / Math.sqrt(shape[1]!) : 0
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    assert.ok(largest <= bound && largest >= 0.9 * bound, name)
    assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) / size) <= 0.1 * bound, name)
  }
})

test('an adapted head needs a head of its own', () => {
  const tied = { ...config, tieWordEmbeddings: true }
  assert.throws(() => loraParameters(tied, fromPeft.lora), /lm_head cannot be adapted/)
})

const set = (change: Record<string, unknown>) => (dir: string) => {
  const file = join(dir, 'adapter_config.json')
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...change }))
}
const DAMAGED: [string, (dir: string) => void, RegExp][] = [
  ['no settings', dir => rmSync(join(dir, 'adapter_config.json')), /found no adapter_config\.json/],
  ['no weights', dir => rmSync(join(dir, 'adapter_model.safetensors')), /cannot be read \(ENOENT\)/],
  ['another method', set({ peft_type: 'IA3' }), /adapter_config\.json: peft_type: /],
  ['DoRA', set({ use_dora: true }), /use_dora: such adapters cannot be computed here/],
  ['ranks by layer', set({ rank_pattern: { q_proj: 4 } }), /rank_pattern: such adapters/],
  ['another start', set({ init_lora_weights: 'pissa' }), /init_lora_weights: /],
  ['biases', set({ bias: 'all' }), /bias: /],
  ['layers by pattern', set({ target_modules: 'all-linear' }), /target_modules: /],
  ['layers that are none', set({ target_modules: ['q_proj', 'embed_tokens'] }), /target_modules\.1: /],
  ['another rank', set({ r: 4 }), /lora_A\.weight: expected \[4,16\] for this model, got \[3,16\]/],
  [
    'fewer layers',
    set({ target_modules: ['q_proj'] }),
    /is no adapter of the layers in adapter_config\.json/,
  ],
  ['more layers', set({ target_modules: ['q_proj', 'k_proj'] }), /k_proj.*, got none/],
]
for (const [name, damage, message] of DAMAGED) {
  test(`${name}: one clear error`, () => {
    const dir = adapterFolder(name)
    damage(dir)
    assert.throws(
      () => loadAdapters(dir, config),
      (error: Error) =>
        error instanceof UsageError && message.test(error.message) && !error.message.includes('\n'),
    )
  })
}

test.run()
