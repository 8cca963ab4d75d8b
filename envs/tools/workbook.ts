/**
 * @file A workbook as plain JSON: cells, rows, and what the cells show once the formulas are worked out.
 *
 * The formulas are worked out by fast-formula-parser. Before it sees one, every token is checked against what is known
 * here: known functions, references like B2, $B$2 or Prices!A2:B9 inside the sheet, numbers, texts and operators. So
 * formulas have no clock, no randomness, no endless ranges and no reach outside the workbook. Texts compare exactly.
 */
import { createRequire } from 'node:module'

/** A formula is a text that begins with `=`. */
export type Cell = string | number | null
export type Sheet = { name: string; rows: Cell[][] }
export type Workbook = Sheet[]
/** Row and column from 0. */
export type Place = { row: number; column: number }
export type Area = { from: Place; to: Place }

export const MAX_ROWS = 60
export const MAX_COLUMNS = 12
const MAX_FORMULA = 300
const MAX_NESTING = 12

type Value = string | number | boolean | null | object
type Argument = { value: Value | Value[][] }
type At = { row: number; col: number; sheet: string }
interface Parser {
  parse(formula: string, at: At): Value
}
interface ParserClass {
  new (options: {
    functions: Record<string, (...args: Argument[]) => Value>
    onCell(at: At): Value
    onRange(range: { sheet: string; from: At; to: At }): Value[][]
  }): Parser
}

// The package has no types.
const require = createRequire(import.meta.url)
const TOKEN =
  /"(?:[^"]|"")*"|(?:[A-Za-z][A-Za-z0-9]*!)?\$?[A-Z]\$?\d{1,3}(?::\$?[A-Z]\$?\d{1,3})?(?![A-Za-z0-9(!])|\d+(?:\.\d+)?|[A-Za-z]+(?=\()|TRUE|FALSE|#REF!|[-+*/^&=<>(),%\s]|./gs
const REFERENCE = /^(?:([A-Za-z][A-Za-z0-9]*)!)?(\$?[A-Z]\$?\d{1,3})(?::(\$?[A-Z]\$?\d{1,3}))?$/
const FUNCTIONS =
  'SUM AVERAGE COUNT COUNTA MIN MAX ROUND ABS SUMPRODUCT IF IFERROR AND OR NOT COUNTIF SUMIF AVERAGEIF VLOOKUP INDEX TRIM UPPER LOWER PROPER LEFT RIGHT MID LEN CONCATENATE'.split(
    ' ',
  )
