/** Low-rank adapters on a small model: teach it three answers, save the adapters, merge them, and ask the merged model. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ByteTokenizer, initialAdapters, NeuralPolicy } from 'ludus/agents'
import { rngAt } from 'ludus/envs'

const dir = mkdtempSync(join(tmpdir(), 'adapters-'))
const shape = {
  hiddenSize: 64,
  intermediateSize: 176,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 1,
  maxPositionEmbeddings: 64,
  ropeTheta: 10_000,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: false,
  initializerRange: 0.07,
}

// Any Hugging Face folder of a Llama or Qwen2 would do; this one has random weights.
const base = NeuralPolicy.create(shape, new ByteTokenizer(), rngAt('base'))
await base.save(join(dir, 'base'))

const lora = {
  rank: 8,
  alpha: 16,
  targets: ['q_proj' as const, 'v_proj' as const, 'up_proj' as const, 'lm_head' as const],
}
const policy = NeuralPolicy.load(join(dir, 'base'), {
  lora: { lora, adapters: initialAdapters(base.config, lora, rngAt('adapters')) },
})
const lessons = [
  ['capital of France', 'Paris'],
  ['capital of Italy', 'Rome'],
  ['capital of Austria', 'Vienna'],
].map(([question, completion]) => ({
  prompt: [{ role: 'user' as const, content: `${question}? ` }],
  completion: completion!,
}))

for (let step = 1; step <= 200; step++) {
  const { loss } = await policy.behaviorCloningStep(lessons, 1e-2)
  if (step % 50 === 0) console.log(`step ${step}: loss ${loss.toFixed(3)}`)
}
await policy.save(join(dir, 'adapters')) // adapter_model.safetensors, as PEFT has it
await policy.save(join(dir, 'merged'), { merged: true })

const merged = NeuralPolicy.load(join(dir, 'merged'))
const prompts = lessons.map(({ prompt }) => prompt)
const answers = await merged.sample(prompts, { temperature: 0, maxTokens: 16, seeds: prompts.map(() => []) })
for (const [i, { text }] of answers.entries()) console.log(`${prompts[i]![0]!.content}${text}`)
await Promise.all([base.close(), policy.close(), merged.close()])
