/**
 * @file Sampling whole completions in one session run: the decoder inside an ONNX Loop.
 *
 * Prompts are left-aligned and teacher-forced while they last, so rows with prompts of different lengths need no
 * padding logic. Randomness comes in as Gumbel noise (argmax(logits + T·g) is a sample at temperature T), one seeded
 * stream per row: the same tokens whatever the batch.
 *
 * Axes: B rows, T positions in all, V vocabulary.
 */
import { Graph } from './graph.ts'
import type { Tensor } from './graph.ts'
import type { Coordinate } from '../../envs/rng.ts'
import { rngAt } from '../../envs/rng.ts'
import {
  add,
  and,
  argmaxLast,
  cast,
  gather,
  less,
  logSumExp,
  mul,
  not,
  oneHot,
  or,
  reshape,
  slice,
  sub,
  sum,
  where,
} from './ops.ts'
import { weightInputs } from './forward.ts'
import type { Session } from './session.ts'
import { bools, createSession, floats, ints, long } from './session.ts'
import { weightFeeds } from './trainer.ts'
import { decoder, rotaryTables } from './transformer.ts'
import type { Weights } from './transformer.ts'
import type { TransformerConfig } from './config.ts'

export interface SampleRequest {
  /** Token ids of each prompt; at least one token each. */
  prompts: readonly (readonly number[])[]
  /** T: prompt and completion together. */
  length: number
  /** 0 is greedy. */
  temperature: number
  /** A completion ends with the first of these tokens. */
  stop: readonly number[]
  /** Coordinates of one random stream per row, used only at a temperature above 0. */
  seeds: readonly (readonly Coordinate[])[]
}

export interface Sample {
  /** Ids of the completion, the stop token included where one was reached. */
  tokens: number[]
  /** Log-probability of each of them under the policy at temperature 1, in nats. */
  logprobs: number[]
  /** false: cut by the length. */
  stopped: boolean
}

/** Rows per session run: throughput saturates here, and a fixed size keeps the number of sessions small. */
const ROWS = 64

export class Sampler {
  readonly config: TransformerConfig
  weights: Float32Array
  #sessions = new Map<string, Promise<Session>>()
  readonly #threads: number

  constructor(config: TransformerConfig, weights: Float32Array, { threads }: { threads: number }) {
    this.config = config
    this.weights = weights
    this.#threads = threads
  }

  async sample(request: SampleRequest): Promise<Sample[]> {
    const samples: Sample[] = []
    for (let start = 0; start < request.prompts.length; start += ROWS) {
      const part = {
        ...request,
        prompts: request.prompts.slice(start, start + ROWS),
        seeds: request.seeds.slice(start),
      }
      samples.push(...(await this.#sampleRows(part)))
    }
    return samples
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).close()
    this.#sessions.clear()
  }

  async #sampleRows({ prompts, length, temperature, stop, seeds }: SampleRequest): Promise<Sample[]> {
    const rows = prompts.length === 1 ? 1 : ROWS
    const session = await this.#session(rows, length)
    const { vocabSize } = this.config
    const tokens = new Int32Array(length * rows)
    const promptLengths = new Int32Array(rows).fill(1)
    for (const [row, prompt] of prompts.entries()) {
      if (prompt.length === 0 || prompt.length >= length)
        throw new RangeError(`sample: expected prompts of 1 to ${length - 1} tokens, got ${prompt.length}`)
      promptLengths[row] = prompt.length
      prompt.forEach((id, t) => (tokens[t * rows + row] = id))
    }
    const result = await session.run({
      ...weightFeeds(this.config, this.weights),
      trips: long(length - 1),
      prompts: ints(tokens, [length, rows]),
      promptLengths: ints(promptLengths, [rows]),
      // Rows that only fill up the batch are finished from the start.
      finished: bools(Array.from({ length: rows }, (_, row) => row >= prompts.length)),
      stop: bools(Array.from({ length: vocabSize }, (_, id) => stop.includes(id))),
      noise: floats(gumbelNoise(seeds, prompts, [length - 1, rows, vocabSize], temperature), [
        length - 1,
        rows,
        vocabSize,
      ]),
    })
    const drawn = result['tokens']!.data as Int32Array
    const logprobs = result['logprobs']!.data as Float32Array
    return prompts.map((prompt, row) =>
      completion(drawn, logprobs, { row, rows, start: prompt.length - 1, stop }),
    )
  }

  #session(rows: number, length: number): Promise<Session> {
    const key = `${rows}x${length}`
    let session = this.#sessions.get(key)
    if (!session) {
      const graph = rolloutGraph(this.config, rows, length)
      this.#sessions.set(key, (session = createSession(graph, { threads: this.#threads })))
    }
    return session
  }
}

function completion(
  drawn: Int32Array,
  logprobs: Float32Array,
  { row, rows, start, stop }: { row: number; rows: number; start: number; stop: readonly number[] },
): Sample {
  const sample: Sample = { tokens: [], logprobs: [], stopped: false }
  for (let t = start; t < drawn.length / rows && !sample.stopped; t++) {
    const token = drawn[t * rows + row]!
    sample.tokens.push(token)
    sample.logprobs.push(logprobs[t * rows + row]!)
    sample.stopped = stop.includes(token)
  }
  return sample
}

