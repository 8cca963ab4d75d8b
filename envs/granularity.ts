/**
 * @file The size of an action as a wrapper: a whole solution, one step, or one token of text.
 *
 * Each wrapper turns an environment into one whose action is text. The inner environment keeps its dynamics, facts and
 * reward terms: the same text earns the same return at every granularity (a law that the contract suite checks).
 */
import { z } from 'zod'
import type { Advance, Position } from './dynamics.ts'
import { advance, begin, chain } from './dynamics.ts'
import type { End, EnvDef, MaybePromise, RewardTerm, Rewards, Task, TextForm } from './env.ts'
import { isInvalid } from './env.ts'

export type Granularity = 'solution' | 'step' | 'token'

/** `unjudged`: the last step could not be judged, e.g. because a sandbox failed. */
type Inner<S> = { position: Position<S>; buffer: string; unjudged?: true }

const text = z.string().max(100_000)

/** One action is the whole completion. Its steps are played in order; an unfinished solution terminates as `incomplete`. */
export function atSolution<P, S, O, A, F>(
  env: EnvDef<P, S, O, A, F>,
): EnvDef<P, Inner<S>, O, string, Rewards[]> {
  return wrap(env, 'solution', 1, (inner, task, state, action, signal) =>
    chain(
      playAll(inner, task, state, splitSteps(env, action), signal),
      ({ position, unjudged, rewards }) => ({
        state: { position, buffer: '', ...unjudged },
        facts: rewards,
        end: position.end ?? INCOMPLETE,
      }),
    ),
  )
}

/** One action is the text of one step. */
export function atStep<P, S, O, A, F>(env: EnvDef<P, S, O, A, F>): EnvDef<P, Inner<S>, O, string, Rewards[]> {
  return wrap(env, 'step', env.maxSteps, (inner, task, state, action, signal) =>
    chain(playAll(inner, task, state, [action], signal), ({ position, unjudged, rewards }) => ({
      state: { position, buffer: '', ...unjudged },
      facts: rewards,
      ...(position.end && { end: position.end }),
    })),
  )
}

const MAX_TOKENS_PER_STEP = 10_000

/** One action is a piece of text, usually one token. A step is played when its end has been written; '' ends the text. */
export function atToken<P, S, O, A, F>(
  env: EnvDef<P, S, O, A, F>,
): EnvDef<P, Inner<S>, O, string, Rewards[]> {
  return wrap(env, 'token', env.maxSteps * MAX_TOKENS_PER_STEP, (inner, task, state, action, signal) => {
    const written = state.buffer + action
    const ended = action === ''
    const { complete, rest } = cutSteps(env.text.stepEnd, written)
    const steps = ended && rest !== '' ? [...complete, rest] : complete
    return chain(playAll(inner, task, state, steps, signal), ({ position, unjudged, rewards }) => {
      const end = position.end ?? (ended ? INCOMPLETE : undefined)
      return {
        state: { position, buffer: ended ? '' : rest, ...unjudged },
        facts: rewards,
        ...(end && { end }),
      }
    })
  })
}

/** The wrapper of that name. */
export function atGranularity<P, S, O, A, F>(
  env: EnvDef<P, S, O, A, F>,
  granularity: Granularity,
): EnvDef<P, Inner<S>, O, string, Rewards[]> {
  const wrappers = { solution: atSolution, step: atStep, token: atToken }
  return wrappers[granularity](env)
}

/** A completion cut behind each step end; text without a closing step end counts as a last step. */
export function splitSteps(
  env: { text: Pick<TextForm<never, never>, 'stepEnd'> },
  completion: string,
): string[] {
  const { complete, rest } = cutSteps(env.text.stepEnd, completion)
  return rest.trim() === '' ? complete : [...complete, rest]
}

function cutSteps(stepEnd: string, written: string): { complete: string[]; rest: string } {
  if (stepEnd === '') return { complete: [], rest: written } // one step: the whole text
  const pieces = written.split(stepEnd)
  const rest = pieces.pop() ?? ''
  return { complete: pieces.map(piece => piece + stepEnd), rest }
}

type WrappedStep<P, S, O, A, F> = (
  inner: EnvDef<P, S, O, A, F>,
  task: Task<P>,
  state: Inner<S>,
  action: string,
  signal: AbortSignal | undefined,
) => MaybePromise<{ state: Inner<S>; facts: Rewards[]; end?: NonNullable<Position['end']> }>

