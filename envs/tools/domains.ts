/**
 * @file Invented shops, schools, libraries and clinics, as rows of four tables of one shape: persons, makers, the items
 * that each maker has, and links, each of one person with one item.
 */
import type { Rng } from '../rng.ts'
import type { Table } from './content.ts'

export type Domain = {
  /** Singular and plural; the plural names the table. */
  person: [string, string]
  item: [string, string]
  maker: [string, string]
  link: [string, string]
  /** What a person did to be linked to an item. */
  did: string
  /** Columns: the kind of an item, its size, and what a link counts. */
  kind: string
  size: string
  amount: string
  kinds: readonly string[]
  sizes: readonly [number, number]
  amounts: readonly [number, number]
  /** The status of a link that counts, and of one that does not. */
  good: string
  void: string
  /** First and last words of the items' names. */
  items: readonly [readonly string[], readonly string[]]
}

export type Person = { id: number; name: string; city: string; joined: number }
export type Maker = { id: number; name: string; country: string }
export type Item = { id: number; name: string; kind: string; size: number; maker: number }
export type Link = { id: number; person: number; item: number; day: string; amount: number; status: string }
export type Records = { persons: Person[]; makers: Maker[]; items: Item[]; links: Link[] }
export type Sizes = Readonly<Record<keyof Records, number>>

export const DOMAINS: readonly Domain[] = [
  {
    person: ['customer', 'customers'],
    item: ['product', 'products'],
    maker: ['supplier', 'suppliers'],
    link: ['order', 'orders'],
    did: 'ordered',
    kind: 'category',
    size: 'price',
    amount: 'quantity',
    kinds: ['tools', 'toys', 'garden', 'kitchen', 'sports'],
    sizes: [120, 9900],
    amounts: [1, 12],
    good: 'delivered',
    void: 'cancelled',
    items: [
      ['small', 'large', 'folding', 'steel', 'wooden', 'blue', 'classic', 'light'],
      ['lamp', 'kettle', 'rake', 'chair', 'drill', 'kite', 'basket', 'scale', 'tent', 'puzzle'],
    ],
  },
  {
    person: ['student', 'students'],
    item: ['course', 'courses'],
    maker: ['teacher', 'teachers'],
    link: ['enrolment', 'enrolments'],
    did: 'enrolled in',
    kind: 'subject',
    size: 'hours',
    amount: 'points',
    kinds: ['history', 'physics', 'music', 'biology', 'drawing'],
    sizes: [8, 120],
    amounts: [1, 20],
    good: 'finished',
    void: 'withdrawn',
    items: [
      ['basic', 'advanced', 'applied', 'modern', 'early', 'practical', 'general', 'comparative'],
      [
        'methods',
        'theory',
        'practice',
        'seminar',
        'workshop',
        'survey',
        'topics',
        'project',
        'reading',
        'studio',
      ],
    ],
  },
  {
    person: ['member', 'members'],
    item: ['book', 'books'],
    maker: ['author', 'authors'],
    link: ['loan', 'loans'],
    did: 'borrowed',
    kind: 'genre',
    size: 'pages',
    amount: 'days',
    kinds: ['novel', 'travel', 'poetry', 'science', 'crime'],
    sizes: [60, 900],
    amounts: [2, 30],
    good: 'returned',
    void: 'reserved',
    items: [
      ['the quiet', 'the last', 'a northern', 'the hidden', 'a winter', 'the second', 'the paper', 'an open'],
      ['river', 'house', 'garden', 'letter', 'station', 'island', 'bridge', 'harbour', 'orchard', 'road'],
    ],
  },
  {
    person: ['patient', 'patients'],
    item: ['treatment', 'treatments'],
    maker: ['doctor', 'doctors'],
    link: ['visit', 'visits'],
    did: 'had',
    kind: 'field',
    size: 'fee',
    amount: 'minutes',
    kinds: ['dental', 'eyes', 'skin', 'heart', 'joints'],
    sizes: [15, 480],
    amounts: [5, 60],
    good: 'kept',
    void: 'missed',
    items: [
      ['first', 'follow-up', 'yearly', 'short', 'full', 'urgent', 'routine', 'home'],
      [
        'check',
        'scan',
        'exam',
        'therapy',
        'consultation',
        'training',
        'test',
        'review',
        'session',
        'control',
      ],
    ],
  },
]

