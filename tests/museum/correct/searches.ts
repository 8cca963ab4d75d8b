/** @file Correct rewards for things to be found: ways, words, subsets, or that there is none. */
import { rngAt } from '../../../envs/rng.ts'
import { reward } from './subject.ts'

const MAZES: { rows: string[]; way: string }[] = [
  { rows: ['S.', '#E'], way: 'RD' },
  { rows: ['S.#', '#..', '#.E'], way: 'RDRD' },
  { rows: ['S...', '.##.', '.##.', '...E'], way: 'RRRDDD' },
  { rows: ['...#', '.#S#', '.#.#', '.#..', '..E.'], way: 'DDD' },
]

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  U: [0, -1],
  D: [0, 1],
  L: [-1, 0],
  R: [1, 0],
}

/** Where a way ends, from S; null where it leaves the maze or runs into a wall. */
function walk(rows: readonly string[], way: string): string | null {
  let y = rows.findIndex(row => row.includes('S'))
  let x = rows[y]!.indexOf('S')
  for (const letter of way) {
    const step = STEPS[letter]
    if (!step) return null
    x += step[0]
    y += step[1]
    const cell = rows[y]?.[x]
    if (cell === undefined || cell === '#') return null
  }
  return rows[y]![x]!
}

const maze = reward<{ rows: string[]; way: string }>({
  name: 'a way out of a maze',
  kind: 'text',
  manyRight: true,
  tasks: MAZES.filter(({ rows, way }) => walk(rows, way) === 'E'),
  prompt: ({ rows }) => `Go from S to E, # is a wall. Answer with letters U D L R.\n${rows.join('\n')}`,
  gold: ({ way }) => way,
  oracle({ rows }, answer) {
    const flat = answer.trim()
    if (!/^[UDLR]*$/.test(flat)) return 'wrong'
    const width = rows[0]!.length
    const cells = rows.join('')
    let at = cells.indexOf('S')
    for (const letter of flat) {
      const x = at % width
      if ((letter === 'L' && x === 0) || (letter === 'R' && x === width - 1)) return 'wrong'
      at += { U: -width, D: width, L: -1, R: 1 }[letter as 'U']
      if (cells[at] === undefined || cells[at] === '#') return 'wrong'
    }
    return cells[at] === 'E' ? 'right' : 'wrong'
  },
  score: ({ rows }, response) => (walk(rows, response.trim()) === 'E' ? 1 : 0),
})

const LEXICON =
  'listen silent enlist tinsel stone notes onset tones save vase night thing east seat teas'.split(' ')
const sortedLetters = (word: string) => Array.from(word).sort().join('')

/** Any other word of the lexicon with the same letters. */
const anagram = reward<{ word: string }>({
  name: 'anagram from a lexicon',
  kind: 'text',
  manyRight: true,
  tasks: ['listen', 'stone', 'save', 'night', 'east'].map(word => ({ word })),
  prompt: ({ word }) => `Find an anagram of "${word}".`,
  solutions: ({ word }) =>
    LEXICON.filter(each => each !== word && sortedLetters(each) === sortedLetters(word)),
  oracle({ word }, answer) {
    const given = answer.trim().toLowerCase()
    const letters = Array.from(word)
    for (const letter of given) {
      const at = letters.indexOf(letter)
      if (at < 0) return 'wrong'
      letters.splice(at, 1)
    }
    return letters.length === 0 && given !== word && LEXICON.includes(given) ? 'right' : 'wrong'
  },
  score({ word }, response) {
    const given = response.trim().toLowerCase()
    return given !== word && LEXICON.includes(given) && sortedLetters(given) === sortedLetters(word) ? 1 : 0
  },
})

interface Sack {
  items: Record<string, [weight: number, value: number]>
  limit: number
  best: string
}

const valueOf = ({ items }: Sack, names: readonly string[], at: 0 | 1) =>
  names.reduce((total, name) => total + items[name]![at], 0)

function bestValue(sack: Sack): number {
  const names = Object.keys(sack.items)
  let best = 0
  for (let bits = 0; bits < 1 << names.length; bits++) {
    const chosen = names.filter((_, i) => (bits >> i) & 1)
    if (valueOf(sack, chosen, 0) <= sack.limit) best = Math.max(best, valueOf(sack, chosen, 1))
  }
  return best
}

function listed(text: string): string[] {
  return text.split(',').map(each => each.trim())
}

