/** @file Batches for every loss: a sequence carries the same numbers however its batch is laid out. */
import type { Batch } from '../../../agents/nn/training/batch.ts'
import type { LossSpec } from '../../../agents/nn/losses/loss-graph.ts'
import type { Packed, Sequence } from '../../../agents/nn/training/packing.ts'
import { rngAt } from '../../../envs/rng.ts'

/** Every loss, in every form. */
export const LOSS_SPECS: Readonly<Record<string, LossSpec>> = {
  'cross-entropy': { kind: 'cross-entropy' },
  'cross-entropy with a critic': { kind: 'cross-entropy', critic: true },
  'surrogate with k1': { kind: 'clipped-surrogate', klEstimator: 'k1' },
  'surrogate with k2': { kind: 'clipped-surrogate', klEstimator: 'k2' },
  'surrogate with k3': { kind: 'clipped-surrogate' },
  'surrogate of sequences': { kind: 'clipped-surrogate', ratio: 'sequence' },
  'surrogate with a critic': { kind: 'clipped-surrogate', critic: true },
  value: { kind: 'value' },
  DPO: { kind: 'dpo' },
  'DPO with its NLL': { kind: 'dpo', nll: true },
  IPO: { kind: 'ipo' },
  SimPO: { kind: 'simpo' },
  KTO: { kind: 'kto' },
  'step labels': { kind: 'step-labels' },
  'Bradley-Terry': { kind: 'bradley-terry' },
  'implicit reward': { kind: 'implicit-reward' },
}

/** A sequence with a number by which all that a loss reads about it is drawn. */
export interface Example extends Sequence {
  id: number
}

export function examples(count: number, vocabSize: number, [shortest, longest]: [number, number]): Example[] {
  return Array.from({ length: count }, (_, id) => {
    const rng = rngAt('example', id)
    const length = rng.int(shortest, longest)
    const tokens = Array.from({ length }, () => rng.int(0, vocabSize - 1))
    return { id, tokens, start: rng.int(0, length - 2) }
  })
}

/** One sequence per row, left-aligned: the plainest layout. */
export function onePerRow(sequences: readonly Sequence[]): Packed {
  const width = Math.max(...sequences.map(({ tokens }) => tokens.length - 1))
  const grid = (value: (sequence: Sequence, t: number, i: number) => number | undefined, none = 0) =>
    Int32Array.from(
      sequences.flatMap((sequence, i) =>
        Array.from({ length: width }, (_, t) =>
          t < sequence.tokens.length - 1 ? (value(sequence, t, i) ?? none) : none,
        ),
      ),
    )
  return {
    batch: {
      rows: sequences.length,
      tokens: grid(({ tokens }, t) => tokens[t]),
      targets: grid(({ tokens }, t) => tokens[t + 1]),
      sequences: grid(({ start }, t, i) => (t >= start ? i : -1), -1),
      numSequences: sequences.length,
    },
    offsets: sequences.map((_, i) => i * width),
  }
}

/** `total`: how many tokens a step counts, over all of its batches. */
export function lossBatch(
  spec: LossSpec,
  sequences: readonly Example[],
  { batch, offsets }: Packed,
  total = countedTokens(sequences),
): Batch {
  const token = (value: (example: Example, t: number) => number): Float32Array => {
    const values = new Float32Array(batch.tokens.length)
    for (const [i, example] of sequences.entries())
      for (let t = example.start; t < example.tokens.length - 1; t++)
        values[offsets[i]! + t] = value(example, t)
    return values
  }
  const drawn = (name: string, low: number, high: number): Float32Array =>
    token(({ id }, t) => low + (high - low) * rngAt(name, id, t).float())
  const perSequence = (value: (example: Example) => number): Float32Array =>
    Float32Array.from(sequences, value)
  const scalars = (values: Record<string, number>): Record<string, Float32Array> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Float32Array.of(value)]))
  const length = ({ start, tokens }: Sequence): number => tokens.length - 1 - start
  const means = token(() => 1 / total)
  const refLogprobs = perSequence(e => -2.5 * length(e) + rngAt('reference', e.id).float())
  const critic = {
    returns: drawn('returns', -1, 1),
    oldValues: drawn('values', -1, 1),
    ...scalars({ valueClip: 0.2, valueCoef: 0.5 }),
  }
  const inputs = (): Record<string, Float32Array> => {
    switch (spec.kind) {
      case 'cross-entropy':
        return { weight: means, valueWeight: drawn('value weights', 0, 0.2), ...critic }
      case 'clipped-surrogate':
        return {
          weight: means,
          advantages: drawn('advantages', -1, 1),
          oldLogprobs: drawn('old', -3, -1.5),
          refLogprobs: drawn('ref', -3, -1.5),
          ...scalars({ clipLow: 0.2, clipHigh: 0.28, klCoef: 0.05 }),
          ...critic,
        }
      case 'value':
        return { weight: means, ...critic }
      case 'dpo':
      case 'ipo':
        return {
          weight: token(() => 1),
          refLogprobs,
          nllWeights: perSequence(e => 0.2 / length(e)).filter((_, i) => i % 2 === 0),
          ...scalars({ beta: 0.3, smoothing: 0.1 }),
        }
      case 'simpo':
        return { weight: token(e => 1 / length(e)), ...scalars({ beta: 2, gamma: 0.5 }) }
      case 'kto':
        return {
          weight: token(() => 1),
          refLogprobs,
          labels: perSequence(({ id }) => (id % 2 === 0 ? 1 : -1)),
          lambdas: perSequence(({ id }) => 1 + 0.1 * (id % 3)),
          ...scalars({ beta: 0.3, reference: 0.2 }),
        }
      case 'step-labels':
        return { weight: means, labels: drawn('labels', 0, 1) }
      case 'implicit-reward':
        return {
          weight: token(() => 1),
          refLogprobs,
          labels: perSequence(({ id }) => id % 2),
          ...scalars({ beta: 0.3 }),
        }
      case 'bradley-terry':
        return {
          weight: token((e, t) => (t === e.tokens.length - 2 ? 1 : 0)),
          margin: perSequence(({ id }) => 0.1 * (id % 4)).filter((_, i) => i % 2 === 0),
          ...scalars({ centre: 0.01 }),
        }
    }
  }
  return { ...batch, inputs: inputs() }
}

export function countedTokens(sequences: readonly Sequence[]): number {
  return sequences.reduce((sum, { tokens, start }) => sum + tokens.length - 1 - start, 0)
}
