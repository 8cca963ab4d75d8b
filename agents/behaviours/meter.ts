/**
 * @file How often texts show each behaviour, as it is watched while RL goes on.
 *
 * A behaviour counts where its line keeps the grammar: words that look like one do not. Texts need not be whole traces; lines of
 * other kinds are passed over.
 */
import { isInvalid } from '../../envs/env.ts'
import { wilson } from '../../rewards/shares.ts'
import type { Behaviour, Line } from './trace.ts'
import { BEHAVIOUR_OF, BEHAVIOURS, parseLine } from './trace.ts'
import type { Judge } from './validate.ts'
import { faultsOf } from './validate.ts'

export interface Frequency {
  /** Share of texts that show it at least once, with its 95 % Wilson interval. */
  share: number
  low: number
  high: number
  /** Valid lines per text. */
  perText: number
  /** Lines of its kind that break the grammar, per text; with a judge also verdicts that are not true. */
  faultsPerText: number
}

export type Frequencies = Readonly<Record<Behaviour, Frequency>>

/** Over all texts. `judges`: by text, where verdicts should be checked. */
export function frequencies(texts: readonly string[], judges?: readonly (Judge | undefined)[]): Frequencies {
  const counts = texts.map((text, i) => countsIn(text, judges?.[i]))
  return Object.fromEntries(
    BEHAVIOURS.map(behaviour => {
      const valid = counts.map(count => count.valid[behaviour])
      const showing = valid.filter(lines => lines > 0).length
      const per = (sum: number): number => (texts.length === 0 ? 0 : sum / texts.length)
      const frequency: Frequency = {
        share: per(showing),
        ...wilson(showing, texts.length),
        perText: per(sumOf(valid)),
        faultsPerText: per(sumOf(counts.map(count => count.faulty[behaviour]))),
      }
      return [behaviour, frequency]
    }),
  ) as Record<Behaviour, Frequency>
}

/** Frequencies along training. */
export class BehaviourMeter {
  readonly #points: { step: number; frequencies: Frequencies }[] = []

  observe(step: number, texts: readonly string[], judges?: readonly (Judge | undefined)[]): Frequencies {
    const measured = frequencies(texts, judges)
    this.#points.push({ step, frequencies: measured })
    return measured
  }

  /** The share of texts that show a behaviour, in the order in which it was observed. */
  curve(behaviour: Behaviour): { step: number; share: number }[] {
    return this.#points.map(point => ({ step: point.step, share: point.frequencies[behaviour].share }))
  }
}

type Counts = Record<Behaviour, number>

function countsIn(text: string, judge: Judge | undefined): { valid: Counts; faulty: Counts } {
  const lines = text.split(/\r?\n/).flatMap((written): Line[] => {
    const line = parseLine(written)
    return isInvalid(line) ? [] : [line]
  })
  const faulty = none()
  const faultyAt = new Set<number>()
  for (const { at, behaviour } of faultsOf(lines, { needsAnswer: false, ...(judge && { judge }) })) {
    faultyAt.add(at)
    if (behaviour) faulty[behaviour]++
  }
  const valid = none()
  for (const [at, line] of lines.entries()) {
    const behaviour = BEHAVIOUR_OF[line.kind]
    if (behaviour && !faultyAt.has(at)) valid[behaviour]++
  }
  return { valid, faulty }
}

function none(): Counts {
  return Object.fromEntries(BEHAVIOURS.map(behaviour => [behaviour, 0])) as Counts
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
