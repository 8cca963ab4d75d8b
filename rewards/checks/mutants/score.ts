/**
 * @file `mutationScore`: how many small faults of a reward its contract lets the checks find.
 *
 * The facts come from the reward as it is; only what scores is changed. Each mutant is written beside the file and loaded
 * in a process of its own.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageError } from '../../../envs/errors.ts'
import type { Json } from '../../../envs/json.ts'
import { importUserModule } from '../../../envs/user-module.ts'
import type { Executor } from '../execution/executor.ts'
import { isolated } from '../execution/process.ts'
import { subjectsOf } from '../execution/subject-ref.ts'
import type { Outcome, Scored } from '../probe.ts'
import { numberOf } from '../probe.ts'
import { REWARD_PROPERTIES } from '../registry.ts'
import type { Scene } from '../scene.ts'
import { sceneOf } from '../scene.ts'
import type { RewardSubject } from '../subject.ts'
import { DEFAULT_TIMEOUT_MS } from '../subject.ts'
import type { Call, Hunting } from './hunt-mutant.ts'
import { killer, recording, sameOutcome } from './hunt-mutant.ts'
import type { Mutant } from './mutants.ts'
import { mutantsOf, mutated } from './mutants.ts'
import type { JudgedMutant, MutationReport } from './report.ts'
import { sampleResponses } from './sample.ts'
import { withTemporary } from './temporary.ts'

export interface MutationOptions {
  /** The export that holds the reward. Default: the only one that does. */
  name?: string
  seed?: number
  /** Runs per property. */
  runs?: number
  /** For one mutant. */
  budgetMs?: number
  /** Mutants at a time. */
  processes?: number
  /** Operators to use; default: all. */
  operators?: readonly string[]
  /** Called after each mutant, with the share that is behind. */
  progress?(share: number, mutant: JudgedMutant): void
}

interface Trial extends Hunting {
  file: string
  name: string
  source: string
  budgetMs: number
  original: Executor
  sample: Call[]
}

/** Right responses that are tried before anything is drawn: a mutant that hangs would spend the budget. */
const FIRST_CALLS = 3
/** Calls of the hunt that are made again on the reward as it is. */
const REPEATED = 500

/** Throws UsageError where the file has no reward, or none of its code scores. */
export async function mutationScore(path: string, options: MutationOptions = {}): Promise<MutationReport> {
  const { seed = 1, runs = 40, budgetMs = 30_000, processes = 2, operators } = options
  const file = resolve(path)
  const { name, subject } = await rewardIn(file, options.name)
  const source = readFileSync(file, 'utf8')
  const scene = sceneOf(subject, seed)
  const mutants = mutantsOf(source, file, { top: scene.high }).filter(
    ({ operator }) => operators?.includes(operator) ?? true,
  )
  if (mutants.length === 0)
    throw new UsageError(
      `${file}: nothing to change in what scores; expected score in an object of this file`,
    )
  const original = isolated({ as: 'reward', url: pathToFileURL(file).href, name })
  try {
    const timeoutMs = subject.timeoutMs ?? DEFAULT_TIMEOUT_MS
    const lacking = REWARD_PROPERTIES.map(property => ({ property, why: property.missing(scene) }))
    const able = lacking
      .filter(({ property, why }) => why === null && !property.statistical)
      .map(({ property }) => property)
    const hunting = { scene, properties: able, seed, runs, timeoutMs, late: () => false }
    const failing = await failingOf(hunting, original)
    const trial: Trial = {
      ...hunting,
      properties: able.filter(({ id }) => !failing.includes(id)),
      file,
      name,
      source,
      budgetMs,
      original,
      sample: await sampled(scene, original, timeoutMs),
    }
    const judged = await eachOf(mutants, processes, mutant => judgedMutant(mutant, trial), options.progress)
    return {
      version: 1,
      file,
      subject: subject.name,
      seed,
      mutants: judged,
      ...tally(judged),
      failing,
      notRun: lacking.flatMap(({ property: { id }, why }) => (why === null ? [] : [{ id, why }])),
    }
  } finally {
    await original.close()
  }
}

async function rewardIn(
  file: string,
  wanted?: string,
): Promise<{ name: string; subject: RewardSubject<Json> }> {
  const exported = Object.entries(await importUserModule(file))
  const rewards = exported.flatMap(([name, value]) =>
    subjectsOf(value).flatMap(found => (found.as === 'reward' ? [{ name, subject: found.subject }] : [])),
  )
  const chosen = wanted === undefined ? rewards : rewards.filter(({ name }) => name === wanted)
  if (chosen.length === 1) return chosen[0]!
  const names = rewards.map(({ name }) => name).join(', ')
  throw new UsageError(
    `${file}: expected one reward${wanted === undefined ? '' : ` named ${wanted}`}, got ${names || 'none'}; name the export to change`,
  )
}

