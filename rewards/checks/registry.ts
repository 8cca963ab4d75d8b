/** @file Every property, cheap and decisive ones first: this is the order in which they are run. */
import type { Property } from './property.ts'
import { answerExploit, EVOLUTION_CALLS, EVOLUTION_MS } from './adversary/answer-exploit.ts'
import { exploit, EXPLOIT_MS, EXPLOIT_STEPS } from './adversary/exploit.ts'
import { ENVIRONMENT_PROPERTIES } from './env-properties/list.ts'
import { FACET_PROPERTIES } from './properties/facets.ts'
import { ANSWER_PROPERTIES } from './properties/answers.ts'
import { MODEL_PROPERTIES } from './models/properties.ts'
import { PROCESS_PROPERTIES } from './process-properties/list.ts'
import type { EnvScene } from './env-scene.ts'
import type { Scene } from './scene.ts'

export const REWARD_PROPERTIES: readonly Property<Scene>[] = [
  ...ANSWER_PROPERTIES,
  ...PROCESS_PROPERTIES,
  ...MODEL_PROPERTIES,
  ...FACET_PROPERTIES,
  answerExploit({ calls: EVOLUTION_CALLS, ms: EVOLUTION_MS }),
]

export const ENV_PROPERTIES: readonly Property<EnvScene>[] = [
  ...ENVIRONMENT_PROPERTIES,
  exploit({ steps: EXPLOIT_STEPS, ms: EXPLOIT_MS }),
]
