/** @file What one search has spent, and the promise that it stays within its budget. */
import type { SearchBudget, Spent } from './search.ts'

/**
 * A continuation is admitted only with all the tokens that it may take, and charged with those that it took. So the budget
 * holds whatever the policy writes.
 */
export class Meter {
  readonly #tokens: number
  readonly #expansions: number
  #spent: Spent = { tokens: 0, expansions: 0 }
  #reserved = 0

  constructor({ tokens = Infinity, expansions = Infinity }: SearchBudget = {}) {
    this.#tokens = tokens
    this.#expansions = expansions
  }

  get tokensLeft(): number {
    return this.#tokens - this.#spent.tokens - this.#reserved
  }

  get expansionsLeft(): number {
    return this.#expansions - this.#spent.expansions
  }

  get exhausted(): boolean {
    return this.tokensLeft <= 0 || this.expansionsLeft <= 0
  }

  /** Sets `tokens` aside for one continuation; false, and nothing, where they are not there. */
  reserve(tokens: number): boolean {
    if (this.tokensLeft < tokens || this.expansionsLeft < 1) return false
    this.#reserved += tokens
    this.#spent.expansions += 1
    return true
  }

  /** Charges a continuation with the tokens that it took of those set aside. */
  settle(reserved: number, taken: number): void {
    this.#reserved -= reserved
    this.#spent.tokens += taken
  }

  /** A copy of the account as it stands. */
  spent(): Spent {
    return { ...this.#spent }
  }
}
