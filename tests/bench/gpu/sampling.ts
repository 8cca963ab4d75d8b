/** @file How fast a model samples on a device: whole completions of a batch of prompts. */
import { availableParallelism } from 'node:os'
import { initialWeights } from '../../../agents/nn/model/config.ts'
import type { Device } from '../../../agents/nn/runtime/device-choice.ts'
import { LoadedModel } from '../../../agents/nn/runtime/loaded-model.ts'
import type { Sample } from '../../../agents/nn/sampling/sample-request.ts'
import { Sampler } from '../../../agents/nn/sampling/sampler.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { BenchmarkModel } from './models.ts'
import { modelConfig } from './models.ts'

export interface SamplingOptions {
  device: Device
  /** Time for measuring, after the first, slow run. */
  budgetMs: number
}

const ROWS = 64
const PROMPT_TOKENS = 4
const MOST_RUNS = 10

/** Tokens per second of whole completions. */
export async function samplingRate(
  model: BenchmarkModel,
  { device, budgetMs }: SamplingOptions,
): Promise<Record<string, unknown>> {
  const sampler = samplerOf(model, device)
  const maxTokens = model.length - PROMPT_TOKENS
  const firstMs = await timeOf(sampler, maxTokens)
  const times: number[] = []
  const end = performance.now() + budgetMs
  while (times.length === 0 || (times.length < MOST_RUNS && performance.now() < end))
    times.push(await timeOf(sampler, maxTokens))
  await sampler.close()
  const bestMs = Math.min(...times)
  const tokensPerSecond = (1000 * ROWS * maxTokens) / bestMs
  return { rows: ROWS, maxTokens, runs: times.length, firstMs, bestMs, tokensPerSecond }
}

/** Share of tokens that this device writes as the CPU does; rounding decides where two candidates are almost equal. */
export async function equalTokens(model: BenchmarkModel, device: Device): Promise<number> {
  const [expected, got] = [await tokensOf(model, 'cpu'), await tokensOf(model, device)]
  return expected.filter((token, i) => token === got[i]).length / expected.length
}

async function tokensOf(model: BenchmarkModel, device: Device): Promise<number[]> {
  const sampler = samplerOf(model, device)
  const samples = await complete(sampler, model.length - PROMPT_TOKENS)
  await sampler.close()
  return samples.flatMap(({ tokens }) => tokens)
}

function samplerOf(model: BenchmarkModel, device: Device): Sampler {
  const config = modelConfig(model)
  const weights = initialWeights(config, rngAt('bench', 'weights', model.name))
  return new Sampler(new LoadedModel(config, weights, { device, threads: availableParallelism() }))
}

async function timeOf(sampler: Sampler, maxTokens: number): Promise<number> {
  const start = performance.now()
  await complete(sampler, maxTokens)
  return performance.now() - start
}

/** One batch of completions of the greatest length. */
async function complete(sampler: Sampler, maxTokens: number): Promise<Sample[]> {
  const rng = rngAt('bench', 'prompts')
  const prompts = Array.from({ length: ROWS }, () =>
    Array.from({ length: PROMPT_TOKENS }, () => rng.int(2, 63)),
  )
  const seeds = prompts.map((_, row) => ['bench', row])
  const samples = await sampler.sample({ prompts, maxTokens, temperature: 1, stop: [], seeds })
  for (const { tokens } of samples)
    if (tokens.length !== maxTokens)
      throw new Error(`expected completions of ${maxTokens} tokens, got one of ${tokens.length}`)
  return samples
}
