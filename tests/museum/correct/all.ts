/** @file The correct set: rewards and environments without a fault, on which every finding is a false alarm. */
import { ALGEBRA } from './algebra.ts'
import { CHAINS } from './chains.ts'
import { CHOICES } from './choices.ts'
import { COMPOSITES } from './composites.ts'
import { DESKS } from './desks.ts'
import { GAMES } from './games.ts'
import { JUDGED } from './judged.ts'
import { LEARNED } from './learned.ts'
import { MAIL } from './mail.ts'
import { NUMBERS } from './numbers.ts'
import { PROGRAMS } from './programs.ts'
import { PUZZLES } from './puzzles.ts'
import { QUANTITIES } from './quantities.ts'
import { SEARCHES } from './searches.ts'
import { STRUCTURES } from './structures.ts'
import type { CorrectSubject } from './subject.ts'
import { WORDS } from './words.ts'
import { WORLDS } from './worlds.ts'

export const CORRECT: readonly CorrectSubject[] = [
  ...NUMBERS,
  ...QUANTITIES,
  ...ALGEBRA,
  ...CHOICES,
  ...STRUCTURES,
  ...PUZZLES,
  ...SEARCHES,
  ...WORDS,
  ...COMPOSITES,
  ...PROGRAMS,
  ...JUDGED,
  ...CHAINS,
  ...LEARNED,
  ...WORLDS,
  ...DESKS,
  ...GAMES,
  ...MAIL,
]
