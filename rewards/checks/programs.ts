/** @file Programs that are handed to a reward which runs them: the honest one, and ones that try to get round it. */
import { patched, TAMPERS } from './tampers.ts'
import type { Program } from './subject.ts'

/** `wrong` differs from the honest program on every input; `tamper:x` is the same and patches the grader's world first. */
export function programNamed(name: string, honest: () => Program): Program {
  const [family = '', detail = ''] = name.split(':')
  switch (family) {
    case 'honest':
      return honest()
    case 'cache-identity':
      return cachedByIdentity(honest())
    case 'cache-value':
      return cachedByValue(honest())
    case 'mutate-first':
      return mutatingFirst(honest(), detail)
    case 'wrong':
      return wrong(honest())
    case 'tamper':
      return tampering(wrong(honest()), detail)
    default:
      throw new RangeError(`expected the name of a program, got ${name}`)
  }
}

/** Works once per object, not once per call. */
function cachedByIdentity(honest: Program): Program {
  const known = new WeakMap<object, unknown>()
  return (input, work) => {
    if (typeof input !== 'object' || input === null) return honest(input, work)
    if (!known.has(input)) known.set(input, honest(input, work))
    return known.get(input)
  }
}

function cachedByValue(honest: Program): Program {
  const known = new Map<string, unknown>()
  return (input, work) => {
    const key = JSON.stringify(input) ?? typeof input
    if (!known.has(key)) known.set(key, honest(input, work))
    return known.get(key)
  }
}

/** Makes its own input easy, and is right about what it made of it. */
function mutatingFirst(honest: Program, how: string): Program {
  return (input, work) => {
    eased(input, how)
    return honest(input, work)
  }
}

function eased(input: unknown, how: string): void {
  if (Array.isArray(input)) {
    if (how === 'shorten') input.length = Math.min(input.length, 1)
    else if (how === 'empty') input.length = 0
    else if (input.every(item => typeof item === 'number')) input.fill(0)
    else for (const item of input) eased(item, how)
  } else if (typeof input === 'object' && input !== null)
    for (const [key, value] of Object.entries(input))
      if (typeof value === 'number' && how === 'zero') (input as Record<string, unknown>)[key] = 0
      else eased(value, how)
}

export const MUTATIONS: readonly string[] = ['shorten', 'empty', 'zero']

function wrong(honest: Program): Program {
  return input => otherThan(honest(input, () => {}))
}

/** The same type, another value. */
function otherThan(output: unknown): unknown {
  if (typeof output === 'number') return output + 1
  if (typeof output === 'bigint') return output + 1n
  if (typeof output === 'boolean') return !output
  if (typeof output === 'string') return `${output}?`
  return Array.isArray(output) ? [...(output as unknown[]), ...(output as unknown[]), 1] : { wrong: 1 }
}

function tampering(wrongly: Program, id: string): Program {
  const { disguise } = TAMPERS[id]!
  return (input, work) => {
    // What is wrong must be known before the world is patched.
    const output = wrongly(input, work)
    patched(id)
    return disguise ? disguise(output) : output
  }
}
