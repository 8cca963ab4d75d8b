/** @file A model of 1.1 B weights: opened, sampled and trained by low-rank adapters within the memory that docs/engine.md states. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bar } from '../../../arena/cli/bars.ts'
import { bar } from '../../../arena/cli/bars.ts'
import { ByteTokenizer } from '../../../agents/nn/tokenizers/byte-tokenizer.ts'
import { saveCheckpoint } from '../../../agents/nn/checkpoint/checkpoint.ts'
import type { TransformerConfig } from '../../../agents/nn/model/config.ts'
import { countParameters, parameters } from '../../../agents/nn/model/config.ts'
import { initialAdapters } from '../../../agents/nn/model/lora.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import { rngAt } from '../../../envs/rng.ts'
import { timed } from './timing.ts'

const tokenizer = new ByteTokenizer()
const LARGE: TransformerConfig = {
  vocabSize: tokenizer.vocabSize,
  hiddenSize: 2048,
  intermediateSize: 8192,
  numHiddenLayers: 18,
  numAttentionHeads: 32,
  numKeyValueHeads: 8,
  maxPositionEmbeddings: 2048,
  ropeTheta: 500_000,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: true,
  initializerRange: 0.02,
}
const LORA = { rank: 8, alpha: 16, targets: ['q_proj' as const, 'v_proj' as const] }

/** Writes the model. Whoever measures memory has another process do it. */
export function writeLarge(): string {
  const weights = new Float32Array(countParameters(LARGE))
  const rng = rngAt('large')
  for (const { shape, offset, size } of parameters(LARGE))
    for (let i = offset; i < offset + size; i++)
      weights[i] = shape.length === 1 ? 1 : ((rng.next() >>> 8) / 2 ** 24 - 0.5) * 0.06
  const dir = join(mkdtempSync(join(tmpdir(), 'ludus-large-')), 'model')
  saveCheckpoint(dir, { config: LARGE, weights, tokenizer }, { dtype: 'BF16' })
  return dir
}

export async function largeBar(dir: string, progress: () => void): Promise<Bar> {
  const lora = { lora: LORA, adapters: initialAdapters(LARGE, LORA, rngAt('adapters')) }
  const policy = NeuralPolicy.load(dir, { lora })
  const prompt = [{ role: 'user' as const, content: 'What is 2+2? ' }]
  const sampling = () => policy.sample([prompt, prompt], { temperature: 1, maxTokens: 8, seeds: [[1], [2]] })
  const first = await timed(sampling)
  progress()
  const lessons = Array.from({ length: 4 }, () => ({ prompt, completion: 'The answer is four.' }))
  await policy.behaviorCloningStep(lessons, 1e-3)
  const step = await timed(() => policy.behaviorCloningStep(lessons, 1e-3))
  const again = await timed(sampling)
  await policy.close()
  progress()
  rmSync(dir, { recursive: true, force: true })
  const detail = `${(countParameters(LARGE) / 1e9).toFixed(2)} B weights; first 2 × 8 tokens ${seconds(first)}, later ${seconds(again)}, a step on adapters ${seconds(step)}`
  return bar('large-gib', peakGib(), '<= 6 GiB', detail)
}

/** The most that was resident at once. Linux only. */
function peakGib(): number {
  const [, kib] = /VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kib) / 2 ** 20
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
