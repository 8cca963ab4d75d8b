/** @file Wrong answers that any answer of several parts has: a part missing, one too many, in the wrong place; and others. */
import type { Edit } from './kind.ts'
import type { Listed } from './lists.ts'
import { listed, relisted } from './lists.ts'

function ofItems(
  id: string,
  about: string,
  change: (items: readonly string[], dials: readonly [number, number]) => readonly string[] | null,
  property?: string,
): Edit {
  return {
    id,
    about,
    ...(property !== undefined && { property }),
    apply: (gold, dials) => {
      const parts: Listed | null = listed(gold)
      const items = parts && change(parts.items, dials)
      return parts && items ? relisted(parts, items) : null
    },
  }
}

const next = (item: string, by: number): string =>
  /^-?\d{1,15}$/.test(item) ? String(Number(item) + by) : `${item}x`

export const listEdits: readonly Edit[] = [
  ofItems(
    'item-dropped',
    'one listed item missing',
    (items, [place]) => items.toSpliced(place % items.length, 1),
    'hard_constraint',
  ),
  ofItems('item-added', 'one item too many', (items, [place, size]) =>
    items.toSpliced((place % items.length) + 1, 0, next(items[place % items.length]!, 7 + (size % 9))),
  ),
  ofItems(
    'item-duplicated',
    'one item twice',
    (items, [place]) => items.toSpliced(place % items.length, 0, items[place % items.length]!),
    'resource_multiset',
  ),
  ofItems('items-swapped', 'two neighbouring items swapped', (items, [place]) => {
    const at = place % (items.length - 1)
    return items[at] === items[at + 1] ? null : items.with(at, items[at + 1]!).with(at + 1, items[at]!)
  }),
  ofItems('item-repeated-for-all', 'the same item everywhere', (items, [place]) =>
    items.map(() => items[place % items.length]!),
  ),
  ofItems('items-reversed', 'the list backwards', items => items.toReversed()),
]

export const otherGold: Edit = {
  id: 'other-gold',
  about: 'the right answer to another task',
  apply: (gold, [place], { others }) => {
    const different = others.filter(other => other !== gold)
    return different[place % Math.max(different.length, 1)] ?? null
  },
}

const OPPOSITES: readonly (readonly [string, string])[] = [
  ['true', 'false'],
  ['yes', 'no'],
]

export const booleanFlipped: Edit = {
  id: 'boolean-flipped',
  about: 'true for false, yes for no',
  certain: true,
  apply: gold => {
    const found = /\b(true|false|yes|no)\b/i.exec(gold)
    if (!found) return null
    const word = found[0]
    const pair = OPPOSITES.find(each => each.includes(word.toLowerCase()))!
    const other = pair[0] === word.toLowerCase() ? pair[1] : pair[0]
    const cased =
      word === word.toUpperCase() && word.length > 1
        ? other.toUpperCase()
        : word[0] === word[0]!.toUpperCase()
          ? other[0]!.toUpperCase() + other.slice(1)
          : other
    return gold.slice(0, found.index) + cased + gold.slice(found.index + word.length)
  },
}

/** Units that no number but 0 makes equal. */
const UNITS: Readonly<Record<string, string>> = {
  mm: 'cm',
  cm: 'km',
  m: 'km',
  km: 'm',
  in: 'ft',
  ft: 'in',
  inches: 'feet',
  feet: 'inches',
  miles: 'feet',
  meters: 'kilometers',
  metres: 'kilometres',
  kilometers: 'meters',
  kilometres: 'metres',
  centimeters: 'meters',
  hours: 'minutes',
  hour: 'minute',
  minutes: 'hours',
  minute: 'hour',
  seconds: 'minutes',
  second: 'minute',
  days: 'hours',
  day: 'hour',
  weeks: 'days',
  months: 'years',
  years: 'months',
  h: 'min',
  min: 'h',
  s: 'min',
  ms: 's',
  mg: 'kg',
  g: 'kg',
  kg: 'g',
  grams: 'kilograms',
  kilograms: 'grams',
  pounds: 'ounces',
  ounces: 'pounds',
  dollars: 'cents',
  cents: 'dollars',
  liters: 'milliliters',
  litres: 'millilitres',
  ml: 'l',
  l: 'ml',
  degrees: 'radians',
  radians: 'degrees',
  mph: 'km/h',
  percent: 'permille',
  KB: 'MB',
  MB: 'GB',
  GB: 'MB',
}

/** Signs of units, each with one that says something else. */
const SIGNS: Readonly<Record<string, string>> = {
  '%': '‰',
  '‰': '%',
  $: '€',
  '€': '$',
  '£': '€',
  '°C': '°F',
  '°F': '°C',
}

export const signChanged: Edit = {
  id: 'unit-sign-changed',
  about: 'the same number under another sign: ‰ for %, € for $',
  certain: true,
  property: 'unit_confusion',
  apply: gold => {
    const found = /(?<=\d\s*\\?)(?:%|‰|°[CF])|[$€£](?=\s*\d)/.exec(gold)
    if (!found || !/[1-9]/.test(gold) || gold.split('$').length > 2) return null
    return gold.slice(0, found.index) + SIGNS[found[0]]! + gold.slice(found.index + found[0].length)
  },
}

const SPEAKS_OF_SHARES = /%|per ?cent|probab|chance|rate\b|share|proportion|fraction|likel/i

/** Only an author's oracle knows whether 50 is asked for in percent, so without one this is in doubt. */
export const percentAdded: Edit = {
  id: 'percent-added',
  about: 'a percent sign behind a number that is none',
  property: 'unit_confusion',
  apply: (gold, [, size], { prompt }) =>
    /^-?\d+(\.\d+)?$/.test(gold.trim()) && /[1-9]/.test(gold) && !SPEAKS_OF_SHARES.test(prompt)
      ? gold.trim() + ['%', '\\%', ' %'][size % 3]!
      : null,
}

export const unitChanged: Edit = {
  id: 'unit-changed',
  about: 'the same number of another unit',
  certain: true,
  property: 'unit_confusion',
  apply: gold => {
    const found = /(?<=\d\s*(?:\\?text\{\s*|\\,\s*|\\\s*)?)([a-zA-Z]+)(?![a-zA-Z\d])/.exec(gold)
    const other = found && UNITS[found[1]!]
    if (!found || !other || !/[1-9]/.test(gold)) return null
    return gold.slice(0, found.index) + other + gold.slice(found.index + found[1]!.length)
  },
}