/** Temperature times standard Gumbel noise `[T − 1, B, V]`, drawn only where a token is sampled. */
function gumbelNoise(
  seeds: readonly (readonly Coordinate[])[],
  prompts: readonly (readonly number[])[],
  [steps, rows, vocabSize]: [number, number, number],
  temperature: number,
): Float32Array {
  const noise = new Float32Array(steps * rows * vocabSize)
  if (temperature === 0) return noise
  for (const [row, prompt] of prompts.entries()) {
    const rng = rngAt(...seeds[row]!)
    for (let t = prompt.length - 1; t < steps; t++) {
      const offset = (t * rows + row) * vocabSize
      for (let id = 0; id < vocabSize; id++)
        noise[offset + id] = -temperature * Math.log(-Math.log((rng.next() + 0.5) / 2 ** 32))
    }
  }
  return noise
}

/** The rollout of `[B, T]` tokens as one Loop; keys and values grow by one position a step. */
function rolloutGraph(config: TransformerConfig, rows: number, length: number): Graph {
  const graph = new Graph('rollout')
  const weights = weightInputs(graph, config)
  const headSize = config.hiddenSize / config.numAttentionHeads
  const { cos, sin } = rotaryTables(config, length)
  const outer: Outer = {
    weights,
    prompts: graph.input('prompts', [length, rows], 'int32'),
    promptLengths: graph.input('promptLengths', [rows], 'int32'),
    stop: graph.input('stop', [config.vocabSize], 'bool'),
    noise: graph.input('noise', [length - 1, rows, config.vocabSize]),
    cos: graph.constant(cos, [length, headSize]),
    sin: graph.constant(sin, [length, headSize]),
  }
  const finished = graph.input('finished', [rows], 'bool')
  const first = reshape(slice(outer.prompts, 0, 0, 1), [rows])
  const empty = graph.constant([], [rows, config.numKeyValueHeads, 0, headSize])
  const caches = Array.from({ length: 2 * config.numHiddenLayers }, () => empty)
  const results = graph.loop({
    trips: graph.input('trips', [], 'int64'),
    body: decodeStep(config, rows, outer),
    carried: [first, finished, ...caches],
    results: [
      { shape: [rows], dtype: 'int32' },
      { shape: [rows], dtype: 'bool' },
      ...caches.map(() => ({ shape: cacheShape(config, rows, 'total'), dtype: 'float32' as const })),
      { shape: ['steps', rows], dtype: 'int32' },
      { shape: ['steps', rows], dtype: 'float32' },
    ],
  })
  graph.output('tokens', results.at(-2)!)
  graph.output('logprobs', results.at(-1)!)
  return graph
}

interface Outer {
  weights: Weights
  prompts: Tensor
  promptLengths: Tensor
  stop: Tensor
  noise: Tensor
  cos: Tensor
  sin: Tensor
}

/** One position for all rows: token in, next token out. */
function decodeStep(config: TransformerConfig, rows: number, outer: Outer): Graph {
  const body = new Graph('decode')
  const t = body.input('t', [], 'int64')
  body.input('running', [], 'bool')
  const token = body.input('token', [rows], 'int32')
  const finished = body.input('finishedBefore', [rows], 'bool')
  const past = Array.from({ length: config.numHiddenLayers }, (_, layer) => ({
    key: body.input(`key${layer}`, cacheShape(config, rows, 'past')),
    value: body.input(`value${layer}`, cacheShape(config, rows, 'past')),
  }))
  const headSize = config.hiddenSize / config.numAttentionHeads
  const rowAt = (table: Tensor, shape: readonly number[]): Tensor => reshape(inBody(body, table, t), shape)
  const { logits, cache } = decoder(config, outer.weights, {
    embeddings: inBody(body, outer.weights.get('model.embed_tokens.weight')!, token),
    batch: rows,
    steps: 1,
    cos: rowAt(outer.cos, [1, headSize]),
    sin: rowAt(outer.sin, [1, headSize]),
    mask: null,
    past,
  })

  const sampled = argmaxLast(add(logits, rowAt(outer.noise, [rows, config.vocabSize])))
  const position = add(t, body.constant(1, [], 'int64'))
  const inPrompt = less(cast(position, 'int32'), outer.promptLengths)
  const next = where(inPrompt, reshape(inBody(body, outer.prompts, position), [rows]), sampled)
  const chosen = sum(mul(logits, oneHot(next, config.vocabSize, 'float32')), [1])
  const logprob = sub(chosen, reshape(logSumExp(logits), [rows]))
  const stopped = and(not(inPrompt), inBody(body, outer.stop, next))
  const finishedAfter = or(finished, stopped)
  const active = sum(cast(not(finishedAfter), 'float32'), [0])

  body.output('goOn', less(body.constant(0), active))
  body.output('nextToken', next)
  body.output('finishedAfter', finishedAfter)
  for (const [layer, { key, value }] of cache.entries()) {
    body.output(`keyAfter${layer}`, key)
    body.output(`valueAfter${layer}`, value)
  }
  body.output('tokenOut', next)
  body.output('logprobOut', logprob)
  return body
}

/** Rows of a tensor of the outer graph, gathered inside the loop body. */
function inBody(body: Graph, table: Tensor, ids: Tensor): Tensor {
  return gather({ ...table, graph: body, differentiable: false }, ids)
}

function cacheShape(config: TransformerConfig, rows: number, steps: string): (number | string)[] {
  return [rows, config.numKeyValueHeads, steps, config.hiddenSize / config.numAttentionHeads]
}
