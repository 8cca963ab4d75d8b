/**
 * @file Smaller counterexamples: pieces of the literal input are left out as long as it still fails.
 *
 * fast-check shrinks what was drawn; this removes what no draw can, e.g. half a word of a response.
 */
import type { Input } from './property.ts'

/** Texts with a piece left out: halves first, then ever smaller pieces (delta debugging, Zeller & Hildebrandt 2002). */
export function* shorter(text: string): Generator<string> {
  const characters = Array.from(text)
  for (
    let piece = Math.ceil(characters.length / 2);
    piece >= 1;
    piece = piece === 1 ? 0 : Math.ceil(piece / 2)
  )
    for (let at = 0; at < characters.length; at += piece)
      yield [...characters.slice(0, at), ...characters.slice(at + piece)].join('')
}

/** The same for lists. */
export function* shorterList<T>(items: readonly T[]): Generator<T[]> {
  for (let piece = Math.ceil(items.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2))
    for (let at = 0; at < items.length; at += piece) yield [...items.slice(0, at), ...items.slice(at + piece)]
}

/** The default of a property: the same input with a shorter response. */
export function* shorterResponse(input: Input): Generator<Input> {
  if (typeof input['response'] !== 'string' || 'answer' in input) return
  for (const response of shorter(input['response'])) yield { ...input, response }
}

/** The smallest input that `fails`, trying `tries` at most. */
export async function minimise(
  input: Input,
  {
    smaller,
    fails,
    tries,
    late,
  }: {
    smaller(input: Input): Iterable<Input>
    fails(input: Input): Promise<boolean>
    tries: number
    late(): boolean
  },
): Promise<Input> {
  let [smallest, left] = [input, tries]
  search: while (left > 0 && !late()) {
    for (const candidate of smaller(smallest)) {
      if (left-- <= 0 || late()) break search
      if (await fails(candidate)) {
        smallest = candidate
        continue search
      }
    }
    break
  }
  return smallest
}
