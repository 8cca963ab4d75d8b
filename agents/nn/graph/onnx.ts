/**
 * @file ONNX writer: a graph as data, encoded as a ModelProto (IR 10, opset 21).
 *
 * Only the handful of protobuf fields that the engine uses are written; field numbers are those of onnx.proto. No
 * package with the schema is maintained well enough to depend on at run time, so a test decodes the bytes with one.
 */
export type DType = 'float32' | 'float64' | 'int32' | 'int64' | 'bool'

/** A size, or the name of a size that is only known at run time. */
export type Dim = number | string

export interface ValueInfo {
  name: string
  dtype: DType
  shape: readonly Dim[]
}

export interface Initializer {
  name: string
  dtype: DType
  shape: readonly number[]
  /** Little-endian raw values. */
  bytes: Uint8Array
}

export type Attribute = number | string | { float: number } | readonly number[] | GraphSpec | { dtype: DType }

/** Operations beyond ONNX's own that every provider of onnxruntime has. */
export const CONTRIB = 'com.microsoft'

export interface NodeSpec {
  op: string
  /** Absent: ONNX's own. */
  domain?: typeof CONTRIB
  inputs: readonly string[]
  outputs: readonly string[]
  attributes: Readonly<Record<string, Attribute>>
  /** What the outputs are, for people who read the graph; not written to the model. */
  shapes?: readonly { shape: readonly Dim[]; dtype: DType }[]
}

export interface GraphSpec {
  name: string
  nodes: readonly NodeSpec[]
  inputs: readonly ValueInfo[]
  outputs: readonly ValueInfo[]
  initializers: readonly Initializer[]
}

const IR_VERSION = 10
const OPSET = 21
const ELEMENT_TYPE: Record<DType, number> = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 }
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, graph: 5, ints: 7 }

/** The bytes of a ModelProto with this main graph. */
export function encodeModel(graph: GraphSpec): Uint8Array {
  return new ProtoWriter()
    .int(1, IR_VERSION)
    .text(2, 'ludus')
    .message(7, encodeGraph(graph))
    .message(8, new ProtoWriter().text(1, '').int(2, OPSET))
    .message(8, new ProtoWriter().text(1, CONTRIB).int(2, 1))
    .finish()
}

function encodeGraph(graph: GraphSpec): ProtoWriter {
  const writer = new ProtoWriter()
  for (const node of graph.nodes) writer.message(1, encodeNode(node))
  writer.text(2, graph.name)
  for (const initializer of graph.initializers) writer.message(5, encodeInitializer(initializer))
  for (const input of graph.inputs) writer.message(11, encodeValueInfo(input))
  for (const output of graph.outputs) writer.message(12, encodeValueInfo(output))
  return writer
}

function encodeNode(node: NodeSpec): ProtoWriter {
  const writer = new ProtoWriter()
  for (const input of node.inputs) writer.text(1, input)
  for (const output of node.outputs) writer.text(2, output)
  writer.text(3, `${node.op}:${node.outputs[0]}`).text(4, node.op)
  for (const [name, value] of Object.entries(node.attributes)) writer.message(5, encodeAttribute(name, value))
  if (node.domain) writer.text(7, node.domain)
  return writer
}

function encodeAttribute(name: string, value: Attribute): ProtoWriter {
  const writer = new ProtoWriter().text(1, name)
  if (typeof value === 'number') return writer.int(3, value).int(20, ATTRIBUTE_TYPE.int)
  if (typeof value === 'string') return writer.text(4, value).int(20, ATTRIBUTE_TYPE.string)
  if ('float' in value) return writer.float(2, value.float).int(20, ATTRIBUTE_TYPE.float)
  if ('dtype' in value) return writer.int(3, ELEMENT_TYPE[value.dtype]).int(20, ATTRIBUTE_TYPE.int)
  if ('nodes' in value) return writer.message(6, encodeGraph(value)).int(20, ATTRIBUTE_TYPE.graph)
  for (const item of value) writer.int(8, item)
  return writer.int(20, ATTRIBUTE_TYPE.ints)
}

function encodeInitializer({ name, dtype, shape, bytes }: Initializer): ProtoWriter {
  const writer = new ProtoWriter()
  for (const size of shape) writer.int(1, size)
  return writer.int(2, ELEMENT_TYPE[dtype]).text(8, name).bytes(9, bytes)
}

function encodeValueInfo({ name, dtype, shape }: ValueInfo): ProtoWriter {
  const dims = new ProtoWriter()
  for (const dim of shape)
    dims.message(1, typeof dim === 'number' ? new ProtoWriter().int(1, dim) : new ProtoWriter().text(2, dim))
  const tensor = new ProtoWriter().int(1, ELEMENT_TYPE[dtype]).message(2, dims)
  return new ProtoWriter().text(1, name).message(2, new ProtoWriter().message(1, tensor))
}

/** Protobuf wire format: varints, 32-bit floats and length-delimited fields. */
class ProtoWriter {
  #chunks: Uint8Array[] = []
  #length = 0

  int(field: number, value: number): this {
    return this.#push(varint(field << 3)).#push(varint(value))
  }

  float(field: number, value: number): this {
    return this.#push(varint((field << 3) | 5)).#push(new Uint8Array(new Float32Array([value]).buffer))
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  message(field: number, value: ProtoWriter): this {
    return this.bytes(field, value.finish())
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#push(varint((field << 3) | 2))
      .#push(varint(value.length))
      .#push(value)
  }

  finish(): Uint8Array {
    const all = new Uint8Array(this.#length)
    let offset = 0
    for (const chunk of this.#chunks) {
      all.set(chunk, offset)
      offset += chunk.length
    }
    return all
  }

  #push(chunk: Uint8Array): this {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    return this
  }
}

/** Base-128 varint; negative numbers as 64-bit two's complement, as protobuf's int64 wants. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  do {
    const low = Number(rest & 127n)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 128 : low)
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}
