/**
 * @file What a database holds, independent of the way it came to hold it: the same tables, columns, keys and rows give
 * the same content, whatever the order of columns and statements, the spelling of names and types, and the bytes on disk.
 */

/** A value of a cell. Binary values and numbers that JSON lacks are spelled out as text. */
export type Cell = string | number | null

export type Column = {
  name: string
  /** As declared; what counts is its affinity. */
  type: string
  required?: boolean
  /** Part of the primary key. */
  key?: boolean
  /** The table whose `id` it refers to. */
  references?: string
}

export type Table = { name: string; columns: readonly Column[]; rows: readonly (readonly Cell[])[] }

type TableContent = {
  /** Kind by column. */
  columns: { [name: string]: string }
  /** As `column -> table`, sorted. */
  references: string[]
  /** The cells in the order of column names, as JSON, by primary key. Tables without one are keyed by the row itself. */
  rows: { [key: string]: string }
}

/** `others` names views, triggers and indexes. */
export type Content = { tables: { [name: string]: TableContent }; others: string[] }

export function contentOf(tables: readonly Table[], others: readonly string[] = []): Content {
  return {
    tables: Object.fromEntries(tables.map(table => [table.name.toLowerCase(), tableContent(table)])),
    others: others.toSorted(),
  }
}

function tableContent({ columns, rows }: Table): TableContent {
  const names = columns.map(({ name }) => name.toLowerCase())
  const order = [...names.keys()].toSorted((a, b) => (names[a]! < names[b]! ? -1 : 1))
  const keys = columns.flatMap(({ key }, i) => (key ? [i] : []))
  const seen = new Map<string, number>()
  const entry = (row: readonly Cell[]): [string, string] => {
    const text = JSON.stringify(order.map(i => row[i]!))
    if (keys.length === 1) return [JSON.stringify(row[keys[0]!]), text]
    if (keys.length > 1) return [JSON.stringify(keys.map(i => row[i]!)), text]
    const copies = (seen.get(text) ?? 0) + 1
    seen.set(text, copies)
    return [`${text} ${copies}`, text]
  }
  return {
    columns: Object.fromEntries(columns.map((column, i) => [names[i]!, kindOf(column)])),
    references: columns
      .flatMap(({ references }, i) => (references ? [`${names[i]} -> ${references.toLowerCase()}`] : []))
      .toSorted(),
    rows: Object.fromEntries(rows.map(entry)),
  }
}

function kindOf({ type, required, key }: Column): string {
  if (key) return `${affinityOf(type)} key`
  return required ? `${affinityOf(type)} required` : affinityOf(type)
}

/** The column affinity of a declared type, by the five rules of https://www.sqlite.org/datatype3.html, section 3.1. */
function affinityOf(type: string): string {
  const upper = type.toUpperCase()
  if (upper.includes('INT')) return 'INTEGER'
  if (/CHAR|CLOB|TEXT/.test(upper)) return 'TEXT'
  if (upper === '' || upper.includes('BLOB')) return 'BLOB'
  return /REAL|FLOA|DOUB/.test(upper) ? 'REAL' : 'NUMERIC'
}

/** The statements that make these tables and fill them. */
export function scriptOf(tables: readonly Table[]): string {
  return tables.map(table => `${createTable(table)}${insertRows(table)}`).join('')
}

export function createTable({ name, columns }: Table): string {
  const keys = columns.filter(({ key }) => key)
  const lines = columns.map(column => {
    const key = column.key && keys.length === 1 ? ' PRIMARY KEY' : ''
    const required = column.required ? ' NOT NULL' : ''
    const references = column.references ? ` REFERENCES ${column.references}(id)` : ''
    return `${column.name} ${column.type}${key}${required}${references}`
  })
  if (keys.length > 1) lines.push(`PRIMARY KEY (${keys.map(key => key.name).join(', ')})`)
  return `CREATE TABLE ${name} (${lines.join(', ')});\n`
}

function insertRows({ name, rows }: Table): string {
  if (rows.length === 0) return ''
  return `INSERT INTO ${name} VALUES ${rows.map(row => `(${row.map(literal).join(',')})`).join(',')};\n`
}

/** The value as an SQL literal. */
function literal(cell: Cell): string {
  if (cell === null) return 'NULL'
  return typeof cell === 'number' ? String(cell) : `'${cell.replaceAll("'", "''")}'`
}
