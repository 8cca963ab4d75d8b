/** @file Chat templates in Jinja, as they come with Hugging Face models. */
import { Template } from '@huggingface/jinja'
import type { Message } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'

/** What templates that print the date are told: a prompt must be the same tomorrow. It is Llama 3's own default. */
const DATE = '26 Jul 2024'

export interface ChatTemplate {
  /** A trailing assistant message is the beginning of the completion, not a turn that is over. */
  render(messages: readonly Message[]): string
}

/** `variables` are the special tokens by the names that templates use. Throws UsageError if the template is none. */
export function chatTemplate(
  file: string,
  source: string,
  variables: Readonly<Record<string, string>>,
): ChatTemplate {
  const template = attempt(file, () => new Template(source))
  return {
    render(messages) {
      const last = messages.at(-1)
      const begun = last?.role === 'assistant' ? last.content : null
      const turns = begun === null ? messages : messages.slice(0, -1)
      const chat = { messages: turns, add_generation_prompt: true, date_string: DATE, ...variables }
      return attempt(file, () => template.render(chat)) + (begun ?? '')
    },
  }
}

function attempt<T>(file: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    const reason = String((error as Error).message).replaceAll(/\s+/g, ' ')
    throw new UsageError(`${file}: this chat template cannot write the prompt: ${reason}`)
  }
}
