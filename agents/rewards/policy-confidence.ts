/** @file A policy's confidence in each step of an attempt, from its own log-probabilities. */
import type { EnvDef } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import type { RewardModel } from '../../rewards/reward.ts'
import { confidenceReward, sequenceConfidence, tokenConfidence } from '../../rewards/confidence.ts'
import type { Completion, LearningPolicy } from '../policy.ts'
import type { Tokenizer } from '../nn/tokenizers/tokenizer.ts'
import { stepTokens, transcripts } from './transcript.ts'

/** Steps are worth the geometric mean of their tokens' probabilities; the outcome is the mean over the steps. */
export function policyConfidence(
  policy: Pick<LearningPolicy, 'tokenLogprobs'> & { readonly tokenizer: Tokenizer },
  env: EnvDef,
): RewardModel {
  return confidenceReward(env.id, async attempts => {
    const texts = await transcripts(env, attempts)
    const encoded = texts.map(text => stepTokens(policy.tokenizer, text))
    const logprobs = await policy.tokenLogprobs(
      encoded.map(({ tokens, prompt }, i) => ({ prompt: texts[i]!.prompt, tokens: tokens.slice(prompt) })),
    )
    return encoded.map(({ spans, prompt }, i) =>
      spans.map(([from, to]) =>
        from === to ? [] : [sequenceConfidence(logprobs[i]!.slice(from - prompt, to - prompt))],
      ),
    )
  })
}

/** Marco-o1's confidence in a completion that was sampled with its alternatives. Throws UsageError where it has none. */
export function completionConfidence({ logprobs, topLogprobs }: Completion): number {
  if (!topLogprobs)
    throw new UsageError('confidence: expected a completion with topLogprobs; its policy gives none')
  const values = logprobs.map((logprob, t) => tokenConfidence(logprob, topLogprobs[t]!))
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
