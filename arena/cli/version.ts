/** @file The version of this program. */
import { readFileSync } from 'node:fs'

export function packageVersion(): string {
  const built = !import.meta.url.endsWith('.ts')
  const file = new URL(built ? '../../../package.json' : '../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
