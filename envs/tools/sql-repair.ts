/**
 * @file `tools/sql-repair-v1`: find the rows of a database that break its rules, and put them right.
 *
 * The rules are the same at every level; which of them are broken, and where, is for the agent to find out. Every final
 * state that keeps them all and changes nothing else is right: of rows that are the same, any one may stay.
 */
import type { Json } from '../json.ts'
import { rngAt } from '../rng.ts'
import { contentOf } from './content.ts'
import type { DatabaseImage } from './database.ts'
import { closeDatabases, createDatabase } from './database.ts'
import { DOMAINS } from './domains.ts'
import type { Books, Flaw, Rules } from './flaws.ts'
import { bookTables, drawBooks, drawRules, FLAWS_OF_LEVEL, repairs } from './flaws.ts'
import { describeCall, executeCall, firstLooks, queryCall, writingTools } from './sql-tools.ts'
import type { Call } from './call-form.ts'
import { finishCall } from './call-form.ts'
import { defineToolEnv } from './tool-env.ts'

const ID = 'tools/sql-repair-v1'
const TITLES = [
  'one rule broken',
  'two rules broken',
  'persons entered twice',
  'persons entered twice, and more',
  'all rules broken',
]

/** `seed` names the rows, together with the rest. */
type Params = Rules & { seed: number; domain: number }

export const sqlRepair = defineToolEnv<Params, DatabaseImage>({
  id: ID,
  title: 'Find and repair the inconsistent rows of an SQL database',
  group: 'databases',
  rules: 'Repair the database with the tools as the request says, and change nothing that keeps the rules.',
  levels: FLAWS_OF_LEVEL.map(({ always, more }, i) => ({
    level: i + 1,
    title: TITLES[i]!,
    axes: { rulesBroken: always.length + more },
  })),
  maxSteps: 24,
  generate: (rng, level) => ({
    seed: rng.next(),
    domain: rng.int(0, DOMAINS.length - 1),
    ...drawRules(rng, level),
  }),
  identity: ({ seed, domain, spelling, broken }) => [seed, domain, spelling, broken],
  request,
  world: params => createDatabase(bookTables(DOMAINS[params.domain]!, booksOf(params))),
  tools: writingTools<Params>(),
  view: ({ content }) => content,
  goals: params => {
    const domain = DOMAINS[params.domain]!
    return repairs(domain, params, booksOf(params)).map(books => ({
      view: contentOf(bookTables(domain, books)) as Json,
    }))
  },
  solve(params) {
    const statements = statementsOf(params)
    const inOrder = Object.keys(statements) as Flaw[]
    return [
      describeCall,
      queryCall(checkOf(params)),
      ...inOrder
        .filter(flaw => params.broken.includes(flaw))
        .map((flaw): Call => executeCall(statements[flaw])),
      finishCall(),
    ]
  },
  suggest(params, { content: { tables } }) {
    const { person, item, link, amount } = DOMAINS[params.domain]!
    const names = [person[1], item[1], link[1]].filter(name => Object.hasOwn(tables, name))
    const whole = names.length === 3 && Object.hasOwn(tables[link[1]]!.columns, amount)
    return [
      ...firstLooks(names),
      ...(whole ? [executeCall(`DELETE FROM ${link[1]} WHERE ${amount} < 0`)] : []),
    ]
  },
  close: closeDatabases,
})

function booksOf(params: Params): Books {
  return drawBooks(rngAt(ID, 'books', params.seed), DOMAINS[params.domain]!, params)
}

function request({ domain, spelling }: Params): string {
  const { person, item, link, kind, amount, good } = DOMAINS[domain]!
  return [
    `Some rows of this database break the rules below. Repair them; rules that are kept need nothing.`,
    `1. Rows of ${person[1]} with the same name, city and joined are one ${person[0]}, entered more than once: keep one ` +
      `of them, whichever you like, let all ${link[1]} of the others refer to it, and remove the others.`,
    `2. Rows of ${link[1]} whose ${person[0]}_id or ${item[0]}_id belongs to no row are removed.`,
    `3. ${amount} is never negative: where it is, only its sign is wrong.`,
    `4. Rows of ${link[1]} with the same ${person[0]}_id, ${item[0]}_id and day (after rule 1) are one entry, made more than ` +
      `once: keep one of them, whichever you like, and remove the others.`,
    `5. The ${kind} of ${item[1]} is written ${spelling}, without spaces around it.`,
    `6. total of ${person[1]} is the sum of ${amount} over the ${link[1]} of that ${person[0]} with the status ${good}, ` +
      `0 if there are none, once the other rules hold.`,
  ].join('\n')
}

/** What repairs each flaw, in an order in which none undoes another. */
function statementsOf({ domain, spelling }: Params): Record<Flaw, string> {
  const { person, item, link, kind, amount, good } = DOMAINS[domain]!
  const [persons, items, links, personId, itemId] = [
    person[1],
    item[1],
    link[1],
    `${person[0]}_id`,
    `${item[0]}_id`,
  ]
  const right = spelledRight(kind, spelling)
  return {
    twins:
      `UPDATE ${links} SET ${personId} = (SELECT min(q.id) FROM ${persons} p JOIN ${persons} q ` +
      `ON q.name = p.name AND q.city = p.city AND q.joined = p.joined WHERE p.id = ${links}.${personId}) ` +
      `WHERE ${personId} IN (SELECT id FROM ${persons}); ` +
      `DELETE FROM ${persons} WHERE id NOT IN (SELECT min(id) FROM ${persons} GROUP BY name, city, joined)`,
    orphans:
      `DELETE FROM ${links} WHERE ${personId} NOT IN (SELECT id FROM ${persons}) ` +
      `OR ${itemId} NOT IN (SELECT id FROM ${items})`,
    signs: `UPDATE ${links} SET ${amount} = -${amount} WHERE ${amount} < 0`,
    repeats: `DELETE FROM ${links} WHERE id NOT IN (SELECT min(id) FROM ${links} GROUP BY ${personId}, ${itemId}, day)`,
    spelling: `UPDATE ${items} SET ${kind} = ${right} WHERE ${kind} <> ${right}`,
    totals:
      `UPDATE ${persons} SET total = coalesce((SELECT sum(${amount}) FROM ${links} ` +
      `WHERE ${personId} = ${persons}.id AND status = '${good}'), 0)`,
  }
}

/** One query that counts what breaks the rules that can be read off single rows and groups. */
function checkOf({ domain, spelling }: Params): string {
  const { person, item, link, kind, amount } = DOMAINS[domain]!
  return (
    `SELECT 'twins', count(*) - count(DISTINCT name || city || joined) FROM ${person[1]} ` +
    `UNION ALL SELECT 'orphans', count(*) FROM ${link[1]} WHERE ${person[0]}_id NOT IN (SELECT id FROM ${person[1]}) ` +
    `OR ${item[0]}_id NOT IN (SELECT id FROM ${item[1]}) ` +
    `UNION ALL SELECT 'signs', count(*) FROM ${link[1]} WHERE ${amount} < 0 ` +
    `UNION ALL SELECT 'spelling', count(*) FROM ${item[1]} WHERE ${kind} <> ${spelledRight(kind, spelling)}`
  )
}

function spelledRight(column: string, spelling: Rules['spelling']): string {
  if (spelling === 'in small letters') return `lower(trim(${column}))`
  if (spelling === 'in capital letters') return `upper(trim(${column}))`
  return `upper(substr(trim(${column}), 1, 1)) || lower(substr(trim(${column}), 2))`
}
