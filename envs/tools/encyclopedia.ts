/** @file An invented encyclopedia: persons, towns and companies, who has to do with whom, and an article about each. */
import type { Rng } from '../rng.ts'

export type Person = {
  kind: 'person'
  name: string
  born: number
  year: number
  employer: number
  teacher: number
  job: string
}
export type Town = {
  kind: 'town'
  name: string
  region: string
  river: string
  mayor: number
  formerMayor: number
  since: number
}
export type Company = {
  kind: 'company'
  name: string
  /** What it was called before; null if it never changed its name. */
  formerName: string | null
  founder: number
  seat: number
  product: string
  year: number
}

/** Entities refer to each other by position in these lists. */
export type Facts = { persons: Person[]; towns: Town[]; companies: Company[] }
export type Entity = Person | Town | Company
export type Article = { id: string; title: string; text: string }
export type Sizes = { persons: number; towns: number; companies: number; renamed: boolean }

const STARTS =
  'Bren Cor Dun Els Far Gol Hol Ist Kar Lun Mar Nor Ost Pel Quar Ros Sel Tor Ulm Var Wen Zel'.split(' ')
const TOWN_ENDS = 'by dal feld ford gard ham mere mont stad vik wick'.split(' ')
const RIVER_ENDS = 'a e ach ick oss une'.split(' ')
const REGION_ENDS = 'ia land mark shire any'.split(' ')
const PERSON_ENDS = 'er ov ini sen ard ek ano is ell'.split(' ')
const FIRST =
  'Ada Bela Cora Dario Edda Felix Gita Henk Ilse Jonas Kira Luca Mona Nils Olga Piet Rosa Sven Tilda Viktor'.split(
    ' ',
  )
const JOBS = 'chemist baker engineer painter surveyor printer gardener lawyer weaver pilot'.split(' ')
const PRODUCTS =
  'bicycles lamps paper clocks pianos ropes tiles gloves boats pumps scales kites barrels saws mirrors bells'.split(
    ' ',
  )
const COMPANY_ENDS = 'Works Mills Brothers Foundry Press Lines Company Trading'.split(' ')

export function drawFacts(rng: Rng, { persons, towns, companies, renamed }: Sizes): Facts {
  const personNames = different(rng, persons, () => `${rng.pick(FIRST)} ${word(rng, PERSON_ENDS)}`)
  const townNames = different(
    rng,
    towns,
    () => `${rng.pick(['', '', 'Upper ', 'Lower '])}${word(rng, TOWN_ENDS)}`,
  )
  const names = different(rng, companies * 2, () => `${word(rng, PERSON_ENDS)} ${rng.pick(COMPANY_ENDS)}`)
  const regions = different(rng, Math.ceil(towns / 2) + 4, () => word(rng, REGION_ENDS))
  const rivers = different(rng, Math.ceil(towns / 2) + 4, () => word(rng, RIVER_ENDS))
  const founders = rng.shuffle(personNames.map((_, i) => i))
  const [person, town, company] = [persons, towns, companies].map(count => () => rng.int(0, count - 1))
  return {
    persons: personNames.map((name, i) => ({
      kind: 'person',
      name,
      born: town!(),
      year: rng.int(1890, 1985),
      employer: company!(),
      teacher: other(person!, i),
      job: rng.pick(JOBS),
    })),
    towns: townNames.map(name => {
      const mayor = person!()
      const [region, river, formerMayor] = [rng.pick(regions), rng.pick(rivers), other(person!, mayor)]
      return { kind: 'town', name, region, river, mayor, formerMayor, since: rng.int(1990, 2020) }
    }),
    companies: names.slice(0, companies).map((name, i) => ({
      kind: 'company',
      name,
      formerName: renamed && i % 2 === 0 ? names[companies + i]! : null,
      founder: founders[i]!,
      seat: town!(),
      product: rng.pick(PRODUCTS),
      year: rng.int(1900, 1999),
    })),
  }
}

/** One article about each entity. Their ids say nothing about what they are. */
export function writeArticles(rng: Rng, facts: Facts): Map<Entity, Article> {
  const entities: Entity[] = rng.shuffle([...facts.persons, ...facts.towns, ...facts.companies])
  return new Map(
    entities.map((entity, i) => [
      entity,
      { id: `doc-${i + 1}`, title: entity.name, text: textAbout(rng, entity, facts) },
    ]),
  )
}

function textAbout(rng: Rng, entity: Entity, { persons, towns, companies }: Facts): string {
  const { name } = entity
  switch (entity.kind) {
    case 'person': {
      const [town, company] = [towns[entity.born]!.name, companies[entity.employer]!.name]
      const teacher = persons[entity.teacher]!.name
      return rng.pick([
        `${name}, born in ${town} in ${entity.year}, is a ${entity.job}. ${name} learnt the trade from ${teacher} and is employed by ${company}.`,
        `${name} is a ${entity.job} at ${company}. A pupil of ${teacher}, ${name} comes from ${town}, and was born in ${entity.year}.`,
      ])
    }
    case 'town': {
      const [mayor, before] = [persons[entity.mayor]!.name, persons[entity.formerMayor]!.name]
      return rng.pick([
        `${name} is a town on the river ${entity.river} in ${entity.region}. The mayor is ${mayor}, who followed ${before} in ${entity.since}.`,
        `The river ${entity.river} runs through ${name}, a town in ${entity.region}. In ${entity.since} the mayor ${before} gave the office to ${mayor}, who still holds it.`,
      ])
    }
    case 'company': {
      const [founder, seat] = [persons[entity.founder]!.name, towns[entity.seat]!.name]
      const old = entity.formerName === null ? '' : ` For its first years it was called ${entity.formerName}.`
      return rng.pick([
        `${name} makes ${entity.product} in ${seat}. ${founder} founded it in ${entity.year}.${old}`,
        `Founded by ${founder} in ${entity.year}, ${name} has its seat in ${seat}, where it makes ${entity.product}.${old}`,
      ])
    }
  }
}

function word(rng: Rng, ends: readonly string[]): string {
  return rng.pick(STARTS) + rng.pick(ends)
}

function different(rng: Rng, count: number, draw: () => string): string[] {
  const names = new Set<string>()
  while (names.size < count) names.add(draw())
  return rng.shuffle([...names])
}

function other(draw: () => number, than: number): number {
  for (;;) {
    const drawn = draw()
    if (drawn !== than) return drawn
  }
}
