/**
 * @file Which tokens may be sampled: grammar, top-k, top-p (Holtzman et al. 2020) and min-p (Nguyen et al. 2024).
 *
 * In this order, each on what the one before left, on the distribution at the sampling temperature, as transformers has it.
 * Tokens exactly as likely as the last one kept are kept as well.
 */
import { MASKED } from '../model/forward.ts'
import type { Tensor } from '../graph/graph.ts'
import {
  add,
  cumulativeSum,
  div,
  gather,
  less,
  log,
  maxLast,
  maximum,
  mul,
  neg,
  not,
  reshape,
  softmax,
  sub,
  topValues,
  where,
} from '../graph/ops.ts'

/** What a graph is made for. */
export interface Filters {
  /** 0: off. */
  topK: number
  topP: boolean
  minP: boolean
  /** Q, the states of the grammar; 0: none. */
  grammarStates: number
}

export const NO_FILTERS: Filters = { topK: 0, topP: false, minP: false, grammarStates: 0 }

export interface FilterInput {
  /** Scalars. At temperature 0 sampling is greedy, and top-k, top-p and min-p change nothing. */
  temperature: Tensor | null
  topP: Tensor | null
  minP: Tensor | null
  /** int32 `[Q·V]`: the state after each token, -1 where it is forbidden. */
  transitions: Tensor | null
  /** int32 `[B]` */
  state: Tensor | null
}

export interface Filtered {
  /** `[B, V]`, silenced where a token may not come. */
  logits: Tensor
  /** The grammar's state after these tokens, null without a grammar. */
  nextState(tokens: Tensor): Tensor | null
}

export function filteredLogits(logits: Tensor, filters: Filters, input: FilterInput): Filtered {
  const allowed = allowedTokens(logits, filters, input)
  const masked = allowed ? where(allowed, logits, logits.graph.constant(MASKED)) : logits
  const scaled =
    filters.topK || filters.topP || filters.minP
      ? div(masked, maximum(input.temperature!, masked.graph.constant(1e-6)))
      : masked
  const thresholds = thresholdsOf(scaled, filters, input)
  const kept = thresholds.reduce(
    (result, { of, threshold }) => where(less(of, threshold), result.graph.constant(MASKED), result),
    masked,
  )
  return { logits: kept, nextState: tokens => stateAfter(tokens, logits.shape[1] as number, input) }
}

/** Which tokens the grammar allows in each row's state, bool `[B, V]`; null without one. */
function allowedTokens(
  logits: Tensor,
  { grammarStates }: Filters,
  { transitions, state }: FilterInput,
): Tensor | null {
  if (!transitions || !state) return null
  const row = gather(reshape(transitions, [grammarStates, logits.shape[1]!]), state)
  return not(less(row, row.graph.constant(0, [], 'int32')))
}

function stateAfter(tokens: Tensor, vocabSize: number, { transitions, state }: FilterInput): Tensor | null {
  if (!transitions || !state) return null
  const start = mul(state, state.graph.constant(vocabSize, [], 'int32'))
  return gather(transitions, add(start, tokens))
}

interface Threshold {
  of: Tensor
  /** `[B, 1]` */
  threshold: Tensor
}

function thresholdsOf(scaled: Tensor, { topK }: Filters, { topP, minP }: FilterInput): Threshold[] {
  const found: Threshold[] = []
  let left = scaled
  const keepFrom = (threshold: Tensor): void => {
    found.push({ of: scaled, threshold })
    left = where(less(scaled, threshold), left.graph.constant(MASKED), left)
  }
  if (topK > 0) keepFrom(smallest(topValues(scaled, Math.min(topK, scaled.shape[1] as number))))
  if (topP) keepFrom(nucleusThreshold(left, topP))
  if (minP) keepFrom(add(maxLast(left), log(minP)))
  return found
}

function smallest(x: Tensor): Tensor {
  return neg(maxLast(neg(x)))
}

/** The least likely of the fewest tokens that hold the share `topP` together. */
function nucleusThreshold(logits: Tensor, topP: Tensor): Tensor {
  const sorted = topValues(logits, logits.shape[1] as number)
  const probs = softmax(sorted)
  const before = sub(cumulativeSum(probs), probs)
  return smallest(where(less(before, topP), sorted, sorted.graph.constant(-MASKED)))
}
