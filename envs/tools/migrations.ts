/**
 * @file Changes of a database's schema and rows, each in words, as SQL, and as what it makes of the tables.
 *
 * The tables are changed here without SQL, so that playing the SQL on the real database proves both.
 */
import type { Rng } from '../rng.ts'
import type { Cell, Column, Table } from './content.ts'
import { createTable } from './content.ts'

export type Change = { words: string; sql: string; tables: Table[] }

/** null: these tables leave nothing to change in this way. */
type Kind = (rng: Rng, tables: readonly Table[]) => Change | null

const OTHER_NAMES: { [name: string]: string } = {
  customers: 'clients',
  students: 'pupils',
  members: 'readers',
  patients: 'cases',
  suppliers: 'vendors',
  teachers: 'lecturers',
  authors: 'writers',
  doctors: 'physicians',
  products: 'articles',
  courses: 'classes',
  books: 'titles',
  treatments: 'procedures',
  orders: 'purchases',
  enrolments: 'registrations',
  loans: 'lendings',
  visits: 'appointments',
  city: 'town',
  joined: 'since',
  country: 'origin',
  day: 'date',
  status: 'state',
  name: 'label',
}
const NEW_COLUMNS = ['active', 'level', 'branch', 'priority', 'revision']

const addColumn: Kind = (rng, tables) => {
  const [table, name, value] = [rng.pick(tables), rng.pick(NEW_COLUMNS), rng.int(0, 9)]
  return {
    words: `Add a column ${name} (INTEGER, not null) to ${table.name}, with the value ${value} in every row.`,
    sql: `ALTER TABLE ${table.name} ADD COLUMN ${name} INTEGER NOT NULL DEFAULT ${value}`,
    tables: exchanged(
      tables,
      table,
      withColumn(table, whole(name), () => value),
    ),
  }
}

const renameColumn: Kind = (rng, tables) => {
  const found = pickColumn(rng, tables, ({ name }) => Object.hasOwn(OTHER_NAMES, name))
  if (!found) return null
  const [table, { name }] = found
  const other = OTHER_NAMES[name]!
  const columns = table.columns.map(column => (column.name === name ? { ...column, name: other } : column))
  return {
    words: `Rename the column ${name} of ${table.name} to ${other}.`,
    sql: `ALTER TABLE ${table.name} RENAME COLUMN ${name} TO ${other}`,
    tables: exchanged(tables, table, { ...table, columns }),
  }
}

const renameTable: Kind = (rng, tables) => {
  const candidates = tables.filter(({ name }) => Object.hasOwn(OTHER_NAMES, name))
  if (candidates.length === 0) return null
  const { name } = rng.pick(candidates)
  const other = OTHER_NAMES[name]!
  return {
    words: `Rename the table ${name} to ${other}.`,
    sql: `ALTER TABLE ${name} RENAME TO ${other}`,
    tables: tables.map(table => ({
      ...table,
      name: table.name === name ? other : table.name,
      columns: table.columns.map(column =>
        column.references === name ? { ...column, references: other } : column,
      ),
    })),
  }
}

const dropColumn: Kind = (rng, tables) => {
  const found = pickColumn(rng, tables, ({ name }) => ['joined', 'country', 'day'].includes(name))
  if (!found) return null
  const [table, { name }] = found
  return {
    words: `Remove the column ${name} of ${table.name}.`,
    sql: `ALTER TABLE ${table.name} DROP COLUMN ${name}`,
    tables: exchanged(tables, table, withoutColumn(table, name)),
  }
}

const addBand: Kind = (rng, tables) => {
  const found = pickColumn(rng, tables, isNumber)
  if (!found || found[0].rows.length === 0) return null
  const [table, { name }] = found
  const [values, band] = [cells(table, name), `${name}_band`]
  const bound = rng.pick(values) as number
  return {
    words:
      `Add a column ${band} (TEXT, not null) to ${table.name}: 'low' in rows whose ${name} is below ${bound}, ` +
      `'high' in all others.`,
    sql:
      `ALTER TABLE ${table.name} ADD COLUMN ${band} TEXT NOT NULL DEFAULT 'high'; ` +
      `UPDATE ${table.name} SET ${band} = 'low' WHERE ${name} < ${bound}`,
    tables: exchanged(
      tables,
      table,
      withColumn(table, textColumn(band), i => ((values[i] as number) < bound ? 'low' : 'high')),
    ),
  }
}