/** What finds something in the reward as it is. */
async function failingOf(hunting: Hunting, original: Executor): Promise<string[]> {
  const found = []
  for (const property of hunting.properties) {
    const { probe } = recording(original, hunting.timeoutMs)
    if (await killer({ ...hunting, properties: [property] }, probe)) found.push(property.id)
  }
  return found
}

async function sampled(scene: Scene, original: Executor, timeoutMs: number): Promise<Call[]> {
  const { probe, calls } = recording(original, timeoutMs)
  for (const { task, response } of sampleResponses(scene)) await probe.score(task, response)
  return calls
}

async function judgedMutant(mutant: Mutant, trial: Trial): Promise<JudgedMutant> {
  const { operator, line, before, after } = mutant
  const verdict = await withTemporary(trial.file, mutated(trial.source, mutant), async path => {
    const executor = isolated({ as: 'reward', url: pathToFileURL(path).href, name: trial.name })
    try {
      return await verdictOn(executor, trial)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      return { status: 'invalid' as const, by: null, cut: false }
    } finally {
      await executor.close()
    }
  })
  return { operator, line, before, after, ...verdict }
}

type Verdict = Pick<JudgedMutant, 'status' | 'by' | 'cut'>

async function verdictOn(executor: Executor, trial: Trial): Promise<Verdict> {
  const { sample, timeoutMs } = trial
  for (const { operation, args, outcome } of sample.slice(0, FIRST_CALLS)) {
    const now = await executor.call(operation, args, timeoutMs)
    if (outcome.how === 'returned' && now.how !== 'returned' && now.how !== 'threw')
      return { status: 'killed', by: 'no_answer', cut: false }
  }
  const deadline = performance.now() + trial.budgetMs
  const late = (): boolean => performance.now() > deadline
  const { probe, calls } = recording(executor, timeoutMs)
  const by = await killer({ ...trial, late }, probe)
  if (by !== null) return { status: 'killed', by, cut: false }
  const cut = late()
  const same =
    telling(sample, trial.scene) &&
    (await agrees(sample, executor, trial)) &&
    (await agrees(spread(calls), trial.original, trial))
  return { status: same && !cut ? 'equivalent' : 'survived', by: null, cut }
}

/** Without both right and wrong responses in it, a sample cannot show that two rewards are the same. */
function telling(sample: readonly Call[], { passMark }: Scene): boolean {
  const scores = sample
    .map(({ outcome }) => numberOf(outcome as Outcome<Scored>))
    .filter(score => score !== null)
  return scores.some(score => score >= passMark) && scores.some(score => score < passMark)
}

/** The same outcomes elsewhere? What may differ from call to call tells nothing. */
async function agrees(
  calls: readonly Call[],
  executor: Executor,
  { scene, timeoutMs }: Trial,
): Promise<boolean> {
  if (scene.subject.stochastic) return false
  for (const { operation, args, outcome } of calls)
    if (!sameOutcome(outcome, await executor.call(operation, args, timeoutMs))) return false
  return true
}

/** Some of the calls, from all parts of the hunt. */
function spread(calls: readonly Call[]): Call[] {
  const step = Math.max(1, Math.ceil(calls.length / REPEATED))
  return calls.filter((_, at) => at % step === 0)
}

/** Results in order, `width` at a time. */
async function eachOf(
  mutants: readonly Mutant[],
  width: number,
  judge: (mutant: Mutant) => Promise<JudgedMutant>,
  progress: MutationOptions['progress'],
): Promise<JudgedMutant[]> {
  const judged: JudgedMutant[] = []
  let [next, behind] = [0, 0]
  const lane = async (): Promise<void> => {
    while (next < mutants.length) {
      const at = next++
      judged[at] = await judge(mutants[at]!)
      progress?.(++behind / mutants.length, judged[at])
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  return judged
}

function tally(judged: readonly JudgedMutant[]) {
  const count = (status: JudgedMutant['status']): number =>
    judged.filter(each => each.status === status).length
  const [killed, survived] = [count('killed'), count('survived')]
  return {
    killed,
    survived,
    equivalent: count('equivalent'),
    invalid: count('invalid'),
    score: killed + survived === 0 ? null : killed / (killed + survived),
  }
}
