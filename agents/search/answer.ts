/** @file What a completion answers, so that samples can be compared and counted. */
import type { EnvDef } from '../../envs/env.ts'
import { isInvalid } from '../../envs/env.ts'
import { splitSteps } from '../../envs/granularity.ts'
import { hashJson } from '../../envs/json.ts'

/**
 * Canonical form of a completion: the actions it parses to. null if there is none or one of them is malformed, so that
 * unreadable texts never gather votes.
 */
export function answerOf(env: EnvDef, text: string): string | null {
  const actions = splitSteps(env, text).map(step => env.text.parse(step))
  return actions.length === 0 || actions.some(isInvalid) ? null : hashJson(actions)
}
