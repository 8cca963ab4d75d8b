/**
 * @file Canaries around one call: a global, an environment variable, a file, the built-in objects, `process.exit`.
 *
 * Whatever the call touches of these is named afterwards and put back, so that one call cannot spoil the next. The text
 * `CANARY_FILE` in arguments becomes a path of this process.
 */
import { existsSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import type { Json } from '../../../envs/json.ts'

/** The name of the global and of the environment variable that payloads set. */
export const CANARY = 'LUDUS_CANARY'
/** Stands in payloads for the path of the file they try to write. */
export const CANARY_FILE = '/ludus-canary-file'

export interface Watched<R> {
  result: R
  /** What was touched, e.g. `globalThis.LUDUS_CANARY`, `Array.prototype.every`, `process.exit`. Empty: nothing. */
  tampered: string[]
}

// Held here, since a call may replace them.
const { ownKeys, getOwnPropertyDescriptor, defineProperty, getPrototypeOf, deleteProperty } = Reflect
const same = Object.is
const realExit = process.exit
const parts = createRequire(import.meta.url)

const WATCHED: readonly (readonly [string, object])[] = [
  ['Object', Object],
  ['Object.prototype', Object.prototype],
  ['Function.prototype', Function.prototype],
  ['Array', Array],
  ['Array.prototype', Array.prototype],
  ['String.prototype', String.prototype],
  ['Number', Number],
  ['Number.prototype', Number.prototype],
  ['RegExp.prototype', RegExp.prototype],
  ['Map.prototype', Map.prototype],
  ['Set.prototype', Set.prototype],
  ['Promise.prototype', Promise.prototype],
  ['Math', Math],
  ['JSON', JSON],
  ['Reflect', Reflect],
  ['Date', Date],
  ['performance', performance],
  ['assert', parts('node:assert') as object],
  ['util', parts('node:util') as object],
]
const GLOBALS = [
  'Object',
  'Array',
  'String',
  'Number',
  'Boolean',
  'Math',
  'JSON',
  'Date',
  'RegExp',
  'Map',
  'Set',
]

interface Held {
  name: string
  owner: object
  key: PropertyKey
  descriptor: PropertyDescriptor
}

let held: Held[] | null = null
let depth = 0
let exits: string[] = []

/** Runs `f` on the arguments with canaries planted. `f` must settle; it may not throw. */
export async function withCanaries<R>(
  args: readonly Json[],
  f: (args: Json[]) => Promise<R>,
): Promise<Watched<R>> {
  const file = join(tmpdir(), `ludus-canary-${process.pid}-${threadId}`)
  plant(file)
  try {
    const result = await f(args.map(each => placed(each, file)))
    // First of all, since what follows uses the built-in objects.
    const replaced = restored()
    return { result, tampered: [...new Set([...exits, ...planted(file), ...replaced])] }
  } finally {
    if (--depth === 0) process.exit = realExit
    exits = []
  }
}

function plant(file: string): void {
  held ??= holdings()
  // What changed since the last call was not changed by a call.
  if (depth === 0 && held.some(changed)) held = holdings()
  clear(file)
  depth++
  process.exit = ((code?: number) => {
    exits.push('process.exit')
    throw new Error(`process.exit(${code ?? ''}) was called`)
  }) as typeof process.exit
}

function planted(file: string): string[] {
  const found = [
    ...(CANARY in globalThis ? [`globalThis.${CANARY}`] : []),
    ...(CANARY in process.env ? [`process.env.${CANARY}`] : []),
    ...(existsSync(file) ? ['a file outside'] : []),
  ]
  if (found.length > 0) clear(file)
  return found
}

/** The global object and all that it and simple values inherit from: a polluted prototype shows as a global, too. */
function owners(): object[] {
  const found: object[] = [Array.prototype, String.prototype, Function.prototype, Object, Array]
  for (let owner: object | null = globalThis; owner !== null; owner = getPrototypeOf(owner)) found.push(owner)
  return found
}

function clear(file: string): void {
  for (const owner of owners()) deleteProperty(owner, CANARY)
  delete process.env[CANARY]
  if (existsSync(file)) rmSync(file, { recursive: true, force: true })
}

function placed(value: Json, file: string): Json {
  const text = JSON.stringify(value)
  return text?.includes(CANARY_FILE) ? (JSON.parse(text.replaceAll(CANARY_FILE, file)) as Json) : value
}

function holdings(): Held[] {
  const owners = [
    ...WATCHED.map(([name, owner]) => ({ name, owner, keys: ownKeys(owner) })),
    { name: 'globalThis', owner: globalThis, keys: GLOBALS },
  ]
  return owners.flatMap(({ name, owner, keys }) =>
    keys.flatMap(key => {
      const descriptor = getOwnPropertyDescriptor(owner, key)
      return descriptor?.configurable || descriptor?.writable
        ? [{ name: `${name}.${String(key)}`, owner, key, descriptor }]
        : []
    }),
  )
}

function changed({ owner, key, descriptor }: Held): boolean {
  if ('value' in descriptor) return !same((owner as Record<PropertyKey, unknown>)[key], descriptor.value)
  return getOwnPropertyDescriptor(owner, key)?.get !== descriptor.get
}

/** Puts back what was replaced, by loops alone: array methods may be among it. */
function restored(): string[] {
  const names: string[] = []
  const all = held!
  for (let at = 0; at < all.length; at++) {
    const each = all[at]!
    if (!changed(each)) continue
    defineProperty(each.owner, each.key, each.descriptor)
    names[names.length] = each.name
  }
  return names
}
