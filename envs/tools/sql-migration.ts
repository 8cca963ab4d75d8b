/**
 * @file `tools/sql-migration-v1`: change the tables and rows of a database as requested, and nothing else.
 *
 * What counts are tables, columns with their kind, foreign keys and rows; the order of columns, the way of the changes and
 * the spelling of names do not. A view, trigger or index that is left behind makes the result wrong.
 */
import { rngAt } from '../rng.ts'
import { contentOf } from './content.ts'
import type { DatabaseImage } from './database.ts'
import { closeDatabases, createDatabase } from './database.ts'
import { DOMAINS, drawRecords, tablesOf } from './domains.ts'
import type { Change } from './migrations.ts'
import { CHANGES_OF_LEVEL, drawChanges } from './migrations.ts'
import { describeCall, executeCall, firstLooks, writingTools } from './sql-tools.ts'
import { finishCall } from './call-form.ts'
import { defineToolEnv } from './tool-env.ts'

const ID = 'tools/sql-migration-v1'
const SIZES = { persons: 14, makers: 5, items: 16, links: 40 }
const TITLES = [
  'one change of a name or column',
  'a change of names, and values to work out',
  'a table split, filled or archived',
  'four changes',
  'six changes, one upon the other',
]

type Params = {
  /** Names the records and the changes, together with the domain and the level. */
  seed: number
  domain: number
  level: number
  words: string[]
  statements: string[]
}

export const sqlMigration = defineToolEnv<Params, DatabaseImage>({
  id: ID,
  title: 'Change the schema of an SQL database and keep its rows',
  group: 'databases',
  rules:
    'Carry out the request on the database with the tools, keep all other tables, columns and rows as they are, and leave ' +
    'nothing else behind.',
  levels: CHANGES_OF_LEVEL.map((changes, i) => ({
    level: i + 1,
    title: TITLES[i]!,
    axes: { changes: changes.reduce((sum, count) => sum + count) },
  })),
  maxSteps: 20,
  generate(rng, level) {
    for (;;) {
      const [seed, domain] = [rng.next(), rng.int(0, DOMAINS.length - 1)]
      const changes = changesOf({ seed, domain, level })
      if (!changes) continue
      const [words, statements] = [changes.map(change => change.words), changes.map(change => change.sql)]
      return { seed, domain, level, words, statements }
    }
  },
  identity: ({ seed, words }) => [seed, words],
  request: ({ words }) =>
    words.length === 1 ? words[0]! : words.map((sentence, i) => `${i + 1}. ${sentence}`).join('\n'),
  world: params => createDatabase(tablesAtStart(params)),
  tools: writingTools<Params>(),
  view: ({ content }) => content,
  goals: params => [{ view: contentOf(changesOf(params)!.at(-1)!.tables) }],
  solve: ({ statements }) => [describeCall, ...statements.map(executeCall), finishCall()],
  suggest: (_params, { content: { tables } }) => {
    const names = Object.keys(tables)
    const free = names.filter(name => !Object.hasOwn(tables[name]!.columns, 'note'))
    return [
      ...firstLooks(names),
      ...free.slice(0, 2).map(name => executeCall(`ALTER TABLE "${name}" ADD COLUMN note TEXT`)),
    ]
  },
  close: closeDatabases,
})

type Coordinates = Pick<Params, 'seed' | 'domain' | 'level'>

function tablesAtStart({ seed, domain }: Coordinates) {
  const chosen = DOMAINS[domain]!
  return tablesOf(chosen, drawRecords(rngAt(ID, 'records', seed), chosen, SIZES))
}

function changesOf(coordinates: Coordinates): Change[] | null {
  return drawChanges(rngAt(ID, 'changes', coordinates.seed), coordinates.level, tablesAtStart(coordinates))
}
