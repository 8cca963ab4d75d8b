/** @file Workbooks of `tools/sheet-v1`, what is asked of them, and the calls that carry it out. */
import type { Rng } from '../rng.ts'
import type { Call } from './call-form.ts'
import type { Cell, Workbook } from './workbook.ts'

export type SheetTask = {
  book: Workbook
  words: string[]
  /** Cells that have to hold formulas at the end, e.g. `Sales!C9`. */
  formulas: string[]
  /** Two texts of the table that change places to see whether the formulas really count. */
  swap: [string, string]
  calls: Call[]
}
type Row = { item: string; region: string; quantity: number; price: number }
/** A part of a request, with the calls and cells that belong to it. */
type Part = Pick<SheetTask, 'words' | 'formulas' | 'calls'>
type Formulas = Record<string, string>

const ITEMS = [
  'lamp',
  'lamp large',
  'lamp small',
  'desk',
  'desk pad',
  'chair',
  'chair high',
  'shelf',
  'rug',
  'rug long',
  'vase',
  'clock',
]
const REGIONS = ['north', 'south', 'east', 'west']
const SALES = 'Sales'

/** A workbook with a request of that level. */
export function drawTask(rng: Rng, level: number): SheetTask {
  // A look-up is the same formula whatever is looked up, so the number of rows has to differ.
  const rows = drawRows(rng, [5, 7, 9, 7, 8][level - 1]! + rng.int(0, level === 4 ? 6 : 2))
  const swap = twoRegions(rng, rows)
  const made = DRAW[level - 1]!(rng, rows)
  return { swap, ...made }
}

const DRAW: readonly ((rng: Rng, rows: Row[]) => Omit<SheetTask, 'swap'>)[] = [
  (rng, rows) => ({ book: [salesOf(rows)], ...figures(rng, rows) }),
  (rng, rows) => ({ book: [salesOf(rows)], ...amounts(rng, rows.length) }),
  cleaned,
  (rng, rows) => lookedUp(rng, rows, []),
  (rng, rows) =>
    lookedUp(rng, rows, [drawRows(rng, 12).find(({ item }) => !rows.some(row => row.item === item))!]),
]

function drawRows(rng: Rng, count: number): Row[] {
  return rng
    .shuffle(ITEMS)
    .slice(0, count)
    .map(item => ({ item, region: rng.pick(REGIONS), quantity: rng.int(1, 12), price: rng.int(4, 400) / 4 }))
}

/** Two regions that occur in different numbers of rows, where there are such. */
function twoRegions(rng: Rng, rows: readonly Row[]): [string, string] {
  const count = (name: string): number => rows.filter(({ region }) => region === name).length
  const [first, ...rest] = rng.shuffle(REGIONS).toSorted((a, b) => count(b) - count(a))
  return [first!, rest.findLast(name => count(name) < count(first!)) ?? rest[0]!]
}

function salesOf(rows: readonly Row[], columns = 4): Workbook[number] {
  const header = ['Item', 'Region', 'Qty', 'Price'].slice(0, columns)
  const lines = rows.map(({ item, region, quantity, price }): Cell[] =>
    [item, region, quantity, price].slice(0, columns),
  )
  return { name: SALES, rows: [header, ...lines] }
}

/** Three figures below the table. */
function figures(rng: Rng, rows: readonly Row[]): Part {
  const last = rows.length + 1
  const { region } = rows[0]!
  const all: [string, string][] = [
    ['the sum of the column Qty', `=SUM(C2:C${last})`],
    ['the largest value of the column Price', `=MAX(D2:D${last})`],
    ['the smallest value of the column Qty', `=MIN(C2:C${last})`],
    ['the average of the column Price', `=AVERAGE(D2:D${last})`],
    [`the number of rows whose region is ${region}`, `=COUNTIF(B2:B${last},"${region}")`],
    [`the sum of Qty in the rows whose region is ${region}`, `=SUMIF(B2:B${last},"${region}",C2:C${last})`],
  ]
  const chosen = rng.shuffle(all).slice(0, 3)
  const cells = chosen.map((_, i) => `${rng.pick(['B', 'C', 'D', 'F'])}${last + 2 + i}`)
  return {
    words: chosen.map(([what], i) => `Put ${what} in ${cells[i]}, as a formula.`),
    ...setFormulas(Object.fromEntries(chosen.map(([, formula], i) => [cells[i]!, formula]))),
  }
}

/** A column of amounts with a discount, and its total. */
function amounts(rng: Rng, count: number): Part {
  const [least, percent] = [rng.int(3, 9), rng.pick([5, 10, 20])]
  const filled: Formulas = {}
  for (let row = 2; row <= count + 1; row++) filled[`E${row}`] = discounted(row, least, percent)
  const total = `E${count + 3}`
  const { formulas, calls } = setFormulas({ ...filled, [total]: `=SUM(E2:E${count + 1})` })
  return {
    words: [
      `Give column E of the sheet ${SALES} the header Amount, and fill it for every row with Qty times Price, less ${percent} % where Qty is ${least} or more, as formulas.`,
      `Put the total of the amounts in ${total}, as a formula.`,
    ],
    formulas,
    calls: [setCells(SALES, { E1: 'Amount' }), ...calls],
  }
}

