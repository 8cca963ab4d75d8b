/**
 * @file Graphs of sampling: reading prompts into caches, and writing one token, or many in a Loop.
 *
 * Axes: B rows in G groups of n that continue the same prefix, K key-value heads, d head size, V vocabulary, P tokens of the
 * prefix, T own tokens in the cache. A row attends to its group's prefix, to its own past, and to what this run has written.
 */
import type { TransformerConfig } from '../model/config.ts'
import { headSize } from '../model/config.ts'
import { adapterInputs, weightInputs } from '../model/forward.ts'
import type { Shape, Tensor } from '../graph/graph.ts'
import { Graph } from '../graph/graph.ts'
import type { LoraConfig } from '../model/lora.ts'
import {
  add,
  argmaxLast,
  concat,
  gather,
  less,
  log,
  logSumExp,
  matmul,
  mul,
  neg,
  pick,
  reshape,
  softmax,
  sub,
  sum,
  swapLast,
} from '../graph/ops.ts'
import type { Part } from './cached-attention.ts'
import { attendParts } from './cached-attention.ts'
import { rotation } from '../model/rotary.ts'
import type { Filters } from './token-filter.ts'
import { filteredLogits } from './token-filter.ts'
import type { Model } from '../model/transformer.ts'
import { decoder, logits } from '../model/transformer.ts'

export interface DecodeSetup {
  config: TransformerConfig
  lora?: LoraConfig | undefined
  /** G */
  groups: number
  /** n */
  perGroup: number
  /** Rows have read or written more than what this run writes. */
  past: boolean
  /** Prompts have different lengths, so that caches have holes: a mask says what is there. */
  masked: boolean
  /** At temperature 0: no noise, and no temperature. */
  greedy: boolean
  filters: Filters
}

/** Keys and values of one layer. */
export interface Cache {
  key: Tensor
  value: Tensor
}

/**
 * Prompts into caches. Inputs: tokens and positions int32 `[G, S]`, mask `[H/K·S, past + S]`, and what is known already,
 * key0, value0, … `[G, K, past, d]`. Outputs newKey0, newValue0, … `[G, K, S, d]`.
 */
export function prefillGraph(
  config: TransformerConfig,
  groups: number,
  steps: number,
  lora?: LoraConfig,
): Graph {
  const graph = new Graph('prefill')
  const model = inferenceModel(graph, config, lora)
  const tokens = graph.input('tokens', [groups, steps], 'int32')
  const positions = graph.input('positions', [groups, steps], 'int32')
  const mask = graph.input('mask', [
    (config.numAttentionHeads / config.numKeyValueHeads) * steps,
    `past+${steps}`,
  ])
  const known = caches(graph, config, ['key', 'value'], [groups, 'past'])
  decoder(model, {
    embeddings: gather(model.weights.get('model.embed_tokens.weight'), reshape(tokens, [groups * steps])),
    batch: groups,
    steps,
    rotate: rotation(config, graph, positions, steps),
    attention: (layer, query, key, value) => {
      graph.output(`newKey${layer}`, key)
      graph.output(`newValue${layer}`, value)
      const keys = concat([known[layer]!.key, key], 2)
      const scores = matmul(query, swapLast(keys))
      return matmul(softmax(add(scores, mask)), concat([known[layer]!.value, value], 2))
    },
  })
  return graph
}

/**
 * Many tokens of every row in one run.
 *
 * Inputs: trips; token int32 `[B]`, the last one, not yet read; running `[B]`, 1 or 0; goesOn `[V]`, 0 for what ends a row;
 * positions int64 `[steps, B, 1]` of the tokens that are read; unless greedy, noise `[steps, B, V]`, uniform in (0, 1), and
 * temperature; the caches prefixKey0… `[G, K, P, d]` (where n > 1) up to prefixEnd, pastKey0… `[B, K, T, d]` up to pastEnd, with
 * their mask, and recentKey0… `[B, K, start, d]`, which are copied with every token; grammar int32 `[B]` and transitions.
 *
 * Outputs, each with After behind its name: tokens int32 and logprobs `[written, B]`, recentKey0… `[B, K, start + written, d]`,
 * grammar.
 */
