/**
 * @file What to think about a puzzle that is solved by moves, from the environment itself.
 *
 * Given is the position, asked that it be solved. A subtask is a few moves. A check says of a move that it
 * is allowed, or leads nearer, and the environment says whether that is so. A slip is a line that breaks a rule. A dead end is a legal move that leads no
 * nearer: it is tried, seen to be of no use, and the state before it is opened again.
 */
import { advance, begin } from '../../envs/dynamics.ts'
import type { Position } from '../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import { isInvalid } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { corruptLine } from '../../envs/math/derivation.ts'
import type { ContentOptions } from './derivation-content.ts'
import { analysisOf, questionIn } from './derivation-content.ts'
import type { Content } from './prime.ts'
import type { Judge } from './validate.ts'

type Standing = 'nearer' | 'no nearer' | 'not allowed'

const LARGEST_SUBTASK = 3

/** What the environment makes of a move from the state that the moves before lead to. */
export function moveJudge(env: EnvDef, task: Task): (move: string, before: readonly string[]) => Standing {
  return (move, before) => {
    const position = played(env, task, before)
    if (position === null || position.end) return 'not allowed'
    const action = env.text.parse(env.text.render(move as Json))
    const taken = advance(env, task, position, action)
    if (taken instanceof Promise)
      throw new RangeError(`${env.id}: expected an environment that steps at once`)
    if (isInvalid(action) || penalised(env, taken.rewards)) return 'not allowed'
    const progress = Object.entries(env.rewards)
      .filter(([, term]) => term.kind === 'process')
      .reduce((sum, [name]) => sum + (taken.rewards[name] ?? 0), 0)
    return progress > 0 ? 'nearer' : 'no nearer'
  }
}

export function puzzleContent(options: ContentOptions): Content {
  const { env, task, rng, slips = 0.3, deadEnds = 0.3, checks = 0.6 } = options
  const standing = moveJudge(env, task)
  return {
    analysis: () => analysisOf(questionIn(env, task)),
    subtask: (step, _before, inside) =>
      inside > 0 && inside < LARGEST_SUBTASK ? null : `begin with ${step}`,
    claim: (step, before) => {
      const found = standing(step, before)
      if (found === 'not allowed') return { text: `${step} is allowed`, right: false }
      if (found === 'no nearer') return { text: `${step} leads nearer`, right: false }
      return rng.float() < checks ? { text: `${step} leads nearer`, right: true } : null
    },
    slip: (step, before) => {
      if (rng.float() >= slips) return null
      const tried = Array.from({ length: 4 }, () => corruptLine(step, rng))
      const deviation = deviating(options, before)
      return (
        [...tried, deviation].find(move => move !== null && standing(move, before) === 'not allowed') ?? null
      )
    },
    deadEnd: (_step, before) => {
      if (rng.float() >= deadEnds || !env.legalActions) return null
      const position = played(env, task, before)
      if (position === null || position.end) return null
      const moves = env.legalActions(task, position.state) as string[]
      return rng.shuffle(moves).find(move => standing(move, before) === 'no nearer') ?? null
    },
  }
}

/** The truth of what a check of a puzzle says. */
export function claimJudge(env: EnvDef, task: Task): Judge {
  const standing = moveJudge(env, task)
  return (claim, before) => {
    const match = /^(.*) (is allowed|leads nearer)$/.exec(claim)
    if (!match) return null
    const found = standing(match[1]!, before)
    return match[2] === 'is allowed' ? found !== 'not allowed' : found === 'nearer'
  }
}

/** The move in which the environment's own mistake leaves the way; null where it makes none here. */
function deviating({ env, task, rng }: ContentOptions, before: readonly string[]): string | null {
  const moves = (env.solve?.(task, { slip: 1, rng }) ?? []) as string[]
  const same = before.every((move, i) => moves[i] === move)
  return same ? (moves[before.length] ?? null) : null
}

/** The moves up to the one that ends the episode: a reference may pass the goal before its own end. */
export function untilEnd(env: EnvDef, task: Task, moves: readonly string[]): string[] {
  const over = moves.findIndex((_, i) => played(env, task, moves.slice(0, i + 1))?.end)
  return over < 0 ? [...moves] : moves.slice(0, over + 1)
}

function played(env: EnvDef, task: Task, moves: readonly string[]): Position | null {
  let position = begin(env, task)
  for (const move of moves) {
    if (position instanceof Promise || position.end) return null
    const taken = advance(env, task, position, env.text.parse(env.text.render(move as Json)))
    if (taken instanceof Promise) return null
    position = taken.position
  }
  return position instanceof Promise ? null : position
}

function penalised(env: EnvDef, rewards: Readonly<Record<string, number | null>>): boolean {
  return Object.entries(env.rewards).some(
    ([name, { kind }]) => kind === 'penalty' && (rewards[name] ?? 0) < 0,
  )
}
