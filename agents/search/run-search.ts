/** @file A search as it is named, run on problems: guides from their names, strategies from their options, all in one batch. */
import { readFileSync } from 'node:fs'
import type { EnvDef } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import type { RewardModel } from '../../rewards/reward.ts'
import type { Policy } from '../policy.ts'
import { batched } from './batching.ts'
import { bestOf } from './best-of-n.ts'
import { budgetForcing, lastGuide } from './budget-forcing.ts'
import type { Given } from './cells.ts'
import { granularityOf, refusal } from './cells.ts'
import { computeOptimal, parseTable } from './compute-optimal.ts'
import { dvts } from './dvts.ts'
import { Expander } from './expander.ts'
import { combinedGuide } from './guides/combined.ts'
import { environmentGuide, outcomeModelGuide, processModelGuide, verifierGuide } from './guides/external.ts'
import { confidenceGuide, consistencyGuide, entropyGuide, logprobGuide } from './guides/internal.ts'
import { selfEvaluationGuide } from './guides/self-evaluation.ts'
import { majorityVote } from './majority.ts'
import { mcts } from './mcts.ts'
import { rebase } from './rebase.ts'
import { revision } from './revision.ts'
import type { GuidanceSpec, GuidanceTerm, Guide, Problem, SearchSpec } from './search.ts'
import { parseSearchSpec, printSearchSpec } from './spec-grammar.ts'
import { STRATEGY_SPECS } from './spec.ts'
import { stepBeam } from './step-beam.ts'
import type { Found, SearchContext } from './strategy.ts'
import { beginSearch } from './strategy.ts'
import { weightedVote } from './weighted-vote.ts'

export interface SearchResources {
  policy: Policy
  env: EnvDef
  /** Longest text, in tokens. */
  maxTokens: number
  /** Where the search names none. */
  temperature?: number
  /** Candidate 0 of best-of-n and of the votes is the greedy completion. */
  greedyFirst?: boolean
  /** Does the policy answer questions about its own text? */
  chats?: boolean
  /** The reward model in a folder, judging attempts whose actions are texts of steps (see `atStep`). */
  rewardModel?: (model: 'orm' | 'prm', dir: string) => RewardModel
}

/** One result per problem, in order. Throws UsageError with the reason where the search cannot be run. */
export async function searchProblems(
  problems: readonly Problem[],
  spec: SearchSpec,
  resources: SearchResources,
): Promise<Found[]> {
  const { policy, env, temperature = 1, maxTokens } = resources
  refuse(spec, { env, policy, trusted: problems.every(({ task }) => task !== null), ...chatsOf(resources) })
  const together = batched(policy)
  const guide = guideOf(spec, resources)
  return Promise.all(
    problems.map(problem => {
      const { stepTokens, tokens, expansions } = spec
      const context = beginSearch(together, env, problem, {
        strategy: spec.strategy,
        granularity: granularityOf(spec),
        temperature: spec.temperature ?? temperature,
        maxTokens,
        guide,
        budget: { ...(tokens !== undefined && { tokens }), ...(expansions !== undefined && { expansions }) },
        ...(stepTokens !== undefined && { stepTokens }),
      })
      return runStrategy(context, spec, { ...resources, policy: { ...bound(policy), ...together } })
    }),
  )
}

/** Throws UsageError with the reason why the search cannot be run, if there is one. */
export function refuse(spec: SearchSpec, given: Given): void {
  const reason = refusal(spec, given)
  if (reason !== null) throw new UsageError(`+search(${printSearchSpec(spec)}): ${reason}`)
}

