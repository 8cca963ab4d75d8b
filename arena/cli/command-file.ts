/** @file Where the `ludus` command itself lies, to start it in a process of its own. */
import { fileURLToPath } from 'node:url'

/** The same file from source and from the built copy under `dist/`. */
export const COMMAND_FILE: string = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? 'ludus.js' : '../../../arena/cli/ludus.js', import.meta.url),
)
