/**
 * @file An environment as a reward of texts: a response is the whole completion, its score the outcome of the episode that
 * it plays.
 */
import { advance, begin } from '../../envs/dynamics.ts'
import type { EnvDef, Message, Rewards, Task } from '../../envs/env.ts'
import { atSolution } from '../../envs/granularity.ts'
import type { Json } from '../../envs/json.ts'
import { taskAt } from '../../envs/tasks.ts'
import { taskOfSeed } from './env-def-subject.ts'
import type { KindId, RewardSubject, Score, ScoreContext } from './subject.ts'

const TASKS = 40
/** Sandboxes and workers start within this even on a busy machine. */
const TIMEOUT_MS = 20_000

/** Where a task is found again. */
type Place = Pick<Task, 'split' | 'level' | 'index'>

/**
 * Without `answer` in its definition, an environment's gold is its whole rendered solution, and other texts may be right
 * as well.
 */
export function rewardSubjectOf(env: EnvDef): RewardSubject<Json> {
  const whole = atSolution(env) as unknown as EnvDef
  const known = new Map<string, Task>()
  const taskOf = (place: Json): Task => {
    const name = JSON.stringify(place)
    const task = known.get(name) ?? taskAt(env, place as Place)
    known.set(name, task)
    return task
  }
  const places = placesOf(env)
  return {
    name: env.id,
    tasks: places,
    prompt: kept(promptOf(whole, taskOf)),
    score: (place, response, context) => outcomeOf(whole, taskOf(place), response, context),
    timeoutMs: TIMEOUT_MS,
    // Steps have a longest text, and episodes a largest number of steps.
    lengthPenalised: true,
    ...answers(env, whole, taskOf, places),
  }
}

/** Asked for again and again, and what solvers search for takes its time. */
function kept<V>(f: (place: Json) => V): (place: Json) => V {
  const known = new Map<string, V>()
  return place => {
    const name = JSON.stringify(place)
    if (!known.has(name)) known.set(name, f(place))
    return known.get(name)!
  }
}

/** Environments that start by a promise, e.g. those with a database, have no prompt here. */
function promptOf(whole: EnvDef, taskOf: (place: Json) => Task): (place: Json) => Message[] {
  let waits = false
  return place => {
    if (waits) return []
    const task = { ...taskOf(place), env: whole.id }
    const state = whole.start(task)
    if (!(state instanceof Promise)) return whole.text.prompt(whole.observe(task, state))
    waits = true
    state.catch(() => {})
    return []
  }
}

function placesOf(env: EnvDef): Place[] {
  return Array.from({ length: TASKS }, (_, seed) => {
    const { split, level, index } = taskOfSeed(env, seed)
    return { split, level, index }
  })
}

type Answers = Pick<RewardSubject<Json>, 'kind' | 'gold' | 'answer' | 'manyRight'>

function answers(
  env: EnvDef,
  whole: EnvDef,
  taskOf: (place: Json) => Task,
  places: readonly Place[],
): Answers {
  const { answer } = env
  if (!answer)
    return {
      kind: 'text',
      manyRight: true,
      ...(whole.solve && {
        gold: kept(place => whole.solve!({ ...taskOf(place), env: whole.id })[0] as string),
      }),
    }
  return {
    kind: answer.kind ?? shapeOf(places.map(place => answer.gold(taskOf(place)))),
    gold: kept(place => answer.gold(taskOf(place))),
    ...(answer.manyRight && { manyRight: true }),
    answer: {
      policy: 'first',
      wrap: (given, reasoning, place) => {
        const lines = reasoning === '' ? '' : `${reasoning.replace(/[\n\r]+/g, ' ')}\n`
        return lines + answer.write(taskOf(place), given)
      },
    },
  }
}

function shapeOf(golds: readonly string[]): KindId {
  return golds.every(gold => /^-?\d+(\/\d+)?$/.test(gold)) ? 'number' : 'text'
}

/** The largest of the outcome terms; null where none was judged. */
async function outcomeOf(
  env: EnvDef,
  task: Task,
  response: string,
  { signal }: ScoreContext,
): Promise<Score> {
  const own = { ...task, env: env.id }
  const { rewards } = await advance(env, own, await begin(env, own), response, signal)
  // Some step may have been lost to the caller's giving up, also where a later one ended the episode.
  if (signal.aborted) return null
  const values = outcomes(env, rewards)
  return values.length === 0 ? null : Math.max(...values)
}

function outcomes({ rewards: terms }: EnvDef, rewards: Rewards): number[] {
  return Object.entries(rewards)
    .filter(([name, value]) => value !== null && terms[name]!.kind === 'outcome')
    .map(([, value]) => value as number)
}
