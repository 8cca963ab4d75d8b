/** @file `math/difference-table-v1`: the next value of a polynomial sequence, by rows of differences. */
import { derivation } from '../derivation.ts'
import { integers, nonZero } from '../draws.ts'
import { factor } from '../terms.ts'

type Axes = { degree: number; largest: number }
/** `edge[k]` begins row k of the table; the last one is not 0 and fills its row. */
type Params = { edge: number[] }

export const differenceTable = derivation<Params, Axes>({
  id: 'math/difference-table-v1',
  title: 'Continue a polynomial sequence by its differences',
  group: 'sequences',
  rules:
    'Write the rows of differences d1, d2, … until all are equal, then the next item e of each row from the last but one ' +
    'up, and next for the sequence. Example: for 1, 4, 9, 16, 25 write "d1 = [3, 5, 7, 9]", "d2 = [2, 2, 2]", ' +
    '"e1 = 9 + 2 = 11", "next = 25 + 11 = 36", "answer: 36".',
  levels: [
    { degree: 2, largest: 9 },
    { degree: 3, largest: 9 },
    { degree: 4, largest: 12 },
    { degree: 5, largest: 15 },
  ],
  draw: (rng, { degree, largest }) => ({
    edge: [...integers(rng, degree, -largest, largest), nonZero(rng, largest)],
  }),
  question: params =>
    `The sequence ${rows(params)[0]!.join(', ')}, … is given by a polynomial of degree ${params.edge.length - 1}. ` +
    'What is its next term?',
  work: params => {
    const table = rows(params)
    const next = extended(table)
    const lines = table.slice(1).map((row, k) => `d${k + 1} = [${row.join(', ')}]`)
    for (let k = table.length - 2; k >= 0; k--)
      lines.push(
        `${k === 0 ? 'next' : `e${k}`} = ${table[k]!.at(-1)!} + ${factor(next[k + 1]!)} = ${next[k]!}`,
      )
    return { lines, answer: String(next[0]!) }
  },
  meaning: params => {
    const table = rows(params)
    const next = extended(table)
    const differences = table.map((row, k) => [`d${k}`, row])
    const items = next.map((value, k) => [`e${k}`, value])
    return { assignments: [{ next: next[0]!, ...Object.fromEntries([...differences, ...items]) }] }
  },
})

/** The sequence and its rows of differences; three equal items in the last. */
function rows({ edge }: Params): number[][] {
  const degree = edge.length - 1
  const table: number[][] = [[edge[degree]!, edge[degree]!, edge[degree]!]]
  for (let k = degree - 1; k >= 0; k--) {
    const row = [edge[k]!]
    for (const difference of table[0]!) row.push(row.at(-1)! + difference)
    table.unshift(row)
  }
  return table
}

/** The next item of every row. */
function extended(table: readonly number[][]): number[] {
  const next = [table.at(-1)![0]!]
  for (const row of table.slice(0, -1).toReversed()) next.unshift(row.at(-1)! + next[0]!)
  return next
}
