/**
 * @file An environment with tools: the desk of a library, where a fine is paid before a book is lent.
 *
 *     npx ludus play docs/examples/library-env.ts
 *     node --conditions=ludus-source --import tsx docs/examples/library-env.ts
 */
import { rollout, solverAgent } from 'ludus/agents'
import type { Call, Rng } from 'ludus/envs'
import { defineToolEnv, finishCall, taskAt, tool } from 'ludus/envs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

type Book = { title: string; holder: string | null }
type World = { books: Book[]; fines: Record<string, number> }
type Params = { world: World; reader: string; wants: string[] }

const READERS = ['ada', 'ben', 'cem', 'dora', 'eli']
const TITLES = ['Dunes', 'Harbours', 'Lanterns', 'Mosses', 'Orchards', 'Rivers', 'Signals', 'Winters']
const MOST_BOOKS = 2

const reader = z.string().describe('The name of a reader')
const title = z.string().describe('The title of a book')
const held = ({ books }: World, who: string): number => books.filter(({ holder }) => holder === who).length

/** The books after every wish has been granted. */
function lent({ world, reader: who, wants }: Params): Book[] {
  return world.books.map(book => (wants.includes(book.title) ? { ...book, holder: who } : book))
}

/** A request that the rules allow, once a fine, if there is one, has been paid. */
function draw(rng: Rng, level: number): Params {
  for (;;) {
    const books = rng
      .shuffle(TITLES)
      .map(name => ({ title: name, holder: rng.float() < 0.3 ? rng.pick(READERS) : null }))
    const fines = Object.fromEntries(READERS.map(name => [name, rng.float() < 0.4 ? rng.int(1, 9) : 0]))
    const world = { books, fines }
    const who = rng.pick(READERS)
    const wants = books.filter(({ holder }) => holder === null).slice(0, level)
    if (wants.length === level && held(world, who) + level <= MOST_BOOKS)
      return { world, reader: who, wants: wants.map(book => book.title) }
  }
}

export const library = defineToolEnv<Params, World>({
  id: 'tools/library-v1',
  title: 'Lend books by the rules of a library',
  rules:
    'You work at the desk of a library. Lend only what is there; nobody holds more than two books; a reader with a fine ' +
    'pays it first (pay), which they always agree to.',
  levels: ['1 book', '2 books'],
  maxSteps: 16,
  generate: draw,
  identity: ({ world, reader: who, wants }) => [world.books, world.fines, who, wants],
  request: ({ reader: who, wants }) => `${who} would like to borrow: ${wants.join(', ')}.`,
  world: ({ world }) => world,
  tools: {
    show_reader: tool({
      about: 'Shows the loans and the fine of a reader.',
      args: z.strictObject({ reader }),
      reads: true,
      run: (world: World, { reader: who }) =>
        Object.hasOwn(world.fines, who)
          ? { result: { books: held(world, who), fine: world.fines[who]! } }
          : { error: `there is no reader ${who}` },
    }),
    pay: tool({
      about: 'Takes the payment of a fine.',
      args: z.strictObject({ reader }),
      run: (world: World, { reader: who }) =>
        world.fines[who]
          ? { world: { ...world, fines: { ...world.fines, [who]: 0 } }, result: 'paid' }
          : { error: `${who} has no fine` },
    }),
    lend: tool({
      about: 'Lends a book to a reader.',
      args: z.strictObject({ reader, title }),
      run: (world: World, { reader: who, title: name }) => {
        const book = world.books.find(each => each.title === name)
        if (!book || !Object.hasOwn(world.fines, who)) return { error: 'no such book or reader' }
        if (book.holder !== null) return { error: `${name} is with ${book.holder}` }
        if (held(world, who) >= MOST_BOOKS) return { error: `${who} holds ${MOST_BOOKS} books already` }
        const books = world.books.map(each => (each === book ? { ...each, holder: who } : each))
        return { world: { ...world, books }, result: 'lent' } // the fine is for the agent to think of
      },
    }),
  },
  view: world => world,
  goals: params => [{ view: { books: lent(params), fines: { ...params.world.fines, [params.reader]: 0 } } }],
  solve: ({ world, reader: who, wants }) => {
    const calls: Call[] = world.fines[who] ? [{ tool: 'pay', args: { reader: who } }] : []
    return [
      ...calls,
      ...wants.map(name => ({ tool: 'lend', args: { reader: who, title: name } })),
      finishCall(),
    ]
  },
})

// Only where this file itself is run, and not where it is loaded to be played.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tasks = Array.from({ length: 20 }, (_, index) => taskAt(library, { split: 'test', level: 2, index }))
  const episodes = await rollout(library, solverAgent(), tasks)
  const mean = episodes.reduce((sum, episode) => sum + episode.return, 0) / episodes.length
  process.stdout.write(`${library.id}: the reference solution earns ${mean.toFixed(2)} of 1.20\n`)
}
