/**
 * @file Step beam: N/m texts are kept, each is continued m times, the N/m best of all continuations are kept next.
 *
 * With lookahead k, a continuation is written k steps further, greedily, and its score is that of the text so written (Snell et
 * al. 2024, §5.2). Texts that are over leave the beam; it ends with N of them, and the best of them is chosen, not the first.
 */
import type { Partial } from './search.ts'
import type { Found, SearchContext } from './strategy.ts'
import { conclude, distinct, grow, isText, judge, ranked } from './strategy.ts'

export interface BeamOptions {
  /** Continuations per step, and finished texts that are enough. */
  n: number
  /** Continuations per text (m). */
  width: number
  lookahead?: number
  /** Steps at most. */
  iterations?: number
}

export async function stepBeam(
  context: SearchContext,
  { n, width, lookahead = 0, iterations = 40 }: BeamOptions,
): Promise<Found> {
  const kept = Math.max(1, Math.floor(n / width))
  const finished: Partial[] = []
  let beam = [context.root]
  for (let step = 0; step < iterations && beam.length > 0 && finished.length < n; step++) {
    const count = step === 0 ? n : width
    const rows = beam.flatMap((from, b) =>
      Array.from({ length: count }, (_, i) => ({ from, seed: [step, b, i] })),
    )
    const children = distinct((await grow(context, rows)).filter(isText))
    if (children.length === 0) break
    finished.push(...children.filter(child => child.finished))
    const open = children.filter(child => !child.finished)
    const scores = await judge(context, await lookAhead(context, open, lookahead))
    beam = ranked(scores)
      .slice(0, kept)
      .map(i => open[i]!)
  }
  return sorted(context, finished.length > 0 ? finished : beam.filter(({ text }) => text !== ''))
}

/** The best first. */
async function sorted(context: SearchContext, texts: readonly Partial[]): Promise<Found> {
  const scores = await judge(context, texts)
  const order = ranked(scores)
  return conclude(
    context,
    order.map(i => texts[i]!),
    order.map(i => scores[i]!),
  )
}

/** Each text written `steps` further, greedily, as far as it goes and the budget holds. */
export async function lookAhead(
  context: SearchContext,
  texts: readonly Partial[],
  steps: number,
): Promise<Partial[]> {
  let ahead = [...texts]
  for (let step = 0; step < steps; step++) {
    const rows = ahead.map(from => ({ from, seed: [] }))
    const next = await grow(context, rows, { temperature: 0 })
    ahead = ahead.map((text, i) => next[i] ?? text)
  }
  return ahead
}
