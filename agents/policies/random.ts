/** @file `random`: uniform over the legal actions where the environment names them, else over what its schema allows. */
import { z } from 'zod'
import { advance, begin } from '../../envs/dynamics.ts'
import type { Position } from '../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import type { Rng } from '../../envs/rng.ts'
import type { Agent, AgentSession } from '../agent.ts'
import type { JsonSchema } from './schema.ts'
import { drawValue } from './schema.ts'

/** The baseline that every other agent must beat. */
export function randomAgent(): Agent {
  return {
    name: 'random',
    open: ({ env, task, rng }) =>
      task && env.legalActions ? legalSession(env, task, rng) : schemaSession(env, rng),
  }
}

/** Plays the episode along in its own copy: the legal actions depend on a state that is not shown. */
function legalSession(env: EnvDef, task: Task, rng: Rng): AgentSession {
  let position: Position | null = null
  return {
    async act() {
      position ??= await begin(env, task)
      const legal = env.legalActions!(task, position.state)
      const action = legal.length > 0 ? rng.pick(legal) : drawAction(env, rng)
      position = (await advance(env, task, position, action)).position
      return { action }
    },
  }
}

function schemaSession(env: EnvDef, rng: Rng): AgentSession {
  return { act: () => ({ action: drawAction(env, rng) }) }
}

function drawAction(env: EnvDef, rng: Rng): Json {
  return drawValue(z.toJSONSchema(env.action, { unrepresentable: 'any' }) as JsonSchema, rng)
}
