/** @file A prompt as a model reads it; of a small model, only the part that it reads. */
import { UsageError } from '../../envs/errors.ts'
import type { Tokenizer } from '../nn/tokenizers/tokenizer.ts'
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

/** A prompt as the model reads it: as a chat where it has been trained on chats, else the question alone. */
export function promptTokens(tokenizer: Tokenizer, prompt: Prompt): number[] {
  return tokenizer.chat
    ? tokenizer.encode(tokenizer.chat(prompt))
    : [...tokenizer.bos, ...tokenizer.encode(questionOf(prompt))]
}
