/**
 * @file Questions about a domain's records: in words, with the answer worked out here, and as SQL for the solver.
 *
 * The two are independent of each other, so that playing the SQL on the real database proves both.
 */
import type { Rng } from '../rng.ts'
import type { Domain, Item, Link, Maker, Person, Records } from './domains.ts'

export type Answer = string | number | string[]
export type Question = { words: string; sql: string; answer: Answer }

/** A link that counts, with what it links. */
type Fact = { link: Link; person: Person; item: Item; maker: Maker }

interface Setting {
  rng: Rng
  domain: Domain
  records: Records
  facts: Fact[]
  /** Joins everything that counts, as l, p, i and m. */
  joined: string
}

/** null: these records give this question no single, short answer. */
type Template = (setting: Setting) => Question | null

const LONGEST_LIST = 8

/** A question of this level, from 1 on; null where the draw gave none. */
export function drawQuestion(rng: Rng, level: number, domain: Domain, records: Records): Question | null {
  const question = rng.pick(QUESTIONS[level - 1]!)({
    rng,
    domain,
    records,
    facts: factsOf(domain, records),
    joined: joinOf(domain),
  })
  if (question === null) return null
  const { answer } = question
  if (Array.isArray(answer)) return answer.length > 0 && answer.length <= LONGEST_LIST ? question : null
  return answer === 0 ? null : question
}

function factsOf(domain: Domain, { persons, items, makers, links }: Records): Fact[] {
  return links
    .filter(({ status }) => status === domain.good)
    .map(link => {
      const item = items[link.item - 1]!
      return { link, person: persons[link.person - 1]!, item, maker: makers[item.maker - 1]! }
    })
}

function joinOf({ person, item, maker, link, void: off }: Domain): string {
  return (
    `${link[1]} l JOIN ${person[1]} p ON p.id = l.${person[0]}_id JOIN ${item[1]} i ON i.id = l.${item[0]}_id ` +
    `JOIN ${maker[1]} m ON m.id = i.${maker[0]}_id AND l.status <> '${off}'`
  )
}

const oneTable: readonly Template[] = [
  ({ rng, domain: { person }, records }) => {
    const [{ city }, year] = [rng.pick(records.persons), rng.int(2013, 2020)]
    return {
      words: `How many ${person[1]} from ${city} joined in ${year} or later?`,
      sql: `SELECT count(*) FROM ${person[1]} WHERE city = '${city}' AND joined >= ${year}`,
      answer: records.persons.filter(row => row.city === city && row.joined >= year).length,
    }
  },
  ({ rng, domain: { person }, records }) => {
    const [{ city }, year] = [rng.pick(records.persons), rng.int(2014, 2021)]
    return {
      words: `Which ${person[1]} from ${city} joined before ${year}? Give their names.`,
      sql: `SELECT name FROM ${person[1]} WHERE city = '${city}' AND joined < ${year}`,
      answer: records.persons.filter(row => row.city === city && row.joined < year).map(({ name }) => name),
    }
  },
  ({ rng, domain: { item, kind, size }, records }) => {
    const chosen = rng.pick(records.items).kind
    const best = largest(records.items.filter(row => row.kind === chosen).map(row => [row.name, row.size]))
    return best === null
      ? null
      : {
          words: `Which ${item[0]} of the ${kind} ${chosen} has the largest value of ${size}? Give its name.`,
          sql: `SELECT name FROM ${item[1]} WHERE ${kind} = '${chosen}' ORDER BY ${size} DESC LIMIT 1`,
          answer: best,
        }
  },
  ({ rng, domain: { link, amount, good }, records }) => {
    const month = String(rng.int(1, 12)).padStart(2, '0')
    const rows = records.links.filter(({ status, day }) => status === good && day.startsWith(`2023-${month}`))
    return {
      words: `What is the sum of ${amount} over all ${link[1]} of month 2023-${month} with the status ${good}?`,
      sql: `SELECT sum(${amount}) FROM ${link[1]} WHERE status = '${good}' AND day LIKE '2023-${month}-%'`,
      answer: sum(rows.map(row => row.amount)),
    }
  },
]

