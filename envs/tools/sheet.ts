/**
 * @file `tools/sheet-v1`: work on tables in a workbook with formulas.
 *
 * What counts is what the cells show. Where formulas are asked for they have to count: the view also holds what these cells
 * show once the numbers of the workbook are others and two texts have changed places, so a copied result is not enough.
 */
import { z } from 'zod'
import type { Json } from '../json.ts'
import type { SheetTask } from './sheet-tasks.ts'
import { drawTask } from './sheet-tasks.ts'
import type { Call } from './call-form.ts'
import type { Reply, Tool } from './tool-env.ts'
import { finishCall } from './call-form.ts'
import { defineToolEnv, tool } from './tool-env.ts'
import type { Cell, Workbook } from './workbook.ts'
import {
  areaOf,
  changed,
  display,
  formulaFault,
  isFormula,
  MAX_ROWS,
  nameOf,
  placeOf,
  readsOf,
  withCell,
  withoutRow,
  withRow,
} from './workbook.ts'

type World = Pick<SheetTask, 'book' | 'formulas' | 'swap'>

const RULES =
  'You work on a workbook with tools. A cell is named like B2, a range like A2:C9, a cell of another sheet like Prices!B2; a ' +
  'value that begins with = is a formula. Change nothing that the request does not ask for.'
const MAX_READ = 240
const MAX_SHOWN = 80
const MAX_READS = 20_000

const sheetName = z.string().max(20).describe('The name of a sheet')
const row = z.number().int().min(1).max(MAX_ROWS)
const value = z
  .union([z.string().max(300), z.number(), z.null()])
  .describe('A text, a number, a formula, or null for an empty cell')

const tools = {
  list_sheets: tool({
    about: 'Shows the sheets with their numbers of rows and columns.',
    args: z.strictObject({}),
    reads: true,
    run: ({ book }: World) => ({
      result: book.map(({ name, rows }) => ({
        name,
        rows: rows.length,
        columns: Math.max(0, ...rows.map(({ length }) => length)),
      })),
    }),
  }),
  read_range: tool({
    about: `Shows a range of at most ${MAX_READ} cells, row by row: what the cells show, or with formulas what they hold.`,
    args: z.strictObject({ sheet: sheetName, range: z.string().max(9), formulas: z.boolean().optional() }),
    reads: true,
    run: ({ book }: World, { sheet: name, range, formulas }): Reply<World> => {
      const at = book.findIndex(each => each.name === name)
      const area = areaOf(range)
      if (at < 0) return { error: noSheet(name) }
      if (!area) return { error: `expected a range like A1:D9 inside A1:L${MAX_ROWS}` }
      const { from, to } = area
      if ((to.row - from.row + 1) * (to.column - from.column + 1) > MAX_READ)
        return { error: `expected at most ${MAX_READ} cells` }
      const rows: Cell[][] = formulas ? book[at]!.rows : display(book)[at]!
      const cut = (cell: Cell): Cell =>
        typeof cell === 'string' ? cell.slice(0, formulas ? 300 : MAX_SHOWN) : cell
      return {
        result: rows
          .slice(from.row, to.row + 1)
          .map(cells => cells.slice(from.column, to.column + 1).map(cut)),
      }
    },
  }),
  set_cells: tool({
    about: 'Sets cells, all or none.',
    args: z.strictObject({
      sheet: sheetName,
      cells: z
        .array(z.strictObject({ cell: z.string().max(5), value }))
        .min(1)
        .max(60),
    }),
    run: (world: World, { sheet: name, cells }) => {
      let { book } = world
      if (!book.some(each => each.name === name)) return { error: noSheet(name) }
      for (const { cell, value: given } of cells) {
        const place = placeOf(cell)
        if (!place) return { error: `expected a cell of A1:L${MAX_ROWS}, got ${cell}` }
        const fault = enteringFault(book, given)
        if (fault !== null) return { error: `${cell}: ${fault}` }
        book = withCell(book, name, place, entered(given))
      }
      return readsOf(book) > MAX_READS
        ? { error: 'the formulas refer to too many cells' }
        : { world: { ...world, book }, result: null }
    },
  }),
  insert_row: tool({
    about: 'Inserts an empty row before a row; references move along.',
    args: z.strictObject({ sheet: sheetName, before: row }),
    run: (world: World, { sheet: name, before }) =>
      onRows(world, name, { last: before, added: 1 }, book => withRow(book, name, before - 1)),
  }),
  delete_row: tool({
    about: 'Deletes a row; references move along.',
    args: z.strictObject({ sheet: sheetName, row }),
    run: (world: World, { sheet: name, row: gone }) =>
      onRows(world, name, { last: gone, added: 0 }, book => withoutRow(book, name, gone - 1)),
  }),
  sort_rows: tool({
    about:
      'Sorts the rows from first to last by what is in a column, numbers before texts. The rows may not hold formulas.',
    args: z.strictObject({
      sheet: sheetName,
      first: row,
      last: row,
      column: z.string().regex(/^[A-L]$/),
      order: z.enum(['ascending', 'descending']),
    }),
    run: (world: World, { sheet: name, first, last, column, order }) => {
      const chosen = world.book.find(each => each.name === name)?.rows.slice(first - 1, last) ?? []
      if (first > last) return { error: 'expected first before last' }
      if (chosen.flat().some(isFormula)) return { error: 'the rows hold formulas' }
      const at = column.charCodeAt(0) - 65
      const sign = order === 'ascending' ? 1 : -1
      const sorted = chosen.toSorted((a, b) => sign * compared(a[at] ?? null, b[at] ?? null))
      return onRows(world, name, { last, added: 0 }, book =>
        changed(book, name, rows => rows.toSpliced(first - 1, sorted.length, ...sorted)),
      )
    },
  }),
}

