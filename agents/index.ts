/** @file `ludus/agents`: agents by name or of your own, rollouts, trainable policies, search and recipes. */
export type { Action, Agent, AgentSession, Episode, Turn } from './agent.ts'
export type { Accuracy, Completer } from './evaluate.ts'
export { evaluate, policyCompleter, tasksOf } from './evaluate.ts'
export type { Costs } from './ledger.ts'
export { Ledger } from './ledger.ts'
export type { AgentSpec, BaseSpec, OpenAgentOptions } from './naming.ts'
export { openAgent, parseAgentSpec, printAgentSpec } from './naming.ts'
export type { Batch } from './nn/batch.ts'
export { ByteTokenizer } from './nn/byte-tokenizer.ts'
export { loadCheckpoint, loadModel, saveCheckpoint } from './nn/checkpoint.ts'
export type { TransformerConfig } from './nn/config.ts'
export { countParameters, initialWeights } from './nn/config.ts'
export type { Device, DeviceChoice, WantedDevice } from './nn/device-choice.ts'
export type { Backend, Runtime } from './nn/devices.ts'
export { chooseDevice, probeRuntime } from './nn/devices.ts'
export type { EngineOptions } from './nn/engine.ts'
export { Engine } from './nn/engine.ts'
export { loadTokenizer } from './nn/load-tokenizer.ts'
export type { Adapters, LoraConfig } from './nn/lora.ts'
export { initialAdapters, loadAdapters, mergeAdapters, saveAdapters } from './nn/lora.ts'
export type { LossSpec } from './nn/loss-graph.ts'
export type { Packed, Sequence } from './nn/packing.ts'
export { pack } from './nn/packing.ts'
export type { TokenGrammar } from './nn/token-grammar.ts'
export { oneOf, tokenMask } from './nn/token-grammar.ts'
export type { Tokenizer } from './nn/tokenizer.ts'
export { CharTokenizer } from './nn/tokenizer.ts'
export type { Step, StepStats, TrainerState } from './nn/trainer.ts'
export { DivergedError } from './nn/trainer.ts'
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
