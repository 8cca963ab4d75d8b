/**
 * @file Flaws planted in a domain's records, and every right way to repair them.
 *
 * Persons carry a total here, the sum of what their links count, and no foreign key is declared: the rules are the
 * agent's to keep. Where several rows are the same, any of them may stay, and each choice is a final state of its own.
 */
import type { Rng } from '../rng.ts'
import type { Table } from './content.ts'
import type { Domain, Item, Link, Person, Records } from './domains.ts'
import { drawRecords } from './domains.ts'

export type Flaw = 'twins' | 'orphans' | 'repeats' | 'spelling' | 'signs' | 'totals'

type Account = Person & { total: number }
export type Books = { persons: Account[]; items: Item[]; links: Link[] }

/** How a kind of item is to be spelled. */
type Spelling = 'in small letters' | 'in capital letters' | 'with a capital first letter'
const SPELLINGS: readonly Spelling[] = [
  'in small letters',
  'in capital letters',
  'with a capital first letter',
]

/** The rules that are the task's own, and those of them that are broken. */
export type Rules = { spelling: Spelling; broken: Flaw[] }

/** Flaws that every task of a level has, and how many more. Copies of persons leave no total right. */
export const FLAWS_OF_LEVEL: readonly { always: readonly Flaw[]; more: number }[] = [
  { always: [], more: 1 },
  { always: [], more: 2 },
  { always: ['twins', 'totals'], more: 1 },
  { always: ['twins', 'totals'], more: 2 },
  { always: ['twins', 'totals'], more: 4 },
]
const ORDER: readonly Flaw[] = ['totals', 'signs', 'spelling', 'repeats', 'orphans', 'twins']

export function drawRules(rng: Rng, level: number): Rules {
  const { always, more } = FLAWS_OF_LEVEL[level - 1]!
  const others = rng.shuffle(ORDER.filter(flaw => flaw !== 'twins' && !always.includes(flaw)))
  return { spelling: rng.pick(SPELLINGS), broken: [...always, ...others.slice(0, more)] }
}

const SIZES = { persons: 12, makers: 3, items: 12, links: 30 }

/** Consistent books with flaws of these kinds in them. */
export function drawBooks(rng: Rng, domain: Domain, { spelling, broken }: Rules): Books {
  const books = consistent(domain, drawRecords(rng, domain, SIZES))
  for (const item of books.items) item.kind = spelled(item.kind, spelling)
  // Twins come last: before that, rows are told apart by what is in them.
  for (const flaw of ORDER.filter(kind => broken.includes(kind))) PLANT[flaw](rng, books)
  return books
}

const PLANT: Record<Flaw, (rng: Rng, books: Books) => void> = {
  totals(rng, { persons }) {
    for (const person of rng.shuffle(persons).slice(0, 3)) person.total += rng.int(1, 9) * rng.pick([-1, 1])
  },
  signs(rng, { links }) {
    for (const link of rng.shuffle(links).slice(0, 3)) link.amount *= -1
  },
  spelling(rng, { items }) {
    for (const item of rng.shuffle(items).slice(0, 3)) {
      const others = SPELLINGS.map(style => spelled(item.kind, style)).filter(kind => kind !== item.kind)
      item.kind = rng.pick([...others, ` ${item.kind}`, `${item.kind} `])
    }
  },
  repeats(rng, { links }) {
    insertAt(rng, links, { ...rng.pick(links), id: 0 })
  },
  orphans(rng, { links, persons, items }) {
    for (let i = 0; i < 3; i++) {
      const orphan = { ...rng.pick(links), id: 0, amount: rng.int(1, 9) }
      if (rng.int(0, 1)) orphan.person = persons.length + 20 + i
      else orphan.item = items.length + 20 + i
      insertAt(rng, links, orphan)
    }
  },
  twins(rng, { persons, links }) {
    const [first, second] = rng.shuffle(persons)
    const copies = [first!, rng.pick([first!, second!])].map(person => ({ ...person, total: rng.int(0, 40) }))
    // Somebody else of the same name, who is to stay.
    const namesake = { ...first!, city: `New ${first!.city}`, total: 0 }
    for (const copy of [...copies, namesake]) {
      copy.id = Math.max(...persons.map(({ id }) => id)) + 1
      persons.push(copy)
    }
    renumber(rng, persons, links)
    for (const copy of copies)
      for (const link of links.filter(({ person }) => person === sameAs(persons, copy)))
        if (rng.int(0, 2) === 0) link.person = copy.id
  },
}

