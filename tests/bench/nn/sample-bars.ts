/** @file Sampling against PyTorch and transformers, against the machine's peak, and what a shared prefix costs. */
import type { Bar } from '../../../arena/cli/bars.ts'
import { bar } from '../../../arena/cli/bars.ts'
import { Engine } from '../../../agents/nn/engine.ts'
import { randomTokens, sampleFlops, savedFolder, sizeNamed, weightsOf } from './models.ts'
import { startPeer } from './peers.ts'
import { takeTurns, thousands, timed } from './timing.ts'

const ROWS = 64
const NEW_TOKENS = 128
const PROMPT = 4
const THREADS = 2
const ROUNDS = 5

export async function sampleBars(peak: number, peers: boolean, progress: () => void): Promise<Bar[]> {
  const size = sizeNamed('0.8m')
  const weights = weightsOf(size)
  const prompts = Array.from({ length: ROWS }, (_, row) => [...randomTokens(PROMPT, 'prompt', row)])
  const engine = new Engine(size.config, weights, { samplers: THREADS })
  const request = { prompts, maxTokens: NEW_TOKENS, temperature: 0, stop: [], seeds: prompts.map(() => []) }
  const ours = {
    name: 'ludus',
    run: async () => [await timed(() => engine.sample(request)), await timed(() => engine.sample(request))],
  }
  const peer = peers ? startPeer('sample') : null
  const dir = savedFolder(size.name, size.config, weights)
  const theirTokens = new Map<string, number[][]>()
  const theirs = (mode: string) => ({
    name: mode,
    run: async () => {
      const question = { dir, prompts, newTokens: NEW_TOKENS, threads: THREADS, mode, repeats: 2 }
      const { timesMs, tokens } = await peer!.ask<{ timesMs: number[]; tokens: number[][] }>(question)
      theirTokens.set(mode, tokens)
      return timesMs
    },
  })
  const all = peer ? [ours, theirs('loop'), theirs('static-loop'), theirs('generate')] : [ours]
  const ms = await takeTurns(all, ROUNDS)
  const own = (await engine.sample(request)).map(({ tokens }) => tokens)
  await engine.close()
  peer?.close()
  progress()
  const perSecond = (name: string): number => (ROWS * NEW_TOKENS * 1000) / ms.get(name)!.median
  const share =
    sampleFlops(size.config, { rows: ROWS, prompt: PROMPT, tokens: NEW_TOKENS }) /
    ms.get('ludus')!.best /
    1e6 /
    peak
  const bars: Bar[] = []
  if (peer) {
    for (const [mode, tokens] of theirTokens)
      if (JSON.stringify(tokens) !== JSON.stringify(own))
        throw new Error(`sampling: ${mode} gave other tokens`)
    const figures = [...ms.keys()].map(name => `${name} ${thousands(perSecond(name))}`).join(', ')
    const loops = Math.max(perSecond('loop'), perSecond('static-loop'))
    bars.push(
      bar(
        'sample-vs-torch',
        perSecond('ludus') / loops,
        '>= 1.5 times',
        `the faster of two KV-cache loops, same tokens; tokens/s: ${figures}`,
      ),
      bar(
        'sample-vs-generate',
        perSecond('ludus') / perSecond('generate'),
        '>= 5 times',
        `tokens/s: ${figures}`,
      ),
    )
  }
  const detail = `${thousands(perSecond('ludus'))} tokens/s; the best run, of ${peak.toFixed(0)} GFLOP/s in the best matrix product`
  return [...bars, bar('sample-gemm-share', share, '>= 0.3 share', detail), await prefixBar(progress)]
}

async function prefixBar(progress: () => void): Promise<Bar> {
  const size = sizeNamed('0.8m')
  const engine = new Engine(size.config, weightsOf(size), { samplers: THREADS })
  let call = 0
  const continuations = (length: number) => ({
    name: String(length),
    run: async () => {
      // Another prompt at every call, so that none is remembered.
      const prompt = [...randomTokens(length, 'prefix', call++)]
      const prompts = Array.from({ length: ROWS }, () => prompt)
      const request = {
        prompts,
        maxTokens: 64,
        temperature: 1,
        stop: [],
        seeds: prompts.map((_, row) => [call, row]),
      }
      return [await timed(() => engine.sample(request))]
    },
  })
  const ms = await takeTurns([continuations(1), continuations(100)], 12)
  await engine.close()
  progress()
  const [short, long] = [ms.get('1')!.median, ms.get('100')!.median]
  const detail = `${ROWS} continuations of 64 tokens: ${long.toFixed(0)} ms behind 100 tokens, ${short.toFixed(0)} ms behind one`
  return bar('prefix-cost', long / short, '<= 1.3 times', detail)
}
