/** @file The files of the project, as git knows them. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Tracked files and those that would be: new ones that nobody ignores, without deleted ones. */
export function projectFiles(): string[] {
  const options = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const files = execFileSync('git', options, { cwd: ROOT, encoding: 'utf8' }).split('\0')
  return files.filter(file => file !== '' && existsSync(join(ROOT, file))).sort()
}
