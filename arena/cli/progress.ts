/** @file Progress of long work on stderr: a bar on a terminal, a line per tenth elsewhere, nothing with --json. */
import { Presets, SingleBar } from 'cli-progress'
import { note } from './output.ts'

export interface ProgressBar {
  /** `remark` stands behind the bar until the next one. */
  update(completed: number, remark?: string): void
  /** Leaves the bar as it stands. */
  stop(): void
}

/** Lines closer together than this say nothing that the next one does not. */
const LINE_MS = 1000

/** Begins to show progress towards `total`. */
export function startProgress(
  label: string,
  total: number,
  { silent = false }: { silent?: boolean } = {},
): ProgressBar {
  if (silent || total <= 0) return { update: () => {}, stop: () => {} }
  return process.stderr.isTTY ? terminalBar(label, total) : tenths(label, total)
}

function terminalBar(label: string, total: number): ProgressBar {
  const format = `${label} {bar} {value}/{total} | {eta_formatted} left{remark}`
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic)
  bar.start(total, 0, { remark: '' })
  return {
    update: (completed, remark) =>
      bar.update(completed, remark === undefined ? {} : { remark: ` | ${remark}` }),
    stop: () => bar.stop(),
  }
}

function tenths(label: string, total: number): ProgressBar {
  let [written, lastMs] = [0, performance.now()]
  return {
    update(completed, remark) {
      const tenth = Math.floor((10 * completed) / total)
      if (tenth <= written || performance.now() - lastMs < LINE_MS) return
      ;[written, lastMs] = [tenth, performance.now()]
      note(
        `${label.trimEnd()}: ${completed} of ${total} (${tenth * 10} %)${remark === undefined ? '' : `, ${remark}`}`,
      )
    },
    stop: () => {},
  }
}
