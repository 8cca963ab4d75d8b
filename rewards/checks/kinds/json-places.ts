/** @file Places inside a JSON value, and the value with one of them changed. */
import type { Json } from '../../../envs/json.ts'

export type Path = readonly (string | number)[]

/** Undefined where the text is no JSON. */
export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

const MAX_PLACES = 400

/** Every value inside `value`, itself first, with the way there. */
export function places(value: Json): { path: Path; value: Json }[] {
  const found: { path: Path; value: Json }[] = [{ path: [], value }]
  for (let at = 0; at < found.length && found.length < MAX_PLACES; at++) {
    const { path, value: inner } = found[at]!
    if (Array.isArray(inner))
      for (const [index, each] of inner.entries()) found.push({ path: [...path, index], value: each })
    else if (typeof inner === 'object' && inner !== null)
      for (const [key, each] of Object.entries(inner)) found.push({ path: [...path, key], value: each })
  }
  return found
}

/** `value` with `change` applied at the end of `path`; other parts are shared. */
export function changedAt(value: Json, path: Path, change: (inner: Json) => Json): Json {
  const [first, ...rest] = path
  if (first === undefined) return change(value)
  if (Array.isArray(value))
    return value.with(first as number, changedAt(value[first as number]!, rest, change))
  const object = value as { [key: string]: Json }
  return { ...object, [first]: changedAt(object[first]!, rest, change) }
}

export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Equal as JSON; the order of keys does not matter. */
export function sameJson(a: Json, b: Json): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, at) => sameJson(each, b[at]!))
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a)
    return (
      keys.length === Object.keys(b).length &&
      keys.every(key => Object.hasOwn(b, key) && sameJson(a[key]!, b[key]!))
    )
  }
  return a === b
}
