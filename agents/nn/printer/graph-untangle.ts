/** @file Fewer boxes and shorter links: what makes a drawing of hundreds of nodes readable. */
import type { Box, Drawing, Link, Row } from './graph-boxes.ts'

type Boxes = Pick<Drawing, 'boxes' | 'links'>

/** Drawings of up to this many boxes keep all their links. */
const SMALL = 24
/** Layers that a link of a larger drawing may cross: the arms of a residual block stay, the way back to the forward pass does not. */
const REACH = 5

export function untangled({ title, boxes, links, bodies }: Drawing): Drawing {
  const drawn = withReferences(straightened({ boxes, links: merged(links) }))
  hideRepeatedShapes(drawn)
  return { title, ...drawn, bodies: bodies.map(untangled) }
}

/** One link for operands that come the same way, as in `x · x`. */
function merged(links: readonly Link[]): Link[] {
  return [...new Map(links.map(link => [JSON.stringify(link), link])).values()]
}

/** Boxes that stand in a straight line, as one. */
function straightened({ boxes, links }: Boxes): Boxes {
  const after = grouped(links, ({ from }) => from)
  const before = grouped(links, ({ to }) => to)
  const heads = new Map<string, Box>()
  for (const box of boxes) {
    const [link, ...others] = before.get(box.id) ?? []
    const alone = link !== undefined && others.length === 0 && after.get(link.from)!.length === 1
    const head = alone ? heads.get(link.from)! : { ...box, rows: [] }
    head.rows.push(...(alone ? moveRows(link) : []), ...box.rows)
    head.id = box.id
    heads.set(box.id, head)
  }
  const between = links.filter(({ from, to }) => heads.get(from) !== heads.get(to))
  return {
    boxes: [...new Set(heads.values())],
    links: between.map(link => ({ ...link, from: heads.get(link.from)!.id, to: heads.get(link.to)!.id })),
  }
}

function moveRows({ label }: Link): Row[] {
  const moves = label.slice(0, -1)
  return moves.map(op => ({ kind: 'layout', op, operands: [], references: [], shape: '', title: op }))
}

/** Long links as references by name. A box keeps the link from the layer above it, so that it stays in its place. */
function withReferences({ boxes, links }: Boxes): Boxes {
  if (boxes.length <= SMALL) return { boxes, links }
  const byId = new Map(boxes.map(box => [box.id, box]))
  const layers = layersOf(boxes, links)
  const isLong = ({ from, to }: Link): boolean => layers.get(to)! - layers.get(from)! > REACH
  for (const { from, to } of links.filter(isLong)) {
    byId.get(from)!.referred = true
    byId.get(to)!.rows[0]!.references.push(from)
  }
  return { boxes, links: links.filter(link => !isLong(link)) }
}

/** The layer of each box: as early as its operands allow, but right before its first use where it has none. */
function layersOf(boxes: readonly Box[], links: readonly Link[]): Map<string, number> {
  const layers = new Map<string, number>()
  const before = grouped(links, ({ to }) => to)
  const after = grouped(links, ({ from }) => from)
  const layerOf = (id: string): number => {
    const known = layers.get(id)
    if (known !== undefined) return known
    const layer = Math.max(0, ...(before.get(id) ?? []).map(({ from }) => layerOf(from) + 1))
    layers.set(id, layer)
    return layer
  }
  for (const { id } of boxes) layerOf(id)
  for (const { id } of boxes)
    if (!before.has(id) && after.has(id))
      layers.set(id, Math.min(...after.get(id)!.map(({ to }) => layers.get(to)!)) - 1)
  return layers
}

/** A shape that a link shows is left out of the box above it. */
function hideRepeatedShapes({ boxes, links }: Boxes): void {
  const linked = new Set(links.map(({ from }) => from))
  for (const { id, rows } of boxes) if (linked.has(id)) rows.at(-1)!.shape = ''
}

function grouped(links: readonly Link[], key: (link: Link) => string): Map<string, Link[]> {
  const groups = new Map<string, Link[]>()
  for (const link of links) {
    const group = groups.get(key(link))
    if (group) group.push(link)
    else groups.set(key(link), [link])
  }
  return groups
}
