/** @file The museum and the planted exhibits, which make up for what nobody has shipped yet. */
import type { EnvExhibit, RewardExhibit } from './entry.ts'
import { EXHIBITS } from './exhibits.ts'
import { PLANTED_BLUNT } from './planted-blunt.ts'
import { PLANTED_BLUNT_FACETS } from './planted-blunt-facets.ts'
import { PLANTED_ENVS } from './planted-envs.ts'
import { PLANTED_FACETS } from './planted-facets.ts'
import { PLANTED_LAST } from './planted-last.ts'
import { PLANTED_LAST_ENVS } from './planted-last-envs.ts'
import { PLANTED_PROCESS } from './planted-process.ts'
import { PLANTED_SOURCES } from './planted-sources.ts'

/** Those that take longest stand first, so that no thread is left with one at the end. */
export const WHOLE_MUSEUM: readonly (RewardExhibit | EnvExhibit)[] = [
  ...PLANTED_BLUNT,
  ...PLANTED_BLUNT_FACETS,
  ...EXHIBITS,
  ...PLANTED_SOURCES,
  ...PLANTED_FACETS,
  ...PLANTED_PROCESS,
  ...PLANTED_ENVS,
  ...PLANTED_LAST,
  ...PLANTED_LAST_ENVS,
]
