/**
 * @file Bits per character on held-out texts, of a model and of a baseline that knows only pairs of characters.
 *
 * The end of a text is predicted as well: its bits count, and it is no character. The mean is one of ratios, all bits over all
 * characters; its interval is that of a ratio estimator with texts as clusters (Cochran 1977, §6.4):
 * Var(R) ≈ n/(n−1) · Σ(bᵢ − R·cᵢ)² / (Σcᵢ)².
 */
import type { NeuralPolicy } from '../policies/neural.ts'
import { rowsOf } from './rows.ts'

export interface BitsPerCharacter {
  bits: number
  /** 95 % interval. */
  low: number
  high: number
  texts: number
  characters: number
}

/** 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054

/** From the bits and the characters of each text. */
export function bitsPerCharacter(texts: readonly { bits: number; characters: number }[]): BitsPerCharacter {
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
  const [bits, characters] = [total(texts.map(text => text.bits)), total(texts.map(text => text.characters))]
  const mean = bits / characters
  const n = texts.length
  const squares = total(texts.map(text => (text.bits - mean * text.characters) ** 2))
  const deviation = n > 1 ? Math.sqrt((n / (n - 1)) * squares) / characters : Infinity
  return { bits: mean, low: mean - Z * deviation, high: mean + Z * deviation, texts: n, characters }
}

/** Of a policy, which reads each text from its beginning, or from the beginning of each window of its context. */
export async function policyBits(policy: NeuralPolicy, texts: readonly string[]): Promise<BitsPerCharacter> {
  const rows = texts.map(text => rowsOf(policy, text))
  const flat = rows.flat()
  const logprobs: number[][] = []
  for (let at = 0; at < flat.length; at += ROWS_PER_RUN)
    logprobs.push(...(await policy.rowLogprobs(flat.slice(at, at + ROWS_PER_RUN))))
  let next = 0
  return bitsPerCharacter(
    texts.map((text, i) => {
      const nats = rows[i]!.map(() => logprobs[next++]!.reduce((sum, logprob) => sum - logprob, 0))
      return {
        bits: nats.reduce((sum, value) => sum + value, 0) / Math.LN2,
        characters: Array.from(text).length,
      }
    }),
  )
}

const ROWS_PER_RUN = 64

/** Of characters given the one before, with add-α smoothing over the characters seen and one that was not. */
export function bigramBits(
  train: readonly string[],
  heldOut: readonly string[],
  alpha = 0.1,
): BitsPerCharacter {
  const EDGE = ''
  const counts = new Map<string, Map<string, number>>()
  const totals = new Map<string, number>()
  const known = new Set<string>([EDGE])
  for (const text of train)
    for (const [before, character] of pairs(text, EDGE)) {
      known.add(character)
      const row = counts.get(before) ?? new Map<string, number>()
      counts.set(before, row.set(character, (row.get(character) ?? 0) + 1))
      totals.set(before, (totals.get(before) ?? 0) + 1)
    }
  const outcomes = known.size + 1
  const probability = (before: string, character: string): number =>
    ((counts.get(before)?.get(character) ?? 0) + alpha) / ((totals.get(before) ?? 0) + alpha * outcomes)
  return bitsPerCharacter(
    heldOut.map(text => ({
      bits: pairs(text, EDGE).reduce((sum, pair) => sum - Math.log2(probability(...pair)), 0),
      characters: Array.from(text).length,
    })),
  )
}

function pairs(text: string, edge: string): [string, string][] {
  const characters = Array.from(text)
  return [...characters, edge].map((character, i) => [characters[i - 1] ?? edge, character])
}
