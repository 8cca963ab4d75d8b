/** @file A graph as a picture: layers from top to bottom, colours by kind of operation, shapes on the links, Loop bodies beside it. */
import { Graph as DagreGraph, layout } from '@dagrejs/dagre'
import type { Box, Drawing, Link, Row } from './graph-boxes.ts'
import { drawingOf } from './graph-boxes.ts'
import type { Kind } from './graph-kinds.ts'
import { untangled } from './graph-untangle.ts'
import type { GraphSpec } from '../graph/onnx.ts'

/** Widths of characters and heights of lines in the fonts of STYLE. */
const CHARACTER = 6.65
const TITLE_CHARACTER = 8.5
const ROW = 19
const PADDING = 10
const LABEL_CHARACTER = 5.5
const LABEL_LINE = 11
const MARGIN = 24
const HEADER = 44
/** Longer names are cut in the middle; the whole one is in the tooltip. */
const MAX_TEXT = 44
const MAX_OPERANDS = 5

const FILL: Record<Kind, string> = {
  product: '#bfd7f7',
  elementwise: '#cdebcf',
  reduction: '#fbdcb4',
  choice: '#e3d1f4',
  layout: '#e8e8e4',
  control: '#f7c6c6',
  output: '#fff3b0',
  other: '#ffffff',
}

interface Panel {
  width: number
  height: number
  svg: string
}