const twoTables: readonly Template[] = [
  ({ rng, domain: { amount, link }, facts, joined, records }) => {
    const { id, name } = rng.pick(records.persons)
    return {
      words: `What is the sum of ${amount} over all ${link[1]} of ${name}?`,
      sql: `SELECT sum(l.${amount}) FROM ${joined} WHERE p.name = '${name}'`,
      answer: sum(facts.filter(({ person }) => person.id === id).map(fact => fact.link.amount)),
    }
  },
  ({ domain: { person, link }, facts, joined }) => {
    const best = largest(counted(facts.map(fact => fact.person.city)))
    return best === null
      ? null
      : {
          words: `From which city are the ${person[1]} who together have the most ${link[1]}?`,
          sql: `SELECT p.city FROM ${joined} GROUP BY p.city ORDER BY count(*) DESC LIMIT 1`,
          answer: best,
        }
  },
  ({ rng, domain: { item, maker, size }, records }) => {
    const [{ country }, bound] = [rng.pick(records.makers), rng.pick(records.items).size]
    const local = new Set(records.makers.filter(row => row.country === country).map(({ id }) => id))
    return {
      words: `Which ${item[1]} with ${size} above ${bound} are by ${maker[1]} from ${country}? Give their names.`,
      sql:
        `SELECT i.name FROM ${item[1]} i JOIN ${maker[1]} m ON m.id = i.${maker[0]}_id ` +
        `WHERE m.country = '${country}' AND i.${size} > ${bound}`,
      answer: records.items.filter(row => row.size > bound && local.has(row.maker)).map(({ name }) => name),
    }
  },
  ({ rng, domain: { kind, link, item }, facts, joined, records }) => {
    const chosen = rng.pick(records.items).kind
    return {
      words: `How many ${link[1]} are for ${item[1]} of the ${kind} ${chosen}?`,
      sql: `SELECT count(*) FROM ${joined} WHERE i.${kind} = '${chosen}'`,
      answer: facts.filter(fact => fact.item.kind === chosen).length,
    }
  },
]

const grouped: readonly Template[] = [
  ({ rng, domain: { person, amount, link }, facts, joined }) => {
    const totals = totalsOf(facts, fact => fact.person.name)
    const bound = rng.pick(totals)[1]
    return {
      words: `Which ${person[1]} have ${link[1]} whose ${amount} sums to ${bound} or more? Give their names.`,
      sql: `SELECT p.name FROM ${joined} GROUP BY p.id HAVING sum(l.${amount}) >= ${bound}`,
      answer: totals.filter(([, total]) => total >= bound).map(([name]) => name),
    }
  },
  ({ rng, domain: { person, maker, item, did }, facts, joined, records }) => {
    const { city } = rng.pick(records.persons)
    return {
      words: `Which ${maker[1]} have ${item[1]} that ${person[1]} from ${city} ${did}? Give the names of the ${maker[1]}.`,
      sql: `SELECT DISTINCT m.name FROM ${joined} WHERE p.city = '${city}'`,
      answer: distinct(facts.filter(fact => fact.person.city === city).map(fact => fact.maker.name)),
    }
  },
  ({ domain: { maker, item, link, amount }, facts, joined }) => {
    const best = largest(totalsOf(facts, fact => fact.maker.name))
    return best === null
      ? null
      : {
          words: `Add up ${amount} over the ${link[1]} of each ${maker[0]}'s ${item[1]}: which ${maker[0]} has the most?`,
          sql: `SELECT m.name FROM ${joined} GROUP BY m.id ORDER BY sum(l.${amount}) DESC LIMIT 1`,
          answer: best,
        }
  },
  ({ rng, domain: { item, person, link }, facts, joined }) => {
    const pairs = distinct(facts.map(fact => `${fact.item.name}|${fact.person.id}`))
    const counts = counted(pairs.map(pair => pair.split('|')[0]!))
    const bound = rng.pick(counts)[1]
    return {
      words: `Which ${item[1]} have ${link[1]} of at least ${bound} different ${person[1]}? Give the names of the ${item[1]}.`,
      sql: `SELECT i.name FROM ${joined} GROUP BY i.id HAVING count(DISTINCT p.id) >= ${bound}`,
      answer: counts.filter(([, count]) => count >= bound).map(([name]) => name),
    }
  },
]

