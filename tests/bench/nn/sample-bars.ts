/** @file Sampling against PyTorch and transformers, against the machine's peak, and what a shared prefix costs. */
import type { Bar } from '../../../arena/cli/bars.ts'
import { bar } from '../../../arena/cli/bars.ts'
import { Engine } from '../../../agents/nn/engine.ts'
import type { Size } from './models.ts'
import { randomTokens, sampleFlops, savedFolder, sizeNamed, weightsOf } from './models.ts'
import { startPeer } from './peers.ts'
import type { Times } from './timing.ts'
import { takeTurns, thousands, timed } from './timing.ts'

const ROWS = 64
const NEW_TOKENS = 128
const PROMPT = 4
const THREADS = 2
const ROUNDS = 5
const MODES = ['loop', 'static-loop', 'generate']

export async function sampleBars(peak: number, peers: boolean, progress: () => void): Promise<Bar[]> {
  const size = sizeNamed('0.8m')
  const ms = await measure(size, peers)
  progress()
  const flops = sampleFlops(size.config, { rows: ROWS, prompt: PROMPT, tokens: NEW_TOKENS })
  const share = flops / ms.get('ludus')!.best / 1e6 / peak
  const detail = `${thousands(perSecond(ms, 'ludus'))} tokens/s; the best run, of ${peak.toFixed(0)} GFLOP/s in the best matrix product`
  const own = [bar('sample-gemm-share', share, '>= 0.3 share', detail), await prefixBar(progress)]
  return peers ? [...peerBars(ms, await measure(sizeNamed('0.1m'), peers)), ...own] : own
}

/** Against PyTorch at 0.8 M weights; where the small model stands is told beside it. */
function peerBars(ms: Measured, small: Measured): Bar[] {
  const loops = Math.max(perSecond(ms, 'loop'), perSecond(ms, 'static-loop'))
  const ratio = (of: Measured): number => perSecond(of, 'ludus') / perSecond(of, 'generate')
  return [
    bar(
      'sample-vs-torch',
      perSecond(ms, 'ludus') / loops,
      '>= 1.5 times',
      `the faster of two KV-cache loops, same tokens; tokens/s: ${figures(ms)}`,
    ),
    bar(
      'sample-vs-generate',
      ratio(ms),
      '>= 5 times',
      `tokens/s at 0.8 M weights: ${figures(ms)}; at 0.1 M ${ratio(small).toFixed(1)} times: ${figures(small)}`,
    ),
  ]
}

type Measured = Map<string, Times>

function perSecond(ms: Measured, name: string): number {
  return (ROWS * NEW_TOKENS * 1000) / ms.get(name)!.median
}

function figures(ms: Measured): string {
  return [...ms.keys()].map(name => `${name} ${thousands(perSecond(ms, name))}`).join(', ')
}

/** Milliseconds of a whole call. Throws where a peer writes other tokens. */
async function measure(size: Size, peers: boolean): Promise<Measured> {
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
  const written = new Map<string, string>()
  const theirs = (mode: string) => ({
    name: mode,
    run: async () => {
      const question = { dir, prompts, newTokens: NEW_TOKENS, threads: THREADS, mode, repeats: 2 }
      const { timesMs, tokens } = await peer!.ask<{ timesMs: number[]; tokens: number[][] }>(question)
      written.set(mode, JSON.stringify(tokens))
      return timesMs
    },
  })
  const ms = await takeTurns(peer ? [ours, ...MODES.map(theirs)] : [ours], ROUNDS)
  const own = JSON.stringify((await engine.sample(request)).map(({ tokens }) => tokens))
  await engine.close()
  peer?.close()
  for (const [mode, tokens] of written)
    if (tokens !== own) throw new Error(`sampling: ${mode} gave other tokens`)
  return ms
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
