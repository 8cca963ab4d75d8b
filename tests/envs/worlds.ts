/** @file Every family of worlds with its check. */
import type { World } from './world.ts'
import { ALGEBRA } from './worlds-algebra.ts'
import { COUNTING } from './worlds-counting.ts'
import { GEOMETRY } from './worlds-geometry.ts'
import { STORIES } from './worlds-stories.ts'

export const WORLDS: readonly World[] = [...COUNTING, ...ALGEBRA, ...GEOMETRY, ...STORIES]
