/**
 * @file `defineToolEnv`: stateful tool use from a world, its tools and a goal.
 *
 * The world is plain JSON; a tool is a pure function from world and arguments to a reply and, unless it only reads, a new
 * world. What is judged is the world at the end (and the answer given with `finish`, where one is asked for), against
 * every acceptable final state, and not the way there. Progress is a potential, 1 minus the distance that is left, so that
 * going in circles and reading earn nothing. A call that is refused changes nothing, is shown as an error, and costs 0.05.
 */
import type { z } from 'zod'
import { defineEnv } from '../define-env.ts'
import { chain } from '../dynamics.ts'
import type { EnvDef, EnvId, Level, MaybePromise, StepContext, Style, Task, TaskSource } from '../env.ts'
import { isInvalid, outcome, penalty, process } from '../env.ts'
import type { Json } from '../json.ts'
import { canonicalJson } from '../json.ts'
import type { Rng } from '../rng.ts'
import { drawnTasks, numberedLevels } from '../tasks.ts'
import type { Call, ShownTool, ToolObservation } from './call-form.ts'
import { callForm, callSchema, describeTools, finishCall, finishTool, toolObservation } from './call-form.ts'
import type { Leaves } from './difference.ts'
import { difference, leavesOf } from './difference.ts'

/**
 * What came of a call: a result, with a new world if it changed; `error`, if the call was refused; `unavailable`, if the
 * tool itself failed or was cancelled, which is nobody's fault and never a score.
 */
export type Reply<S> = { world?: S; result: Json } | { error: string } | { unavailable: string }

export interface ToolContext<P> {
  params: P
  rng: Rng
  signal?: AbortSignal
}

export interface Tool<P, S> {
  /** What it does, for the agent. */
  about: string
  args: z.ZodType
  /** It only reads: returning a world is an error of the author, and is thrown. */
  reads?: boolean
  run(world: S, args: never, context: ToolContext<P>): MaybePromise<Reply<S>>
}

/** A tool whose arguments have the type of their schema. */
export function tool<P, S, A extends z.ZodType>(def: {
  about: string
  args: A
  reads?: boolean
  run(world: S, args: z.infer<A>, context: ToolContext<P>): MaybePromise<Reply<S>>
}): Tool<P, S> {
  return def
}

/** A final state that fulfils the request: what `view` shows of the world, and the answer where one is asked for. */
export type Goal = { view: Json; answer?: Json }

interface Drawn<P> {
  levels: readonly (string | Level)[]
  generate(rng: Rng, level: number): P
  /** What makes two tasks the same. */
  identity(params: P): Json
}

/** Where tasks are given, or drawn in two stages. */
interface Given<P> {
  tasks: TaskSource<P>
}

interface ToolEnvDef<P, S> {
  id: EnvId
  title: string
  group?: string
  /** Why blind play earns more than 0.2, where it does. */
  guessable?: string
  /** House rules for the agent, above the list of tools. */
  rules: string
  maxSteps: number
  /** What the agent is asked to do. */
  request(params: P): string
  /** The world at the start. */
  world(params: P): MaybePromise<S>
  tools: Readonly<Record<string, Tool<P, S>>>
  /** The schema of the answer that `finish` takes; absent: it takes none. */
  answer?: z.ZodType<Json>
  /** What of an answer counts, e.g. names in sorted order. Default: all of it. */
  normalise?(answer: Json): Json
  /** What of the world counts for the goal. */
  view(world: S): Json
  /** Every acceptable final state. */
  goals(params: P): readonly Goal[]
  /** How much of the way is behind, in [0, 1], from the world alone. Default: 1 - differences left / differences at the start. */
  progress?(params: P, world: S): number
  /** Can the goal still be reached from here in that many calls, `finish` among them? null: not decided. */
  reachable?(params: P, world: S, stepsLeft: number): boolean | null
  /** A reference solution, `finish` included. */
  solve(params: P): Call[]
  /** Calls that the request suggests and that would not be refused. */
  suggest?(params: P, world: S): Call[]
  missing?(): MaybePromise<string | null>
  close?(): MaybePromise<void>
}

