/** @file The environment's own outcome as a verifier of finished texts. */
import { scoreText } from '../../envs/score.ts'
import type { Ledger } from '../ledger.ts'
import type { Verifier } from './search.ts'

/** Outcome of each text in [0, 1]; null where the environment could not judge. Its steps are put on the ledger. */
export function outcomeVerifier(ledger: Ledger): Verifier {
  return async (env, task, texts) => {
    const scores = await Promise.all(texts.map(text => scoreText(env, task, text)))
    for (const score of scores) ledger.stepped(score.steps)
    return scores.map(score => score.outcome)
  }
}