const scaleColumn: Kind = (rng, tables) => {
  const found = pickColumn(rng, tables, isNumber)
  if (!found) return null
  const [[table, { name }], factor] = [found, rng.pick([10, 12, 60, 100])]
  const [values, scaled] = [cells(table, name), `${name}_times_${factor}`]
  return {
    words: `Replace the column ${name} of ${table.name} by ${scaled} (INTEGER, not null), which holds ${factor} times as much.`,
    sql:
      `ALTER TABLE ${table.name} RENAME COLUMN ${name} TO ${scaled}; ` +
      `UPDATE ${table.name} SET ${scaled} = ${scaled} * ${factor}`,
    tables: exchanged(
      tables,
      table,
      withColumn(withoutColumn(table, name), whole(scaled), i => (values[i] as number) * factor),
    ),
  }
}

const splitName: Kind = (rng, tables) => {
  const candidates = tables.flatMap(table =>
    table.columns
      .filter(({ name }) => cells(table, name).every(value => /^\w+ \w+$/.test(String(value))))
      .map(column => [table, column] as const),
  )
  if (candidates.length === 0) return null
  const [table, { name }] = rng.pick(candidates)
  const parts = cells(table, name).map(value => String(value).split(' '))
  const [first, last] = [`first_${name}`, `last_${name}`]
  const both = withColumn(withoutColumn(table, name), textColumn(first), i => parts[i]![0]!)
  return {
    words:
      `Split the column ${name} of ${table.name} at its space into ${first} and ${last} (both TEXT, not null), ` +
      `and remove ${name}.`,
    sql:
      `ALTER TABLE ${table.name} ADD COLUMN ${first} TEXT NOT NULL DEFAULT ''; ` +
      `ALTER TABLE ${table.name} ADD COLUMN ${last} TEXT NOT NULL DEFAULT ''; ` +
      `UPDATE ${table.name} SET ${first} = substr(${name}, 1, instr(${name}, ' ') - 1), ` +
      `${last} = substr(${name}, instr(${name}, ' ') + 1); ` +
      `ALTER TABLE ${table.name} DROP COLUMN ${name}`,
    tables: exchanged(
      tables,
      table,
      withColumn(both, textColumn(last), i => parts[i]![1]!),
    ),
  }
}

const extractTable: Kind = (rng, tables) => {
  const found = pickColumn(rng, tables, ({ name, type }, table) => {
    const values = cells(table, name)
    return type === 'TEXT' && new Set(values).size * 2 < values.length
  })
  if (!found) return null
  const [table, { name }] = found
  const [parent, child] = [pluralOf(name), `${name}_id`]
  if (tables.some(other => other.name === parent)) return null
  const own = cells(table, name)
  const values = [...new Set(own)].toSorted((a, b) => (String(a) < String(b) ? -1 : 1))
  const made: Table = {
    name: parent,
    columns: [{ name: 'id', type: 'INTEGER', key: true }, textColumn('name')],
    rows: values.map((value, i) => [i + 1, value]),
  }
  const column = { ...whole(child), references: parent }
  const replaced = withColumn(withoutColumn(table, name), column, i => values.indexOf(own[i]!) + 1)
  return {
    words:
      `Move the values of ${name} in ${table.name} to a new table ${parent} (id INTEGER primary key; name TEXT, not null), ` +
      `each value once, with the ids 1, 2, 3 … in alphabetical order; replace the column ${name} by ${child} ` +
      `(INTEGER, not null), a foreign key to ${parent}.`,
    sql:
      `${createTable(made)}INSERT INTO ${parent} SELECT row_number() OVER (ORDER BY v), v ` +
      `FROM (SELECT DISTINCT ${name} v FROM ${table.name}); ` +
      `ALTER TABLE ${table.name} ADD COLUMN ${child} INTEGER NOT NULL DEFAULT 0 REFERENCES ${parent}(id); ` +
      `UPDATE ${table.name} SET ${child} = (SELECT o.id FROM ${parent} o WHERE o.name = ${table.name}.${name}); ` +
      `ALTER TABLE ${table.name} DROP COLUMN ${name}`,
    tables: [...exchanged(tables, table, replaced), made],
  }
}

const archiveRows: Kind = (rng, tables) => {
  const found = pickColumn(rng, tables, ({ name }) => name === 'status' || name === 'state')
  if (!found) return null
  const [table, { name }] = found
  const own = cells(table, name)
  const value = String(rng.pick([...new Set(own)]))
  const made: Table = {
    name: `${value}_${table.name}`,
    columns: table.columns,
    rows: table.rows.filter((_, i) => own[i] === value),
  }
  const order = table.columns.map(column => column.name).join(', ')
  const kept = { ...table, rows: table.rows.filter((_, i) => own[i] !== value) }
  return {
    words:
      `Move the rows of ${table.name} whose ${name} is ${value} to a new table ${made.name}, which has the same columns, ` +
      `types, primary key and foreign keys.`,
    sql:
      `${createTable(made)}INSERT INTO ${made.name} SELECT ${order} FROM ${table.name} WHERE ${name} = '${value}'; ` +
      `DELETE FROM ${table.name} WHERE ${name} = '${value}'`,
    tables: [...exchanged(tables, table, kept), made],
  }
}

