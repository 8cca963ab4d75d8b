/** @file Combinatorics and probability, checked by counting one by one. */
import { anagrams } from '../../envs/math/families/anagrams.ts'
import { combinations } from '../../envs/math/families/combinations.ts'
import { diceProbability } from '../../envs/math/families/dice-probability.ts'
import { expectedValue } from '../../envs/math/families/expected-value.ts'
import { latticePaths } from '../../envs/math/families/lattice-paths.ts'
import { urnProbability } from '../../envs/math/families/urn-probability.ts'
import type { Quotient, World } from './world.ts'
import { of, plus, read, same, times, world } from './world.ts'

type Committee = { women: number; men: number; seats: number; wanted: number; condition: string }

/** Person by person: how many ways there are to have taken so many, so many women and so many of the two. */
function committees({ women, men, seats, wanted, condition }: Committee): number {
  let states = new Map([['0 0 0', 1]])
  for (let person = 0; person < women + men; person++) {
    const [woman, special] = [Number(person < women), Number(person === 0 || person === women)]
    const next = new Map(states)
    for (const [state, ways] of states) {
      const [taken, ladies, pair] = state.split(' ').map(Number) as [number, number, number]
      const after = `${taken + 1} ${ladies + woman} ${pair + special}`
      if (taken < seats) next.set(after, (next.get(after) ?? 0) + ways)
    }
    states = next
  }
  let count = 0
  for (const [state, ways] of states) {
    const [taken, ladies, pair] = state.split(' ').map(Number) as [number, number, number]
    const meets = condition === 'exactly' ? ladies === wanted : ladies >= wanted
    if (taken === seats && meets && !(condition === 'at least, two apart' && pair === 2)) count += ways
  }
  return count
}

/** Letter by letter, from the left. */
function arrangements(word: string, letter: string, condition: string): number {
  const known = new Map<string, number>()
  const go = (rest: string, last: string, left: boolean): number => {
    if (rest === '') return 1
    const key = `${rest} ${last === letter ? '!' : ''} ${left}`
    let count = known.get(key) ?? 0
    if (known.has(key)) return count
    for (const next of new Set(rest)) {
      if (condition === 'first' && last === '' && next !== letter) continue
      if (condition === 'apart' && next === letter && last === letter) continue
      if (condition === 'together' && next === letter && left) continue
      count += go(rest.replace(next, ''), next, left || (last === letter && next !== letter))
    }
    known.set(key, count)
    return count
  }
  return go(word.split('').toSorted().join(''), '', false)
}

type Point = [number, number]

/** Column by column; `through` multiplies, so that only ways that touched it count. */
function ways([width, height]: Point, around: Point[], through: Point | null): number {
  const at = ([a, b]: Point, x: number, y: number) => a === x && b === y
  const grid = new Map<string, number>()
  const count = (x: number, y: number, touched: boolean): number => {
    if (x < 0 || y < 0 || around.some(point => at(point, x, y))) return 0
    if (x === 0 && y === 0) return touched ? 0 : 1
    const here = through !== null && at(through, x, y)
    if (here && !touched) return 0
    const key = `${x} ${y} ${touched}`
    const known = grid.get(key)
    if (known !== undefined) return known
    const before = here ? false : touched
    const value = count(x - 1, y, before) + count(x, y - 1, before)
    grid.set(key, value)
    return value
  }
  return count(width, height, through !== null)
}

type Grid = { end: Point; first: Point; second: Point | null; condition: string }

function paths({ end, first, second, condition }: Grid): number {
  if (condition === 'through') return ways(end, [], first)
  if (condition === 'around') return ways(end, [first], null)
  return condition === 'around two' ? ways(end, [first, second!], null) : ways(end, [second!], first)
}

type Dice = { sides: number[]; event: string; target: number }

function chanceOfDice({ sides, event, target }: Dice): Quotient {
  let rolls: number[][] = [[]]
  for (const side of sides)
    rolls = rolls.flatMap(roll => Array.from({ length: side }, (_, shown) => [...roll, shown + 1]))
  const good = rolls.filter(roll => {
    const sum = roll.reduce((a, b) => a + b, 0)
    if (event === 'highest is') return Math.max(...roll) === target
    return event === 'sum is' ? sum === target : sum >= target
  })
  return of(good.length, rolls.length)
}

type Urn = { balls: number[]; event: string; drawn: number; wanted: number }

/** Ball by ball. */
function chanceOfUrn({ balls, event, drawn, wanted }: Urn, seen: number[] = []): Quotient {
  if (seen.length === drawn) {
    const reds = seen.filter(colour => colour === 0).length
    if (event === 'in order') return of(Number(seen[0] === 0 && seen[1] === 1))
    return of(Number(event === 'exactly' ? reds === wanted : reds >= wanted))
  }
  const left = balls.reduce((a, b) => a + b, 0)
  let chance = of(0)
  for (const [colour, count] of balls.entries()) {
    if (count === 0) continue
    const fewer = { balls: balls.with(colour, count - 1), event, drawn, wanted }
    const after = chanceOfUrn(fewer, [...seen, colour])
    chance = reduced(plus(chance, times(of(count, left), after)))
  }
  return chance
}