export function decodeLoopGraph(setup: DecodeSetup): Graph {
  const graph = new Graph('decode-loop')
  const { config, filters } = setup
  const rows = setup.groups * setup.perGroup
  const outer = decodeInputs(graph, setup, 'past')
  const positions = graph.input('positions', ['steps', rows, 1], 'int64')
  const noise = setup.greedy ? null : graph.input('noise', ['steps', rows, config.vocabSize])

  const body = new Graph('decode-step')
  const here = (tensor: Tensor): Tensor => ({ ...tensor, graph: body })
  const t = body.input('t', [], 'int64')
  body.input('goOn', [], 'bool')
  const token = body.input('tokenIn', [rows], 'int32')
  const running = body.input('runningIn', [rows])
  const grammarState = filters.grammarStates > 0 ? body.input('grammarIn', [rows], 'int32') : null
  const recents = caches(body, config, ['recentKeyIn', 'recentValueIn'], [rows, 'recent'])
  const step = decodeStep(setup, outer, body, {
    token,
    positions: gather(here(positions), t),
    noise: noise && gather(here(noise), t),
    running,
    grammarState,
    extend: (layer, key, value) => ({
      key: concat([recents[layer]!.key, key], 2),
      value: concat([recents[layer]!.value, value], 2),
    }),
  })
  const state = grammarState ? { grammar: step.grammarState! } : {}
  body.output('goOnOut', step.goOn)
  const next = { token: step.next, running: step.running, ...state, ...named('recent', step.recents) }
  for (const [name, tensor] of Object.entries(next)) body.output(`${name}Out`, tensor)
  body.output('tokensOut', step.next)
  body.output('logprobsOut', step.logprob)

  const starts = named('recent', caches(graph, config, ['recentKey', 'recentValue'], [rows, 'start']))
  const carried: Record<string, Tensor> = {
    token: graph.input('token', [rows], 'int32'),
    running: graph.input('running', [rows]),
    ...(grammarState && { grammar: graph.input('grammar', [rows], 'int32') }),
    ...starts,
  }
  const outputs = graph.loop({
    trips: graph.input('trips', [], 'int64'),
    body,
    carried: Object.values(carried),
    results: [
      ...Object.entries(carried).map(([name, { shape, dtype }]) =>
        name.startsWith('recent') ? { shape: cacheShape(config, rows, 'written'), dtype } : { shape, dtype },
      ),
      { shape: ['written', rows], dtype: 'int32' },
      { shape: ['written', rows], dtype: 'float32' },
    ],
  })
  for (const [i, name] of [...Object.keys(carried), 'tokens', 'logprobs'].entries())
    if (name !== 'token' && name !== 'running') graph.output(`${name}After`, outputs[i]!)
  return graph
}

/**
 * One token of every row, for devices that keep the caches. Inputs as for the Loop, without its axis of steps; outputs
 * tokensAfter, logprobsAfter, grammarAfter `[B]`, and the caches with the token that was read, pastKey0After `[B, K, T + 1, d]`.
 */
export function decodeStepGraph(setup: DecodeSetup): Graph {
  const graph = new Graph('decode-step')
  const { config, filters } = setup
  const rows = setup.groups * setup.perGroup
  const { past, ...outer } = decodeInputs(graph, setup, 'past+1')
  const extended = (old: Tensor | undefined, fresh: Tensor): Tensor => (old ? concat([old, fresh], 2) : fresh)
  const step = decodeStep(setup, { ...outer, past: null }, graph, {
    token: graph.input('token', [rows], 'int32'),
    positions: graph.input('positions', [rows, 1], 'int64'),
    noise: setup.greedy ? null : graph.input('noise', [rows, config.vocabSize]),
    running: graph.input('running', [rows]),
    grammarState: filters.grammarStates > 0 ? graph.input('grammar', [rows], 'int32') : null,
    extend: (layer, key, value) => ({
      key: extended(past?.[layer]!.key, key),
      value: extended(past?.[layer]!.value, value),
    }),
  })
  graph.output('tokensAfter', step.next)
  graph.output('logprobsAfter', step.logprob)
  if (step.grammarState) graph.output('grammarAfter', step.grammarState)
  for (const [name, tensor] of Object.entries(named('past', step.recents)))
    graph.output(`${name}After`, tensor)
  return graph
}

/** Caches by the names of graph outputs. */
function named(prefix: string, list: readonly Cache[]): Record<string, Tensor> {
  return Object.fromEntries(
    list.flatMap(({ key, value }, layer) => [
      [`${prefix}Key${layer}`, key],
      [`${prefix}Value${layer}`, value],
    ]),
  )
}

/** What all steps of a run share. */
interface Shared {
  model: Model
  goesOn: Tensor
  /** null: greedy. */
  temperature: Tensor | null
  prefix: Cache[] | null
  past: Cache[] | null
  /** `[G, 1, 1, P]` for the prefix where n > 1, else `[B, 1, 1, T]` for the past. */
  mask: Tensor | null
  /** Where the prefix, and the past behind it, end: int64 `[1]` each. */
  prefixEnd: Tensor | null
  pastEnd: Tensor | null
  filter: { topP: Tensor | null; minP: Tensor | null; transitions: Tensor | null }
}

function decodeInputs(graph: Graph, setup: DecodeSetup, pastLength: string): Shared {
  const { config, lora, groups, perGroup, past, masked, filters } = setup
  const rows = groups * perGroup
  const shared = perGroup > 1
  const scalar = (name: string): Tensor => graph.input(name, [])
  const end = (name: string): Tensor => graph.input(name, [1], 'int64')
  return {
    model: inferenceModel(graph, config, lora),
    goesOn: graph.input('goesOn', [config.vocabSize]),
    temperature: setup.greedy ? null : scalar('temperature'),
    prefix: shared ? caches(graph, config, ['prefixKey', 'prefixValue'], [groups, 'prefix']) : null,
    past: past ? caches(graph, config, ['pastKey', 'pastValue'], [rows, 'past']) : null,
    mask: masked ? graph.input('mask', [groups, 1, 1, shared ? 'prefix' : pastLength]) : null,
    prefixEnd: shared ? end('prefixEnd') : null,
    pastEnd: past ? end('pastEnd') : null,
    filter: {
      topP: filters.topP ? scalar('topP') : null,
      minP: filters.minP ? scalar('minP') : null,
      transitions:
        filters.grammarStates > 0
          ? graph.input('transitions', [filters.grammarStates * config.vocabSize], 'int32')
          : null,
    },
  }
}

