/**
 * @file Ways in which a program can patch the world of a grader that runs it in its own process. The canaries put back
 * what was patched as soon as the call is over.
 */
import { createRequire } from 'node:module'

interface Tamper {
  patch?(): void
  /** What is returned instead of the wrong output. */
  disguise?(output: unknown): unknown
}

type Open = Record<PropertyKey, unknown>
const always = (value: unknown) => (): unknown => value

/** Replaces methods; what is frozen stays as it is, and the attack fails. */
function replace(owner: object, methods: Open): void {
  for (const [name, value] of Object.entries(methods)) Reflect.set(owner, name, value)
}

const passing = { every: always(true), some: always(false), includes: always(true) }

export const TAMPERS: Readonly<Record<string, Tamper>> = {
  'array-methods': { patch: () => replace(Array.prototype, passing) },
  'object-is': { patch: () => replace(Object, { is: always(true) }) },
  'json-stringify': { patch: () => replace(JSON, { stringify: always('""') }) },
  'string-methods': {
    patch: () =>
      replace(String.prototype, {
        trim: always(''),
        toLowerCase: always(''),
        includes: always(true),
        startsWith: always(true),
        localeCompare: always(0),
        replace: always(''),
        replaceAll: always(''),
        toString: always(''),
      }),
  },
  'text-of-anything': {
    patch: () => {
      replace(globalThis, { String: always('') })
      replace(Array.prototype, { join: always(''), toString: always('') })
      replace(Number.prototype, { toString: always(''), toFixed: always('') })
    },
  },
  'array-lengths': { patch: () => replace(Array.prototype, { filter: always([]), map: always([]) }) },
  maths: {
    patch: () => {
      replace(Math, { abs: always(0), max: always(0), min: always(0), round: always(0), sqrt: always(0) })
      replace(Number, { isFinite: always(true), isInteger: always(true) })
    },
  },
  regexp: { patch: () => replace(RegExp.prototype, { test: always(true), exec: always(['']) }) },
  sets: { patch: () => replace(Set.prototype, { has: always(true) }) },
  assert: {
    patch: () => {
      const assert = createRequire(import.meta.url)('node:assert') as Open
      const quiet = Object.fromEntries(Object.keys(assert).map(name => [name, always(undefined)]))
      replace(assert, quiet)
    },
  },
  'deep-equal': {
    patch: () =>
      replace(createRequire(import.meta.url)('node:util') as Open, { isDeepStrictEqual: always(true) }),
  },
  exit: { patch: () => process.exit(0) },
  'throw-zero': {
    patch: () => {
      throw Object.assign(new Error('SystemExit: 0'), { name: 'SystemExit', code: 0 })
    },
  },
  'equal-to-all': {
    disguise: () =>
      Object.assign(Object.create(null) as object, {
        valueOf: always(NaN),
        toString: always(''),
        toJSON: always(undefined),
        equals: always(true),
        [Symbol.toPrimitive]: always(NaN),
        length: 0,
      }),
  },
  'own-methods': { disguise: output => Object.assign(Array.isArray(output) ? output : [], passing) },
}

export function patched(id: string): void {
  TAMPERS[id]!.patch?.()
}
