/** @file Baselines as a bar chart in SVG: mean, and its interval as a whisker. */
import type { Report } from '../report.ts'
import { escaped } from './escaped.ts'
import { sentence, shownMean } from './shown.ts'

const ROW = 26
const LEFT = 150
const WIDTH = 340
const RIGHT = 190

export function baselineBars({ baselines, contract }: Report): string {
  const [low, high] = scaleOf(baselines, contract['range'])
  const x = (value: number): number => {
    const share = Math.min(1, Math.max(0, (value - low) / (high - low)))
    return LEFT + Math.round(share * WIDTH)
  }
  const rows = baselines.map((each, at) =>
    row(each, { top: at * ROW, x, zero: x(Math.max(low, Math.min(0, high))) }),
  )
  const height = baselines.length * ROW
  const mark = contract['passMark']
  const line =
    typeof mark === 'number'
      ? `<line class="mark" x1="${x(mark)}" x2="${x(mark)}" y1="0" y2="${height}"/><text class="axis" x="${x(mark)}" y="${height + 15}" text-anchor="middle">pass ${shownMean(mark)}</text>`
      : ''
  const ends = `<text class="axis" x="${LEFT}" y="${height + 15}">${shownMean(low)}</text><text class="axis" x="${LEFT + WIDTH}" y="${height + 15}" text-anchor="end">${shownMean(high)}</text>`
  return `<svg role="img" aria-label="Mean score of each baseline" viewBox="0 0 ${LEFT + WIDTH + RIGHT} ${height + 20}">
<rect class="track" x="${LEFT}" y="0" width="${WIDTH}" height="${height}"/>
${rows.join('\n')}${line}${ends}</svg>`
}

function scaleOf(baselines: Report['baselines'], range: unknown): [number, number] {
  if (Array.isArray(range) && range.length === 2) return range as [number, number]
  const means = baselines.flatMap(({ mean }) => (mean === null ? [] : [mean]))
  return [Math.min(0, ...means), Math.max(1, ...means)]
}

function row(
  { name, mean, interval, runs, detail }: Report['baselines'][number],
  { top, x, zero }: { top: number; x(value: number): number; zero: number },
): string {
  const middle = top + ROW / 2
  const label = `<text x="${LEFT - 10}" y="${middle + 4}" text-anchor="end">${escaped(name)}</text>`
  const title = `<title>${escaped(`${name}: ${shownMean(mean)} on ${runs} tasks ${sentence(detail, 200)}`)}</title>`
  const value = `<text class="value" x="${LEFT + WIDTH + 10}" y="${middle + 4}">${shownMean(mean)} ${escaped(sentence(detail, 18))}</text>`
  if (mean === null) return `<g>${title}${label}${value}</g>`
  const [from, to] = [Math.min(zero, x(mean)), Math.max(zero, x(mean))]
  const bar = `<rect class="bar" x="${from}" y="${top + 5}" width="${Math.max(to - from, 2)}" height="${ROW - 10}" rx="2"/>`
  const whisker = interval
    ? `<path class="whisker" d="M${x(interval[0])} ${middle}H${x(interval[1])}M${x(interval[0])} ${middle - 4}v8M${x(interval[1])} ${middle - 4}v8"/>`
    : ''
  return `<g>${title}${label}${bar}${whisker}${value}</g>`
}
