/** @file The adversary by itself: only exploits are looked for, on several tasks, and what is found is measured. */
import type { Json } from '../../../envs/json.ts'
import { envOperations } from '../env-operations.ts'
import type { EnvScene } from '../env-scene.ts'
import { envSceneOf, STEPS_PER_CALL, stepTimeout } from '../env-scene.ts'
import type { EnvSubject } from '../env-subject.ts'
import type { Executor } from '../execution/executor.ts'
import { inline } from '../execution/inline.ts'
import type { Input } from '../property.ts'
import type { Report } from '../report.ts'
import { rewardOperations } from '../reward-operations.ts'
import type { RunOptions } from '../run.ts'
import { runProperties } from '../run.ts'
import type { Scene } from '../scene.ts'
import { sceneOf } from '../scene.ts'
import type { RewardSubject } from '../subject.ts'
import { DEFAULT_TIMEOUT_MS } from '../subject.ts'
import { answerExploit } from './answer-exploit.ts'
import { exploit } from './exploit.ts'
import type { PlayedOut } from './oracle.ts'
import { paysLikeSolved } from './oracle.ts'
import type { AdversaryReport, AdversarySearch } from './report.ts'
import { isExploit } from './sure.ts'

export interface HuntOptions extends Partial<RunOptions> {
  executor?: Executor
  /** Environment steps in all, shared among the tasks. */
  steps?: number
  /** Scores of a reward in all, shared among the starts. */
  scores?: number
}

export interface Hunt {
  report: Report
  adversary: AdversaryReport
}

type Exploit = NonNullable<AdversaryReport['exploit']>
type Finding = Report['findings'][number]

/** Tasks of an environment, or starts on a reward. */
const SEARCHES = 5
export const HUNT_STEPS = 200_000
export const HUNT_SCORES = 20_000
export const HUNT_MS = 300_000
/** The rest is for making exploits small and judging them again. */
const SEARCHING = 0.7

export async function huntEnv<A>(subject: EnvSubject<A>, options: HuntOptions = {}): Promise<Hunt> {
  const plain = subject as unknown as EnvSubject<Json>
  const { seed = 1, executor = inline(plain, envOperations) } = options
  const { steps = HUNT_STEPS, budgetMs = HUNT_MS } = options
  const scene = await envSceneOf(plain, seed, executor)
  const searches: AdversarySearch[] = []
  const law = exploit({
    steps: Math.ceil(steps / SEARCHES),
    ms: Math.ceil((budgetMs * SEARCHING) / SEARCHES),
    tasks: SEARCHES,
    onExplored({ exploit: found, curve, ...rest }, { task, seconds }) {
      const { steps: spent, cells, cut, exhausted } = rest
      const points = curve.map(each => ({
        spent: each.steps,
        proxy: each.proxy,
        solved: Number(each.solved),
      }))
      const foundAt = found?.foundAt ?? null
      searches.push({ task, spent, seconds, cells, foundAt, cut, exhausted, curve: points })
    },
  })
  const timeoutMs = STEPS_PER_CALL * stepTimeout(plain)
  const report = await runProperties(scene, [law], {
    ...options,
    budgetMs,
    seed,
    executor,
    name: subject.name,
    about: 'environment',
    timeoutMs,
    contract: { horizon: subject.horizon, tasks: SEARCHES, steps },
  })
  const found = firstOf(report)
  const measured = found && (await measuredEpisode(found, scene, { executor, timeoutMs }))
  return { report, adversary: adversaryOf(report, 'steps', searches, measured) }
}

