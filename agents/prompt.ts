/** @file What a language model is shown at the beginning of an episode. */
import type { EnvDef, Task } from '../envs/env.ts'
import type { Prompt } from './policy.ts'

/** The first prompt of each task, in order. */
export function firstPrompts(env: EnvDef, tasks: readonly Task[]): Promise<Prompt[]> {
  return Promise.all(tasks.map(async task => env.text.prompt(env.observe(task, await env.start(task)))))
}