const FIRST = [
  'Ann',
  'Anna',
  'Ben',
  'Bo',
  'Clara',
  'Carl',
  'Dina',
  'Emil',
  'Eva',
  'Finn',
  'Greta',
  'Hugo',
  'Ida',
  'Ivan',
  'Jan',
  'Jana',
]
const LAST = [
  'Berg',
  'Berger',
  'Dahl',
  'Falk',
  'Holm',
  'Holmes',
  'Krug',
  'Lind',
  'Linde',
  'Moser',
  'Novak',
  'Ott',
  'Pohl',
  'Quist',
  'Rask',
  'Stern',
]
const CITIES = ['Aldham', 'Brenfeld', 'Corvik', 'Dunmere', 'Elsby', 'Farnau']
const COUNTRIES = ['Norland', 'Estria', 'Westmark', 'Carvia', 'Ostania']

export function drawRecords(rng: Rng, domain: Domain, sizes: Sizes): Records {
  const names = drawNames(rng, FIRST, LAST, sizes.persons + sizes.makers)
  const makers = numbered(sizes.makers, (id): Maker => ({
    id,
    name: names[sizes.persons + id - 1]!,
    country: rng.pick(COUNTRIES),
  }))
  const persons = numbered(sizes.persons, (id): Person => ({
    id,
    name: names[id - 1]!,
    city: rng.pick(CITIES),
    joined: rng.int(2012, 2023),
  }))
  const titles = drawNames(rng, domain.items[0], domain.items[1], sizes.items)
  const items = numbered(sizes.items, (id): Item => ({
    id,
    name: titles[id - 1]!,
    kind: rng.pick(domain.kinds),
    size: rng.int(...domain.sizes),
    maker: rng.int(1, sizes.makers),
  }))
  const links = numbered(sizes.links, (id): Link => ({
    id,
    person: rng.int(1, sizes.persons),
    item: rng.int(1, sizes.items),
    day: drawDay(rng),
    amount: rng.int(...domain.amounts),
    status: rng.int(1, 5) === 1 ? domain.void : domain.good,
  }))
  return { persons, makers, items, links }
}

/** The four tables as SQL has them. */
export function tablesOf(domain: Domain, { persons, makers, items, links }: Records): Table[] {
  const [person, item, maker] = [domain.person, domain.item, domain.maker].map(([one]) => `${one}_id`)
  const id = { name: 'id', type: 'INTEGER', key: true }
  const text = (name: string) => ({ name, type: 'TEXT', required: true })
  const whole = (name: string) => ({ name, type: 'INTEGER', required: true })
  const reference = (name: string, references: string) => ({ ...whole(name), references })
  return [
    {
      name: domain.person[1],
      columns: [id, text('name'), text('city'), whole('joined')],
      rows: persons.map(row => [row.id, row.name, row.city, row.joined]),
    },
    {
      name: domain.maker[1],
      columns: [id, text('name'), text('country')],
      rows: makers.map(row => [row.id, row.name, row.country]),
    },
    {
      name: domain.item[1],
      columns: [id, text('name'), text(domain.kind), whole(domain.size), reference(maker!, domain.maker[1])],
      rows: items.map(row => [row.id, row.name, row.kind, row.size, row.maker]),
    },
    {
      name: domain.link[1],
      columns: [
        id,
        reference(person!, domain.person[1]),
        reference(item!, domain.item[1]),
        text('day'),
        whole(domain.amount),
        text('status'),
      ],
      rows: links.map(row => [row.id, row.person, row.item, row.day, row.amount, row.status]),
    },
  ]
}

function numbered<T>(count: number, make: (id: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i + 1))
}

/** Different names of a first and a last word. */
function drawNames(rng: Rng, first: readonly string[], last: readonly string[], count: number): string[] {
  const names = new Set<string>()
  while (names.size < count) names.add(`${rng.pick(first)} ${rng.pick(last)}`)
  return [...names]
}

function drawDay(rng: Rng): string {
  const [month, day] = [rng.int(1, 12), rng.int(1, 28)].map(part => String(part).padStart(2, '0'))
  return `2023-${month}-${day}`
}
