/** @file What is known of the values in a graph, and how people read them: types, constants, attributes, sizes. */
import type { Attribute, Dim, DType, GraphSpec, Initializer, NodeSpec } from '../graph/onnx.ts'

export interface ValueType {
  dtype: DType
  shape: readonly Dim[]
}

/** The values that the nodes of a graph may use. The body of a Loop sees those of the graph around it. */
export interface Scope {
  types: Map<string, ValueType>
  constants: Map<string, Initializer>
}

/** Constants of up to this many values are written out; of longer ones the first few are. */
const SHOWN_VALUES = 4

export function scopeOf(graph: GraphSpec, outer?: Scope): Scope {
  const scope: Scope = { types: new Map(outer?.types), constants: new Map(outer?.constants) }
  for (const value of [...graph.inputs, ...graph.outputs]) scope.types.set(value.name, value)
  for (const constant of graph.initializers) {
    scope.types.set(constant.name, constant)
    scope.constants.set(constant.name, constant)
  }
  for (const { outputs, shapes } of graph.nodes)
    outputs.forEach((name, i) => shapes?.[i] && scope.types.set(name, shapes[i]))
  return scope
}

/** The graphs that a node runs, by the name of the attribute. */
export function bodiesOf({ attributes }: NodeSpec): [string, GraphSpec][] {
  return Object.entries(attributes).filter((entry): entry is [string, GraphSpec] => isGraph(entry[1]))
}

/** `MatMul`, or `com.microsoft.FusedMatMul` where it is no operation of ONNX itself. */
export function opName({ op, domain }: NodeSpec): string {
  return domain ? `${domain}.${op}` : op
}

/** `float32[2, steps]`, or nothing where the type is not known. */
export function typeText(type: ValueType | undefined): string {
  return type ? `${type.dtype}${shapeText(type.shape)}` : ''
}

export function shapeText(shape: readonly Dim[]): string {
  return `[${shape.join(', ')}]`
}

/** A scalar as itself, anything else as a list. */
export function constantText(constant: Initializer): string {
  const count = sizeOf(constant)!
  const shown = count > SHOWN_VALUES ? SHOWN_VALUES - 1 : count
  const values = firstValues(constant, shown)
  if (constant.shape.length === 0) return values[0]!
  return `[${[...values, ...(count > shown ? [`… ${count} values`] : [])].join(', ')}]`
}

/** Whether `constantText` writes out all values. */
export function isSmall(constant: Initializer): boolean {
  return sizeOf(constant)! <= SHOWN_VALUES
}

/** ` {axis: 0, to: int32}`, or nothing without attributes. */
export function attributesText({ attributes }: NodeSpec): string {
  const parts = Object.entries(attributes).map(([name, value]) => `${name}: ${attributeText(value)}`)
  return parts.length === 0 ? '' : ` {${parts.join(', ')}}`
}

/** The number of values, or null where a size is only known at run time. */
export function sizeOf({ shape }: Pick<ValueType, 'shape'>): number | null {
  let size = 1
  for (const dim of shape) {
    if (typeof dim !== 'number') return null
    size *= dim
  }
  return size
}

export function bytesOf(type: ValueType): number | null {
  const size = sizeOf(type)
  return size === null ? null : size * READERS[type.dtype].BYTES_PER_ELEMENT
}

export function bytesText(bytes: number | null): string {
  if (bytes === null) return 'of a size known at run time'
  if (bytes < 1024) return `${bytes} B`
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), 3)
  return `${(bytes / 1024 ** power).toFixed(1)} ${['B', 'KiB', 'MiB', 'GiB'][power]}`
}

function attributeText(value: Attribute): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (isGraph(value)) return value.name
  if ('float' in value) return number(value.float)
  return 'dtype' in value ? value.dtype : `[${value.join(', ')}]`
}

function isGraph(value: Attribute): value is GraphSpec {
  return typeof value === 'object' && 'nodes' in value
}

const READERS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
}

function firstValues({ dtype, bytes }: Initializer, count: number): string[] {
  const Reader = READERS[dtype]
  // Copied, as the bytes may start where a typed array cannot.
  const values = new Reader(bytes.slice(0, count * Reader.BYTES_PER_ELEMENT).buffer)
  return [...values].map(value => (dtype === 'bool' ? String(value === 1) : number(value)))
}

/** Six digits tell float32 constants apart without the noise of their last bits. */
function number(value: number | bigint): string {
  return typeof value === 'bigint' || Number.isInteger(value)
    ? String(value)
    : String(Number(value.toPrecision(6)))
}
