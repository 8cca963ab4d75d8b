/**
 * @file Reference solutions as traces of behaviours, with a switch for each: demonstrations for cloning, and for priming.
 *
 * The bare trace is the solver's work, a do per line, and its answer. Behaviours are put into it one by one with content from
 * the environment. A wrong answer changes the answer alone: behaviours without correctness (2503.01307, §4).
 */
import type { EnvDef, Task } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import type { Json } from '../../envs/json.ts'
import { corruptLine } from '../../envs/math/derivation.ts'
import type { Rng } from '../../envs/rng.ts'
import type { Demonstration } from '../policy.ts'
import { strip } from './ablate.ts'
import type { ContentOptions } from './derivation-content.ts'
import { derivationContent, GUESS, lineJudge } from './derivation-content.ts'
import { primeAll } from './prime.ts'
import type { Content } from './prime.ts'
import { claimJudge, moveJudge, puzzleContent, untilEnd } from './puzzle-content.ts'
import type { Behaviour, Line, Trace } from './trace.ts'
import { BEHAVIOURS, printTrace } from './trace.ts'
import { finalSteps } from './tree.ts'
import type { Judge } from './validate.ts'

export interface EmitOptions extends Omit<ContentOptions, 'env' | 'task' | 'rng'> {
  /** Which are shown; default: all six. Without completion only the analysis and the answer are. */
  behaviours?: ReadonlySet<Behaviour>
  /** End with an answer that is wrong, or in puzzles with a last move that breaks a rule. Default: false. */
  wrong?: boolean
}

/** How an environment is thought about: in lines that say something, or in moves. Throws UsageError for other environments. */
export type Mode = 'derivation' | 'puzzle'

export function modeOf(env: EnvDef): Mode {
  if (!env.solve || env.text.stepEnd !== '\n')
    throw new UsageError(
      `${env.id}: behaviours are shown for environments with reference solutions of one line per step; this one has ` +
        (env.solve ? 'steps of another form' : 'no reference solution'),
    )
  return env.answer && env.answer.kind !== 'code' ? 'derivation' : 'puzzle'
}

/** Truth of what checks say in this environment. */
export function judgeOf(env: EnvDef, task: Task): Judge {
  return modeOf(env) === 'derivation' ? lineJudge(env, task) : claimJudge(env, task)
}

/** Where the content of behaviours comes from in this environment. */
export function contentOf(options: ContentOptions): Content {
  return modeOf(options.env) === 'derivation' ? derivationContent(options) : puzzleContent(options)
}

/** The reference solution as a trace with these behaviours. */
export function emitTrace(env: EnvDef, task: Task, rng: Rng, options: EmitOptions = {}): Line[] {
  const { behaviours = new Set(BEHAVIOURS), wrong = false, ...chances } = options
  const bare = bareTrace(env, task)
  const begun = wrong ? spoilt(env, task, { trace: bare, rng }) : bare
  const shown = behaviours.has('completion') ? begun : begun.filter(line => line.kind === 'answer')
  const trace = primeAll(shown, behaviours, contentOf({ env, task, rng, ...chances }))
  return modeOf(env) === 'derivation' ? shortened(trace, env.maxSteps) : trace
}

/** What costs nothing to leave out goes first: checks of right steps from the last on, then detours, then subtasks. */
function shortened(trace: Line[], longest: number): Line[] {
  let lines = trace
  for (let at = lines.length - 1; at >= 0 && lines.length > longest; at--) {
    const line = lines[at]!
    if (line.kind === 'check' && line.verdict === 'right') lines = lines.toSpliced(at, 1)
  }
  for (const behaviour of ['alternatives', 'correction', 'decomposition'] as const)
    if (lines.length > longest) lines = strip(lines, behaviour)
  return lines
}

/** A demonstration whose completion is such a trace. */
export function behaviourDemonstration(
  env: EnvDef,
  task: Task,
  rng: Rng,
  options: EmitOptions = {},
): Demonstration {
  const state = env.start(task)
  if (state instanceof Promise)
    throw new UsageError(`${env.id} starts asynchronously; demonstrations need a synchronous start`)
  const prompt = env.text.prompt(env.observe(task, state))
  return { prompt, completion: printTrace(emitTrace(env, task, rng, options)) }
}

/** The actions that a trace comes to, as its environment plays them: all its lines, or the moves that are left in the end. */
export function actionsOf(env: EnvDef, trace: Trace): string[] {
  return modeOf(env) === 'derivation' ? printTrace(trace).split('\n').slice(0, -1) : finalSteps(trace).steps
}

function bareTrace(env: EnvDef, task: Task): Line[] {
  const actions = env.solve!(task) as Json[]
  const lines = actions.map(action => env.text.render(action).replace(/\n$/, ''))
  const steps = modeOf(env) === 'derivation' ? lines : untilEnd(env, task, lines)
  return steps.map((written): Line => {
    const answer = /^answer:\s*(.*)$/.exec(written)
    return answer ? { kind: 'answer', text: answer[1]! } : { kind: 'do', sub: null, text: written }
  })
}

function spoilt(env: EnvDef, task: Task, { trace, rng }: { trace: Line[]; rng: Rng }): Line[] {
  const last = trace.at(-1)!
  const before = trace.slice(0, -1).map(line => line.text)
  const isWrong = (text: string): boolean =>
    last.kind === 'answer'
      ? lineJudge(env, task)(`${GUESS}${text}`, []) === false
      : moveJudge(env, task)(text, before) === 'not allowed'
  const tried = Array.from({ length: 8 }, () => corruptLine(last.text, rng))
  const text = tried.find(each => each !== null && isWrong(each)) ?? 'unknown'
  return [...trace.slice(0, -1), { ...last, text }]
}
