/** @file Folders kept in golden files, laid out again on disk, and what a model computes. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { TransformerConfig } from '../../../agents/nn/model/config.ts'
import { parameters } from '../../../agents/nn/model/config.ts'
import { sequenceStates, weightInputs } from '../../../agents/nn/model/forward.ts'
import { Graph } from '../../../agents/nn/graph/graph.ts'
import type { Adapters } from '../../../agents/nn/model/lora.ts'
import { loraParameters } from '../../../agents/nn/model/lora.ts'
import type { Feeds } from '../../../agents/nn/runtime/session.ts'
import { createSession, floats, ints } from '../../../agents/nn/runtime/session.ts'
import { logits, scalars } from '../../../agents/nn/model/transformer.ts'
import { WeightViews } from '../../../agents/nn/model/weights.ts'

export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../golden/${name}`, import.meta.url), 'utf8')) as T
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'ludus-golden-'))
}

/** Writes files into a new folder and gives its path. */
export function laidOutFolder(
  root: string,
  name: string,
  files: Readonly<Record<string, string>>,
  encoding: BufferEncoding,
): string {
  const dir = join(root, name.replaceAll(' ', '-'))
  mkdirSync(dir)
  for (const [file, content] of Object.entries(files)) writeFileSync(join(dir, file), content, encoding)
  return dir
}

/** Logits `[rows · steps · V]`, or scores `[rows · steps]` of a model with a scalar head. */
export async function outputsOf(
  config: TransformerConfig,
  weights: Float32Array,
  tokens: readonly (readonly number[])[],
  adapted?: Adapters,
): Promise<Float32Array> {
  const graph = new Graph('outputs')
  const shape = [tokens.length, tokens[0]!.length]
  const model = { config, weights: weightInputs(graph, config) }
  const layout = adapted ? loraParameters(config, adapted.lora) : []
  const adapters = new WeightViews(layout, ({ name, shape: own }) => graph.parameter(name, own))
  const whole = adapted ? { ...model, adapters: { lora: adapted.lora, weights: adapters } } : model
  const states = sequenceStates(whole, { tokens: graph.input('tokens', shape, 'int32') })
  graph.output('y', config.scalarHead ? scalars(whole, states) : logits(whole, states))
  const session = await createSession(graph)
  const feeds: Feeds = { tokens: ints(Int32Array.from(tokens.flat()), shape) }
  const feed = (parts: typeof layout, values: Float32Array): void => {
    for (const { name, shape: own, offset, size } of parts)
      if (session.inputs.has(name)) feeds[name] = floats(values.slice(offset, offset + size), own)
  }
  feed(parameters(config), weights)
  if (adapted) feed(layout, adapted.adapters)
  const { y } = await session.run(feeds)
  await session.close()
  return y!.data as Float32Array
}

export function assertClose(got: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  assert.is(got.length, expected.length)
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i]!)), 0)
  assert.ok(worst < tolerance, `largest difference ${worst}`)
}
