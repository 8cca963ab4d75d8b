/**
 * @file Word problems: short stories whose quantities have names, with facts mixed in that nothing depends on.
 *
 * A family is a list of stories of one, two or three steps. A line such as `total = 3*7 + 2 = 23` is true if `total` is
 * worth that in the story, so that a sum that is right but answers another question is found out.
 */
import type { Rng } from '../rng.ts'
import { derivation } from './derivation.ts'
import type { Exact } from './exact.ts'
import { formatExact } from './exact.ts'

export type Axes = { steps: number; largest: number; distractors: number }

export interface Story {
  /** How many lines a solution takes, at least. */
  steps: number
  draw(rng: Rng, largest: number): number[]
  /** Sentences. The last one asks, the first one opens. */
  tell(amounts: readonly number[], people: readonly [string, string]): readonly string[]
  solve(amounts: readonly number[]): Solved
}

/** `asked` names the quantity that is the answer. */
export interface Solved {
  quantities: Readonly<Record<string, Exact>>
  lines: readonly string[]
  asked: string
}

interface Collection {
  id: string
  title: string
  rules: string
  levels: readonly Axes[]
  stories: readonly Story[]
  /** Sentences with a number, `#`, that matters to no story. */
  distractors: readonly string[]
}

/** `people` are indices of names; a distractor is its index and its number. */
type Params = { story: number; amounts: number[]; people: [number, number]; distractors: [number, number][] }

const PEOPLE = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn', 'Gina', 'Hugo', 'Iris', 'Jon', 'Kira', 'Leo']

export function storyFamily({ id, title, rules, levels, stories, distractors }: Collection) {
  const solve = ({ story, amounts }: Params) => stories[story]!.solve(amounts)
  const bySteps = new Map(levels.map(({ steps }) => [steps, indicesOf(stories, steps)]))
  return derivation<Params, Axes>({
    id,
    title,
    group: 'word problems',
    rules,
    levels,
    draw: (rng, axes) => {
      const story = rng.pick(bySteps.get(axes.steps)!)
      const first = rng.int(0, PEOPLE.length - 1)
      const second = (first + rng.int(1, PEOPLE.length - 1)) % PEOPLE.length
      const from = rng.int(0, distractors.length - 1)
      return {
        story,
        amounts: stories[story]!.draw(rng, axes.largest),
        people: [first, second],
        distractors: Array.from({ length: axes.distractors }, (_, i): [number, number] => [
          (from + i) % distractors.length,
          rng.int(2, 60),
        ]),
      }
    },
    // Sorted, so that a story told from the other end belongs to the same split.
    identity: ({ story, amounts }) => `${story}: ${amounts.toSorted((a, b) => a - b).join(' ')}`,
    question: params => {
      const { story, amounts, people } = params
      const names: [string, string] = [PEOPLE[people[0]]!, PEOPLE[people[1]]!]
      const sentences = [...stories[story]!.tell(amounts, names)]
      const facts = params.distractors.map(([at, value]) => distractors[at]!.replace('#', String(value)))
      for (const [i, fact] of facts.entries())
        sentences.splice(Math.min(2 * i + 1, sentences.length - 1), 0, fact)
      return sentences.join(' ')
    },
    work: params => {
      const { lines, quantities, asked } = solve(params)
      return { lines, answer: formatExact(quantities[asked]!) }
    },
    meaning: params => ({ assignments: [solve(params).quantities] }),
  })
}

function indicesOf(stories: readonly Story[], steps: number): number[] {
  return [...stories.keys()].filter(at => stories[at]!.steps === steps)
}
