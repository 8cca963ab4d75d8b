/**
 * @file Which cells of guidance × strategy × granularity run, and why the others do not.
 *
 * Every cell is either run or refused with a reason here, before anything is sampled.
 */
import type { EnvDef } from '../../envs/env.ts'
import type { Granularity } from '../../envs/granularity.ts'
import { ALTERNATIVES } from '../../rewards/confidence.ts'
import type { Policy } from '../policy.ts'
import type { GuidanceSpec, GuidanceTerm, SearchSpec } from './search.ts'
import { printGuidance } from './spec-grammar.ts'
import { STRATEGY_SPECS } from './spec.ts'

/** What a search may use; what is left out is not asked about. */
export interface Given {
  env?: Pick<EnvDef, 'id' | 'text'>
  /** May the searcher ask the environment, and see the task? */
  trusted?: boolean
  policy?: Policy
  /** Does the policy read and answer questions about its own text? */
  chats?: boolean
}

/** Guidance that judges finished texts only. */
const OUTCOMES_ONLY: readonly string[] = ['majority', 'verifier', 'orm']
const ASKS_TASK: readonly string[] = ['verifier', 'environment', 'orm', 'prm']

/** Why this search cannot be run; null if it can. */
export function refusal(spec: SearchSpec, given: Given = {}): string | null {
  return refusedSize(spec, given) ?? refusedPairing(spec) ?? refusedGuidance(spec, given)
}

export function granularityOf({ strategy, granularity }: SearchSpec): Granularity {
  return granularity ?? STRATEGY_SPECS[strategy].granularities[0]!
}

export function termsOf(guidance: GuidanceSpec): GuidanceTerm[] {
  return typeof guidance === 'object' && 'sum' in guidance ? guidance.sum.map(({ of }) => of) : [guidance]
}

export function nameOf(term: GuidanceTerm): string {
  return typeof term === 'string' ? term : term.model
}

function refusedSize(spec: SearchSpec, { env }: Given): string | null {
  const { strategy } = spec
  const granularity = granularityOf(spec)
  const allowed = STRATEGY_SPECS[strategy].granularities
  if (!allowed.includes(granularity))
    return allowed[0] === 'solution'
      ? `${strategy} draws whole solutions and has no smaller actions; leave granularity out, or use beam or mcts`
      : `${strategy} continues texts, and a whole solution cannot be continued; use granularity=step, or best-of-n`
  if (granularity === 'step' && env?.text.stepEnd === '')
    return `${env.id} writes one step only, so there are no steps to search; use granularity=token, or best-of-n`
  return null
}

function refusedPairing(spec: SearchSpec): string | null {
  const { strategy, guidance, backup } = spec
  const names = termsOf(guidance).map(nameOf)
  const shown = printGuidance(guidance)
  if (names.includes('last') && !(strategy === 'budget-forcing' || strategy === 'revision'))
    return `guidance=last takes the last of a chain, and ${strategy} has none`
  if (names.length > 1 && (names.includes('majority') || names.includes('last')))
    return `guidance=${shown}: majority and last compare texts with each other, so they are no terms of a sum`
  if (strategy === 'majority')
    return shown === 'majority'
      ? null
      : `majority counts votes and asks no guide; use weighted-vote for guidance=${shown}`
  if (strategy === 'weighted-vote' && shown === 'majority')
    return 'weighted-vote weighs votes by a guide, and guidance=majority is the votes themselves; use majority'
  if (strategy === 'compute-optimal' && shown !== 'majority' && shown !== 'verifier')
    return `compute-optimal measures difficulty from 0 to 1, by guidance=majority or verifier, not ${shown}`
  const outcomes = names.find(name => OUTCOMES_ONLY.includes(name))
  if (outcomes === undefined) return null
  if (strategy === 'mcts')
    return outcomes === 'majority'
      ? 'mcts backs up a value per text, and guidance=majority changes with every other text; use logprob'
      : backup === undefined || backup === 'rollout'
        ? null
        : `backup=${backup} asks for values of unfinished texts, and guidance=${outcomes} judges finished ones only; use backup=rollout`
  return ['beam', 'dvts', 'rebase'].includes(strategy)
    ? `${strategy} compares unfinished texts, and guidance=${outcomes} judges finished ones only; use prm:<folder>, environment or logprob`
    : null
}

function refusedGuidance(spec: SearchSpec, { trusted, policy, chats }: Given): string | null {
  const names = termsOf(spec.guidance).map(nameOf)
  const verified = spec.strategy === 'mcts' && (spec.backup === 'verified' || spec.backup === 'mixed')
  const asking =
    names.find(name => ASKS_TASK.includes(name)) ?? (verified ? `verifier (backup=${spec.backup})` : null)
  if (trusted === false && asking)
    return `guidance=${asking} asks the environment, which a remote agent cannot; use guidance=majority with best-of-n, or logprob`
  const compared = names.find(name => name === 'confidence' || name === 'entropy')
  if (policy && compared !== undefined && (policy.topLogprobs ?? 0) < ALTERNATIVES)
    return `guidance=${compared} compares each token with the ${ALTERNATIVES} likeliest in its place, and this policy does not tell them; use logprob`
  if (chats === false && names.includes('self-evaluation'))
    return 'guidance=self-evaluation asks the policy about its own text, and this one has not been trained on chats; use logprob'
  return null
}
