/** @file JSON answers that are wrong at one place. */
import type { Json } from '../../../envs/json.ts'
import type { Path } from './json-places.ts'
import { changedAt, isObject, parsed, places } from './json-places.ts'
import type { Edit } from './kind.ts'

type Place = { path: Path; value: Json }

/** An edit of one place of those that `fits`. */
export function atPlace(
  id: string,
  about: string,
  fits: (place: Place) => boolean,
  change: (value: Json, size: number) => Json | undefined,
  extra: Pick<Edit, 'certain' | 'property'> = {},
): Edit {
  return {
    id,
    about,
    ...extra,
    apply: (gold, [place, size]) => {
      const value = parsed(gold)
      if (value === undefined) return null
      const fitting = places(value).filter(fits)
      const chosen = fitting[place % Math.max(fitting.length, 1)]
      const changed = chosen && change(chosen.value, size)
      return changed === undefined ? null : JSON.stringify(changedAt(value, chosen!.path, () => changed))
    },
  }
}

const isNumber = ({ value }: Place): boolean => typeof value === 'number'
const isString = ({ value }: Place): boolean => typeof value === 'string' && value !== ''
const isList = ({ value }: Place): boolean => Array.isArray(value) && value.length > 0
const isPair = ({ value }: Place): boolean => Array.isArray(value) && value.length > 1
const isRecord = ({ value }: Place): boolean => isObject(value) && Object.keys(value).length > 0

const OFF = [1, -1, 2, -2, 0.5, 0.1, 0.99]
const EXTREMES = [0, 1, -1, 1e9, -1e9, 1e30]

function otherString(text: string, size: number): string {
  const number = /^-?\d+$/.exec(text)
  if (number && text.length < 15) return String(Number(text) + 1 + (size % 3))
  return [`${text}x`, `other ${text}`, 'banana', text.slice(0, -1)][size % 4]!
}

const list = (value: Json): Json[] => value as Json[]

export const jsonEdits: readonly Edit[] = [
  atPlace(
    'number-off',
    'one number off by a little',
    isNumber,
    (value, size) => (value as number) + OFF[size % OFF.length]!,
  ),
  atPlace(
    'number-extreme',
    'one number replaced by 0, 1, -1 or a huge one',
    isNumber,
    (_, size) => EXTREMES[size % EXTREMES.length]!,
  ),
  atPlace('number-times-ten', 'one number times 10', isNumber, value =>
    (value as number) === 0 ? undefined : (value as number) * 10,
  ),
  atPlace('number-slightly-off', 'one number off by less than 0.5 %', isNumber, value =>
    value === 0 ? undefined : Number(((value as number) * 1.0045).toPrecision(12)),
  ),
  atPlace('string-changed', 'one string changed', isString, (value, size) =>
    otherString(value as string, size),
  ),
  atPlace(
    'boolean-flipped',
    'true for false',
    ({ value }) => typeof value === 'boolean',
    value => !(value as boolean),
  ),
  atPlace('key-dropped', 'one key missing', isRecord, (value, size) => {
    const keys = Object.keys(value as object)
    return Object.fromEntries(
      Object.entries(value as object).filter(([key]) => key !== keys[size % keys.length]),
    ) as Json
  }),
  atPlace('key-added', 'one key too many', isRecord, (value, size) => ({
    ...(value as { [key: string]: Json }),
    [`extra${size % 3}`]: [1, 'x', true][size % 3]!,
  })),
  atPlace(
    'element-dropped',
    'one element missing',
    isList,
    (value, size) => list(value).toSpliced(size % list(value).length, 1),
    {
      property: 'hard_constraint',
    },
  ),
  atPlace(
    'element-duplicated',
    'one element twice',
    isList,
    (value, size) =>
      list(value).toSpliced(size % list(value).length, 0, list(value)[size % list(value).length]!),
    { property: 'resource_multiset' },
  ),
  atPlace('element-added', 'one element too many', isList, (value, size) => [
    ...list(value),
    [97, 'x', null][size % 3]!,
  ]),
  atPlace('elements-swapped', 'two neighbouring elements swapped', isPair, (value, size) => {
    const at = size % (list(value).length - 1)
    return list(value)
      .with(at, list(value)[at + 1]!)
      .with(at + 1, list(value)[at]!)
  }),
  atPlace(
    'type-changed',
    'a value of another type',
    ({ path }) => path.length > 0,
    (value, size) => [null, [], {}, 'x', 7][size % 5] ?? (value === null ? 0 : null),
  ),
  atPlace(
    'emptied',
    'an empty list or object',
    place => isList(place) || isRecord(place),
    value => (Array.isArray(value) ? [] : {}),
  ),
]