type State<S> = {
  world: S
  result: Json
  finished: 'solved' | 'wrong' | null
  /** Differences between the world at the start and each goal. */
  distances: number[]
}

type Facts = {
  /** Why the call was refused; null if it was not. */
  fault: string | null
  /** The tool failed, which is no fault of the agent. */
  unavailable: boolean
  solved: boolean
  potentialBefore: number
  potentialAfter: number
}

/** Names that environment protocols keep for themselves. */
const RESERVED = ['reset', 'step', 'state', 'close', 'finish']

/** The environment of a world with tools. Throws UsageError or TypeError where the definition contradicts itself. */
export function defineToolEnv<P extends object, S>(
  def: ToolEnvDef<P, S> & (Drawn<P> | Given<P>),
): EnvDef<P, State<S>, ToolObservation, Call, Facts> {
  const tools = shownTools(def)
  const action = callSchema(tools)
  const shown = describeTools(tools)
  const target = targetOf(def)

  const settle = (task: Task<P>, before: State<S>, after: State<S>, fault: Partial<Facts>) => {
    const facts: Facts = {
      fault: null,
      unavailable: false,
      solved: after.finished === 'solved',
      potentialBefore: target.potential(task.params, before),
      potentialAfter: target.potential(task.params, after),
      ...fault,
    }
    if (after.finished === null) return { state: after, facts }
    return { state: after, facts, end: { kind: 'terminated' as const, reason: after.finished } }
  }

  return defineEnv({
    id: def.id,
    title: def.title,
    ...(def.group !== undefined && { group: def.group }),
    ...(def.guessable !== undefined && { guessable: def.guessable }),
    ...(def.missing && { missing: def.missing }),
    ...(def.close && { close: def.close }),
    action,
    observation: toolObservation,
    tasks: 'tasks' in def ? def.tasks : drawn(def),
    maxSteps: def.maxSteps,
    start: ({ params }) =>
      chain(def.world(params), (world): State<S> => {
        const distances = target.distances(params, world)
        return { world, result: null, finished: null, distances }
      }),
    observe: ({ params }, { result }) => ({ request: def.request(params), tools: shown, result }),

    step(task, state, call, context) {
      const { params } = task
      const refused = (error: string) =>
        settle(task, state, { ...state, result: { ok: false, error } }, { fault: error })
      if (isInvalid(call)) return refused(`not understood: ${call.invalid.slice(0, 200)}`)
      if (call.tool === 'finish') {
        const finished = target.reached(params, state.world, call.args['answer'] ?? null) ? 'solved' : 'wrong'
        return settle(task, state, { ...state, result: { ok: true }, finished }, {})
      }
      const chosen = def.tools[call.tool]!
      const reply = chosen.run(state.world, call.args as never, new CallContext(params, context))
      return chain(reply, came => {
        if ('error' in came) return refused(came.error)
        if ('unavailable' in came) {
          const error = `${call.tool} failed, which is no fault of the call: ${came.unavailable}`
          return settle(task, state, { ...state, result: { ok: false, error } }, { unavailable: true })
        }
        if (chosen.reads && came.world !== undefined)
          throw new TypeError(`${def.id}: ${call.tool} is declared to read only, but returned a world`)
        const result = { ok: true, result: came.result }
        return settle(task, state, { ...state, world: came.world ?? state.world, result }, {})
      })
    },

    rewards: {
      // An episode that a failing tool ran out of steps was not judged.
      correct: outcome(({ solved, unavailable }: Facts, { end }) =>
        !end || unavailable ? null : Number(solved),
      ),
      progress: process((facts: Facts) => facts.potentialAfter - facts.potentialBefore, 0.2),
      invalid: penalty(({ fault }: Facts) => (fault === null ? 0 : -1), 0.05),
    },

    text: callForm(action, def.rules),
    solve: ({ params }, style) => slipped(def.tools, def.solve(params), style),
    legalActions: ({ params }, { world }) => [
      ...(def.suggest?.(params, world) ?? []),
      ...(def.answer ? [] : [finishCall()]),
    ],
    readOnly: (_task, call) => def.tools[call.tool]?.reads === true,
    failed: ({ result }) =>
      typeof result === 'object' && result !== null && 'ok' in result && result.ok === false,
    stepLabel({ params }, { world, finished }, stepsLeft) {
      if (finished !== null) return finished === 'solved'
      return stepsLeft < 1 ? false : (def.reachable?.(params, world, stepsLeft) ?? null)
    },
  })
}

