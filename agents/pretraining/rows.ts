/**
 * @file Texts as rows of tokens: each stands between two ends, and one that is longer than the context is cut into windows.
 *
 * Windows overlap by the one token that the first prediction of the next is made from, so that every token but the first is
 * predicted exactly once. Packing puts short rows side by side, where they do not see each other.
 */
import type { NeuralPolicy } from '../policies/neural.ts'

export function rowsOf(
  { tokenizer, config }: Pick<NeuralPolicy, 'tokenizer' | 'config'>,
  text: string,
): number[][] {
  const end = tokenizer.eos[0]!
  const tokens = [end, ...tokenizer.encode(text), end]
  const longest = config.maxPositionEmbeddings
  const rows: number[][] = []
  for (let at = 0; at < tokens.length - 1; at += longest - 1) rows.push(tokens.slice(at, at + longest))
  return rows
}
