/**
 * @file `ludus bench nn`: measures the engine and prints one JSON document { bars, missing } on stdout; a dot per part on stderr.
 *
 * Arguments name the parts to measure: train, sample, parity, addition, leak, delay, large; default: all but the last.
 */
import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Bar } from '../../../arena/cli/bars.ts'
import { gemmPeak } from './gemm.ts'
import { largeBar, writeLarge } from './large-bar.ts'
import { leakBar, loopDelayBar } from './health-bars.ts'
import { additionBar } from './learning-bars.ts'
import { parityBars } from './parity-bars.ts'
import { peerMachine } from './peers.ts'
import { sampleBars } from './sample-bars.ts'
import { trainBars } from './train-bars.ts'

const USUAL = ['train', 'sample', 'parity', 'addition', 'leak', 'delay'] as const
const NEED_PEERS = {
  train: ['0.1m', '0.8m', '3m', '11m'].flatMap(size => [
    `train-vs-eager-${size}`,
    `train-vs-compile-${size}`,
  ]),
  sample: ['sample-vs-torch', 'sample-vs-generate'],
  parity: ['llama-parity', 'qwen-parity'],
}

/** The model's folder, written by another process, whose memory does not count. */
async function writtenElsewhere(): Promise<string> {
  const args = ['--import', import.meta.resolve('tsx'), fileURLToPath(import.meta.url), 'write-large']
  return (await promisify(execFile)(process.execPath, args)).stdout
}

const wanted = process.argv.slice(2)
if (wanted[0] === 'write-large') {
  process.stdout.write(writeLarge())
  process.exit(0)
}
const parts = wanted.length > 0 ? [...USUAL, 'large' as const].filter(part => wanted.includes(part)) : USUAL
const progress = (): void => void process.stderr.write('.')

const machine = await peerMachine(Math.min(2, availableParallelism()))
const peers = 'versions' in machine
process.stderr.write(peers ? `${machine.versions}\n` : `no PyTorch to compare with: ${machine.missing}\n`)
const bars: Bar[] = []
const missing: Record<string, string> = {}
const peak = parts.includes('train') || parts.includes('sample') ? await gemmPeak(2) : null
if (peak)
  process.stderr.write(
    `matrix products, 2 threads, GFLOP/s: ${peak.bySize}${peers ? `; PyTorch ${machine.gemmGflops.toFixed(0)}` : ''}\n`,
  )
for (const part of parts) {
  if (!peers && part in NEED_PEERS)
    for (const id of NEED_PEERS[part as keyof typeof NEED_PEERS]) missing[id] = machine.missing
  if (part === 'train') bars.push(...(await trainBars(peak!.gigaflops, peers, progress)))
  if (part === 'sample') bars.push(...(await sampleBars(peak!.gigaflops, peers, progress)))
  if (part === 'parity') {
    const measured = await parityBars(peers, progress)
    bars.push(...measured.bars)
    Object.assign(missing, measured.missing)
  }
  if (part === 'addition') bars.push(await additionBar(progress))
  if (part === 'leak') bars.push(await leakBar(progress))
  if (part === 'delay') bars.push(await loopDelayBar(progress))
  if (part === 'large') bars.push(await largeBar(await writtenElsewhere(), progress))
}
process.stderr.write('\n')
process.stdout.write(JSON.stringify({ bars, missing }) + '\n')
// GPU sessions may keep the process alive.
process.exit(0)
