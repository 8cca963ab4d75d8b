/** @file Log-probabilities of a text from the endpoint's echo of it, or why there are none. */
import type { Choice, ReplyToken } from './replies.ts'

export type Scored = { logprobs: number[] } | { lacks: string }

/** Of the tokens of `completion`, where the endpoint was sent `before` and it, and asked to echo. */
export function echoedLogprobs({ text, tokens }: Choice, before: string, completion: string): Scored {
  const [start, end] = [before.length, before.length + completion.length]
  if (!text.startsWith(before + completion) || tokens === null || tokens.length === 0)
    return { lacks: 'does not echo prompts with their log-probabilities, so it cannot score texts of others' }
  const all = placed(tokens)
  if (all.some(token => token.offset < start && token.offset + token.text.length > start))
    return {
      lacks:
        'joins the end of the prompt and the beginning of the completion to one token, so that the completion has no ' +
        'log-probability of its own; end the prompt where tokens end',
    }
  const logprobs = all.filter(({ offset }) => offset >= start && offset < end).map(({ logprob }) => logprob)
  if (logprobs.length === 0 || logprobs.includes(null))
    return { lacks: 'gives no log-probability for a text that nothing stands before' }
  return { logprobs: logprobs as number[] }
}

/** Tokens with their places: as the endpoint gives them, or one behind the other. */
function placed(tokens: readonly ReplyToken[]): (ReplyToken & { offset: number })[] {
  let at = 0
  return tokens.map(token => {
    const offset = token.offset ?? at
    at = offset + token.text.length
    return { ...token, offset }
  })
}
