/** @file Every property, cheap and decisive ones first: this is the order in which they are run. */
import type { Property } from './property.ts'
import { nearMiss } from './properties/near-miss.ts'
import { totalFinite } from './properties/total-finite.ts'
import type { EnvScene } from './env-scene.ts'
import type { Scene } from './scene.ts'

export const REWARD_PROPERTIES: readonly Property<Scene>[] = [totalFinite, nearMiss]

export const ENV_PROPERTIES: readonly Property<EnvScene>[] = []
