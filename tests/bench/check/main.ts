/** @file The bars of `ludus check`: prints `{ bars, missing }`. Arguments name parts; none means all. */
import type { Bar } from '../../../arena/cli/bars.ts'
import { adversaryBars } from './adversary-bars.ts'
import { lawBars } from './law-bars.ts'
import { alarmBars, museumBars, rehearsalBars } from './museum-bars.ts'
import { subjectBars } from './subject-bars.ts'

const PARTS: Record<string, () => Promise<Bar[]>> = {
  museum: museumBars,
  rehearsal: rehearsalBars,
  alarms: alarmBars,
  laws: lawBars,
  subjects: subjectBars,
  adversary: adversaryBars,
}

const wanted = process.argv.slice(2)
const bars: Bar[] = []
for (const [name, part] of Object.entries(PARTS))
  if (wanted.length === 0 || wanted.includes(name)) bars.push(...(await part()))
process.stdout.write(JSON.stringify({ bars, missing: {} }))
process.exit(0)
