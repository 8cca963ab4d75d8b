/** @file The part of a prompt that a small model reads. */
import { UsageError } from '../../envs/errors.ts'
import type { Prompt } from '../policy.ts'

/** The last user message and the beginning of the answer that may follow it; the rules are learned, not read. */
export function questionOf(prompt: Prompt): string {
  const start = prompt.findLastIndex(message => message.role === 'user')
  if (start < 0) throw new UsageError('expected a prompt with a user message, got none')
  return prompt
    .slice(start)
    .map(message => message.content)
    .join('')
}