function reduced({ num, den }: Quotient): Quotient {
  let [a, b] = [num, den]
  while (b !== 0n) [a, b] = [b, a % b]
  return a === 0n ? of(0) : { num: num / a, den: den / a }
}

type Spinner = { sectors: number[]; pays: number[]; spins: number; price: number }

/** What every sector pays, all of them added up. */
function averageGain({ sectors, pays, spins, price }: Spinner): Quotient {
  const payments = sectors.flatMap((count, i) => Array.from({ length: count }, () => pays[i]!))
  const sum = payments.reduce((a, b) => a + b, 0)
  return plus(of(spins * sum, payments.length), of(-price))
}

export const COUNTING: readonly World[] = [
  world(combinations, (params: Committee, given) => given === String(committees(params)), {
    params: { women: 5, men: 4, seats: 3, wanted: 2, condition: 'at least, two apart' },
    question:
      'In how many ways can a committee of 3 be chosen from 5 women and 4 men so that at least 2 of its members are ' +
      'women, if one of the women and one of the men will not serve together?',
    truths: [
      'ways(2) = C(4, 1) C(5, 2)',
      'all = C(5, 2)*C(4, 1) + C(5, 3) = 50',
      'excluded = both(2) = 4',
      'total: 50 - 4 = 46',
      'total = 46',
      'answer: 46',
    ],
    lies: ['ways(2) = 10', 'all = 40', 'both(2) = 6', 'total = 50', 'answer: 50', 'answer: 50 - 4'],
  }),
  world(
    anagrams,
    ({ word, letter, condition }: { word: string; letter: string; condition: string }, given) =>
      given === String(arrangements(word, letter, condition)),
    {
      params: { word: 'ABBACA', letter: 'A', condition: 'apart' },
      question:
        'How many different arrangements of the letters A B B A C A are there in which no two letters A stand next to ' +
        'each other?',
      truths: ['others = 3!/2! = 3', 'gaps = C(4, 3) = C(4, 1)', 'total = 3 * 4', '3 = 6/2', 'answer: 12'],
      lies: ['others = 6', 'gaps = C(6, 3)', 'total = 6!/(3! * 2!) = 60', 'answer: 60'],
    },
  ),
  world(latticePaths, (params: Grid, given) => given === String(paths(params)), {
    params: { end: [3, 3], first: [1, 1], second: [2, 2], condition: 'through and around' },
    question:
      'How many ways of single steps right or up lead from (0, 0) to (3, 3) and pass through (1, 1) but not through ' +
      '(2, 2)?',
    truths: [
      'paths((0,0),(1,1)) = 2',
      'paths([1, 1], [3, 3]) = C(4, 2) = 6 and 6 > 2 * 2',
      'total = 2 * (6 - 2*2) = 4',
      'answer: 4',
    ],
    lies: ['paths((0, 0), (1, 1)) = C(2, 2)', 'total = 12', 'answer: 12', 'paths((1, 1), (0, 0)) = 2'],
  }),
  world(diceProbability, (params: Dice, given) => same(read(given), chanceOfDice(params)), {
    params: { sides: [4, 6, 6], event: 'sum is', target: 5 },
    question:
      'Fair dice with 4, 6 and 6 sides, numbered from 1, are rolled once. What is the probability that the sum is 5?',
    truths: [
      'outcomes = 4 * 6^2',
      'pairs(4) = 3',
      'favourable = pairs(2) + pairs(3) + pairs(4) = 6',
      'probability = 6/144 = 1/24',
      'answer: 6/144',
    ],
    lies: ['outcomes = 16', 'pairs(4) = 4', 'favourable = 5', 'probability = 5/144', 'answer: 1/25'],
  }),
  world(urnProbability, (params: Urn, given) => same(read(given), chanceOfUrn(params)), {
    params: { balls: [3, 2, 2], event: 'at least', drawn: 3, wanted: 2 },
    question:
      'An urn holds 3 red, 2 blue and 2 green balls. Three are drawn without putting any back. What is the probability ' +
      'that at least 2 of them are red?',
    truths: [
      'outcomes = 7*6*5/6 = 35',
      'favourable = ways(2) + ways(3) = 12 + 1',
      'probability = 13/35',
      'answer: 13/35',
    ],
    lies: ['outcomes = 7^3', 'ways(2) = 3', 'probability = 12/35', 'answer: 12/35', 'answer: 0.37'],
  }),
  world(expectedValue, (params: Spinner, given) => same(read(given), averageGain(params)), {
    params: { sectors: [2, 3], pays: [10, -5], spins: 4, price: 3 },
    question:
      'A spinner of equal sectors pays 10 coins on 2 of them, -5 coins on 3 of them. ' +
      'A ticket for 4 spins is sold for 3 coins. What does a player gain with it on average?',
    truths: [
      'mean = 2/5 * 10 + 3/5 * -5 = 1',
      'sum = 20 - 15',
      'gain = 4 - 3',
      'sectors = 5 and mean = 5/5',
      'answer: 1',
    ],
    lies: ['mean = 5/2', 'sum = 35', 'gain = 4', 'gain = 1 - 3', 'answer: 4'],
  }),
]