export function graphSvg(graph: GraphSpec): string {
  const drawings = withBodies(untangled(drawingOf(graph)))
  const panels = drawings.map(panelOf)
  const key = keyOf(drawings)
  let x = MARGIN
  const placed = panels.map(({ width, svg }) => {
    const at = `<g transform="translate(${x} ${HEADER})">${svg}</g>`
    x += width + MARGIN
    return at
  })
  const width = Math.ceil(Math.max(x, key.width + 2 * MARGIN))
  const height = Math.ceil(HEADER + Math.max(...panels.map(panel => panel.height)) + MARGIN)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(`Graph ${graph.name}`)}">`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0L8 4L0 8z" fill="#777"/></marker></defs>',
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<g transform="translate(${MARGIN} ${MARGIN})">${key.svg}</g>`,
    ...placed,
    '</svg>',
  ].join('\n')
}

const STYLE = `text{font-size:11px;font-family:'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:#222}
.title{font-size:14px;font-weight:bold}.op{font-weight:bold}.shape,.label{fill:#666}.shape,.name{text-anchor:end}.name{fill:#b02a1a}a tspan{fill:#b02a1a;text-decoration:underline}.label{font-size:9px;text-anchor:middle;paint-order:stroke;stroke:#fcfcfb;stroke-width:3px}
.frame{fill:#fcfcfb;stroke:#ccc}.box{fill:none;stroke:#555}.link{fill:none;stroke:#999;marker-end:url(#tip)}`

function withBodies(drawing: Drawing): Drawing[] {
  return [drawing, ...drawing.bodies.flatMap(withBodies)]
}

/** What the colours mean, of those that occur. */
function keyOf(drawings: readonly Drawing[]): { width: number; svg: string } {
  const kinds = new Set(
    drawings.flatMap(({ boxes }) => boxes.flatMap(({ rows }) => rows.map(row => row.kind))),
  )
  let width = 0
  const entries = Object.entries(FILL)
    .filter(([kind]) => kinds.has(kind as Kind))
    .map(([kind, fill]) => {
      const entry = `<rect x="${width}" y="-9" width="12" height="12" fill="${fill}" stroke="#555"/><text x="${width + 17}">${kind}</text>`
      width += 30 + kind.length * CHARACTER
      return entry
    })
  return { width, svg: entries.join('') }
}

function panelOf(drawing: Drawing): Panel {
  const placed = laidOut(drawing)
  const size = placed.graph()
  const width = Math.max(size.width, drawing.title.length * TITLE_CHARACTER) + 2 * PADDING
  const height = size.height + 40
  const svg = [
    `<rect class="frame" width="${width.toFixed(1)}" height="${height}" rx="8"/>`,
    `<text class="title" x="${PADDING}" y="22">${escaped(drawing.title)}</text>`,
    `<g transform="translate(${PADDING} 34)">`,
    ...placed.edges().map(edge => linkSvg(placed.edge(edge))),
    ...drawing.boxes.map(box => boxSvg(box, placed.node(box.id))),
    '</g>',
  ]
  return { width, height, svg: svg.join('\n') }
}

interface Point {
  x: number
  y: number
}

interface PlacedBox extends Point {
  width: number
  height: number
}

interface LinkLabel {
  width: number
  height: number
  labelpos: 'c'
  lines: readonly string[]
}

interface PlacedLink extends LinkLabel, Point {
  points: readonly Point[]
}

/** What is used of dagre's graph, after the layout; the package's own types cannot be resolved from ES modules. */
interface Layout {
  setGraph(options: Record<string, number>): void
  setNode(id: string, size: { width: number; height: number }): void
  setEdge(from: string, to: string, label: LinkLabel, name: string): void
  graph(): { width: number; height: number }
  node(id: string): PlacedBox
  edges(): object[]
  edge(edge: object): PlacedLink
}

function laidOut({ boxes, links }: Drawing): Layout {
  const graph = new DagreGraph({ multigraph: true }) as Layout
  graph.setGraph({ nodesep: 16, edgesep: 10, ranksep: 26, marginx: 6, marginy: 6 })
  for (const box of boxes) graph.setNode(box.id, { width: boxWidth(box), height: box.rows.length * ROW })
  links.forEach((link, i) => graph.setEdge(link.from, link.to, linkLabel(link), String(i)))
  layout(graph)
  return graph
}

function linkLabel({ label }: Link): LinkLabel {
  const width = Math.max(0, ...label.map(line => line.length)) * LABEL_CHARACTER
  return { width, height: label.length * LABEL_LINE, labelpos: 'c', lines: label }
}

function boxWidth({ id, rows, referred }: Box): number {
  const name = referred ? id.length + 2 : 0
  const lengths = rows.map((row, i) => rowText(row).length + (i === rows.length - 1 ? name : 0))
  return 2 * PADDING + Math.max(...lengths) * CHARACTER
}

/** As wide as what `rowSvg` draws. */
function rowText(row: Row): string {
  return [row.op, ...shortened(row.operands), ...shortened(row.references), row.shape].join('  ')
}

function shortened(list: readonly string[]): string[] {
  const rest = list.length - MAX_OPERANDS
  return [...list.slice(0, MAX_OPERANDS).map(cut), ...(rest > 0 ? [`… ${rest} more`] : [])]
}

function boxSvg({ id, rows, referred }: Box, { x, y, width, height }: PlacedBox): string {
  const [left, top] = [x - width / 2, y - height / 2]
  const name = referred
    ? `<text class="name" x="${(width - 6).toFixed(1)}" y="${height - 6}">${escaped(id)}</text>`
    : ''
  return [
    `<g id="${escaped(id)}" transform="translate(${left.toFixed(1)} ${top.toFixed(1)})">`,
    ...rows.map((row, i) => {
      const nameWidth = referred && i === rows.length - 1 ? (id.length + 1) * CHARACTER : 0
      return `<g transform="translate(0 ${i * ROW})">${rowSvg(row, width, nameWidth)}</g>`
    }),
    `<rect class="box" width="${width.toFixed(1)}" height="${height}" rx="3"/>${name}</g>`,
  ].join('')
}

function rowSvg(row: Row, width: number, nameWidth: number): string {
  const span = (text: string): string => `<tspan dx="${2 * CHARACTER}">${escaped(text)}</tspan>`
  const references = shortened(row.references).map((text, i) =>
    row.references[i] === text ? `<a href="#${escaped(text)}">${span(text)}</a>` : span(text),
  )
  return [
    `<title>${escaped(row.title)}</title><rect width="${width.toFixed(1)}" height="${ROW}" fill="${FILL[row.kind]}"/>`,
    `<text x="${PADDING}" y="13"><tspan class="op">${escaped(row.op)}</tspan>`,
    `${shortened(row.operands).map(span).join('')}${references.join('')}</text>`,
    row.shape &&
      `<text class="shape" x="${(width - PADDING - nameWidth).toFixed(1)}" y="13">${escaped(row.shape)}</text>`,
  ].join('')
}

function linkSvg({ points, lines, x, y }: PlacedLink): string {
  const top = y - ((lines.length - 1) * LABEL_LINE) / 2 + 3
  const label = lines.map(
    (line, i) => `<text class="label" x="${x}" y="${top + i * LABEL_LINE}">${escaped(line)}</text>`,
  )
  return `<path class="link" d="${curve(points)}"/>${label.join('')}`
}

/** Through the middles between the layout's points, with those as controls: no corners. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points
  const last = rest.pop()!
  const bends = rest.map(({ x, y }, i) => {
    const next = rest[i + 1] ?? last
    const end = rest[i + 1] ? { x: (x + next.x) / 2, y: (y + next.y) / 2 } : last
    return `Q${x} ${y} ${end.x} ${end.y}`
  })
  return `M${first!.x} ${first!.y}${bends.join('') || `L${last.x} ${last.y}`}`
}

function cut(text: string): string {
  if (text.length <= MAX_TEXT) return text
  const half = Math.floor((MAX_TEXT - 1) / 2)
  return `${text.slice(0, half)}…${text.slice(-half)}`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)
}