interface StepInput {
  token: Tensor
  /** int64 `[B, 1]` */
  positions: Tensor
  /** null: greedy. */
  noise: Tensor | null
  running: Tensor
  grammarState: Tensor | null
  /** The caches of this run with the token that is read. */
  extend(layer: number, key: Tensor, value: Tensor): Cache
}

interface StepOutput {
  next: Tensor
  logprob: Tensor
  running: Tensor
  goOn: Tensor
  grammarState: Tensor | null
  recents: Cache[]
}

function decodeStep(setup: DecodeSetup, outer: Shared, graph: Graph, input: StepInput): StepOutput {
  const { config, groups, perGroup } = setup
  const rows = groups * perGroup
  const shared = withinGraph(outer, graph)
  const { model, filter } = shared
  const recents: Cache[] = []
  const states = decoder(model, {
    embeddings: gather(model.weights.get('model.embed_tokens.weight'), input.token),
    batch: rows,
    steps: 1,
    rotate: rotation(config, graph, input.positions, 1),
    attention: (layer, query, key, value) => {
      const recent = input.extend(layer, key, value)
      recents.push(recent)
      return attendParts(query, partsOf(shared, layer, recent, { groups, rows }))
    },
  })
  const scores = logits(model, states)
  const filtered = filteredLogits(scores, setup.filters, {
    ...filter,
    temperature: shared.temperature,
    state: input.grammarState,
  })
  const { noise } = input
  const noisy = noise ? add(filtered.logits, mul(gumbel(noise), shared.temperature!)) : filtered.logits
  const next = argmaxLast(noisy)
  const running = mul(input.running, gather(shared.goesOn, next))
  return {
    next,
    logprob: reshape(sub(pick(scores, next), logSumExp(scores)), [rows]),
    running,
    goOn: less(graph.constant(0), sum(running, [0])),
    grammarState: filtered.nextState(next),
    recents,
  }
}

/** `−log(−log u)`: argmax(logits + T·g) is a sample at temperature T (Gumbel 1954). */
function gumbel(u: Tensor): Tensor {
  return neg(log(neg(log(u))))
}

/** Everything as the body of a Loop sees it. */
function withinGraph(shared: Shared, graph: Graph): Shared {
  const here = <T extends Tensor | null>(tensor: T): T => tensor && ({ ...tensor, graph } as T)
  const allHere = (list: Cache[] | null): Cache[] | null =>
    list && list.map(({ key, value }) => ({ key: here(key), value: here(value) }))
  const { config, weights, adapters } = shared.model
  return {
    model: {
      config,
      weights: weights.within(graph),
      ...(adapters && { adapters: { lora: adapters.lora, weights: adapters.weights.within(graph) } }),
    },
    goesOn: here(shared.goesOn),
    temperature: here(shared.temperature),
    prefix: allHere(shared.prefix),
    past: allHere(shared.past),
    mask: here(shared.mask),
    prefixEnd: here(shared.prefixEnd),
    pastEnd: here(shared.pastEnd),
    filter: {
      topP: here(shared.filter.topP),
      minP: here(shared.filter.minP),
      transitions: here(shared.filter.transitions),
    },
  }
}

/** What a row attends to, in order: its group's prefix, its own past, what this run has written. */
function partsOf(
  shared: Shared,
  layer: number,
  recent: Cache,
  { groups, rows }: { groups: number; rows: number },
): Part[] {
  const { prefix, past, mask, prefixEnd, pastEnd } = shared
  const parts: Part[] = []
  if (prefix) parts.push({ ...prefix[layer]!, mask, groups, end: prefixEnd })
  if (past) parts.push({ ...past[layer]!, mask: prefix ? null : mask, groups: rows, end: pastEnd })
  // Where the past is part of what is extended, its mask is, too.
  parts.push({ ...recent, mask: prefix || past ? null : mask, groups: rows, end: null })
  return parts
}

function inferenceModel(graph: Graph, config: TransformerConfig, lora: LoraConfig | undefined): Model {
  return {
    config,
    weights: weightInputs(graph, config),
    ...(lora && { adapters: { lora, weights: adapterInputs(graph, config, lora) } }),
  }
}

function caches(
  graph: Graph,
  config: TransformerConfig,
  names: [string, string],
  [rows, length]: [number, string],
): Cache[] {
  const shape = cacheShape(config, rows, length)
  return Array.from({ length: config.numHiddenLayers }, (_, layer) => ({
    key: graph.input(`${names[0]}${layer}`, shape),
    value: graph.input(`${names[1]}${layer}`, shape),
  }))
}

function cacheShape(config: TransformerConfig, rows: number, length: string): Shape {
  return [rows, config.numKeyValueHeads, length, headSize(config)]
}
