/**
 * @file A graph made small enough to draw: what is left are boxes of rows, and links between boxes.
 *
 * Constants and inputs are written at the operations that use them, nodes that only move numbers about are noted on
 * the link they stand on, and a straight line of operations becomes one box.
 */
import type { GraphSpec, NodeSpec } from '../graph/onnx.ts'
import type { Scope } from './graph-values.ts'
import { bodiesOf, constantText, isSmall, opName, scopeOf, shapeText } from './graph-values.ts'
import { nodeText } from './graph-text.ts'
import type { Kind } from './graph-kinds.ts'
import { kindOf } from './graph-kinds.ts'

export interface Row {
  kind: Kind
  op: string
  /** Operands that no link brings. */
  operands: string[]
  /** Operands computed by boxes so far away that a link would be hard to follow: their ids. */
  references: string[]
  /** Of the result, empty where it is not known or stands on a link. */
  shape: string
  /** The node in full. */
  title: string
}

export interface Box {
  /** The value that the last row computes. */
  id: string
  rows: Row[]
  /** Other boxes refer to this one by its id. */
  referred: boolean
}

export interface Link {
  from: string
  to: string
  /** Lines: nodes on the way, then the shape. */
  label: string[]
}

export interface Drawing {
  title: string
  boxes: Box[]
  links: Link[]
  /** Graphs that a node here runs, e.g. the body of a Loop. */
  bodies: Drawing[]
}

/** Nodes that are noted on links, as they compute nothing. */
const MOVES = new Set(['Reshape', 'Identity', 'Cast', 'Expand', 'Transpose', 'Squeeze', 'Unsqueeze'])

/** Where a value comes from, seen through nodes that only move it. */
interface Origin {
  /** A node's result; null: a constant or an input, told by `text`. */
  node: string | null
  text: string
  moves: string[]
}

export function drawingOf(graph: GraphSpec, outer?: Scope, title = graph.name): Drawing {
  const scope = scopeOf(graph, outer)
  const origins = new Map<string, Origin>()
  const boxes = new Map<string, Box>()
  const links: Link[] = []
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  for (const node of graph.nodes) {
    const operands = node.inputs.filter(name => name !== '').map(name => originOf(name, scope, origins))
    const id = node.outputs[0]!
    const moved = outputs.has(id) ? null : movedOrigin(node, operands, scope)
    if (moved) origins.set(id, moved)
    else {
      boxes.set(id, { id, rows: [rowOf(node, operands, { scope, outputs })], referred: false })
      node.inputs.forEach(name => links.push(...linkTo(id, name, { scope, origins })))
      for (const name of node.outputs) origins.set(name, { node: id, text: name, moves: [] })
    }
  }
  const bodies = graph.nodes.flatMap(node =>
    bodiesOf(node).map(([name, body]) =>
      drawingOf(body, scope, `${name} of ${opName(node)} ${node.outputs[0]}: ${body.name}`),
    ),
  )
  return { title, boxes: [...boxes.values()], links, bodies }
}

function originOf(name: string, { constants }: Scope, origins: ReadonlyMap<string, Origin>): Origin {
  const known = origins.get(name)
  if (known) return known
  const constant = constants.get(name)
  if (!constant) return { node: null, text: name, moves: [] }
  const text = isSmall(constant) ? constantText(constant) : `${name} ${shapeText(constant.shape)}`
  return { node: null, text, moves: [] }
}

/** The origin of what a node passes on, if it only moves one operand, cuts an input or depends on constants alone. */
function movedOrigin(
  node: NodeSpec,
  operands: readonly Origin[],
  { types, constants }: Scope,
): Origin | null {
  const [first, ...rest] = operands
  if (!first || node.outputs.length > 1 || rest.some(({ node: from }) => from !== null)) return null
  const shape = types.get(node.outputs[0]!)
  if (MOVES.has(node.op)) {
    if (first.node !== null) return { ...first, moves: [...first.moves, moveText(node)] }
    return {
      ...first,
      text: `${first.text.replace(/ → .*/, '')} → ${shape ? shapeText(shape.shape) : node.op}`,
    }
  }
  const cuts = node.op === 'Slice' && first.node === null && !constants.has(node.inputs[0]!)
  if (cuts)
    return { ...first, text: `${first.text}[${rest[0]?.text.slice(1, -1)}:${rest[1]?.text.slice(1, -1)}]` }
  return null
}

function moveText({ op, attributes }: NodeSpec): string {
  return Array.isArray(attributes['perm']) ? `${op} ${attributes['perm'].join('')}` : op
}

function rowOf(
  node: NodeSpec,
  operands: readonly Origin[],
  { scope, outputs }: { scope: Scope; outputs: ReadonlySet<string> },
): Row {
  const [id] = node.outputs as [string]
  const isOutput = outputs.has(id)
  const type = scope.types.get(id)
  return {
    kind: isOutput ? 'output' : kindOf(node.op),
    op: isOutput && node.op === 'Identity' ? id : node.op,
    operands: operands.filter(({ node: from }) => from === null).map(({ text }) => text),
    references: [],
    shape: type ? shapeText(type.shape) : '',
    title: nodeText(node, scope),
  }
}

function linkTo(
  to: string,
  name: string,
  { scope, origins }: { scope: Scope; origins: ReadonlyMap<string, Origin> },
): Link[] {
  const origin = origins.get(name)
  if (!origin || origin.node === null) return []
  const type = scope.types.get(name)
  return [{ from: origin.node, to, label: [...origin.moves, ...(type ? [shapeText(type.shape)] : [])] }]
}
