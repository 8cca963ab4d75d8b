#!/usr/bin/env node
// The `ludus` command. In a clone it runs the TypeScript sources; in an installed package, the built files.
import { existsSync } from 'node:fs'

if (existsSync(new URL('./main.ts', import.meta.url))) {
  const { register } = await import('tsx/esm/api')
  register()
  await import('./main.ts')
} else {
  await import('../../dist/arena/cli/main.js')
}
