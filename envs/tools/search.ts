/**
 * @file `tools/search-v1`: answer a question from a collection of articles, by searching and reading.
 *
 * Nobody and nothing in the articles exists, so no answer can be known beforehand. The full-text index is made once for
 * each collection and kept aside; the state of an episode does not hold it.
 */
import MiniSearch from 'minisearch'
import { z } from 'zod'
import type { Json } from '../json.ts'
import type { Rng } from '../rng.ts'
import { rngAt } from '../rng.ts'
import type { Article, Entity, Facts, Sizes } from './encyclopedia.ts'
import { drawFacts, writeArticles } from './encyclopedia.ts'
import type { Quest } from './quests.ts'
import { drawQuest } from './quests.ts'
import type { Call } from './call-form.ts'
import { finishCall } from './call-form.ts'
import { defineToolEnv, tool } from './tool-env.ts'

const ID = 'tools/search-v1'
const SHOWN = 5
const SNIPPET_CHARS = 60
/** Collections whose index is kept; each takes a few milliseconds to make again. */
const KEPT = 16

/** `seed` names the collection and the question, together with the level. */
type Params = { seed: number; level: number; words: string; answer: string }

const LEVELS: readonly (Sizes & { hops: number })[] = [
  { hops: 1, persons: 10, towns: 6, companies: 6, renamed: false },
  { hops: 2, persons: 14, towns: 10, companies: 10, renamed: false },
  { hops: 3, persons: 20, towns: 14, companies: 14, renamed: false },
  { hops: 3, persons: 28, towns: 20, companies: 20, renamed: true },
  { hops: 4, persons: 36, towns: 24, companies: 24, renamed: true },
]

type Library = {
  articles: ReadonlyMap<Entity, Article>
  byId: ReadonlyMap<string, Article>
  index: MiniSearch<Article>
}

const answer = z.union([z.string().max(200), z.number()]).describe('A name, a thing or a year')

export const search = defineToolEnv<Params, null>({
  id: ID,
  title: 'Answer a question by searching a collection of articles',
  group: 'search',
  rules:
    'Find the answer in the articles with the tools, then give it with finish, in as few words as possible.',
  levels: LEVELS.map((axes, i) => ({
    level: i + 1,
    title: `${axes.hops} hop${axes.hops > 1 ? 's' : ''}${axes.renamed ? ', former names' : ''}`,
    axes,
  })),
  maxSteps: 20,
  generate(rng, level) {
    for (;;) {
      const seed = rng.next()
      const quest = questOf({ seed, level }, factsOf({ seed, level }))
      if (quest) return { seed, level, words: quest.words, answer: quest.answer }
    }
  },
  identity: ({ seed, words }) => [seed, words],
  request: ({ words }) => words,
  world: () => null,
  tools: {
    search: tool({
      about: `Finds up to ${SHOWN} articles with the words of a query, best first.`,
      args: z.strictObject({ query: z.string().min(1).max(200) }),
      reads: true,
      run: (_world, { query }, { params }) => ({ result: found(libraryOf(params), query) }),
    }),
    open: tool({
      about: 'Shows an article.',
      args: z.strictObject({ id: z.string().max(40).describe('The id of an article, as search gives it') }),
      reads: true,
      run(_world, { id }, { params }) {
        const article = libraryOf(params).byId.get(id)
        return article ? { result: { ...article } } : { error: `there is no article ${JSON.stringify(id)}` }
      },
    }),
  },
  answer,
  normalise,
  view: () => null,
  goals: params => [{ view: null, answer: params.answer }],
  solve(params) {
    const { articles } = libraryOf(params)
    const hops = questOf(params, factsOf(params))!.hops
    const names = new Map([...articles].map(([entity, article]) => [entity.name, article.id]))
    return [
      ...hops.flatMap(({ told, query }) => [searchCall(query), openCall(names.get(told.name)!)]),
      finishCall(params.answer),
    ]
  },
  suggest: ({ words }) => [
    ...[...words.matchAll(/[A-Z]\w+(?: [A-Z]\w+)*/g)].map(([name]) => searchCall(name)),
    searchCall(words.slice(0, 200)),
    openCall('doc-1'),
    openCall('doc-2'),
    finishCall('unknown'),
  ],
})

function searchCall(query: string): Call {
  return { tool: 'search', args: { query } }
}

function openCall(id: string): Call {
  return { tool: 'open', args: { id } }
}

type Coordinates = Pick<Params, 'seed' | 'level'>

function streamOf({ seed, level }: Coordinates, part: string): Rng {
  return rngAt(ID, part, level, seed)
}

function factsOf(coordinates: Coordinates): Facts {
  return drawFacts(streamOf(coordinates, 'facts'), LEVELS[coordinates.level - 1]!)
}

function questOf(coordinates: Coordinates, facts: Facts): Quest | null {
  const rng = streamOf(coordinates, 'quest')
  for (let attempt = 0; attempt < 20; attempt++) {
    const quest = drawQuest(rng, facts, LEVELS[coordinates.level - 1]!.hops)
    if (quest) return quest
  }
  return null
}

const libraries = new Map<string, Library>()

function libraryOf(coordinates: Coordinates): Library {
  const name = `${coordinates.level} ${coordinates.seed}`
  const known = libraries.get(name)
  if (known) return known
  const articles = writeArticles(streamOf(coordinates, 'articles'), factsOf(coordinates))
  const index = new MiniSearch<Article>({ fields: ['title', 'text'], searchOptions: { boost: { title: 2 } } })
  index.addAll([...articles.values()])
  const made = {
    articles,
    index,
    byId: new Map([...articles.values()].map(article => [article.id, article])),
  }
  const [oldest] = libraries.keys()
  if (libraries.size >= KEPT && oldest !== undefined) libraries.delete(oldest)
  libraries.set(name, made)
  return made
}

/** Articles with all the words come before those with some of them. */
function found({ index, byId }: Library, query: string): Json {
  const [all, some] = (['AND', 'OR'] as const).map(combineWith => index.search(query, { combineWith }))
  const ids = new Set([...all!, ...some!].map(({ id }) => String(id)))
  return [...ids].slice(0, SHOWN).map(id => {
    const { title, text } = byId.get(id)!
    return { id, title, beginning: `${text.slice(0, SNIPPET_CHARS)}…` }
  })
}

/** Case, accents, punctuation and a leading article make no difference. */
function normalise(given: Json): Json {
  if (typeof given !== 'string') return typeof given === 'number' ? String(given) : given
  const plain = given.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return plain
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/^(the|a|an) (?=.)/, '')
}
