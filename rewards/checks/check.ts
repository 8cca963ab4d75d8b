/** @file `checkReward` and `checkEnv`: every property that the subject's facts allow, and one report. */
import type { Json } from '../../envs/json.ts'
import { rewardBaselines } from './baseline-scores.ts'
import { envBaselines } from './env-baseline-scores.ts'
import { envOperations } from './env-operations.ts'
import { envSceneOf, STEPS_PER_CALL, stepTimeout } from './env-scene.ts'
import type { EnvSubject } from './env-subject.ts'
import type { Executor } from './execution/executor.ts'
import { inline } from './execution/inline.ts'
import { ENV_PROPERTIES, REWARD_PROPERTIES } from './registry.ts'
import { rewardOperations } from './reward-operations.ts'
import type { Report } from './report.ts'
import type { Property } from './property.ts'
import type { RunOptions } from './run.ts'
import { runProperties } from './run.ts'
import type { Scene } from './scene.ts'
import { sceneOf } from './scene.ts'
import type { RewardSubject } from './subject.ts'
import { DEFAULT_TIMEOUT_MS } from './subject.ts'

export interface CheckOptions extends Partial<RunOptions> {
  /** Where calls are made. Default: in this process, where a hang is survived and exhausted memory is not. */
  executor?: Executor
}

/** Checks a reward. Throws UsageError where the subject contradicts itself; never because of what its code does. */
export async function checkReward<T>(subject: RewardSubject<T>, options: CheckOptions = {}): Promise<Report> {
  const plain = subject as unknown as RewardSubject<Json>
  const { seed = 1, executor = inline(plain, rewardOperations) } = options
  const scene = sceneOf(plain, seed)
  return runProperties(scene, lawsOf(plain), {
    ...options,
    seed,
    executor,
    name: subject.name,
    about: 'reward',
    timeoutMs: subject.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    baselines: (probe, late) => rewardBaselines(scene, probe, late),
    contract: {
      kind: scene.kind.id,
      range: [scene.low, scene.high],
      passMark: scene.passMark,
      tasks: scene.tasks.length,
      invented: scene.invented.length,
    },
  })
}

/** What goes wrong in code, whoever scores: nothing that a model could have learned better. */
const FAULTS_OF_CODE: ReadonlySet<string> = new Set(['P1', 'P2', 'P3', 'P25', 'P27'])

/** Laws of quality are broken by every model that was learned: they are reported, and never gate. */
function lawsOf({ learned }: RewardSubject<Json>): readonly Property<Scene>[] {
  if (!learned) return REWARD_PROPERTIES
  return REWARD_PROPERTIES.map(law =>
    law.number.startsWith('P') && !FAULTS_OF_CODE.has(law.number) ? { ...law, statistical: true } : law,
  )
}

/** Checks an environment. Throws as `checkReward` does. */
export async function checkEnv<A>(subject: EnvSubject<A>, options: CheckOptions = {}): Promise<Report> {
  const plain = subject as unknown as EnvSubject<Json>
  const { seed = 1, executor = inline(plain, envOperations) } = options
  const scene = await envSceneOf(plain, seed, executor)
  return runProperties(scene, ENV_PROPERTIES, {
    ...options,
    seed,
    executor,
    name: subject.name,
    about: 'environment',
    timeoutMs: STEPS_PER_CALL * stepTimeout(plain),
    baselines: (probe, late) => envBaselines(scene, probe, late),
    contract: { horizon: subject.horizon, seeds: scene.seeds.length },
  })
}
