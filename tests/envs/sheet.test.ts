/** @file Tables: formulas have to count, rows move their references, and the figures are those of plain arithmetic. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { advance, begin } from '../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import { taskAt } from '../../envs/tasks.ts'
import { sheet } from '../../envs/tools/sheet.ts'
import type { Call } from '../../envs/tools/call-form.ts'
import type { Cell, Workbook } from '../../envs/tools/workbook.ts'
import { display, formulaFault, withCell, withoutRow, withRow } from '../../envs/tools/workbook.ts'

const env = sheet as unknown as EnvDef
type Entry = { cell: string; value: Cell }

async function outcomeOf(task: Task, calls: Call[]): Promise<number | null> {
  let [position, outcome] = [await begin(env, task), null as number | null]
  for (const call of calls) {
    const taken = await advance(env, task, position, call)
    position = taken.position
    outcome = taken.rewards['correct'] ?? null
  }
  return outcome
}

/** The workbook after the writes of a solution. */
async function finalBook(task: Task): Promise<Workbook> {
  let position = await begin(env, task)
  for (const call of env.solve!(task).slice(0, -1))
    position = (await advance(env, task, position, call)).position
  return (position.state as unknown as { world: { book: Workbook } }).world.book
}

test('a copied result is no formula, and a formula of constants neither', async () => {
  for (const level of [1, 2, 4, 5])
    for (let index = 0; index < 4; index++) {
      const task = taskAt(env, { split: 'train', level, index })
      const book = await finalBook(task)
      const texts = display(book)[0]!
      const copied = (asFormula: boolean): Call[] =>
        (env.solve!(task) as Call[]).map(({ tool, args }) => {
          const cells = (args['cells'] as Entry[] | undefined)?.map(({ cell, value }) => {
            if (typeof value !== 'string' || !value.startsWith('=')) return { cell, value }
            const shown = texts[Number(cell.slice(1)) - 1]![cell.charCodeAt(0) - 65]!
            return { cell, value: asFormula ? `=${shown}` : shown }
          })
          return { tool, args: cells ? { ...args, cells } : args }
        })
      assert.is(await outcomeOf(task, env.solve!(task) as Call[]), 1)
      assert.is(await outcomeOf(task, copied(false)), 0, `level ${level}: values`)
      assert.is(await outcomeOf(task, copied(true)), 0, `level ${level}: constant formulas`)
    }
})

test('another formula with the same meaning is as good', async () => {
  const task = taskAt(env, { split: 'train', level: 2, index: 0 })
  const other = (env.solve!(task) as Call[]).map(
    call => JSON.parse(JSON.stringify(call).replaceAll(/=C(\d+)\*D\1\*/g, '=$D$$$1*C$1*')) as Call,
  )
  assert.is.not(JSON.stringify(other), JSON.stringify(env.solve!(task)))
  assert.is(await outcomeOf(task, other), 1)
})

test('the amounts are those of plain arithmetic', async () => {
  for (let index = 0; index < 10; index++) {
    const task = taskAt(env, { split: 'train', level: 2, index })
    const { request } = env.observe(task, (await begin(env, task)).state) as { request: string }
    const [, percent, least] = /less (\d+) % where Qty is (\d+)/.exec(request)!.map(Number)
    const [{ rows }] = (await finalBook(task)) as [Workbook[number]]
    const shown = display(await finalBook(task))[0]!
    let sum = 0
    for (const [at, row] of rows.entries()) {
      if (at === 0 || typeof row[2] !== 'number') continue
      const amount = row[2] * (row[3] as number) * (row[2] >= least! ? 1 - percent! / 100 : 1)
      sum += amount
      assert.ok(Math.abs(Number(shown[at]![4]) - amount) < 1e-6)
    }
    assert.ok(Math.abs(Number(shown.at(-1)![4]) - sum) < 1e-6)
  }
})

test('rows that come and go move the references', () => {
  const book: Workbook = [
    { name: 'Sales', rows: [[1], [2], [3], ['=SUM(A1:A3)', '=A2*10', '=Sales!$A$3']] },
    { name: 'Other', rows: [['=Sales!A3', '=A1', '="A3"&Sales!A4']] },
  ]
  assert.equal(display(book), [[['1'], ['2'], ['3'], ['6', '20', '3']], [['3', '3', 'A36']]])
  const grown = withCell(withRow(book, 'Sales', 1), 'Sales', { row: 1, column: 0 }, 9)
  assert.equal(display(grown), [[['1'], ['9'], ['2'], ['3'], ['15', '20', '3']], [['3', '3', 'A315']]])
  assert.equal(withoutRow(grown, 'Sales', 1), book)
  assert.equal(display(withoutRow(book, 'Sales', 1))[0], [['1'], ['3'], ['4', '#REF!', '3']])
  assert.equal(display(withoutRow(book, 'Sales', 2))[0], [['1'], ['2'], ['3', '20', '#REF!']])
})

test('circles and errors end, and what is not known is refused', () => {
  const book: Workbook = [
    { name: 'Sales', rows: [['=B1', '=A1', '=1/0', '=IFERROR(C1,7)', '=VLOOKUP("x",A1:B1,2,FALSE)']] },
  ]
  assert.match(JSON.stringify(display(book)), '#DIV/0!","7","#N/A')
  for (const formula of [
    '=NOW()',
    '=RAND()',
    '=A:A',
    '=A1:B999',
    '={1}',
    '=INDIRECT("A1")',
    "='a'!A1",
    '=Nope!A1',
    '=A1;A2',
  ])
    assert.ok(formulaFault(book, formula), formula)
  for (const formula of ['=SUM($A$1:B2)*2%', '=IF(A1>=1,"a ""b""",Sales!B2)', '=-A1^2&"x"'])
    assert.is(formulaFault(book, formula), null, formula)
})

test.run()
