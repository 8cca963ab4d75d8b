/**
 * @file A graph as text, for people who look for a mistake: one line per node in the order of execution, each value named
 * once (`t7: float32[2, 8] = MatMul(t5, t6)`), the bodies of Loops indented. Nodes have the names that onnxruntime reports.
 */
import type { GraphSpec, NodeSpec, ValueInfo } from '../graph/onnx.ts'
import type { Scope } from './graph-values.ts'
import {
  attributesText,
  bodiesOf,
  bytesOf,
  bytesText,
  constantText,
  isSmall,
  opName,
  scopeOf,
  sizeOf,
  typeText,
} from './graph-values.ts'

/** A value at the edge of a graph; null: known only at run time. */
export interface SizedValue extends ValueInfo {
  size: number | null
  bytes: number | null
}

export interface GraphSummary {
  name: string
  inputs: SizedValue[]
  outputs: SizedValue[]
  /** Nodes of the graph and of the bodies in it. */
  nodes: number
  /** How often each operation stands there, the most frequent first. */
  ops: Record<string, number>
  constants: { count: number; size: number; bytes: number }
}

export function graphText(graph: GraphSpec): string {
  return [...graphLines(graph), ...summaryLines(graphSummary(graph))].join('\n')
}

export function graphSummary(graph: GraphSpec): GraphSummary {
  const graphs = withBodies(graph)
  const nodes = graphs.flatMap(each => each.nodes)
  const constants = graphs.flatMap(each => each.initializers)
  return {
    name: graph.name,
    inputs: graph.inputs.map(sized),
    outputs: graph.outputs.map(sized),
    nodes: nodes.length,
    ops: histogram(nodes.map(opName)),
    constants: {
      count: constants.length,
      size: constants.reduce((sum, constant) => sum + sizeOf(constant)!, 0),
      bytes: constants.reduce((sum, { bytes }) => sum + bytes.length, 0),
    },
  }
}

/** One node: its results with their types, its operands with small constants written out, its attributes. */
export function nodeText(node: NodeSpec, { types, constants }: Scope): string {
  const results = node.outputs.map(name => typed(name, typeText(types.get(name))))
  const operands = node.inputs.map(name => {
    const constant = constants.get(name)
    return constant && isSmall(constant) ? `${name}=${constantText(constant)}` : name || '-'
  })
  return `${results.join(', ')} = ${opName(node)}(${operands.join(', ')})${attributesText(node)}`
}

function graphLines(graph: GraphSpec, outer?: Scope): string[] {
  const scope = scopeOf(graph, outer)
  const values = (list: readonly ValueInfo[]): string[] =>
    list.map(value => typed(value.name, typeText(value)))
  return [
    `graph ${graph.name}`,
    ...section('inputs', values(graph.inputs)),
    ...section(
      'constants',
      graph.initializers.map(each => `${typed(each.name, typeText(each))} = ${constantText(each)}`),
    ),
    ...section(
      'nodes',
      graph.nodes.flatMap(node => nodeLines(node, scope)),
    ),
    ...section('outputs', values(graph.outputs)),
  ]
}

function nodeLines(node: NodeSpec, scope: Scope): string[] {
  const bodies = bodiesOf(node).flatMap(([, body]) => graphLines(body, scope))
  return [nodeText(node, scope), ...indented(bodies)]
}

function summaryLines({ inputs, nodes, ops, constants }: GraphSummary): string[] {
  const counts = Object.entries(ops).map(([op, count]) => `${count} ${op}`)
  const known = inputs.map(({ bytes }) => bytes ?? 0)
  const open = inputs.some(({ bytes }) => bytes === null) ? ' and those of a size known at run time' : ''
  const inputBytes = known.reduce((sum, bytes) => sum + bytes, 0)
  return [
    `${nodes} nodes: ${counts.join(', ')}`,
    `${inputs.length} inputs, ${bytesText(inputBytes)}${open}`,
    `${constants.count} constants, ${constants.size} values, ${bytesText(constants.bytes)}`,
  ]
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : indented([title, ...indented(lines)])
}

function indented(lines: readonly string[]): string[] {
  return lines.map(line => `  ${line}`)
}

function typed(name: string, type: string): string {
  return type === '' ? name : `${name}: ${type}`
}

function sized(value: ValueInfo): SizedValue {
  return { ...value, size: sizeOf(value), bytes: bytesOf(value) }
}

function withBodies(graph: GraphSpec): GraphSpec[] {
  return [graph, ...graph.nodes.flatMap(node => bodiesOf(node).flatMap(([, body]) => withBodies(body)))]
}

function histogram(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries([...counts].toSorted(([a, m], [b, n]) => n - m || a.localeCompare(b)))
}