/** Every state in which all rules hold and nothing else has changed. */
export function repairs(domain: Domain, { spelling }: Rules, books: Books): Books[] {
  const groups = grouped(books.persons, sameness)
  return choices(groups).flatMap(kept => {
    const standIn = new Map(groups.flatMap((group, i) => group.map(({ id }) => [id, kept[i]!.id] as const)))
    const items = books.items.map(item => ({ ...item, kind: spelled(item.kind.trim(), spelling) }))
    const known = new Set(items.map(({ id }) => id))
    const links = books.links
      .filter(link => standIn.has(link.person) && known.has(link.item))
      .map(link => ({ ...link, person: standIn.get(link.person)!, amount: Math.abs(link.amount) }))
    return choices(grouped(links, ({ person, item, day }) => `${person} ${item} ${day}`)).map(entries => {
      const persons = kept.map(person => ({ ...person, total: totalOf(domain, entries, person.id) }))
      return { persons, items, links: entries }
    })
  })
}

/** As SQL has them, in the order of their ids. */
export function bookTables(domain: Domain, { persons, items, links }: Books): Table[] {
  const id = { name: 'id', type: 'INTEGER', key: true }
  const text = (name: string) => ({ name, type: 'TEXT', required: true })
  const whole = (name: string) => ({ name, type: 'INTEGER', required: true })
  const [person, item] = [`${domain.person[0]}_id`, `${domain.item[0]}_id`]
  return [
    {
      name: domain.person[1],
      columns: [id, text('name'), text('city'), whole('joined'), whole('total')],
      rows: persons.map(row => [row.id, row.name, row.city, row.joined, row.total]),
    },
    {
      name: domain.item[1],
      columns: [id, text('name'), text(domain.kind), whole(domain.size)],
      rows: items.map(row => [row.id, row.name, row.kind, row.size]),
    },
    {
      name: domain.link[1],
      columns: [id, whole(person), whole(item), text('day'), whole(domain.amount), text('status')],
      rows: links.map(row => [row.id, row.person, row.item, row.day, row.amount, row.status]),
    },
  ]
}

function consistent(domain: Domain, { persons, items, links }: Records): Books {
  const entries = grouped(links, ({ person, item, day }) => `${person} ${item} ${day}`).map(
    ([first]) => first!,
  )
  return {
    persons: persons.map(row => ({ ...row, total: totalOf(domain, entries, row.id) })),
    items,
    links: entries,
  }
}

function totalOf({ good }: Domain, links: readonly Link[], id: number): number {
  return links.reduce(
    (sum, { person, status, amount }) => sum + (person === id && status === good ? amount : 0),
    0,
  )
}

/** Puts the row somewhere and numbers all rows anew. */
function insertAt(rng: Rng, links: Link[], link: Link): void {
  links.splice(rng.int(0, links.length), 0, link)
  links.forEach((row, i) => (row.id = i + 1))
}

/** Gives the persons their ids in another order, so that copies are not told by theirs. */
function renumber(rng: Rng, persons: Account[], links: Link[]): void {
  const order = rng.shuffle(persons.map(({ id }) => id))
  const fresh = new Map(persons.map(({ id }, i) => [id, order[i]!]))
  for (const person of persons) person.id = fresh.get(person.id)!
  for (const link of links) link.person = fresh.get(link.person) ?? link.person
  persons.sort((a, b) => a.id - b.id)
}

/** The first other row of the same person. */
function sameAs(persons: readonly Account[], copy: Account): number {
  return persons.find(other => other !== copy && sameness(other) === sameness(copy))!.id
}

function sameness({ name, city, joined }: Person): string {
  return `${name}|${city}|${joined}`
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return [...groups.values()]
}

/** Every way to take one of each group. */
function choices<T>(groups: readonly (readonly T[])[]): T[][] {
  return groups.reduce<T[][]>((ways, group) => ways.flatMap(way => group.map(row => [...way, row])), [[]])
}

function spelled(word: string, spelling: Spelling): string {
  const small = word.toLowerCase()
  if (spelling === 'in small letters') return small
  return spelling === 'in capital letters'
    ? word.toUpperCase()
    : `${small[0]!.toUpperCase()}${small.slice(1)}`
}