/** Draws only where a tool does: making a generator costs more than most tools. */
class CallContext<P> implements ToolContext<P> {
  readonly params: P
  readonly signal?: AbortSignal
  readonly #step: StepContext

  constructor(params: P, step: StepContext) {
    this.params = params
    this.#step = step
    if (step.signal) this.signal = step.signal
  }

  get rng(): Rng {
    return this.#step.rng
  }
}

function drawn<P, S>(def: ToolEnvDef<P, S> & Drawn<P>): TaskSource<P> {
  return drawnTasks({
    env: def.id,
    levels: numberedLevels(def.levels),
    draw: (rng, level) => def.generate(rng, level),
    identity: params => def.identity(params),
  })
}

function shownTools<P, S>({ id, tools, answer }: ToolEnvDef<P, S>): ShownTool[] {
  const clash = Object.keys(tools).find(name => RESERVED.includes(name) || !/^[a-z][a-z0-9_]*$/.test(name))
  if (clash !== undefined)
    throw new TypeError(
      `${id}: expected tool names of small letters other than ${RESERVED.join(', ')}, got ${clash}`,
    )
  const own = Object.entries(tools).map(([name, { about, args }]) => ({ name, description: about, args }))
  return [...own, finishTool(answer)]
}

/** Reading the goal: is it reached, and how much of the way is behind. Worked out once per task. */
function targetOf<P extends object, S>(def: ToolEnvDef<P, S>) {
  const known = new WeakMap<P, { names: Set<string>; views: Leaves[] }>()
  const goalsOf = (params: P) => {
    const found = known.get(params)
    if (found) return found
    const goals = def.goals(params)
    const names = new Set(goals.map(({ view, answer }) => nameOf(view, answer ?? null)))
    const made = { names, views: goals.map(({ view }) => leavesOf(view)) }
    known.set(params, made)
    return made
  }
  const nameOf = (view: Json, answer: Json): string =>
    canonicalJson([view, answer === null || !def.normalise ? answer : def.normalise(answer)])
  const distances = (params: P, world: S): number[] => {
    const leaves = leavesOf(def.view(world))
    return goalsOf(params).views.map(view => difference(leaves, view))
  }
  const behind = (params: P, { world, distances: whole }: State<S>): number => {
    if (def.progress) return def.progress(params, world)
    const shares = distances(params, world).map((left, i) => (whole[i]! > 0 ? 1 - left / whole[i]! : 0))
    return Math.max(0, ...shares)
  }
  return {
    distances,
    reached: (params: P, world: S, answer: Json): boolean =>
      goalsOf(params).names.has(nameOf(def.view(world), answer)),
    potential: (params: P, state: State<S>): number =>
      state.finished === 'solved' ? 1 : PART_BEFORE_FINISH * behind(params, state),
  }
}

/** The rest is paid when `finish` finds the goal reached. */
const PART_BEFORE_FINISH = 0.9

/** A change forgotten on the way or, where nothing has to be changed, a wrong answer. */
function slipped<P, S>(tools: ToolEnvDef<P, S>['tools'], calls: Call[], style: Style | undefined): Call[] {
  if (style === undefined || style.rng.float() >= style.slip) return calls
  const changes = [...calls.keys()].filter(
    at => calls[at]!.tool !== 'finish' && !tools[calls[at]!.tool]!.reads,
  )
  if (changes.length > 0) return calls.toSpliced(style.rng.pick(changes), 1)
  return calls.map(call => {
    const answer = call.tool === 'finish' ? call.args['answer'] : undefined
    return answer === undefined ? call : finishCall(mistaken(answer))
  })
}

/** One more, one less, or cut short. */
function mistaken(answer: Json): Json {
  if (typeof answer === 'number') return answer + 1
  if (typeof answer === 'string')
    return /^-?\d+$/.test(answer) ? String(Number(answer) + 1) : answer.slice(0, -1)
  return Array.isArray(answer) ? answer.slice(0, -1) : null
}
