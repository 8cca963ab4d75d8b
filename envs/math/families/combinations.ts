/** @file `math/combinations-v1`: how many committees meet a condition, by cases. */
import type { Rng } from '../../rng.ts'
import { choose, range, total } from '../counting.ts'
import { derivation } from '../derivation.ts'
import type { Value } from '../functions.ts'
import { sumOf } from '../terms.ts'

type Condition = 'exactly' | 'at least' | 'at least, two apart'
type Axes = { condition: Condition; largest: number }
type Params = { women: number; men: number; seats: number; wanted: number; condition: Condition }

export const combinations = derivation<Params, Axes>({
  id: 'math/combinations-v1',
  title: 'Count the committees that meet a condition',
  group: 'combinatorics and probability',
  rules:
    'Count with C(n, k), one case per line; ways(j) stands for the committees with j women, both(j) for those of them ' +
    'with the two who will not serve together, total for the answer. Example: for 2 of 3 women and 4 men with exactly 1 woman write ' +
    '"ways(1) = C(3, 1) * C(4, 1) = 12", "answer: 12".',
  levels: [
    { condition: 'exactly', largest: 20 },
    { condition: 'at least', largest: 14 },
    { condition: 'at least', largest: 25 },
    { condition: 'at least, two apart', largest: 40 },
  ],
  draw: drawCommittee,
  identity: ({ women, men, seats, wanted, condition }) =>
    condition === 'exactly' && women > men
      ? [men, women, seats, seats - wanted, condition]
      : [women, men, seats, wanted, condition],
  question: ({ women, men, seats, wanted, condition }) =>
    `In how many ways can a committee of ${seats} be chosen from ${women} women and ${men} men so that ` +
    `${condition === 'exactly' ? 'exactly' : 'at least'} ${wanted} of its members ${wanted === 1 ? 'is a woman' : 'are women'}` +
    (condition === 'at least, two apart'
      ? ', if one of the women and one of the men will not serve together?'
      : '?'),
  work: params => {
    const cases = casesOf(params)
    const lines = cases.map(j => waysLine(params, j))
    const all = total(cases.map(j => ways(params, j)))
    if (params.condition === 'exactly') return { lines, answer: String(all) }
    const pairs = cases.filter(j => j < params.seats)
    const excluded = total(pairs.map(j => both(params, j)))
    const sum = sumOf(cases.map(j => ways(params, j)))
    if (params.condition === 'at least')
      return { lines: [...lines, `total = ${sum} = ${all}`], answer: String(all) }
    lines.push(`all = ${sum} = ${all}`, ...pairs.map(j => bothLine(params, j)))
    if (pairs.length > 1) lines.push(`excluded = ${sumOf(pairs.map(j => both(params, j)))} = ${excluded}`)
    lines.push(`total = ${all} - ${excluded} = ${all - excluded}`)
    return { lines, answer: String(all - excluded) }
  },
  meaning: params => {
    const cases = casesOf(params)
    const all = total(cases.map(j => ways(params, j)))
    const excluded = total(cases.map(j => both(params, j)))
    const counted = params.condition === 'at least, two apart' ? all - excluded : all
    return {
      assignments: [{ all, excluded, total: counted }],
      functions: {
        ways: (j: Value) => (typeof j === 'number' ? ways(params, j) : null),
        both: (j: Value) => (typeof j === 'number' ? both(params, j) : null),
      },
    }
  },
})

function drawCommittee(rng: Rng, { condition, largest }: Axes): Params {
  const [women, men] = [rng.int(4, largest), rng.int(4, largest)]
  const seats = rng.int(3, Math.min(6, women, men))
  return { women, men, seats, wanted: rng.int(1, seats - 1), condition }
}

/** The numbers of women that are allowed. */
function casesOf({ seats, wanted, condition }: Params): number[] {
  return condition === 'exactly' ? [wanted] : range(wanted, seats)
}

function ways({ women, men, seats }: Params, j: number): number {
  return choose(women, j) * choose(men, seats - j)
}

/** Committees with j women that have both of those in them who will not serve together. */
function both({ women, men, seats }: Params, j: number): number {
  return choose(women - 1, j - 1) * choose(men - 1, seats - j - 1)
}

function waysLine(params: Params, j: number): string {
  const { women, men, seats } = params
  const [first, second] = [choose(women, j), choose(men, seats - j)]
  return `ways(${j}) = C(${women}, ${j}) * C(${men}, ${seats - j}) = ${first} * ${second} = ${first * second}`
}

function bothLine(params: Params, j: number): string {
  const { women, men, seats } = params
  const chosen = `C(${women - 1}, ${j - 1}) * C(${men - 1}, ${seats - j - 1})`
  return `both(${j}) = ${chosen} = ${both(params, j)}`
}