function wrap<P, S, O, A, F>(
  env: EnvDef<P, S, O, A, F>,
  granularity: Granularity,
  maxSteps: number,
  play: WrappedStep<P, S, O, A, F>,
): EnvDef<P, Inner<S>, O, string, Rewards[]> {
  const inner = (task: Task<P>): Task<P> => ({ ...task, env: env.id })
  const asked = { ...env, rewards: { ...env.rewards, ...ifItEnded(env.rewards) } }
  return {
    id: `${env.id}@${granularity}`,
    title: env.title,
    action: text,
    observation: env.observation,
    tasks: env.tasks,
    maxSteps,
    start: task => chain(begin(env, inner(task)), position => ({ position, buffer: '' })),
    observe: (task, state) => env.observe(inner(task), state.position.state),
    // An invalid action is played as it stands, so that the inner environment scores it as a malformed step.
    step: (task, state, action, { signal }) =>
      play(asked, inner(task), state, isInvalid(action) ? action.invalid : action, signal),
    rewards: Object.fromEntries(
      Object.entries(env.rewards).map(([name, term]) => [name, summed(name, term)]),
    ),
    text: { ...env.text, parse: reply => reply, render: action => action },
    ...(env.solve && {
      solve: (task, style) => {
        const steps = env.solve!(inner(task), style).map(action => env.text.render(action))
        if (granularity === 'step') return steps
        return granularity === 'solution' ? [steps.join('')] : Array.from(steps.join(''))
      },
    }),
    ...(env.missing && { missing: env.missing }),
    ...(env.close && { close: env.close }),
    ...(env.stepLabel && {
      stepLabel: (task, { position }) =>
        env.stepLabel!(inner(task), position.state, env.maxSteps - position.steps),
    }),
  }
}

const INCOMPLETE: End = { kind: 'terminated', reason: 'incomplete' }
const IF_ENDED = 'if it ended: '

/** Under other names, the outcome that a step would have if the episode ended with it: null where it could not be judged. */
function ifItEnded<F, P, S>(terms: Readonly<Record<string, RewardTerm<F, P, S>>>) {
  return Object.fromEntries(
    Object.entries(terms)
      .filter(([, { kind }]) => kind === 'outcome')
      .map(([name, term]): [string, RewardTerm<F, P, S>] => [
        IF_ENDED + name,
        {
          ...term,
          weight: 0,
          value: (facts, context) => term.value(facts, { ...context, end: context.end ?? INCOMPLETE }),
        },
      ]),
  )
}

/** The inner term, summed over the inner steps that one outer action played; null if none of them judged it. */
function summed<F, P, S>(name: string, term: RewardTerm<F, P, S>): RewardTerm<Rewards[], P, Inner<S>> {
  return {
    kind: term.kind,
    weight: term.weight,
    value: (steps, { end, after }) => {
      // The text is over but the inner episode is not: the goal was not reached, which is 0, not "not judged".
      if (term.kind === 'outcome' && end && !after.position.end) return after.unjudged ? null : 0
      const values = steps.map(rewards => rewards[name]).filter(value => typeof value === 'number')
      return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
    },
  }
}

interface Played<S> {
  position: Position<S>
  rewards: Rewards[]
  unjudged: { unjudged?: true }
}

function playAll<P, S, O, A, F>(
  env: EnvDef<P, S, O, A, F>,
  task: Task<P>,
  { position: from, unjudged: before }: Inner<S>,
  steps: readonly string[],
  signal: AbortSignal | undefined,
): MaybePromise<Played<S>> {
  const rewards: Rewards[] = []
  const unjudged = (): boolean => {
    const last = rewards.at(-1)
    if (!last) return before === true
    return Object.entries(last).some(([name, value]) => name.startsWith(IF_ENDED) && value === null)
  }
  const playFrom = (position: Position<S>, i: number): MaybePromise<Played<S>> => {
    const step = steps[i]
    if (step === undefined || position.end)
      return { position, rewards, unjudged: !position.end && unjudged() ? { unjudged: true } : {} }
    return chain(advance(env, task, position, env.text.parse(step), signal), (taken: Advance<S>) => {
      rewards.push(taken.rewards)
      return playFrom(taken.position, i + 1)
    })
  }
  return playFrom(from, 0)
}
