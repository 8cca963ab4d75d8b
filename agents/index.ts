/** @file `ludus/agents`: agents by name or of your own, rollouts, trainable policies, search and recipes. */
export type { Action, Agent, AgentSession, Episode, Turn } from './agent.ts'
export type { Accuracy, Completer } from './evaluate.ts'
export { evaluate, policyCompleter, tasksOf } from './evaluate.ts'
export type { Costs } from './ledger.ts'
export { Ledger } from './ledger.ts'
export type { AgentSpec, BaseSpec, OpenAgentOptions } from './naming.ts'
export { openAgent, parseAgentSpec, printAgentSpec } from './naming.ts'
export type { Batch } from './nn/training/batch.ts'
export { ByteTokenizer } from './nn/tokenizers/byte-tokenizer.ts'
export { loadCheckpoint, loadModel, saveCheckpoint } from './nn/checkpoint/checkpoint.ts'
export type { TransformerConfig } from './nn/model/config.ts'
export { countParameters, initialWeights } from './nn/model/config.ts'
export type { Device, DeviceChoice, WantedDevice } from './nn/runtime/device-choice.ts'
export type { Backend, Runtime } from './nn/runtime/devices.ts'
export { chooseDevice, probeRuntime } from './nn/runtime/devices.ts'
export type { EngineOptions } from './nn/engine.ts'
export { Engine } from './nn/engine.ts'
export { loadTokenizer } from './nn/tokenizers/load-tokenizer.ts'
export type { Adapters, LoraConfig } from './nn/model/lora.ts'
export { loadAdapters, saveAdapters } from './nn/checkpoint/adapters.ts'
export { initialAdapters, mergeAdapters } from './nn/model/lora.ts'
export type { LossSpec } from './nn/losses/loss-graph.ts'
export type { Packed, Sequence } from './nn/training/packing.ts'
export { pack } from './nn/training/packing.ts'
export type { TokenGrammar } from './nn/sampling/token-grammar.ts'
export { oneOf, tokenMask } from './nn/sampling/token-grammar.ts'
export type { Tokenizer } from './nn/tokenizers/tokenizer.ts'
export { CharTokenizer } from './nn/tokenizers/tokenizer.ts'
export type { Step, StepStats, TrainerState } from './nn/training/trainer.ts'
export { DivergedError } from './nn/training/trainer.ts'
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
export type { SearchResources } from './search/run-search.ts'
export { searchProblems } from './search/run-search.ts'
export type {
  Candidate,
  Guidance,
  GuidanceSpec,
  Guide,
  Problem,
  SearchBudget,
  SearchOptions,
  SearchResult,
  SearchSpec,
} from './search/search.ts'
export { parseSearchSpec, printSearchSpec } from './search/spec-grammar.ts'
export type { Found } from './search/strategy.ts'
export { TabularSearch } from './search/tabular.ts'
export {
  bcExamples,
  preferencePairs,
  stepLabels,
  visitedStates,
  withVerdicts,
} from './search/tree-learning.ts'
export type { SearchTree } from './search/tree-log.ts'
export { formatTree, parseTrees } from './search/tree-log.ts'
export type { PreferredTranscript, RewardModelKind, RewardModelOptions } from './policies/neural-reward.ts'
export { NeuralRewardModel } from './policies/neural-reward.ts'
export type { ImplicitOptions, JudgedSequence } from './rewards/implicit-model.ts'
export { ImplicitRewardModel } from './rewards/implicit-model.ts'
export type { LabelledTranscript } from './rewards/labelled.ts'
export { labelled, outcomeLabels } from './rewards/labelled.ts'
export type { WorldText } from './rewards/learned-world.ts'
export { learnedWorld, mixedPlay, worldDemonstration } from './rewards/learned-world.ts'
export { ledgerWorld } from './rewards/ledger-world.ts'
export { completionConfidence, policyConfidence } from './rewards/policy-confidence.ts'
export { policyRollouts, rolloutValues } from './rewards/policy-rollouts.ts'
export type { Transcript } from './rewards/transcript.ts'
export { transcripts } from './rewards/transcript.ts'
export { openEndpointAgent } from './policies/openai.ts'
export { EndpointPolicy, endpointPolicy } from './policies/endpoint/policy.ts'
export { keepOnly, strip } from './behaviours/ablate.ts'
export { behaviourDemonstration, emitTrace } from './behaviours/emit.ts'
export { BehaviourMeter, frequencies } from './behaviours/meter.ts'
export { prime } from './behaviours/prime.ts'
export { behaviourPrompt, PROMPT_PRESETS } from './behaviours/prompts.ts'
export { atTrace } from './behaviours/thinking-env.ts'
export { parseTrace, printTrace } from './behaviours/trace.ts'
export { faultsOf } from './behaviours/validate.ts'
export { Controller } from './learning/controller.ts'
export { explainLoss } from './learning/controller/explain-loss.ts'
export { distillationStep } from './learning/distillation.ts'
export { dynamicSampling } from './learning/dynamic-sampling.ts'
export { policyGradient } from './learning/policy-gradient.ts'
export { dpo } from './learning/preference/dpo.ts'
export { ipo } from './learning/preference/ipo.ts'
export { kto } from './learning/preference/kto.ts'
export { simpo } from './learning/preference/simpo.ts'
export { stepDpo } from './learning/preference/step-dpo.ts'
export type { Rollout } from './learning/rollouts.ts'
export { expertIteration } from './learning/self-training/expert-iteration.ts'
export { rft } from './learning/self-training/rft.ts'
export { star } from './learning/self-training/star.ts'
export { bigramBits, policyBits } from './pretraining/bits.ts'
export { mixed, overAlphabet } from './pretraining/corpus.ts'
export { arithmeticFacts, envCorpus } from './pretraining/env-corpus.ts'
export { fileCorpus } from './pretraining/file-corpus.ts'
export { envInstructions, instructionTuning } from './pretraining/instruction-tuning.ts'
export { pretrain } from './pretraining/pretrain.ts'
