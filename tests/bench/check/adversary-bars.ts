/** @file How much search an exploit takes that lies behind many right actions. */
import type { Bar } from '../../../arena/cli/bars.ts'
import { bar } from '../../../arena/cli/bars.ts'
import type { Json } from '../../../envs/json.ts'
import { exploreArchive } from '../../../rewards/checks/adversary/archive.ts'
import type { EnvSubject } from '../../../rewards/checks/env-subject.ts'
import { vault } from './vault.ts'

const DEPTH = 16
const SEEDS = [1, 2, 3, 4, 5]
const STEPS = 5000

export async function adversaryBars(): Promise<Bar[]> {
  const spent: number[] = []
  for (const seed of SEEDS) {
    const subject = vault(DEPTH) as unknown as EnvSubject<Json>
    const { exploit } = await exploreArchive(subject, { taskSeed: seed, seed, steps: STEPS, ms: 60_000 })
    spent.push(exploit?.foundAt ?? Infinity)
  }
  return [
    bar(
      'adversary-steps',
      Math.max(...spent),
      `<= ${STEPS} steps`,
      `until the first exploit behind ${DEPTH} right actions of 5; seeds ${SEEDS.join(', ')}: ${spent.join(', ')}`,
    ),
  ]
}
