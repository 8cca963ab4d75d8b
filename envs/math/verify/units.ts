/** @file Units of measurement and currencies: exact factors, and labels (`12 apples`) that only have to agree. */
import type { Fraction } from '../expression.ts'
import { combine, fraction } from '../expression.ts'

/** `dimension` says what can be converted into what; `factor` is the size in its base unit. */
export interface Unit {
  dimension: string
  factor: Fraction
}

const TABLE = new Map<string, readonly [dimension: string, num: number, den?: number]>(
  Object.entries<readonly [dimension: string, num: number, den?: number]>({
    mm: ['L', 1, 1000],
    cm: ['L', 1, 100],
    dm: ['L', 1, 10],
    m: ['L', 1],
    km: ['L', 1000],
    in: ['L', 254, 10_000],
    inch: ['L', 254, 10_000],
    ft: ['L', 3048, 10_000],
    foot: ['L', 3048, 10_000],
    yd: ['L', 9144, 10_000],
    yard: ['L', 9144, 10_000],
    mi: ['L', 1_609_344, 1000],
    mile: ['L', 1_609_344, 1000],
    mg: ['M', 1, 1_000_000],
    g: ['M', 1, 1000],
    kg: ['M', 1],
    ton: ['ton', 1],
    lb: ['M', 45_359_237, 100_000_000],
    pound: ['pound', 1],
    oz: ['ounce', 1],
    ms: ['T', 1, 1000],
    s: ['T', 1],
    sec: ['T', 1],
    second: ['T', 1],
    min: ['T', 60],
    minute: ['T', 60],
    h: ['T', 3600],
    hr: ['T', 3600],
    hour: ['T', 3600],
    day: ['T', 86_400],
    week: ['T', 604_800],
    ml: ['L3', 1, 1_000_000],
    l: ['L3', 1, 1000],
    liter: ['L3', 1, 1000],
    litre: ['L3', 1, 1000],
    hz: ['T-1', 1],
    n: ['newton', 1],
    j: ['joule', 1],
    kj: ['joule', 1000],
    w: ['watt', 1],
    kw: ['watt', 1000],
    v: ['volt', 1],
    usd: ['USD', 1],
    dollar: ['USD', 1],
    $: ['USD', 1],
    cent: ['USD', 1, 100],
    '¢': ['USD', 1, 100],
    eur: ['EUR', 1],
    euro: ['EUR', 1],
    '€': ['EUR', 1],
    gbp: ['GBP', 1],
    '£': ['GBP', 1],
    degree: ['angle', 1],
    deg: ['angle', 1],
    unit: ['unit', 1],
    meter: ['L', 1],
    metre: ['L', 1],
    kilometer: ['L', 1000],
    kilometre: ['L', 1000],
    centimeter: ['L', 1, 100],
    centimetre: ['L', 1, 100],
    millimeter: ['L', 1, 1000],
    millimetre: ['L', 1, 1000],
    kilogram: ['M', 1],
    gram: ['M', 1, 1000],
    milligram: ['M', 1, 1_000_000],
    milliliter: ['L3', 1, 1_000_000],
    millilitre: ['L3', 1, 1_000_000],
  }),
)
const IRREGULAR = new Map<string, string>(
  Object.entries({
    feet: 'foot',
    inches: 'inch',
    mph: 'mile/hour',
    kph: 'km/hour',
    mins: 'min',
  }),
)
/** Words after a number that change its value, deny it or leave it open, and so are never a label. */
const NOT_LABELS = new Set(
  (
    'maybe perhaps possibly probably approximately approx about roughly around or and not is isn are was no never ' +
    'wrong incorrect false unlikely if unless either neither nor else otherwise but than less more fewer greater at least ' +
    'most up to so factorial squared cubed square cube root hundred thousand million billion trillion dozen score half ' +
    'halves third thirds quarter quarters fourth fifth tenth percent over plus minus times divided by mod modulo base ' +
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
    'eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hopefully instead rather also even still only ' +
    'point power negative positive equals equal with remainder log exp sqrt sin cos tan ln arcsin arccos arctan alpha beta gamma theta phi pi inf infinity nan'
  ).split(' '),
)

/** The unit that a text names, or null where it names none that could stand after a number. */
export function parseUnit(text: string): Unit | null {
  const cleaned = text
    .replace(/[«»{}()]/g, ' ')
    .replace(/\bper\b/g, '/')
    .replace(/\s*([/*^])\s*/g, '$1')
    .replace(/\.$/, '')
    .replace(/\s+/g, ' ')
    .trim()
  if (cleaned === '' || cleaned.length > 60) return null
  if (/^degrees? ?[CF]$/.test(cleaned))
    return { dimension: cleaned.slice(-1) === 'C' ? 'celsius' : 'fahrenheit', factor: fraction(1n) }
  return product(cleaned) ?? label(cleaned)
}

/** `km/h`, `cm^2`, `square feet`, `kg*m/s^2`. */
function product(text: string): Unit | null {
  const factors = text.split(/(?=\/)|[*·]| (?=[^/]+$)(?<!(?:square|cubic|sq|cu)\s)/i)
  let factor = fraction(1n)
  const dimensions = new Map<string, number>()
  for (const each of factors) {
    const match = /^(\/?)(?:(square|sq|cubic|cu) )?([a-zA-Z$€£¢]+)(?:\^(-?[1-4]))?$/.exec(each.trim())
    const base = match && lookUp(match[3]!)
    if (!match || !base) return null
    const power = Number(match[4] ?? (match[2] ? (/^s/i.test(match[2]) ? 2 : 3) : 1)) * (match[1] ? -1 : 1)
    for (const [name, exponent] of base.dimensions)
      dimensions.set(name, (dimensions.get(name) ?? 0) + exponent * power)
    for (let i = 0; i < Math.abs(power); i++) factor = combine(power > 0 ? '*' : '/', factor, base.factor)!
  }
  return { dimension: spell(dimensions), factor }
}

type Base = { factor: Fraction; dimensions: readonly (readonly [string, number])[] }

function lookUp(word: string): Base | null {
  const lower = word.toLowerCase()
  const name = IRREGULAR.get(lower) ?? lower
  if (name.includes('/')) {
    const [above, below] = name.split('/').map(part => lookUp(part)) as [Base, Base]
    return {
      factor: combine('/', above.factor, below.factor)!,
      dimensions: [...above.dimensions, ...below.dimensions.map(([dim, n]) => [dim, -n] as const)],
    }
  }
  const entry =
    TABLE.get(name) ?? (name.length > 2 && name.endsWith('s') ? TABLE.get(name.slice(0, -1)) : undefined)
  if (!entry) return null
  const [dimension, num, den = 1] = entry
  const dims =
    dimension === 'L3'
      ? (['L', 3] as const)
      : dimension === 'T-1'
        ? (['T', -1] as const)
        : ([dimension, 1] as const)
  return { factor: fraction(BigInt(num), BigInt(den)), dimensions: [dims] }
}

function spell(dimensions: ReadonlyMap<string, number>): string {
  return [...dimensions]
    .filter(([, exponent]) => exponent !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, exponent]) => (exponent === 1 ? name : name + exponent))
    .join(' ')
}

/** Up to three plain words, singular or plural. */
function label(text: string): Unit | null {
  const words = text.toLowerCase().split(' ')
  if (words.length > 3 || words.some(word => !/^[a-z][a-z-]+$/.test(word) || NOT_LABELS.has(word)))
    return null
  if (!words.some(word => word.length > 2)) return null
  return { dimension: `label ${words.map(word => word.replace(/s$/, '')).join(' ')}`, factor: fraction(1n) }
}