/** The guide of that name. */
export function guideOf({ guidance, aggregate = 'min' }: SearchSpec, resources: SearchResources): Guide {
  const { env, policy } = resources
  const ofTerm = (term: GuidanceTerm): Guide => {
    if (typeof term === 'object') {
      if (!resources.rewardModel)
        throw new UsageError(
          `guidance=${term.model}:${term.dir}: there is nothing here that reads reward models`,
        )
      const model = resources.rewardModel(term.model, term.dir)
      return term.model === 'orm' ? outcomeModelGuide(model) : processModelGuide(env, model, aggregate)
    }
    switch (term) {
      case 'majority':
        return consistencyGuide(env)
      case 'verifier':
        return verifierGuide(env)
      case 'environment':
        return environmentGuide(env)
      case 'logprob':
        return logprobGuide
      case 'confidence':
        return confidenceGuide(policy)
      case 'entropy':
        return entropyGuide(policy)
      case 'self-evaluation':
        return selfEvaluationGuide(policy)
      case 'last':
        return lastGuide
    }
  }
  const named: GuidanceSpec = guidance
  return typeof named === 'object' && 'sum' in named
    ? combinedGuide(named.sum.map(({ weight, of }) => ({ weight, guide: ofTerm(of) })))
    : ofTerm(named)
}

function runStrategy(context: SearchContext, spec: SearchSpec, resources: SearchResources): Promise<Found> {
  const { greedyFirst = false } = resources
  const options = { ...defaults(spec), ...spec, greedyFirst }
  switch (spec.strategy) {
    case 'best-of-n':
      return bestOf(context, options)
    case 'majority':
      return majorityVote(context, options)
    case 'weighted-vote':
      return weightedVote(context, options)
    case 'beam':
      return stepBeam(context, options)
    case 'dvts':
      return dvts(context, options)
    case 'rebase':
      return rebase(context, options)
    case 'mcts': {
      const backup = spec.backup ?? (context.guide.scoresPartial ? 'value' : 'rollout')
      const verified = backup === 'verified' || backup === 'mixed'
      return mcts(context, { ...options, backup, ...(verified && { outcome: verifierGuide(context.env) }) })
    }
    case 'revision':
      return revision(context, options)
    case 'budget-forcing':
      return budgetForcing(context, options)
    case 'compute-optimal':
      return computeOptimal(context, {
        table: tableOf(options.table),
        pilot: options.pilot,
        run: next => runNested(context, next, resources),
      })
  }
}

/** Another search in the log and on the budget of this one. */
function runNested(context: SearchContext, spec: SearchSpec, resources: SearchResources): Promise<Found> {
  const { policy, env, temperature = 1, maxTokens } = resources
  const { problem, expander } = context
  if (spec.strategy === 'compute-optimal')
    throw new UsageError('compute-optimal: a validation table cannot name compute-optimal itself')
  refuse(spec, { env, policy, trusted: problem.task !== null, ...chatsOf(resources) })
  const inner = new Expander(policy, env, expander.meter, {
    granularity: granularityOf(spec),
    temperature: spec.temperature ?? temperature,
    maxTokens,
    ...(spec.stepTokens !== undefined && { stepTokens: spec.stepTokens }),
  })
  return runStrategy({ ...context, guide: guideOf(spec, resources), expander: inner }, spec, resources)
}

type Filled = Required<
  Pick<
    SearchSpec,
    'n' | 'width' | 'balance' | 'simulations' | 'window' | 'cap' | 'ignore' | 'pilot' | 'table'
  >
>

/** The defaults of the strategy; what it does not take is not read. */
function defaults({ strategy }: SearchSpec): Filled {
  const { options } = STRATEGY_SPECS[strategy]
  return Object.fromEntries(options.map(({ key, fallback }) => [key, fallback])) as unknown as Filled
}

function tableOf(file: string) {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new UsageError(`compute-optimal: expected a validation table at ${file}, which cannot be read`)
  }
  return parseTable(text, file, parseSearchSpec)
}

function chatsOf({ chats }: SearchResources): Pick<Given, 'chats'> {
  return chats === undefined ? {} : { chats }
}

function bound(policy: Policy): Policy {
  return {
    numParameters: policy.numParameters,
    ...(policy.topLogprobs !== undefined && { topLogprobs: policy.topLogprobs }),
    sample: (prompts, options) => policy.sample(prompts, options),
    logprobs: pairs => policy.logprobs(pairs),
    close: () => policy.close(),
  }
}