function discounted(row: number, least: number, percent: number): string {
  return `=C${row}*D${row}*IF(C${row}>=${least},${(100 - percent) / 100},1)`
}

/** Regions to be written alike, rows to be deleted and sorted, and a total that has to survive it. */
function cleaned(rng: Rng, rows: Row[]): Omit<SheetTask, 'swap'> {
  const empty = new Set(rng.shuffle(rows.map((_, i) => i)).slice(0, rng.int(1, 3)))
  const rough = rows.map((row, i) => ({
    ...row,
    region: roughened(rng, row.region),
    quantity: empty.has(i) ? 0 : row.quantity,
  }))
  const column = rng.pick(['Item', 'Price'])
  const order = rng.pick(['ascending', 'descending'])
  const sales = salesOf(rough.map((row, i) => ({ ...row, price: Math.floor(row.price) + (i + 1) / 100 })))
  const total = rows.length + 3
  const left = rows.length - empty.size
  const book = [{ ...sales, rows: [...sales.rows, [], ['total', null, `=SUM(C2:C${rows.length + 1})`]] }]
  const kept = rows.filter((_, i) => !empty.has(i))
  return {
    book,
    words: [
      'Write all regions in small letters without spaces around them.',
      'Delete the rows whose Qty is 0.',
      `Then sort the rows of the table by ${column}, ${order}; the header stays on top, and the total stays below with its formula.`,
    ],
    formulas: [`${SALES}!C${total - empty.size}`],
    calls: [
      ...[...empty]
        .toSorted((a, b) => b - a)
        .map((i): Call => ({ tool: 'delete_row', args: { sheet: SALES, row: i + 2 } })),
      setCells(SALES, Object.fromEntries(kept.map(({ region }, i) => [`B${i + 2}`, region]))),
      {
        tool: 'sort_rows',
        args: { sheet: SALES, first: 2, last: left + 1, column: column === 'Item' ? 'A' : 'D', order },
      },
    ],
  }
}

function roughened(rng: Rng, region: string): string {
  const spaced = `${' '.repeat(rng.int(0, 2))}${region}${' '.repeat(rng.int(0, 2))}`
  return rng.pick([spaced, spaced.toUpperCase(), spaced.replace(region[0]!, region[0]!.toUpperCase())])
}

/** Prices from another sheet, amounts, sums by region; `added` items come into the table first. */
function lookedUp(rng: Rng, rows: Row[], added: readonly Row[]): Omit<SheetTask, 'swap'> {
  const priced = rng.shuffle(
    [...rows, ...added, ...drawRows(rng, 12).filter(({ item }) => !rows.some(row => row.item === item))].map(
      ({ item }) => item,
    ),
  )
  const names = [...new Set(priced)].filter(
    name => added.some(({ item }) => item === name) || name !== rows[1]!.item,
  )
  const prices: Cell[][] = [['Item', 'Price'], ...names.map((name): Cell[] => [name, rng.int(4, 400) / 4])]
  const book: Workbook = [salesOf(rows, 3), { name: 'Prices', rows: prices }]
  const at = rng.int(2, rows.length + 1)
  const table = added.length > 0 ? rows.toSpliced(at - 2, 0, ...added) : rows
  const last = table.length + 1
  const filled: Formulas = {}
  for (let row = 2; row <= last; row++) {
    filled[`D${row}`] = `=IFERROR(VLOOKUP(A${row},Prices!A2:B${prices.length},2,FALSE),0)`
    filled[`E${row}`] = `=C${row}*D${row}`
  }
  const { region } = table[0]!
  const sum = `E${last + 2}`
  const inserted = added.flatMap(({ item, region: from, quantity }): Call[] => [
    { tool: 'insert_row', args: { sheet: SALES, before: at } },
    setCells(SALES, { [`A${at}`]: item, [`B${at}`]: from, [`C${at}`]: quantity }),
  ])
  const { formulas, calls } = setFormulas({ ...filled, [sum]: `=SUMIF(B2:B${last},"${region}",E2:E${last})` })
  return {
    book,
    words: [
      ...added.map(
        row =>
          `Insert a row for ${row.item}, ${row.region}, quantity ${row.quantity} into the sheet ${SALES}, so that it becomes row ${at}.`,
      ),
      `Give columns D and E of the sheet ${SALES} the headers Price and Amount. Fill Price for every row with the price that the sheet Prices has for the item, 0 if it has none, and Amount with Qty times Price, all as formulas.`,
      `Put the sum of the amounts of the region ${region} in ${sum}, as a formula.`,
    ],
    formulas,
    calls: [...inserted, setCells(SALES, { D1: 'Price', E1: 'Amount' }), ...calls],
  }
}

function setFormulas(cells: Formulas): Pick<Part, 'formulas' | 'calls'> {
  return { formulas: Object.keys(cells).map(cell => `${SALES}!${cell}`), calls: [setCells(SALES, cells)] }
}

function setCells(sheet: string, cells: Record<string, Cell>): Call {
  return {
    tool: 'set_cells',
    args: { sheet, cells: Object.entries(cells).map(([cell, value]) => ({ cell, value })) },
  }
}
