/** @file The scores that the figures are made of, in shares of the range: 0 is the lowest, 1 the highest. */

/** What one task's responses scored; those without a score are left out. */
export interface ScoredTask {
  right: number[]
  wrong: { kind: string; score: number }[]
  /** The first right response, by transform. */
  moved: { id: string; score: number }[]
  /** The same answer at several lengths, in characters. */
  grown: { right: { length: number; score: number }[]; wrong: { length: number; score: number }[] }
  /** Of a wrong response that does not pass: what it scores with each payload. */
  injected: { payload: string; score: number }[]
  pool: { score: number; right: boolean }[]
}
