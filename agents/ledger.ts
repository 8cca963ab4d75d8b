/**
 * @file The one account of compute: every search and every trainer writes into it, every scaling figure reads it.
 *
 * FLOPs are 2·parameters per token forward and 6·parameters per trained token (Kaplan et al. 2020, §2.1).
 */
export interface Costs {
  /** Sampled tokens, without their prompts. */
  generatedTokens: number
  /** Prompt tokens that were read before sampling, and tokens scored for their log-probability or reward. */
  scoredTokens: number
  /** Prefix tokens that cost nothing because their keys and values were reused. */
  cachedTokens: number
  trainedTokens: number
  /** Steps of the solutions that an environment has judged. */
  environmentSteps: number
  flops: number
}

export class Ledger {
  #costs: Costs = {
    generatedTokens: 0,
    scoredTokens: 0,
    cachedTokens: 0,
    trainedTokens: 0,
    environmentSteps: 0,
    flops: 0,
  }

  generated(tokens: number, numParameters: number): void {
    this.#costs.generatedTokens += tokens
    this.#costs.flops += 2 * numParameters * tokens
  }

  scored(tokens: number, numParameters: number): void {
    this.#costs.scoredTokens += tokens
    this.#costs.flops += 2 * numParameters * tokens
  }

  cached(tokens: number): void {
    this.#costs.cachedTokens += tokens
  }

  trained(tokens: number, numParameters: number): void {
    this.#costs.trainedTokens += tokens
    this.#costs.flops += 6 * numParameters * tokens
  }

  stepped(steps: number): void {
    this.#costs.environmentSteps += steps
  }

  /** A copy of the account as it stands. */
  costs(): Costs {
    return { ...this.#costs }
  }
}