const nested: readonly Template[] = [
  ({ rng, domain: { person, item, kind, did }, facts, joined, records }) => {
    const [{ city }, { kind: chosen }] = [rng.pick(records.persons), rng.pick(records.items)]
    const others = new Set(facts.filter(fact => fact.item.kind === chosen).map(fact => fact.person.id))
    return {
      words: `Which ${person[1]} from ${city} never ${did} any ${item[0]} of the ${kind} ${chosen}? Give their names.`,
      sql:
        `SELECT name FROM ${person[1]} WHERE city = '${city}' AND id NOT IN ` +
        `(SELECT p.id FROM ${joined} WHERE i.${kind} = '${chosen}')`,
      answer: records.persons.filter(row => row.city === city && !others.has(row.id)).map(({ name }) => name),
    }
  },
  ({ rng, domain: { item, link }, facts, joined, records }) => {
    const [a, b] = rng.shuffle(records.persons)
    const of = (id: number) =>
      new Set(facts.filter(({ person }) => person.id === id).map(fact => fact.item.name))
    const [own, other] = [of(a!.id), of(b!.id)]
    return {
      words: `Which ${item[1]} have ${link[1]} of both ${a!.name} and ${b!.name}? Give the names of the ${item[1]}.`,
      sql:
        `SELECT i.name FROM ${joined} WHERE p.name = '${a!.name}' INTERSECT ` +
        `SELECT i.name FROM ${joined} WHERE p.name = '${b!.name}'`,
      answer: [...own].filter(name => other.has(name)),
    }
  },
  ({ domain: { person, amount, link }, facts, joined }) => {
    const totals = totalsOf(facts, fact => fact.person.name)
    const all = sum(totals.map(([, total]) => total))
    return {
      words:
        `Add up ${amount} over the ${link[1]} of each of the ${person[1]} who have any. ` +
        `How many of these ${person[1]} have more than the average of these sums?`,
      sql:
        `WITH t AS (SELECT sum(l.${amount}) s FROM ${joined} GROUP BY p.id) ` +
        `SELECT count(*) FROM t WHERE s > (SELECT avg(s) FROM t)`,
      answer: totals.filter(([, total]) => total * totals.length > all).length,
    }
  },
  ({ domain: { item, kind, size }, records }) => {
    const rows = records.items.filter(row => {
      const same = records.items.filter(other => other.kind === row.kind).map(other => other.size)
      return row.size * same.length > sum(same) && same.length > 3
    })
    return {
      words:
        `Which ${item[1]} have ${size} above the average of their own ${kind}? Leave out every ${kind} with three ` +
        `${item[1]} or fewer. Give the names of the ${item[1]}.`,
      sql:
        `SELECT name FROM ${item[1]} i WHERE ${size} > (SELECT avg(${size}) FROM ${item[1]} j WHERE j.${kind} = i.${kind}) ` +
        `AND (SELECT count(*) FROM ${item[1]} j WHERE j.${kind} = i.${kind}) > 3`,
      answer: rows.map(({ name }) => name),
    }
  },
]

