/** @file Traces that keep the grammar, for property tests. */
import fc from 'fast-check'
import type { Line } from '../../../agents/behaviours/trace.ts'

/** Words that end in no verdict. */
const text = fc.stringMatching(/^[a-z0-9=+,:]( ?[a-z0-9=+])*$/).map(words => words.slice(0, 30).trim())

type Choice = [kind: number, number: number, text: string]
const choice: fc.Arbitrary<Choice> = fc.tuple(fc.nat(9), fc.nat(1000), text)

/** Valid in every condition: subs in order, references backwards, no fix that reopens what is not there. */
export const traces: fc.Arbitrary<Line[]> = fc
  .tuple(fc.boolean(), fc.array(text, { maxLength: 2 }), fc.array(choice, { maxLength: 14 }), text)
  .map(([decomposed, analysis, choices, answer]) => {
    const lines: Line[] = analysis.map(words => ({ kind: 'analyze', text: words }))
    let [subs, work] = [0, 0]
    for (const [kind, number, words] of choices) {
      if (decomposed && (subs === 0 || kind === 0)) lines.push({ kind: 'sub', sub: ++subs, text: words })
      else if (kind >= 5 || work === 0) {
        lines.push({ kind: 'do', sub: decomposed ? 1 + (number % subs) : null, text: words })
        work++
      } else if (kind <= 1) lines.push({ kind: 'alt', state: number % ++work, text: words })
      else if (kind <= 3) lines.push({ kind: 'fix', step: 1 + (number % work++), text: words })
      else
        lines.push({
          kind: 'check',
          step: 1 + (number % work),
          text: words,
          verdict: number % 2 ? 'right' : 'wrong',
        })
    }
    return [...lines, { kind: 'answer', text: answer }]
  })
