/** @file What all strategies share: the setting of one problem's search, scores with a trace in the log, and the conclusion. */
import type { EnvDef } from '../../envs/env.ts'
import type { Policy } from '../policy.ts'
import { answerOf } from './answer.ts'
import type { Continuation, CallOptions, ExpanderOptions } from './expander.ts'
import { Expander, rootOf } from './expander.ts'
import { Meter } from './meter.ts'
import type { Candidate, Guide, Partial, Problem, SearchBudget, SearchResult } from './search.ts'
import type { SearchTree } from './tree-log.ts'
import { TreeLog } from './tree-log.ts'
import { choose } from './voting.ts'

export interface SearchContext {
  problem: Problem
  env: EnvDef
  guide: Guide
  expander: Expander
  log: TreeLog
  /** The empty text, which every other continues. */
  root: Partial
}

/** What a search found, with the log of how. */
export interface Found extends SearchResult {
  tree: SearchTree
  /** More samples could not, or would hardly, have changed the choice. */
  stoppedEarly: boolean
}

export interface SearchSetup extends ExpanderOptions {
  strategy: string
  budget?: SearchBudget
}

export function beginSearch(
  policy: Pick<Policy, 'sample'>,
  env: EnvDef,
  problem: Problem,
  { guide, ...setup }: SearchSetup & { guide: Guide },
): SearchContext {
  const { strategy, granularity, budget } = setup
  const root = rootOf(problem)
  const expander = new Expander(policy, env, new Meter(budget), setup)
  const log = new TreeLog(problem, root, { strategy, guidance: guide.name, granularity })
  return { problem, env, guide, expander, log, root }
}

/** Continuations with their nodes in the log, null for what the budget no longer held. */
export async function grow(
  { expander, log }: SearchContext,
  rows: readonly Continuation[],
  call?: CallOptions,
): Promise<(Partial | null)[]> {
  const children = await expander.expand(rows, call)
  for (const [i, child] of children.entries()) if (child) log.add(child, rows[i]!.from)
  return children
}

/** What the guide, or another one, says of these texts; written into the log. */
export async function judge(
  { guide: own, log }: SearchContext,
  partials: readonly Partial[],
  guide: Guide = own,
): Promise<(number | null)[]> {
  if (partials.length === 0) return []
  const scores = await guide.score(partials)
  for (const [i, partial] of partials.entries()) log.score(partial, guide.name, scores[i]!)
  return scores
}

/** As good as it gets, by a judge that does not depend on the policy: no further sample can be chosen instead. */
export function isSettled({ source, best }: Guide, scores: readonly (number | null)[]): boolean {
  return source === 'external' && best !== undefined && scores.some(score => score !== null && score >= best)
}

/**
 * The candidates and the choice: the best score, the earlier of equals. A text that cannot be read as an answer never goes
 * before one that can, unless the task's side has judged it to be right as it stands.
 */
export function conclude(
  context: SearchContext,
  partials: readonly Partial[],
  scores: readonly (number | null)[],
  stoppedEarly = false,
): Found {
  const { env, guide, expander, log } = context
  const found = partials.length > 0 ? partials : [context.root]
  const candidates = found.map((partial, i) => candidateOf(env, partial, scores[i] ?? null))
  const answers = candidates.map(({ answer, score }) => (isSettled(guide, [score]) ? '' : answer))
  const chosen = choose(
    candidates.map(({ score }) => score),
    answers,
  )
  const tree = log.close(partials.length > 0 ? found[chosen]! : null, expander.meter.spent())
  return { candidates, chosen, tree, stoppedEarly }
}

export function candidateOf(env: EnvDef, partial: Partial, score: number | null): Candidate {
  const { text, tokens, logprobs, stopped } = partial
  return { text, tokens: [...tokens], logprobs: [...logprobs], stopped, answer: answerOf(env, text), score }
}

export function isText(partial: Partial | null): partial is Partial {
  return partial !== null
}

/** The first of each text; one that goes on and one that is over are two. */
export function distinct(partials: readonly Partial[]): Partial[] {
  return [
    ...new Map(
      partials.toReversed().map(partial => [`${partial.finished} ${partial.text}`, partial]),
    ).values(),
  ].toReversed()
}

/** Indices from the best score to the worst, the earlier of equals first; null is below every number. */
export function ranked(scores: readonly (number | null)[]): number[] {
  const value = (i: number): number => scores[i] ?? -Infinity
  return scores
    .map((_, i) => i)
    .sort((a, b) => (value(a) === value(b) ? a - b : value(b) > value(a) ? 1 : -1))
}
