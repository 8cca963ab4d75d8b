/** @file Votes of candidates for their answers, and when more votes are not worth their samples. */

/** Each candidate's share of the votes: how many candidates give its answer. An unreadable answer has none. */
export function votes(answers: readonly (string | null)[]): number[] {
  return answers.map(answer =>
    answer === null ? 0 : answers.filter(other => other === answer).length / answers.length,
  )
}

/**
 * argmaxₐ Σ_{i: answerᵢ = a} sᵢ as a score per candidate: the weight that its answer gathers. null where the answer cannot be
 * read, or none of its candidates was judged: a class of its own that never wins.
 */
export function weightedVotes(
  answers: readonly (string | null)[],
  scores: readonly (number | null)[],
): (number | null)[] {
  const weights = new Map<string, number>()
  answers.forEach((answer, i) => {
    const score = scores[i] ?? null
    if (answer !== null && score !== null) weights.set(answer, (weights.get(answer) ?? 0) + score)
  })
  return answers.map(answer => (answer === null ? null : (weights.get(answer) ?? null)))
}

/** Index of the first largest score; null is below every number. */
export function argmax(scores: readonly (number | null)[]): number {
  const value = (i: number): number => scores[i] ?? -Infinity
  return scores.reduce<number>((best, _, i) => (value(i) > value(best) ? i : best), 0)
}

/** Of equal scores a readable answer goes before one that cannot be read, and then the earlier one. */
export function choose(scores: readonly (number | null)[], answers: readonly (string | null)[]): number {
  const readable = scores.map((score, i) => (answers[i] === null ? null : (score ?? -Number.MAX_VALUE)))
  return readable.some(score => score !== null) ? argmax(readable) : argmax(scores)
}

/** Votes of the leading answer, and of the next one. */
export function lead(answers: readonly (string | null)[]): { first: number; second: number } {
  const counts = new Map<string, number>()
  for (const answer of answers) if (answer !== null) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  const [first = 0, second = 0] = [...counts.values()].toSorted((a, b) => b - a)
  return { first, second }
}

/**
 * The value of `left` more votes: none once they cannot change the leader, or once it stays ahead of the next answer with
 * probability `sure` (Adaptive-Consistency's Beta criterion, Aggarwal et al. 2023, §3: P(p > ½) under Beta(v₁ + 1, v₂ + 1)).
 */
export function voteIsSettled(answers: readonly (string | null)[], left: number, sure = 1): boolean {
  const { first, second } = lead(answers)
  if (first - second > left) return true
  return first > 0 && sure < 1 && leadProbability(first, second) >= sure
}

/** P(X > ½), X ~ Beta(a + 1, b + 1): of a + b + 1 fair coins, the chance that at most a show heads. */
export function leadProbability(a: number, b: number): number {
  const coins = a + b + 1
  let probability = 0
  let logChoose = 0
  for (let heads = 0; heads <= a; heads++) {
    probability += Math.exp(logChoose - coins * Math.LN2)
    logChoose += Math.log(coins - heads) - Math.log(heads + 1)
  }
  return Math.min(1, probability)
}
