/** @file `human`: a person plays, asked line by line at a terminal. */
import type { EnvDef } from '../../envs/env.ts'
import { isInvalid } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import type { Agent } from '../agent.ts'

/** Where a person reads and writes. Injected, because rooms below the arena know no streams. */
export interface Terminal {
  print(text: string): void
  /** The next line that the person writes, without its line end. Rejects when the input has ended. */
  ask(question: string, signal: AbortSignal): Promise<string>
}

/** The rules are shown once per episode, then what the environment shows before each action. */
export function humanAgent(terminal: Terminal): Agent {
  return {
    name: 'human',
    open({ env }) {
      let rulesShown = false
      return {
        async act({ observation, signal }) {
          terminal.print(promptText(env, observation, { rules: !rulesShown }))
          rulesShown = true
          const action = env.text.parse(await terminal.ask('> ', signal))
          if (isInvalid(action)) terminal.print('(the environment will not understand this)')
          return { action }
        },
      }
    },
  }
}

function promptText(env: EnvDef, observation: Json, { rules }: { rules: boolean }): string {
  return env.text
    .prompt(observation)
    .filter(message => rules || message.role !== 'system')
    .map(({ role, content }) => (role === 'assistant' ? `so far: ${content}` : readable(content)))
    .join('\n')
}

/** The JSON Schemas of tools are for machines; a person is shown their names. */
function readable(content: string): string {
  return content.replace(/\nTools: \[.*\]$/s, '')
}
