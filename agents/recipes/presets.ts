/** @file The recipes that come with the house, by name. */
import { UsageError } from '../../envs/errors.ts'
import { o1Roadmap } from './o1-roadmap.ts'
import type { Recipe } from './recipe.ts'

const PRESETS: readonly Recipe[] = [o1Roadmap]

/** Throws UsageError listing the known ones. */
export function findRecipe(name: string): Recipe {
  const recipe = PRESETS.find(preset => preset.name === name)
  if (recipe) return recipe
  throw new UsageError(
    `unknown recipe ${JSON.stringify(name)}; known are ${PRESETS.map(preset => preset.name).join(', ')}`,
  )
}