const addTotals: Kind = (rng, tables) => {
  const found = pickColumn(
    rng,
    tables,
    ({ references }, table) => Boolean(references) && table.columns.some(isNumber),
  )
  if (!found) return null
  const [table, { name: reference, references }] = found
  const [{ name: amount }, parent] = [
    table.columns.find(isNumber)!,
    tables.find(other => other.name === references)!,
  ]
  const [own, amounts] = [cells(table, reference), cells(table, amount)]
  const total = (id: Cell): number =>
    amounts.reduce<number>((sum, value, i) => sum + (own[i] === id ? (value as number) : 0), 0)
  const made: Table = {
    name: `${reference.replace(/_id$/, '')}_totals`,
    columns: [{ name: reference, type: 'INTEGER', key: true, references: parent.name }, whole('total')],
    rows: cells(parent, 'id').map(id => [id, total(id)]),
  }
  return {
    words:
      `Create a table ${made.name} (${reference} INTEGER primary key, a foreign key to ${parent.name}; total INTEGER, ` +
      `not null) with one row for every row of ${parent.name}: the sum of ${amount} over its rows in ${table.name}, ` +
      `or 0 where it has none.`,
    sql:
      `${createTable(made)}INSERT INTO ${made.name} SELECT id, coalesce((SELECT sum(${amount}) FROM ${table.name} ` +
      `WHERE ${reference} = ${parent.name}.id), 0) FROM ${parent.name}`,
    tables: [...tables, made],
  }
}

const SMALL: readonly Kind[] = [addColumn, renameColumn, renameTable, dropColumn]
const MIDDLE: readonly Kind[] = [addBand, scaleColumn]
const LARGE: readonly Kind[] = [splitName, extractTable, archiveRows, addTotals]

/** How many small, middle and large changes each level has. */
export const CHANGES_OF_LEVEL: readonly (readonly [number, number, number])[] = [
  [1, 0, 0],
  [1, 1, 0],
  [1, 0, 1],
  [1, 1, 2],
  [2, 1, 3],
]

/** Changes of different kinds, each of what the ones before it left; null where one of them found nothing to change. */
export function drawChanges(rng: Rng, level: number, start: readonly Table[]): Change[] | null {
  const [small, middle, large] = CHANGES_OF_LEVEL[level - 1]!
  const kinds = rng.shuffle([
    ...rng.shuffle(SMALL).slice(0, small),
    ...rng.shuffle(MIDDLE).slice(0, middle),
    ...rng.shuffle(LARGE).slice(0, large),
  ])
  const changes: Change[] = []
  for (const kind of kinds) {
    const change = kind(rng, changes.at(-1)?.tables ?? start)
    if (!change) return null
    changes.push(change)
  }
  return changes
}

function isNumber({ type, key, references }: Column): boolean {
  return type === 'INTEGER' && !key && !references
}

function pickColumn(
  rng: Rng,
  tables: readonly Table[],
  fits: (column: Column, table: Table) => boolean,
): [Table, Column] | null {
  const found = tables.flatMap(table =>
    table.columns.filter(column => fits(column, table)).map((column): [Table, Column] => [table, column]),
  )
  return found.length > 0 ? rng.pick(found) : null
}

function cells({ columns, rows }: Table, name: string): Cell[] {
  const at = columns.findIndex(column => column.name === name)
  return rows.map(row => row[at]!)
}

function exchanged(tables: readonly Table[], before: Table, after: Table): Table[] {
  return tables.map(table => (table === before ? after : table))
}

function withColumn(table: Table, column: Column, value: (row: number) => Cell): Table {
  return {
    ...table,
    columns: [...table.columns, column],
    rows: table.rows.map((row, i) => [...row, value(i)]),
  }
}

function withoutColumn(table: Table, name: string): Table {
  const at = table.columns.findIndex(column => column.name === name)
  return {
    ...table,
    columns: table.columns.toSpliced(at, 1),
    rows: table.rows.map(row => row.toSpliced(at, 1)),
  }
}

function whole(name: string): Column {
  return { name, type: 'INTEGER', required: true }
}

function textColumn(name: string): Column {
  return { name, type: 'TEXT', required: true }
}

function pluralOf(name: string): string {
  if (name.endsWith('y')) return `${name.slice(0, -1)}ies`
  return name.endsWith('s') ? `${name}es` : `${name}s`
}