const chained: readonly Template[] = [
  ({ domain: { person, maker, link, item, amount, did }, facts, joined }) => {
    const best = largest(totalsOf(facts, fact => fact.person.name))
    return best === null
      ? null
      : {
          words:
            `Take the one of the ${person[1]} whose ${link[1]} have the largest sum of ${amount}. ` +
            `By which ${maker[1]} are the ${item[1]} that this ${person[0]} ${did}? Give the names of the ${maker[1]}.`,
          sql:
            `SELECT DISTINCT m.name FROM ${joined} WHERE p.id = ` +
            `(SELECT p.id FROM ${joined} GROUP BY p.id ORDER BY sum(l.${amount}) DESC LIMIT 1)`,
          answer: distinct(facts.filter(fact => fact.person.name === best).map(fact => fact.maker.name)),
        }
  },
  ({ rng, domain: { person, item, maker, did }, facts, joined, records }) => {
    const { country } = rng.pick(records.makers)
    const local = records.makers.filter(row => row.country === country)
    if (local.length < 2) return null
    const had = new Set(facts.map(fact => `${fact.person.id} ${fact.maker.id}`))
    return {
      words:
        `Which ${person[1]} ${did} at least one ${item[0]} of every single ${maker[0]} from ${country}? ` +
        `Give the names of the ${person[1]}.`,
      sql:
        `SELECT p.name FROM ${joined} WHERE m.country = '${country}' GROUP BY p.id ` +
        `HAVING count(DISTINCT m.id) = (SELECT count(*) FROM ${maker[1]} WHERE country = '${country}')`,
      answer: records.persons
        .filter(({ id }) => local.every(row => had.has(`${id} ${row.id}`)))
        .map(({ name }) => name),
    }
  },
  ({ domain: { person, amount, link }, facts, joined }) => {
    const cities = distinct(facts.map(fact => fact.person.city))
    const best = cities.map(city =>
      largest(
        totalsOf(
          facts.filter(fact => fact.person.city === city),
          fact => fact.person.name,
        ),
      ),
    )
    if (best.includes(null)) return null
    return {
      words:
        `For every city, find the one of its ${person[1]} whose ${link[1]} have the largest sum of ${amount}. ` +
        `Give the names of these ${person[1]}.`,
      sql:
        `WITH t AS (SELECT p.name, p.city, sum(l.${amount}) s FROM ${joined} GROUP BY p.id) ` +
        `SELECT name FROM t WHERE s = (SELECT max(s) FROM t u WHERE u.city = t.city)`,
      answer: best as string[],
    }
  },
  ({ rng, domain: { person, link, item }, facts, joined, records }) => {
    const { city } = rng.pick(records.persons)
    const firsts = distinct(facts.map(fact => fact.item.name)).map(name => {
      const days = facts.filter(fact => fact.item.name === name)
      const day = days.map(fact => fact.link.day).toSorted()[0]!
      return days.filter(fact => fact.link.day === day)
    })
    if (firsts.some(first => first.length > 1)) return null
    return {
      words:
        `For which ${item[1]} is the very first of their ${link[1]}, by day, one of ${person[1]} from ${city}? ` +
        `Give the names of the ${item[1]}.`,
      sql:
        `WITH t AS (SELECT i.name, l.day, p.city FROM ${joined}) ` +
        `SELECT name FROM t WHERE city = '${city}' AND day = (SELECT min(day) FROM t u WHERE u.name = t.name)`,
      answer: firsts.filter(([first]) => first!.person.city === city).map(([first]) => first!.item.name),
    }
  },
]

const QUESTIONS = [oneTable, twoTables, grouped, nested, chained] as const

/** The name with the largest number; null where two share it or there is none. */
function largest(entries: readonly (readonly [string, number])[]): string | null {
  const [first, second] = entries.toSorted((a, b) => b[1] - a[1])
  return first === undefined || first[1] === second?.[1] ? null : first[0]
}

function totalsOf(facts: readonly Fact[], nameOf: (fact: Fact) => string): [string, number][] {
  const totals = new Map<string, number>()
  for (const fact of facts) totals.set(nameOf(fact), (totals.get(nameOf(fact)) ?? 0) + fact.link.amount)
  return [...totals]
}

function counted(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
