/** @file Guidance by asking the policy itself whether what it wrote is right. */
import type { Policy, Prompt } from '../../policy.ts'
import type { Guide, Partial } from '../search.ts'

export interface SelfEvaluationOptions {
  /** The prompt whose completion is the verdict. */
  ask?: (partial: Partial) => Prompt
  /** The two verdicts that are compared. */
  yes?: string
  no?: string
}

/**
 * P(yes) / (P(yes) + P(no)), each the probability of the whole verdict and its end behind the question (P(True) of Kadavath et
 * al. 2022, §3). In [0, 1]. It needs a policy that reads such questions: one that was trained on chats, or on `ask`.
 */
export function selfEvaluationGuide(
  policy: Pick<Policy, 'logprobs'>,
  { ask = askInChat, yes = 'Yes', no = 'No' }: SelfEvaluationOptions = {},
): Guide {
  return {
    name: 'self-evaluation',
    source: 'internal',
    scoresPartial: true,
    best: 1,
    score: async partials => {
      const questions = partials.map(ask)
      const pairs = questions.flatMap(prompt => [yes, no].map(completion => ({ prompt, completion })))
      const logprobs = (await policy.logprobs(pairs)).map(tokens => tokens.reduce((sum, p) => sum + p, 0))
      return partials.map((_, i) => 1 / (1 + Math.exp(logprobs[2 * i + 1]! - logprobs[2 * i]!)))
    },
  }
}

function askInChat({ problem, text, finished }: Partial): Prompt {
  const what = finished ? 'Is this answer right?' : 'Is everything right so far?'
  return [
    ...problem.prompt,
    { role: 'assistant', content: text },
    { role: 'user', content: `${what} Reply Yes or No.` },
  ]
}
