/**
 * @file Grammars over tokens: finite automata that say which token may come next, for sampling of only well-formed text.
 */
export interface TokenGrammar {
  /** Q */
  states: number
  start: number
  /** int32 `[Q·V]`: the state after a token, -1 where it may not come. Every state allows at least one token. */
  transitions: Int32Array
}

/** Any sequence of the allowed tokens. */
export function tokenMask(allowed: Iterable<number>, vocabSize: number): TokenGrammar {
  const transitions = new Int32Array(vocabSize).fill(-1)
  for (const token of allowed) transitions[within(token, vocabSize)] = 0
  return checked({ states: 1, start: 0, transitions }, vocabSize)
}

/** One of these token sequences, and then `end`, again and again. */
export function oneOf(choices: readonly (readonly number[])[], end: number, vocabSize: number): TokenGrammar {
  // A trie; state 0 is its root, state 1 is behind the end.
  const rows: Map<number, number>[] = [new Map(), new Map([[within(end, vocabSize), 1]])]
  for (const choice of choices) {
    let state = 0
    for (const token of choice) {
      let next = rows[state]!.get(within(token, vocabSize))
      if (next === undefined) {
        next = rows.push(new Map()) - 1
        rows[state]!.set(token, next)
      }
      state = next
    }
    rows[state]!.set(end, 1)
  }
  const transitions = new Int32Array(rows.length * vocabSize).fill(-1)
  for (const [state, row] of rows.entries())
    for (const [token, next] of row) transitions[state * vocabSize + token] = next
  return checked({ states: rows.length, start: 0, transitions }, vocabSize)
}

/** Throws RangeError where a state allows no token, or a number is out of range. */
export function checked(grammar: TokenGrammar, vocabSize: number): TokenGrammar {
  const { states, start, transitions } = grammar
  if (transitions.length !== states * vocabSize || start < 0 || start >= states)
    throw new RangeError(
      `grammar: expected ${states} × ${vocabSize} transitions and a start below ${states}, got ${transitions.length} and ${start}`,
    )
  for (let state = 0; state < states; state++) {
    const row = transitions.subarray(state * vocabSize, (state + 1) * vocabSize)
    if (row.some(next => next >= states || next < -1))
      throw new RangeError(`grammar: state ${state} leads to a state that is not there`)
    if (row.every(next => next < 0))
      throw new RangeError(`grammar: expected a token that may come in state ${state}`)
  }
  return grammar
}

function within(token: number, vocabSize: number): number {
  if (token >= 0 && token < vocabSize) return token
  throw new RangeError(`grammar: expected tokens below ${vocabSize}, got ${token}`)
}
