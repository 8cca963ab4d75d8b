/**
 * @file Sequential revision (Snell et al. 2024, §6): attempt t + 1 is sampled with the attempts t − window + 1 … t in the prompt.
 *
 * Revisions also turn right answers into wrong ones, so the choice is made over the whole chain, by the guide, not by coming
 * last. With several chains the attempts are shared among them, and the choice is made over all.
 */
import type { Prompt } from '../policy.ts'
import type { Partial } from './search.ts'
import type { Found, SearchContext } from './strategy.ts'
import { conclude, grow, isSettled, isText, judge } from './strategy.ts'

export interface RevisionOptions {
  /** Attempts, over all chains. */
  n: number
  /** Earlier attempts that are read (the paper's revision models read 4). */
  window?: number
  chains?: number
  /** The prompt for the next attempt; default: the attempts stand in front of the question's end, one per line. */
  revise?: (prompt: Prompt, attempts: readonly string[]) => Prompt
}

export async function revision(
  context: SearchContext,
  { n, window = 4, chains = 1, revise = attemptsInQuestion }: RevisionOptions,
): Promise<Found> {
  const { problem, root } = context
  const attempts: Partial[][] = Array.from({ length: Math.min(chains, n) }, () => [])
  const found: Partial[] = []
  let stoppedEarly = false
  while (found.length < n && !stoppedEarly) {
    const open = attempts.slice(0, n - found.length)
    const rows = open.map((chain, c) => {
      const earlier = chain.slice(-window).map(({ text }) => text)
      const prompt = earlier.length > 0 ? revise(problem.prompt, earlier) : problem.prompt
      return { from: root, seed: [c, chain.length], prompt }
    })
    const next = await grow(context, rows, { granularity: 'solution' })
    for (const [c, attempt] of next.entries()) if (attempt) attempts[c]!.push(attempt)
    found.push(...next.filter(isText))
    if (!next.every(isText)) break
    stoppedEarly = found.length < n && isSettled(context.guide, await judge(context, found))
  }
  return conclude(context, found, await judge(context, found), stoppedEarly)
}

/** The last user message with the earlier attempts behind it, each on a line of its own. */
export function attemptsInQuestion(prompt: Prompt, attempts: readonly string[]): Prompt {
  const last = prompt.findLastIndex(({ role }) => role === 'user')
  return prompt.map((message, i) =>
    i === last ? { ...message, content: [message.content, ...attempts, ''].join('\n') } : message,
  )
}
