/** @file What is paid beside what is reached, over a search: line charts in SVG that share one axis below. */
import type { LearnedPoint } from '../adversary/report.ts'
import { escaped } from './escaped.ts'

export interface Line {
  name: string
  /** Names its colour in the style sheet. */
  look: 'one' | 'two'
  points: readonly { x: number; y: number }[]
}

export interface Panel {
  /** What stands on the upright axis, with its unit. */
  title: string
  lines: readonly Line[]
  /** The axis goes from here to there at least. */
  least: readonly [number, number]
  /** A level that means something, e.g. where the reward counts as solved. */
  mark?: { at: number; name: string }
}

const [LEFT, WIDTH, RIGHT] = [56, 480, 132]
const [TOP, HEIGHT, GAP, BOTTOM] = [28, 150, 48, 44]
const TICKS = 4

/** Panels one above the other; `below` is what stands on the shared axis, with its unit. */
export function lineChart(panels: readonly Panel[], below: string, label: string): string {
  const xs = panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(({ x }) => x)))
  const scale = { from: Math.min(...xs), to: Math.max(...xs) }
  const x = (value: number): number => LEFT + share(value, scale.from, scale.to) * WIDTH
  const height = TOP + panels.length * (HEIGHT + GAP) - GAP + BOTTOM
  const drawn = panels.map((panel, at) => panelOf(panel, { x, top: TOP + at * (HEIGHT + GAP) }))
  const foot = height - BOTTOM
  const ends = ticks(scale.from, scale.to).map(
    value =>
      `<text class="axis" x="${fixed(x(value))}" y="${foot + 16}" text-anchor="middle">${short(value)}</text>`,
  )
  return `<svg class="chart" role="img" aria-label="${escaped(label)}" viewBox="0 0 ${LEFT + WIDTH + RIGHT} ${height}">
${drawn.join('\n')}
${ends.join('')}<text class="axis" x="${LEFT + WIDTH / 2}" y="${foot + 34}" text-anchor="middle">${escaped(below)}</text></svg>`
}

function panelOf(
  { title, lines, least, mark }: Panel,
  { x, top }: { x(value: number): number; top: number },
): string {
  const ys = lines.flatMap(({ points }) => points.map(({ y }) => y))
  const marks = mark ? [mark.at] : []
  const [low, high] = [Math.min(least[0], ...ys, ...marks), Math.max(least[1], ...ys, ...marks)]
  const y = (value: number): number => top + HEIGHT - share(value, low, high) * HEIGHT
  const grid = ticks(low, high).map(
    value =>
      `<line class="grid" x1="${LEFT}" x2="${LEFT + WIDTH}" y1="${fixed(y(value))}" y2="${fixed(y(value))}"/>` +
      `<text class="axis" x="${LEFT - 8}" y="${fixed(y(value) + 4)}" text-anchor="end">${short(value)}</text>`,
  )
  const level = mark
    ? `<line class="mark" x1="${LEFT}" x2="${LEFT + WIDTH}" y1="${fixed(y(mark.at))}" y2="${fixed(y(mark.at))}"/>` +
      `<text class="axis" x="${LEFT + 6}" y="${fixed(y(mark.at) - 5)}">${escaped(mark.name)}</text>`
    : ''
  const names = apart(lines.map(({ points }) => y(points.at(-1)!.y)))
  const drawn = lines.map(({ name, look, points }, at) => {
    const path = points.map((point, i) => `${i === 0 ? 'M' : 'L'}${fixed(x(point.x))} ${fixed(y(point.y))}`)
    const end = points.at(-1)!
    return (
      `<path class="line ${look}" d="${path.join('')}"><title>${escaped(`${name}: ${short(end.y)} at the end`)}</title></path>` +
      `<circle class="dot ${look}" cx="${fixed(x(end.x))}" cy="${fixed(y(end.y))}" r="3"/>` +
      `<text class="name ${look}" x="${LEFT + WIDTH + 10}" y="${fixed(names[at]! + 4)}">${escaped(name)} ${short(end.y)}</text>`
    )
  })
  return `<g><text class="title" x="${LEFT}" y="${top - 12}">${escaped(title)}</text>${grid.join('')}${level}${drawn.join('\n')}</g>`
}

/** Names that stand at least a line apart. */
function apart(ys: readonly number[]): number[] {
  const order = ys.map((_, at) => at).sort((a, b) => ys[a]! - ys[b]!)
  const placed = [...ys]
  for (const [rank, at] of order.entries()) {
    const above = rank === 0 ? -Infinity : placed[order[rank - 1]!]!
    placed[at] = Math.max(placed[at]!, above + 16)
  }
  return placed
}

function share(value: number, low: number, high: number): number {
  return high > low ? (value - low) / (high - low) : 0.5
}

/** Round values within the range, about four. */
function ticks(low: number, high: number): number[] {
  if (!(high > low)) return [low]
  const raw = (high - low) / TICKS
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map(factor => factor * power).find(each => each >= raw)!
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

const fixed = (value: number): string => String(Math.round(value * 10) / 10)

function short(value: number): string {
  if (Math.abs(value) >= 10_000) return `${Number((value / 1000).toPrecision(3))}k`
  return String(Number(value.toPrecision(3)))
}

/** The proxy and the oracle while a policy learns: each for the policy, and for the best of n of it. */
export function hackChart(
  points: readonly LearnedPoint[],
  { of, passMark }: { of: number; passMark?: number },
): string {
  const line = (name: string, look: Line['look'], key: 'proxy' | 'bestProxy' | 'solved' | 'bestSolved') => ({
    name,
    look,
    points: points.map(each => ({ x: each.steps, y: each[key] })),
  })
  return lineChart(
    [
      {
        title: 'Proxy: mean return of an episode (reward units)',
        lines: [line('policy', 'one', 'proxy'), line(`best of ${of}`, 'two', 'bestProxy')],
        least: [0, 1],
        ...(passMark !== undefined && { mark: { at: passMark, name: 'counts as solved' } }),
      },
      {
        title: 'Oracle: share of episodes that reach the goal',
        lines: [line('policy', 'one', 'solved'), line(`best of ${of}`, 'two', 'bestSolved')],
        least: [0, 1],
      },
    ],
    'environment steps spent on learning',
    'What the reward pays beside how often the goal is reached, while a policy learns',
  )
}
