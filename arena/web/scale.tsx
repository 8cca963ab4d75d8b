/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/**
 * @file Agents and task levels on one rating axis, as inline SVG.
 *
 * One row each, best first: agents are named on the left, levels on the right. Reading down, an agent solves more than
 * half of every level below it.
 */
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Board } from '../board.ts'
import { SCALE_STYLE } from './style.ts'

const WIDTH = 900
const LEFT = 214
const RIGHT = 690
const TOP = 92
const ROW = 27
const BOTTOM = 40
/** Bold names of agents are wider. */
const MAX_LABEL = { agent: 22, item: 25 }
/** How far the whisker of a provisional rating is drawn: it says "not known yet", and must not squeeze the rest. */
const PROVISIONAL_REACH = 160

interface Row {
  kind: 'agent' | 'item'
  label: string
  remark: string
  rating: number
  low: number
  high: number
  provisional: boolean
}

interface Axis {
  low: number
  high: number
  ticks: number[]
  x(rating: number): number
}

/** The scale as an SVG file of its own, with background and font. */
export function scaleSvg(board: Board): string {
  return renderToString(<Scale board={board} standalone />)
}

/** The scale inside a page that brings SCALE_STYLE. */
export function Scale({ board, standalone = false }: { board: Board; standalone?: boolean }): VNode {
  const rows = rowsOf(board)
  const axis = axisOf(rows)
  const height = TOP + rows.length * ROW + BOTTOM
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class="scale"
      viewBox={`0 0 ${WIDTH} ${height}`}
      width={WIDTH}
      height={height}
      role="img"
      aria-label="Agents and task levels on one rating scale, with 95 % intervals"
    >
      {standalone && <style dangerouslySetInnerHTML={{ __html: SCALE_STYLE }} />}
      <rect class="bg" width={WIDTH} height={height} rx="8" />
      <Heading />
      <Grid axis={axis} bottom={height - BOTTOM} />
      {rows.map((row, i) => (
        <Player row={row} axis={axis} y={TOP + (i + 0.5) * ROW} />
      ))}
    </svg>
  )
}

function Heading(): VNode {
  return (
    <g>
      <text class="title" x="20" y="32">
        Agents and task levels on one scale
      </text>
      <text class="muted" x="20" y="52">
        An agent beside a level solves half of its tasks; 400 points above, ten of eleven. Whiskers are 95 %
        intervals.
      </text>
      <g class="agent">
        <circle class="mark" cx={LEFT - 12} cy="74" r="4.5" />
        <text class="muted" x={LEFT - 22} y="78" text-anchor="end">
          agents
        </text>
      </g>
      <g class="item">
        <Diamond x={RIGHT + 12} y={74} />
        <text class="muted" x={RIGHT + 24} y="78">
          task levels
        </text>
      </g>
    </g>
  )
}

function Grid({ axis, bottom }: { axis: Axis; bottom: number }): VNode {
  return (
    <g>
      {axis.ticks.map(tick => (
        <g>
          <line class="grid" x1={axis.x(tick)} x2={axis.x(tick)} y1={TOP - 4} y2={bottom + 4} />
          <text class="muted" x={axis.x(tick)} y={bottom + 22} text-anchor="middle">
            {tick}
          </text>
        </g>
      ))}
    </g>
  )
}

function Player({ row, axis, y }: { row: Row; axis: Axis; y: number }): VNode {
  const x = axis.x(row.rating)
  const [labelX, anchor] = row.kind === 'agent' ? [LEFT - 12, 'end' as const] : [RIGHT + 12, 'start' as const]
  return (
    <g class={row.provisional ? `${row.kind} provisional` : row.kind}>
      <Whisker row={row} axis={axis} y={y} />
      {row.kind === 'agent' ? <circle class="mark" cx={x} cy={y} r="4.5" /> : <Diamond x={x} y={y} />}
      <text class="name" x={labelX} y={y + 4.5} text-anchor={anchor}>
        {shorten(row.label, MAX_LABEL[row.kind])}
        <title>{row.label}</title>
      </text>
      <Remark row={row} axis={axis} y={y} />
    </g>
  )
}

function Diamond({ x, y }: { x: number; y: number }): VNode {
  return <path class="mark" d={`M${x - 5} ${y}L${x} ${y - 5}L${x + 5} ${y}L${x} ${y + 5}Z`} />
}

function Whisker({ row, axis, y }: { row: Row; axis: Axis; y: number }): VNode {
  const [from, to] = [axis.x(Math.max(axis.low, row.low)), axis.x(Math.min(axis.high, row.high))]
  return (
    <g>
      <line class="whisker" x1={from} x2={to} y1={y} y2={y} />
      {row.low < axis.low ? (
        <path class="beyond" d={`M${from - 6} ${y}l8 -4v8z`} />
      ) : (
        <line class="whisker" x1={from} x2={from} y1={y - 4} y2={y + 4} />
      )}
      {row.high > axis.high ? (
        <path class="beyond" d={`M${to + 6} ${y}l-8 -4v8z`} />
      ) : (
        <line class="whisker" x1={to} x2={to} y1={y - 4} y2={y + 4} />
      )}
    </g>
  )
}

/** The number beside the whisker, on the side of the row's own label if there is room. */
function Remark({ row, axis, y }: { row: Row; axis: Axis; y: number }): VNode {
  const room = 52
  const left = axis.x(Math.max(axis.low, row.low)) - 9
  const right = axis.x(Math.min(axis.high, row.high)) + 9
  const before = row.kind === 'agent' ? left - room > LEFT - 8 : right + room > RIGHT + 8
  return (
    <text class="muted remark" x={before ? left : right} y={y + 4} text-anchor={before ? 'end' : 'start'}>
      {row.remark}
    </text>
  )
}

function rowsOf({ agents, items }: Board): Row[] {
  const rows: Row[] = [
    ...agents.map(agent => ({
      ...agent,
      kind: 'agent' as const,
      label: agent.name,
      remark: String(Math.round(agent.rating)),
    })),
    ...items.map(item => ({
      ...item,
      kind: 'item' as const,
      label: item.title,
      remark: String(Math.round(item.rating)),
    })),
  ]
  return rows.sort((a, b) => b.rating - a.rating)
}

function axisOf(rows: readonly Row[]): Axis {
  const reach = (row: Row): number => (row.provisional ? PROVISIONAL_REACH : Infinity)
  let low = Math.min(1000, ...rows.map(row => Math.max(row.low, row.rating - reach(row))))
  let high = Math.max(1000, ...rows.map(row => Math.min(row.high, row.rating + reach(row))))
  const step = [50, 100, 200, 250, 500, 1000].find(size => (high - low) / size <= 7) ?? 2000
  ;[low, high] = [low - step / 4, high + step / 4]
  const first = Math.ceil(low / step)
  const ticks = Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step)
  return { low, high, ticks, x: rating => round(LEFT + ((rating - low) / (high - low)) * (RIGHT - LEFT)) }
}

/** Cut to what the margin holds. Wide scripts take two places. */
function shorten(label: string, room: number): string {
  let places = 0
  let kept = ''
  for (const character of label) {
    places += character.codePointAt(0)! >= 0x1100 ? 2 : 1
    if (places > room) return `${kept.trimEnd()}…`
    kept += character
  }
  return kept
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