/** Why a formula cannot be entered; null if it can. */
export function formulaFault(book: Workbook, formula: string): string | null {
  if (formula.length > MAX_FORMULA) return `expected a formula of at most ${MAX_FORMULA} characters`
  let [depth, deepest] = [0, 0]
  for (const token of tokensOf(formula)) {
    depth += Number(token === '(') - Number(token === ')')
    deepest = Math.max(deepest, depth)
    const reference = REFERENCE.exec(token)
    if (reference) {
      const fault = referenceFault(book, reference)
      if (fault !== null) return fault
    } else if (/^[A-Za-z]+$/.test(token)) {
      if (!['TRUE', 'FALSE', ...FUNCTIONS].includes(token))
        return `unknown function ${token.slice(0, 20)}; there are ${FUNCTIONS.join(', ')}`
    } else if (!/^(".*"|\d+(\.\d+)?|#REF!|[-+*/^&=<>(),%\s])$/s.test(token))
      return `did not expect ${token.slice(0, 20)} in a formula`
  }
  return deepest > MAX_NESTING ? `expected at most ${MAX_NESTING} brackets in each other` : null
}

/** Cells that all formulas together refer to: what working them out costs. */
export function readsOf(book: Workbook): number {
  const formulas = book.flatMap(({ rows }) => rows.flat()).filter(isFormula)
  return formulas
    .flatMap(tokensOf)
    .map(token => REFERENCE.exec(token))
    .reduce((sum, reference) => sum + (reference ? sizeOf(reference) : 0), 0)
}

export function isFormula(cell: Cell | undefined): cell is string {
  return typeof cell === 'string' && cell.startsWith('=')
}

/** What every cell shows, sheet by sheet, as text. */
export function display(book: Workbook): string[][][] {
  const known = displays.get(book)
  if (known) return known
  const values = valuesOf(book)
  const texts = book.map(({ name, rows }) =>
    rows.map((cells, row) => cells.map((_, column) => shown(values(name, { row, column })))),
  )
  displays.set(book, texts)
  return texts
}

const displays = new WeakMap<Workbook, string[][][]>()

/** B2 → row 1, column 1; null if it is none, or outside of the largest sheet. */
export function placeOf(text: string): Place | null {
  const match = /^\$?([A-Z])\$?(\d{1,3})$/.exec(text)
  if (!match) return null
  const place = { row: Number(match[2]) - 1, column: match[1]!.charCodeAt(0) - 65 }
  return place.row >= 0 && place.row < MAX_ROWS && place.column < MAX_COLUMNS ? place : null
}

/** A2:C9, or a single cell. */
export function areaOf(text: string): Area | null {
  const [first = '', last = first] = text.split(':')
  const [from, to] = [placeOf(first), placeOf(last)]
  return from && to && from.row <= to.row && from.column <= to.column ? { from, to } : null
}

export function nameOf({ row, column }: Place): string {
  return `${String.fromCharCode(65 + column)}${row + 1}`
}

/** The workbook with one cell set; rows and columns are added as needed, and empty ones at the end are dropped. */
export function withCell(book: Workbook, sheet: string, { row, column }: Place, value: Cell): Workbook {
  return changed(book, sheet, rows => {
    const grown = Array.from({ length: Math.max(rows.length, row + 1) }, (_, i) => rows[i] ?? [])
    const cells = Array.from(
      { length: Math.max(grown[row]!.length, column + 1) },
      (_, i) => grown[row]![i] ?? null,
    )
    return trimmed(grown.with(row, cells.with(column, value)))
  })
}

/** An empty row before `row`; references move along. */
export function withRow(book: Workbook, sheet: string, row: number): Workbook {
  const moved = shifted(book, sheet, (at, _end) => (at >= row ? at + 1 : at))
  return changed(moved, sheet, rows => trimmed(rows.toSpliced(row, 0, [])))
}

/** Without that row; references to it alone become #REF!. */
export function withoutRow(book: Workbook, sheet: string, row: number): Workbook {
  const moved = shifted(book, sheet, (at, end) => (at > row || (at === row && end) ? at - 1 : at), row)
  return changed(moved, sheet, rows => trimmed(rows.toSpliced(row, 1)))
}

export function changed(book: Workbook, sheet: string, change: (rows: Cell[][]) => Cell[][]): Workbook {
  return book.map(each => (each.name === sheet ? { ...each, rows: change(each.rows) } : each))
}

function trimmed(rows: Cell[][]): Cell[][] {
  const cut = rows.map(cells => cells.slice(0, cells.findLastIndex(cell => cell !== null) + 1))
  return cut.slice(0, cut.findLastIndex(cells => cells.length > 0) + 1)
}

function tokensOf(formula: string): string[] {
  return formula.slice(1).match(TOKEN) ?? []
}

function referenceFault(book: Workbook, [text, sheet, first, last]: RegExpExecArray): string | null {
  if (sheet !== undefined && !book.some(({ name }) => name === sheet))
    return `there is no sheet ${sheet.slice(0, 20)}`
  return areaOf(last === undefined ? first! : `${first}:${last}`)
    ? null
    : `${text} is outside of A1:L${MAX_ROWS}, or upside down`
}

/** Values of cells, each worked out once, after the cells that it refers to. */
function valuesOf(book: Workbook): (sheet: string, at: Place) => Value {
  const known = new Map<string, Value>()
  const cellAt = (sheet: string, { row, column }: Place): Cell =>
    book.find(({ name }) => name === sheet)?.rows[row]?.[column] ?? null
  const look = (sheet: string, at: Place): Value => {
    const cell = cellAt(sheet, at)
    if (!isFormula(cell)) return cell
    const key = `${sheet}!${nameOf(at)}`
    const found = known.get(key)
    if (found !== undefined) return found
    // Stands until the value is known: a formula that refers to itself finds it.
    known.set(key, '#CIRC!')
    const inputs = tokensOf(cell).flatMap(token => {
      const reference = REFERENCE.exec(token)
      return reference ? placesOf(reference).map(place => look(reference[1] ?? sheet, place)) : []
    })
    const value = workedOut({ formula: cell, inputs, sheet, at, look })
    known.set(key, value)
    return value
  }
  return look
}

function sizeOf([, , first, last]: RegExpExecArray): number {
  const area = areaOf(last === undefined ? first! : `${first}:${last}`)
  return area ? (area.to.row - area.from.row + 1) * (area.to.column - area.from.column + 1) : 0
}

function placesOf([, , first, last]: RegExpExecArray): Place[] {
  const area = areaOf(last === undefined ? first! : `${first}:${last}`)
  if (!area) return []
  const { from, to } = area
  const rows = Array.from({ length: to.row - from.row + 1 }, (_, i) => from.row + i)
  const columns = Array.from({ length: to.column - from.column + 1 }, (_, i) => from.column + i)
  return rows.flatMap(row => columns.map(column => ({ row, column })))
}

type Look = (sheet: string, at: Place) => Value

/** Values by formula and what it refers to: the same formulas are worked out again and again as a table changes. */
const remembered = new Map<string, Value>()
const MAX_REMEMBERED = 5000

type Formula = { formula: string; inputs: readonly Value[]; sheet: string; at: Place; look: Look }

function workedOut({ formula, inputs, sheet, at, look }: Formula): Value {
  const key = `${formula} ${inputs.map(input => `${typeof input} ${shown(input)}`).join('\n')}`
  const found = remembered.get(key)
  if (found !== undefined) return found
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  const value = parsed({ formula, sheet, at, look })
  remembered.set(key, value)
  return value
}

function parsed({ formula, sheet, at, look }: Omit<Formula, 'inputs'>): Value {
  reading = look
  try {
    return (parser ??= makeParser()).parse(formula.slice(1), { sheet, row: at.row + 1, col: at.column + 1 })
  } catch {
    return '#ERROR!'
  }
}

/** The parser is costly to load and to make, and knows one workbook at a time; nothing here is asynchronous. */
let parser: Parser | null = null
let reading: Look = () => null

function makeParser(): Parser {
  const FormulaParser = require('fast-formula-parser') as ParserClass
  return new FormulaParser({
    functions: {
      MAX: (...args) => extreme(args, Math.max),
      MIN: (...args) => extreme(args, Math.min),
      COUNTA: (...args) => flat(args).filter(value => value !== null && value !== '').length,
      UPPER: argument => textOf(argument).toUpperCase(),
      TRIM: argument => textOf(argument).trim().replace(/ +/g, ' '),
    },
    onCell: ({ sheet, row, col }) => reading(sheet, { row: row - 1, column: col - 1 }),
    onRange: ({ sheet, from, to }) =>
      Array.from({ length: to.row - from.row + 1 }, (_, row) =>
        Array.from({ length: to.col - from.col + 1 }, (__, column) =>
          reading(sheet, { row: from.row - 1 + row, column: from.col - 1 + column }),
        ),
      ),
  })
}

function flat(args: readonly Argument[]): Value[] {
  return args.flatMap(({ value }) => (Array.isArray(value) ? value.flat() : [value]))
}

function extreme(args: readonly Argument[], choose: (...numbers: number[]) => number): number {
  const numbers = flat(args).filter(value => typeof value === 'number')
  return numbers.length === 0 ? 0 : choose(...numbers)
}

function textOf(argument: Argument | undefined): string {
  const [value] = flat(argument ? [argument] : [])
  return value === undefined || value === null ? '' : shown(value)
}

/** A value as text; numbers to nine decimals, since sums of fractions differ in the last bits. */
function shown(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'number')
    return Number.isFinite(value) ? String(Number(value.toFixed(9)) + 0) : '#NUM!'
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (typeof value === 'string') return value.slice(0, MAX_FORMULA)
  return 'name' in value && typeof value.name === 'string' ? value.name : '#VALUE!'
}

/** All references to the rows of a sheet, moved. `gone`: a row that is deleted. */
function shifted(
  book: Workbook,
  sheet: string,
  move: (row: number, end: boolean) => number,
  gone = -1,
): Workbook {
  const moveCell = (text: string, end: boolean): string => {
    const [, column, row] = /^(\$?[A-Z]\$?)(\d+)$/.exec(text)!
    return `${column}${move(Number(row) - 1, end) + 1}`
  }
  const moveToken = (token: string, own: string): string => {
    const reference = REFERENCE.exec(token)
    if (!reference || (reference[1] ?? own) !== sheet) return token
    const [, prefix, first, last] = reference
    const area = areaOf(last === undefined ? first! : `${first}:${last}`)
    if (area?.from.row === gone && area.to.row === gone) return '#REF!'
    const range = last === undefined ? '' : `:${moveCell(last, true)}`
    return `${prefix === undefined ? '' : `${prefix}!`}${moveCell(first!, false)}${range}`
  }
  return book.map(each => ({
    ...each,
    rows: each.rows.map(cells =>
      cells.map(cell =>
        isFormula(cell)
          ? `=${tokensOf(cell)
              .map(token => moveToken(token, each.name))
              .join('')}`
          : cell,
      ),
    ),
  }))
}
