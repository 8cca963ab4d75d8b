/** @file Guidance from both sides: a weighted sum of guides. */
import type { Guide } from '../search.ts'

/** Σ wⱼ·sⱼ; null where one of them does not judge. */
export function combinedGuide(parts: readonly { weight: number; guide: Guide }[]): Guide {
  const best = parts.reduce(
    (sum, { weight, guide }) =>
      sum + (weight >= 0 && guide.best !== undefined ? weight * guide.best : Infinity),
    0,
  )
  return {
    name: parts.map(({ weight, guide }) => `${weight}*${guide.name}`).join('+'),
    source: 'combined',
    scoresPartial: parts.every(({ guide }) => guide.scoresPartial),
    ...(best < Infinity && { best }),
    score: async partials => {
      const scores = await Promise.all(parts.map(async ({ guide }) => guide.score(partials)))
      return partials.map((_, i) =>
        parts.reduce<number | null>((sum, { weight }, j) => {
          const score = scores[j]![i]
          return sum === null || score === null || score === undefined ? null : sum + weight * score
        }, 0),
      )
    },
  }
}
