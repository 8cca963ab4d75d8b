/**
 * @file `npm test`: every test file, over two processes, because most of them leave a core idle. Ends with uvu's own totals.
 *
 *     node --import tsx tests/run.ts [pattern of file names]
 */
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { parse } from 'uvu/parse'

const LANES = 2
const LANE = fileURLToPath(new URL('lane.ts', import.meta.url))

/** These take longest and stand first, so that no process is left with one of them at the end. */
const LONGEST = [
  'rewards/museum',
  'rewards/checks-builtin',
  'cli/check.test',
  'cli/check-adversary',
  'rewards/checks-execution',
  'rewards/checks-mutants',
  'rewards/checks-false-alarms',
  'e2e/demo',
  'envs/contract',
  'agents/recipes',
]

/** What a file wrote last may still be on its way. */
const LAST_WORDS_MS = 50

const sums = { Total: 0, Passed: 0, Skipped: 0 }
const lost: string[] = []
const started = performance.now()

const { suites } = await parse('tests', process.argv[2] ?? '\\.test\\.tsx?$')
const rank = (name: string): number =>
  (LONGEST.findIndex(each => name.includes(each)) + LONGEST.length) % LONGEST.length
const queue = suites
  .map(suite => ({ ...suite, late: !LONGEST.some(each => suite.name.includes(each)) }))
  .sort(
    (a, b) => Number(a.late) - Number(b.late) || rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1),
  )

await Promise.all(Array.from({ length: LANES }, lane))
process.stdout.write(
  `\n  Total:     ${sums.Total}\n  Passed:    ${sums.Passed}\n  Skipped:   ${sums.Skipped}\n`,
)
process.stdout.write(`  Duration:  ${((performance.now() - started) / 1000).toFixed(0)} s\n\n`)
for (const file of lost) process.stdout.write(`${file}: its process ended before it was through\n`)
if (sums.Passed < sums.Total || sums.Total === 0 || lost.length > 0) process.exitCode = 1

/** Takes files from the queue until it is empty; a process that ends early loses its file and is replaced. */
async function lane(): Promise<void> {
  while (queue.length > 0) await served(fork(LANE, { execArgv: ['--import', 'tsx'], silent: true }))
}

/** Output is kept back until a file is through, so that two of them do not mix. */
function served(child: ChildProcess): Promise<void> {
  let [output, running] = ['', null as string | null]
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.on('message', () => {
    setTimeout(() => {
      count(output)
      output = ''
      const next = queue.shift()
      running = next?.name ?? null
      if (next) child.send({ name: next.name, file: next.file })
      else child.disconnect()
    }, LAST_WORDS_MS)
  })
  return new Promise(resolve =>
    child.on('exit', () =>
      setTimeout(() => {
        count(output)
        if (running !== null) lost.push(running)
        resolve()
      }, LAST_WORDS_MS),
    ),
  )
}

/** Adds up the totals with which uvu ends a file, and passes the output on. */
function count(output: string): void {
  process.stdout.write(output)
  for (const label of ['Total', 'Passed', 'Skipped'] as const)
    for (const [, number] of stripVTControlCharacters(output).matchAll(
      new RegExp(`^  ${label}: +(\\d+)$`, 'gm'),
    ))
      sums[label] += Number(number)
}
