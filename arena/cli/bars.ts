/** @file Bars: the project's claims as measured figures against thresholds, in one document for people and machines. */
import { execFile } from 'node:child_process'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { print, printJson } from './output.ts'

export interface Bar {
  id: string
  figure: number
  unit: string
  /** How the figure must stand to this number. */
  relation: '<=' | '>='
  threshold: number
  met: boolean
  detail: string
}

const run = promisify(execFile)

/** `limit` is how the figure must stand to which number, e.g. `<= 240 s`. */
export function bar(id: string, figure: number, limit: string, detail: string): Bar {
  const [relation, number, ...unit] = limit.split(' ') as [Bar['relation'], string, ...string[]]
  const threshold = Number(number)
  const met = relation === '<=' ? figure <= threshold : figure >= threshold
  return { id, figure, unit: unit.join(' '), relation, threshold, met, detail }
}

/** Prints the bars with the machine and the commit they were measured on. Exit code 1 if one is missed. */
export async function report(bars: readonly Bar[], json: boolean): Promise<void> {
  const document = { machine: machine(), commit: await commit(), bars }
  if (bars.some(({ met }) => !met)) process.exitCode = 1
  if (json) return printJson(document)
  print(`${document.machine}, commit ${document.commit}`)
  for (const { id, figure, unit, relation, threshold, met, detail } of bars)
    print(
      `${met ? 'met   ' : 'MISSED'} ${id.padEnd(18)} ${shown(figure)} ${relation} ${threshold} ${unit}: ${detail}`,
    )
}

/** Three decimals, or three digits of what is smaller than those. */
function shown(figure: number): string {
  return figure !== 0 && Math.abs(figure) < 0.001 ? figure.toPrecision(3) : figure.toFixed(3)
}

function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown CPU'}, ${memory} GiB, Node ${process.version}`
}

async function commit(): Promise<string> {
  try {
    const { stdout } = await run('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    })
    return stdout.trim()
  } catch {
    return 'unknown'
  }
}