export const sheet = defineToolEnv<SheetTask, World>({
  id: 'tools/sheet-v1',
  title: 'Work on tables with formulas',
  group: 'spreadsheets',
  guessable:
    'a look-up is the same formula whatever is looked up, so what solved another table fits one with as many rows (level 4)',
  rules: RULES,
  levels: [
    'Figures below a table',
    'A column of formulas and its total',
    'Clean, delete and sort, and keep a total',
    'Look prices up in another sheet',
    'Insert a row, look up, and sum by region',
  ],
  maxSteps: 24,
  generate: drawTask,
  identity: ({ book, words }) => [words, book.map(({ rows }) => rows[1]!)] as Json,
  request: ({ words }) => words.join(' '),
  world: ({ book, formulas, swap }) => ({ book, formulas, swap }),
  tools,
  view: viewOf,
  goals: params => [{ view: viewOf(params.calls.reduce<World>(after, params)) }],
  solve: ({ book, calls }) => [
    { tool: 'list_sheets', args: {} },
    ...book.map(({ name, rows }) => readCall(name, `A1:F${rows.length}`)),
    ...calls,
    finishCall(),
  ],
  suggest: (_, { book }) => [
    { tool: 'list_sheets', args: {} },
    ...book.map(({ name }) => readCall(name, 'A1:F20')),
    setCall('F1', 'Total'),
    setCall('F2', '=SUM(C2:C6)'),
    setCall('F2', null),
    ...(book[0]!.rows.length > 2 ? [{ tool: 'delete_row', args: { sheet: book[0]!.name, row: 2 } }] : []),
    ...(book[0]!.rows.length < MAX_ROWS - 2 && book[0]!.rows.length > 2
      ? [{ tool: 'insert_row', args: { sheet: book[0]!.name, before: 2 } }]
      : []),
  ],
})

const views = new WeakMap<World, Json>()

/** What all cells show, and what those that have to hold formulas show in the workbook with other numbers. */
function viewOf(world: World): Json {
  const known = views.get(world)
  if (known !== undefined) return known
  const made = { shown: shownCells(world.book), live: liveCells(world) }
  views.set(world, made)
  return made
}

/** Cells that show something, by name. */
function shownCells(book: Workbook): { [cell: string]: string } {
  const texts = display(book)
  return Object.fromEntries(
    book
      .flatMap(({ name }, at) =>
        texts[at]!.flatMap((cells, r) =>
          cells.map((text, column): [string, string] => [`${name}!${nameOf({ row: r, column })}`, text]),
        ),
      )
      .filter(([, text]) => text !== ''),
  )
}

/** null for a cell that holds no formula. */
function liveCells({ book, formulas, swap: [one, other] }: World): { [cell: string]: string | null } {
  const probe = (cell: Cell): Cell => {
    if (typeof cell === 'number') return 2 * cell + 3
    return cell === one ? other : cell === other ? one : cell
  }
  const probed = book.map(each => ({ ...each, rows: each.rows.map(cells => cells.map(probe)) }))
  const texts = shownCells(probed)
  const held = (cell: string): Cell | undefined => {
    const [name, place] = cell.split('!')
    const { row: r, column } = placeOf(place!)!
    return book.find(each => each.name === name)?.rows[r]?.[column]
  }
  return Object.fromEntries(formulas.map(cell => [cell, isFormula(held(cell)) ? (texts[cell] ?? '') : null]))
}

/** The world after a call of a solution. */
function after(world: World, { tool: name, args }: Call): World {
  const { run } = (tools as unknown as Record<string, Tool<SheetTask, World>>)[name]!
  const came = run(world, args as never, {} as never) as Reply<World>
  if (!('result' in came))
    throw new TypeError(`the solution of a sheet task is refused: ${JSON.stringify(came)}`)
  return came.world ?? world
}

/** A change of rows, refused where the sheet has no such rows or would get too many. */
function onRows(
  world: World,
  name: string,
  { last, added }: { last: number; added: number },
  change: (book: Workbook) => Workbook,
): Reply<World> {
  const found = world.book.find(each => each.name === name)
  if (!found) return { error: noSheet(name) }
  if (last > found.rows.length) return { error: `the sheet ends with row ${found.rows.length}` }
  if (found.rows.length + added > MAX_ROWS) return { error: `a sheet has at most ${MAX_ROWS} rows` }
  return { world: { ...world, book: change(world.book) }, result: null }
}

function enteringFault(book: Workbook, given: Cell): string | null {
  if (isFormula(given)) return formulaFault(book, given)
  return String(given).length > MAX_SHOWN ? `expected at most ${MAX_SHOWN} characters` : null
}

/** What is typed into a cell: digits are a number, nothing is an empty cell. */
function entered(given: Cell): Cell {
  if (given === '') return null
  return typeof given === 'string' && /^-?\d{1,15}(\.\d{1,9})?$/.test(given) ? Number(given) : given
}

function compared(a: Cell, b: Cell): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1
  const [one, other] = [String(a), String(b)]
  return one < other ? -1 : Number(one > other)
}

function noSheet(name: string): string {
  return `there is no sheet ${name}`
}

function readCall(name: string, range: string): Call {
  return { tool: 'read_range', args: { sheet: name, range } }
}

function setCall(cell: string, given: Cell): Call {
  return { tool: 'set_cells', args: { sheet: 'Sales', cells: [{ cell, value: given }] } }
}