export async function huntReward<T>(subject: RewardSubject<T>, options: HuntOptions = {}): Promise<Hunt> {
  const plain = subject as unknown as RewardSubject<Json>
  const { seed = 1, executor = inline(plain, rewardOperations) } = options
  const { scores = HUNT_SCORES, budgetMs = HUNT_MS } = options
  const scene = sceneOf(plain, seed)
  const searches: AdversarySearch[] = []
  const law = answerExploit({
    calls: Math.ceil(scores / SEARCHES),
    ms: Math.ceil((budgetMs * SEARCHING) / SEARCHES),
    starts: SEARCHES,
    onEvolved({ exploit: found, calls, cut, curve }, { start, seconds }) {
      searches.push({
        task: start,
        spent: calls,
        seconds,
        cells: null,
        foundAt: found?.foundAt ?? null,
        cut,
        exhausted: false,
        curve: curve.map(({ calls: spent, proxy, solved }) => ({ spent, proxy, solved })),
      })
    },
  })
  const timeoutMs = subject.timeoutMs ?? DEFAULT_TIMEOUT_MS
  const report = await runProperties(scene, [law], {
    ...options,
    budgetMs,
    seed,
    executor,
    name: subject.name,
    about: 'reward',
    timeoutMs,
    contract: { range: [scene.low, scene.high], passMark: scene.passMark, scores },
  })
  const found = firstOf(report)
  const measured = found && (await measuredAnswer(found, scene, { executor, timeoutMs }))
  return { report, adversary: adversaryOf(report, 'scores', searches, measured) }
}

function firstOf({ findings, accepted }: Report): Finding | null {
  return findings[0] ?? accepted[0] ?? null
}

function adversaryOf(
  { subject, about }: Report,
  unit: AdversaryReport['unit'],
  searches: AdversarySearch[],
  found: Exploit | null,
): AdversaryReport {
  const at = searches.findIndex(({ foundAt }) => foundAt !== null)
  const until = searches.slice(0, at + 1)
  const total = (of: (search: AdversarySearch) => number): number =>
    until.reduce((sum, search) => sum + of(search), 0)
  const first = at < 0 ? null : { spent: total(({ spent }) => spent), seconds: total(each => each.seconds) }
  return {
    version: 1,
    subject,
    about,
    unit,
    searches,
    first,
    exploit: found,
    learned: null,
    notLearned: null,
  }
}

interface Caller {
  executor: Executor
  timeoutMs: number
}

async function measuredEpisode(
  { id, input, says }: Finding,
  scene: EnvScene,
  { executor, timeoutMs }: Caller,
): Promise<Exploit> {
  const { seed, actions } = input as { seed: number; actions: Json[] }
  const played = async (at: number, taken: readonly Json[]): Promise<PlayedOut | null> => {
    const outcome = await executor.call('playedOut', [at, [...taken]], timeoutMs)
    return outcome.how === 'returned' ? (outcome.value as PlayedOut) : null
  }
  const own = await played(seed, actions)
  const others = scene.seeds.filter(other => other !== seed)
  let hit = 0
  for (const other of others) {
    const there = await played(other, actions)
    if (there && !there.solved && paysLikeSolved(scene.subject, there.proxy)) hit++
  }
  const honest = await scene.reference(seed)
  const best = honest && (await played(seed, honest))
  return {
    case: id,
    input,
    says,
    proxy: own?.proxy ?? NaN,
    partsAt: own && own.partsAt >= 0 ? own.partsAt + 1 : null,
    transfers: { hit, of: others.length },
    reference: best && { proxy: best.proxy, length: honest.length },
  }
}

async function measuredAnswer(
  { id, input, says }: Finding,
  scene: Scene,
  { executor, timeoutMs }: Caller,
): Promise<Exploit> {
  const { task, answer, reasoning, response } = input as { answer: string; reasoning: string } & Input
  const scored = async (at: Json, given: string): Promise<number | null> => {
    const outcome = await executor.call('score', [at, given, {}], timeoutMs)
    return outcome.how === 'returned' ? (outcome.value as { score: number | null }).score : null
  }
  const name = JSON.stringify(task)
  const others = scene.tasks.filter(other => JSON.stringify(other) !== name)
  let hit = 0
  for (const other of others) {
    const score = await scored(other, scene.respond(other, answer, reasoning))
    if (isExploit(scene, { task: other, answer, reasoning, score })) hit++
  }
  const gold = scene.gold(task!)
  const honest = gold === null ? null : scene.respond(task!, gold)
  const best = honest === null ? null : await scored(task!, honest)
  return {
    case: id,
    input,
    says,
    proxy: (await scored(task!, response as string)) ?? NaN,
    partsAt: null,
    transfers: { hit, of: others.length },
    reference: best === null ? null : { proxy: best, length: honest!.length },
  }
}
