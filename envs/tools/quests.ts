/** @file Questions that lead from article to article: each hop finds in one article what the next one is about. */
import type { Rng } from '../rng.ts'
import type { Company, Entity, Facts, Person, Town } from './encyclopedia.ts'

/** One step of a question: which article tells it, what to search for, and where it leads. */
type Hop = { told: Entity; query: string; to: Entity | string }

export type Quest = { words: string; answer: string; hops: Hop[] }

/** A way from one entity to another, or to something that has no article of its own. */
type Relation<E extends Entity> = {
  /** Names the target, e.g. `the mayor of X`; absent where there is no way on from it. */
  phrase?: (name: string) => string
  question: (name: string) => string
  /** null: this one has none. */
  to: (entity: E, facts: Facts) => Entity | string | null
  /** The article about the target tells it, and not the one about the entity. */
  backwards?: boolean
}

const PERSON: readonly Relation<Person>[] = [
  {
    phrase: name => `the birthplace of ${name}`,
    question: name => `Where was ${name} born?`,
    to: ({ born }, { towns }) => towns[born]!,
  },
  {
    phrase: name => `the employer of ${name}`,
    question: name => `Who is the employer of ${name}?`,
    to: ({ employer }, { companies }) => companies[employer]!,
  },
  {
    phrase: name => `the teacher of ${name}`,
    question: name => `Who was the teacher of ${name}?`,
    to: ({ teacher }, { persons }) => persons[teacher]!,
  },
  {
    phrase: name => `the company founded by ${name}`,
    question: name => `Which company was founded by ${name}?`,
    to: (person, { persons, companies }) =>
      companies.find(({ founder }) => persons[founder] === person) ?? null,
    backwards: true,
  },
  { question: name => `In which year was ${name} born?`, to: ({ year }) => String(year) },
]

const TOWN: readonly Relation<Town>[] = [
  {
    phrase: name => `the mayor of ${name}`,
    question: name => `Who is the mayor of ${name}?`,
    to: ({ mayor }, { persons }) => persons[mayor]!,
  },
  { question: name => `In which region is ${name}?`, to: ({ region }) => region },
  { question: name => `On which river is ${name}?`, to: ({ river }) => river },
]

const COMPANY: readonly Relation<Company>[] = [
  {
    phrase: name => `the founder of ${name}`,
    question: name => `Who is the founder of ${name}?`,
    to: ({ founder }, { persons }) => persons[founder]!,
  },
  {
    phrase: name => `the seat of ${name}`,
    question: name => `In which town is the seat of ${name}?`,
    to: ({ seat }, { towns }) => towns[seat]!,
  },
  { question: name => `What is made by ${name}?`, to: ({ product }) => product },
  { question: name => `In which year was ${name} founded?`, to: ({ year }) => String(year) },
]

/** A question of so many hops; null where the draw ran into a dead end, a circle, or an answer that it names itself. */
export function drawQuest(rng: Rng, facts: Facts, hops: number): Quest | null {
  const start = rng.pick<Entity>([...facts.persons, ...facts.towns, ...facts.companies])
  const called = (start.kind === 'company' && start.formerName) || start.name
  const trail: Hop[] = []
  const visited = new Set<Entity>([start])
  let [entity, words] = [start, called]
  for (let left = hops; left > 0; left--) {
    const relation = rng.pick(relationsOf(entity).filter(({ phrase }) => left === 1 || phrase))
    const to = relation.to(entity as never, facts)
    if (to === null || (typeof to !== 'string' && visited.has(to))) return null
    const told = relation.backwards && typeof to !== 'string' ? to : entity
    const name = trail.length === 0 ? called : entity.name
    trail.push({ told, query: relation.backwards ? `founded by ${name}` : name, to })
    words = left === 1 ? relation.question(words) : relation.phrase!(words)
    if (typeof to === 'string') break
    visited.add(to)
    entity = to
  }
  const last = trail.at(-1)!.to
  const answer = typeof last === 'string' ? last : last.name
  return words.includes(answer) ? null : { words, answer, hops: trail }
}

function relationsOf({ kind }: Entity): readonly Relation<never>[] {
  if (kind === 'person') return PERSON
  return kind === 'town' ? TOWN : COMPANY
}
