/** @file Generalised advantage estimation (Schulman et al. 2016, eq. 16) on the tokens of one completion, which is terminal. */

export interface GaeOptions {
  gamma: number
  gaeLambda: number
}

/** `δ_t = r_t + γV_{t+1} − V_t`, `A_t = δ_t + γλA_{t+1}`, V behind the last token 0; returns `A + V`. */
export function gae(
  rewards: readonly number[],
  values: readonly number[],
  { gamma, gaeLambda }: GaeOptions,
): { advantages: number[]; returns: number[] } {
  const advantages = Array.from(rewards, () => 0)
  let next = 0
  for (let t = rewards.length - 1; t >= 0; t--) {
    const delta = rewards[t]! + gamma * (values[t + 1] ?? 0) - values[t]!
    next = delta + gamma * gaeLambda * next
    advantages[t] = next
  }
  return { advantages, returns: advantages.map((advantage, t) => advantage + values[t]!) }
}
