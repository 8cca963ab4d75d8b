/** @file Random values of a JSON Schema: the subset that action schemas use. What is not understood draws a string. */
import RandExp from 'randexp'
import type { Json } from '../../envs/json.ts'
import type { Rng } from '../../envs/rng.ts'

/** The parts of a JSON Schema that are read here. */
export interface JsonSchema {
  type?: string | string[]
  const?: Json
  enum?: Json[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  prefixItems?: JsonSchema[]
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  $ref?: string
  $defs?: Record<string, JsonSchema>
}

/** How far a length or a number without an upper bound goes beyond its lower bound. */
const SPREAD = 10
/** Repetitions in a pattern, tried in this order until the length fits. */
const SPREADS = [SPREAD, SPREAD, 4, 2, 1]
const MAX_DEPTH = 4
const WORD = 2 ** 32 - 1
/** The module is the class itself, though its types speak of a default export inside. */
const PatternGenerator = RandExp as unknown as typeof RandExp.default
const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))

/** A value that fits the schema, drawn from `rng`. */
export function drawValue(schema: JsonSchema, rng: Rng): Json {
  return draw(schema, rng, schema.$defs ?? {}, 0)
}

function draw(schema: JsonSchema, rng: Rng, defs: Record<string, JsonSchema>, depth: number): Json {
  const within = (inner: JsonSchema): Json => draw(inner, rng, defs, depth + 1)
  if (schema.$ref !== undefined) return within(defs[schema.$ref.split('/').at(-1)!] ?? {})
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return rng.pick(schema.enum)
  const union = schema.anyOf ?? schema.oneOf
  if (union) return within(rng.pick(union))
  const type = Array.isArray(schema.type) ? rng.pick(schema.type) : schema.type
  switch (type ?? 'string') {
    case 'null':
      return null
    case 'boolean':
      return rng.pick([false, true])
    case 'integer':
      return drawInteger(schema, rng)
    case 'number':
      return drawNumber(schema, rng)
    case 'array':
      return drawArray(schema, rng, within, depth)
    case 'object':
      return drawObject(schema, rng, within, depth)
    default:
      return drawString(schema, rng)
  }
}

function drawInteger(schema: JsonSchema, rng: Rng): number {
  const low = Math.ceil(schema.minimum ?? (schema.exclusiveMinimum ?? -1) + 1)
  const high = Math.floor(schema.maximum ?? (schema.exclusiveMaximum ?? low + SPREAD) - 1)
  // zod says "any safe integer" as bounds; a stream draws from at most 2^32 values, so from those nearest to 0.
  const [from, to] = [
    Math.max(low, Math.min(-(2 ** 31), high - WORD)),
    Math.min(high, Math.max(2 ** 31 - 1, low + WORD)),
  ]
  return rng.int(from, to)
}

function drawNumber(schema: JsonSchema, rng: Rng): number {
  const low = schema.minimum ?? schema.exclusiveMinimum ?? 0
  const high = schema.maximum ?? schema.exclusiveMaximum ?? low + SPREAD
  return low + (high - low) * rng.float()
}

function drawArray(schema: JsonSchema, rng: Rng, within: (inner: JsonSchema) => Json, depth: number): Json {
  if (schema.prefixItems) return schema.prefixItems.map(within)
  const count = drawLength(schema.minItems, depth < MAX_DEPTH ? schema.maxItems : (schema.minItems ?? 0), rng)
  return Array.from({ length: count }, () => within(schema.items ?? {}))
}

function drawObject(schema: JsonSchema, rng: Rng, within: (inner: JsonSchema) => Json, depth: number): Json {
  const required = new Set(schema.required)
  const kept = Object.entries(schema.properties ?? {}).filter(
    ([key]) => required.has(key) || (depth < MAX_DEPTH && rng.pick([false, true])),
  )
  return Object.fromEntries(kept.map(([key, inner]) => [key, within(inner)]))
}

function drawString(schema: JsonSchema, rng: Rng): string {
  for (const spread of schema.pattern === undefined ? [] : SPREADS) {
    const matching = drawMatching(schema.pattern!, rng, spread)
    if (
      matching !== null &&
      matching.length >= (schema.minLength ?? 0) &&
      matching.length <= (schema.maxLength ?? Infinity)
    )
      return matching
  }
  const length = drawLength(schema.minLength, schema.maxLength, rng)
  return Array.from({ length }, () => rng.pick(PRINTABLE)).join('')
}

/** A string that matches the pattern; null if the pattern is one that cannot be drawn from. */
export function drawMatching(pattern: string, rng: Rng, spread = SPREAD): string | null {
  try {
    const generator = new PatternGenerator(pattern)
    generator.max = spread
    generator.randInt = (low, high) => rng.int(low, high)
    const text = generator.gen()
    // Look-around and word borders are read but not obeyed.
    return new RegExp(pattern).test(text) ? text : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function drawLength(min = 0, max = min + SPREAD, rng: Rng): number {
  return rng.int(min, Math.min(max, min + SPREAD))
}
