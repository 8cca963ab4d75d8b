/**
 * @file Modules that people wrote: TypeScript or JavaScript files whose `ludus/…` imports must be this very program.
 */
import { register } from 'node:module'
import { pathToFileURL } from 'node:url'
import { ENV_ID } from './define-env.ts'
import type { EnvDef } from './env.ts'
import { UsageError } from './errors.ts'

/** What the file at the absolute `path` exports. Throws UsageError if it cannot be loaded. */
export async function importUserModule(path: string): Promise<Record<string, unknown>> {
  await prepare(path)
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } catch (error) {
    const words = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error)
    throw new UsageError(`${path} cannot be loaded: ${words}`)
  }
}

let prepared = false

/** The file's `ludus/…` imports must be this very program, and TypeScript must be readable. */
async function prepare(path: string): Promise<void> {
  if (prepared) return
  prepared = true
  register(hooks())
  const inSource = import.meta.url.endsWith('.ts')
  if (inSource || !/\.[cm]?ts$/.test(path) || 'typescript' in process.features) return
  try {
    const { register: readTypeScript } = (await import('tsx/esm/api')) as { register(): void }
    readTypeScript()
  } catch {
    throw new UsageError(
      `${path}: this Node (${process.version}) does not read TypeScript; npm install tsx, or use Node 22.18 or newer`,
    )
  }
}

/**
 * A module with a resolve hook: `ludus/envs` and the other doors lead to the modules that run right now, `zod` to the
 * same zod, and a TypeScript file is a module even in a folder whose package.json does not say so.
 */
function hooks(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const [root, here] = [new URL('../', import.meta.url).href, import.meta.url].map(url => JSON.stringify(url))
  const code = `
    const doors = /^ludus\\/(envs|rewards|agents|arena)$/
    export async function resolve(specifier, context, next) {
      const door = doors.exec(specifier)
      if (door) return next(${root} + door[1] + '/index.${extension}', context)
      if (specifier === 'zod') return next(specifier, { ...context, parentURL: ${here} })
      const found = await next(specifier, context)
      const ours = found.url.startsWith('file:') && !found.url.includes('/node_modules/')
      return ours && /\\.ts(\\?|$)/.test(found.url) ? { ...found, format: 'module' } : found
    }`
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`)
}

/** Is this an environment definition, as `defineEnv` makes them? */
export function isEnv(value: unknown): value is EnvDef {
  if (typeof value !== 'object' || value === null) return false
  const env = value as Partial<EnvDef>
  return (
    typeof env.id === 'string' &&
    ENV_ID.test(env.id) &&
    typeof env.step === 'function' &&
    typeof env.start === 'function' &&
    typeof env.tasks?.at === 'function'
  )
}