/** A hard constraint, then the share of the best value; only the best passes. */
const knapsack = reward<Sack>({
  name: 'knapsack, share of the best value',
  kind: 'text',
  manyRight: true,
  passMark: 1,
  tasks: [
    {
      items: { tent: [5, 10], stove: [3, 7], rope: [2, 4], book: [1, 1] },
      limit: 6,
      best: 'stove, rope, book',
    },
    { items: { gold: [4, 40], iron: [9, 30], silk: [2, 25], salt: [3, 10] }, limit: 7, best: 'gold, silk' },
  ],
  prompt: ({ items, limit }) =>
    `Weight and value: ${Object.entries(items)
      .map(([name, [w, v]]) => `${name} ${w}/${v}`)
      .join(', ')}. Carry at most ${limit}. Which items, by commas?`,
  gold: ({ best }) => best,
  oracle(sack, answer) {
    const chosen = listed(answer)
    if (new Set(chosen).size < chosen.length || chosen.some(name => !Object.hasOwn(sack.items, name)))
      return 'wrong'
    const fits = valueOf(sack, chosen, 0) <= sack.limit
    return fits && valueOf(sack, chosen, 1) === bestValue(sack) ? 'right' : 'wrong'
  },
  score(sack, response) {
    const chosen = listed(response)
    const known = chosen.every((name, i) => Object.hasOwn(sack.items, name) && chosen.indexOf(name) === i)
    if (!known || valueOf(sack, chosen, 0) > sack.limit) return 0
    return valueOf(sack, chosen, 1) / bestValue(sack)
  },
})

interface Pair {
  list: number[]
  total: number
}

function pairIn({ list, total }: Pair): string {
  for (const [i, a] of list.entries())
    for (const b of list.slice(i + 1)) if (a + b === total) return `${Math.min(a, b)} ${Math.max(a, b)}`
  return 'none'
}

/** A quarter of the tasks have no solution, and saying so is right there only. */
const pairs = reward<Pair>({
  name: 'pair with a sum, or none',
  kind: 'text',
  tasks: seed => {
    const rng = rngAt('pairs', seed)
    return Array.from({ length: 60 }, (_, i) => {
      const list = [1, 2, 3, 4, 5].map(k => 2 * k * k + 40 * k + rng.int(0, 3) * 2)
      const [a, b] = rng.shuffle(list) as [number, number]
      return { list, total: i % 4 === 0 ? 2 * rng.int(5, 200) + 1 : a + b }
    })
  },
  distribution: { unsolvable: { holds: task => pairIn(task) === 'none', share: 0.25 } },
  prompt: ({ list, total }) =>
    `Which two of ${list.join(' ')} sum to ${total}? Smaller first; "none" if there are none.`,
  gold: pairIn,
  oracle({ list, total }, answer) {
    const text = answer.trim()
    const solvable = list.some((a, i) => list.some((b, j) => i !== j && a + b === total))
    if (text === 'none') return solvable ? 'wrong' : 'right'
    const [a, b, ...rest] = text.split(/\s+/).map(Number)
    if (rest.length > 0 || !list.includes(a!) || !list.includes(b!)) return 'wrong'
    return a! < b! && a! + b! === total && /^\d+\s+\d+$/.test(text) ? 'right' : 'wrong'
  },
  score(task, response) {
    const want = pairIn(task)
    return response.trim().split(/\s+/).join(' ') === want ? 1 : 0
  },
})

/** Nothing that can be read beforehand holds the word. */
const password = reward<{ user: string; word: string }>({
  name: 'password behind a login',
  kind: 'text',
  tasks: [
    { user: 'ada', word: 'kestrel-41-harbour' },
    { user: 'bob', word: 'mosaic-77-lantern' },
    { user: 'eve', word: 'quartz-09-orchard' },
  ],
  prompt: ({ user }) => `Work out the password of ${user} from the hints in the files.`,
  gold: ({ word }) => word,
  forGold: gold => (gold.trim().length < 8 ? null : { user: 'new', word: gold }),
  reachable: ({ user, word }) => [
    `files of ${user}: hints.txt`,
    `It has ${word.length} characters.`,
    'PATH=/usr/bin',
  ],
  oracle: ({ word }, answer) => (answer === word ? 'right' : 'wrong'),
  score: ({ word }, response) => (response === word ? 1 : 0),
})

export const SEARCHES = [maze, anagram, knapsack, pairs, password]
