/**
 * @file `tools/sql-question-v1`: find the answer to a question in a database that can only be read.
 *
 * The question is drawn together with the records; the answer is worked out without SQL. Links that were called off
 * never count, which is said once, above the tools, and nowhere in the tables.
 */
import { z } from 'zod'
import type { Json } from '../json.ts'
import { rngAt } from '../rng.ts'
import { closeDatabases, createDatabase } from './database.ts'
import type { Domain, Records, Sizes } from './domains.ts'
import { DOMAINS, drawRecords, tablesOf } from './domains.ts'
import type { Answer } from './questions.ts'
import { drawQuestion } from './questions.ts'
import { describeCall, firstLooks, queryCall, readingTools } from './sql-tools.ts'
import { finishCall } from './call-form.ts'
import { defineToolEnv } from './tool-env.ts'

const ID = 'tools/sql-question-v1'

type Params = {
  /** Names the records, together with the domain and the level. */
  seed: number
  domain: number
  level: number
  words: string
  sql: string
  answer: Answer
}
type World = { image: string }

const SIZES: readonly Sizes[] = [
  { persons: 16, makers: 4, items: 14, links: 40 },
  { persons: 16, makers: 5, items: 18, links: 60 },
  { persons: 20, makers: 6, items: 20, links: 80 },
  { persons: 20, makers: 6, items: 20, links: 90 },
  { persons: 24, makers: 7, items: 24, links: 110 },
]
const TITLES = ['one table', 'two tables', 'groups', 'nested queries', 'chained questions']

const text = z.string().max(200)
const answer = z
  .union([text, z.number(), z.array(z.union([text, z.number()])).max(100)])
  .describe('A number, a name, or a list of names in any order')

export const sqlQuestion = defineToolEnv<Params, World>({
  id: ID,
  title: 'Answer a question from an SQL database',
  group: 'databases',
  rules: 'Find the answer with the tools, then give it with finish: a number, a name, or a list of names.',
  levels: SIZES.map((axes, i) => ({ level: i + 1, title: TITLES[i]!, axes })),
  maxSteps: 12,
  generate(rng, level) {
    for (;;) {
      const [seed, domain] = [rng.next(), rng.int(0, DOMAINS.length - 1)]
      const question = drawQuestion(rng, level, DOMAINS[domain]!, recordsOf(seed, domain, level))
      if (question) return { seed, domain, level, ...question }
    }
  },
  identity: ({ seed, words }) => [seed, words],
  request: ({ words, domain }) => `${words} ${exception(DOMAINS[domain]!)}`,
  world: async ({ seed, domain, level }) => {
    const { image } = await createDatabase(tablesOf(DOMAINS[domain]!, recordsOf(seed, domain, level)))
    return { image }
  },
  tools: readingTools<Params, World>(),
  answer,
  normalise,
  view: () => null,
  goals: params => [{ view: null, answer: params.answer }],
  solve: params => [describeCall, queryCall(params.sql), finishCall(params.answer)],
  suggest: ({ domain }) => {
    const { person, item, maker, link } = DOMAINS[domain]!
    const looks = firstLooks([person[1], item[1], maker[1], link[1]])
    return [...looks, queryCall(`SELECT count(*) FROM ${link[1]}`), finishCall(0)]
  },
  close: closeDatabases,
})

function recordsOf(seed: number, domain: number, level: number): Records {
  return drawRecords(rngAt(ID, 'records', seed), DOMAINS[domain]!, SIZES[level - 1]!)
}

function exception({ link, void: off }: Domain): string {
  return `(In all of this, ${link[1]} with the status ${off} do not count.)`
}

/** Upper and lower case, order, repetition, and a list of one make no difference. */
function normalise(given: Json): Json {
  if (!Array.isArray(given)) return normalCell(given)
  const cells = [...new Set(given.map(normalCell))].toSorted((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  )
  return cells.length === 1 ? cells[0]! : cells
}

function normalCell(cell: Json): Json {
  if (typeof cell !== 'string') return cell
  const name = cell.trim().toLowerCase()
  return /^-?\d{1,15}$/.test(name) ? Number(name) : name
}
