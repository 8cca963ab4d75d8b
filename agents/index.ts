/** @file `ludus/agents`: agents by name or of your own, rollouts, trainable policies, search and recipes. */
export type { Action, Agent, AgentSession, Episode, Turn } from './agent.ts'
export type { Accuracy, Completer } from './evaluate.ts'
export { evaluate, policyCompleter, tasksOf } from './evaluate.ts'
export type { Costs } from './ledger.ts'
export { Ledger } from './ledger.ts'
export type { AgentSpec, BaseSpec, OpenAgentOptions } from './naming.ts'
export { openAgent, parseAgentSpec, printAgentSpec } from './naming.ts'
export type { Backend, Runtime } from './nn/devices.ts'
export { probeRuntime } from './nn/devices.ts'
export type { Terminal } from './policies/human.ts'
export { humanAgent } from './policies/human.ts'
export type { NeuralAgentOptions } from './policies/neural-agent.ts'
export { openNeuralAgent } from './policies/neural-agent.ts'
export type { ModelShape, NeuralOptions } from './policies/neural.ts'
export { NeuralPolicy } from './policies/neural.ts'
export { randomAgent } from './policies/random.ts'
export { solverAgent } from './policies/solver.ts'
export type {
  Completion,
  Demonstration,
  Experience,
  Policy,
  Prompt,
  SampleOptions,
  TrainablePolicy,
  UpdateStats,
} from './policy.ts'
export { o1Roadmap } from './recipes/o1-roadmap.ts'
export type { Recipe } from './recipes/recipe.ts'
export type { CurvePoint, Progress, RunOptions, RunResult } from './recipes/run.ts'
export { runRecipe } from './recipes/run.ts'
export type { RolloutOptions } from './rollout.ts'
export { rollout } from './rollout.ts'
export { bestOfN } from './search/best-of-n.ts'
export type {
  Candidate,
  Guidance,
  Problem,
  SearchOptions,
  SearchResult,
  SearchSpec,
} from './search/search.ts'
