/**
 * @file Traced tensors: calling an operation appends a node to a graph and remembers how to differentiate it.
 *
 * Shapes are known when a graph is built; a size given by name (a growing cache) is only carried along. Tensors are
 * immutable and belong to one graph; the body of a Loop is a graph of its own that may use tensors of the outer one.
 */
import type { Attribute, Dim, DType, GraphSpec, Initializer, NodeSpec, ValueInfo } from './onnx.ts'

export type Shape = readonly Dim[]

export interface Tensor {
  readonly graph: Graph
  readonly name: string
  readonly shape: Shape
  readonly dtype: DType
  /** Depends on a parameter, so gradients flow through it. */
  readonly differentiable: boolean
  /** Creation order within the process: parents always come before children. */
  readonly order: number
  readonly parents: readonly Tensor[]
  /** Vector-Jacobian product: the gradient of the loss with respect to each parent, given that of this tensor. */
  readonly vjp: ((gradient: Tensor) => (Tensor | null)[]) | null
}

interface Emit {
  op: string
  inputs: readonly Tensor[]
  shape: Shape
  dtype?: DType
  attributes?: Readonly<Record<string, Attribute>>
  /** Absent: the operation is not differentiable and stops the gradient. */
  vjp?: Tensor['vjp']
}

let created = 0

export class Graph {
  readonly name: string
  readonly float: 'float32' | 'float64'
  #nodes: NodeSpec[] = []
  #inputs: ValueInfo[] = []
  #outputs: ValueInfo[] = []
  #initializers = new Map<string, Initializer>()
  #constants = new Map<string, Tensor>()

  /** `float` is the type of all real numbers in the graph: float32 to work, float64 to test gradients. */
  constructor(name: string, float: 'float32' | 'float64' = 'float32') {
    this.name = name
    this.float = float
  }

  input(name: string, shape: Shape, dtype: DType = this.float): Tensor {
    this.#inputs.push({ name, dtype, shape })
    return this.#tensor({ name, shape, dtype, differentiable: false, parents: [], vjp: null })
  }

  /** An input that gradients are taken for. */
  parameter(name: string, shape: Shape): Tensor {
    this.#inputs.push({ name, dtype: this.float, shape })
    return this.#tensor({ name, shape, dtype: this.float, differentiable: true, parents: [], vjp: null })
  }

  /** A constant tensor; equal constants are stored once. */
  constant(
    values: readonly number[] | number,
    shape: readonly number[] = [],
    dtype: DType = this.float,
  ): Tensor {
    const list = typeof values === 'number' ? [values] : values
    const size = shape.reduce((product, dim) => product * dim, 1)
    if (list.length !== size)
      throw new RangeError(`constant: expected ${size} values for [${shape.join(',')}], got ${list.length}`)
    const key = `${dtype}:${shape.join(',')}:${list.join(',')}`
    const known = this.#constants.get(key)
    if (known) return known
    const name = `c${created}`
    this.#initializers.set(name, { name, dtype, shape, bytes: rawBytes(list, dtype) })
    const tensor = this.#tensor({ name, shape, dtype, differentiable: false, parents: [], vjp: null })
    this.#constants.set(key, tensor)
    return tensor
  }

  output(name: string, tensor: Tensor): void {
    this.#nodes.push({ op: 'Identity', inputs: [tensor.name], outputs: [name], attributes: {} })
    this.#outputs.push({ name, dtype: tensor.dtype, shape: tensor.shape })
  }

  /** Append one node with one output. */
  emit({ op, inputs, shape, dtype = inputs[0]!.dtype, attributes = {}, vjp = null }: Emit): Tensor {
    const differentiable = vjp !== null && inputs.some(input => input.differentiable)
    const tensor = this.#tensor({
      name: `t${created}`,
      shape,
      dtype,
      differentiable,
      parents: inputs,
      vjp: differentiable ? vjp : null,
    })
    this.#nodes.push({ op, inputs: inputs.map(input => input.name), outputs: [tensor.name], attributes })
    return tensor
  }

  /**
   * ONNX Loop: `body` runs until its condition is false or `trips` steps are over.
   * The body's outputs are the condition, the carried values, then the values that are stacked over the steps.
   */
  loop({ trips, body, carried, results }: LoopSpec): Tensor[] {
    const always = this.constant(1, [], 'bool')
    const outputs = results.map(({ shape, dtype }) =>
      this.#tensor({ name: `t${created}`, shape, dtype, differentiable: false, parents: [], vjp: null }),
    )
    this.#nodes.push({
      op: 'Loop',
      inputs: [trips, always, ...carried].map(tensor => tensor.name),
      outputs: outputs.map(tensor => tensor.name),
      attributes: { body: body.spec() },
    })
    return outputs
  }

  spec(): GraphSpec {
    return {
      name: this.name,
      nodes: this.#nodes,
      inputs: this.#inputs,
      outputs: this.#outputs,
      initializers: [...this.#initializers.values()],
    }
  }

  #tensor(fields: Omit<Tensor, 'graph' | 'order'>): Tensor {
    return { ...fields, graph: this, order: created++ }
  }
}

export interface LoopSpec {
  /** int64 scalar: the largest number of steps. */
  trips: Tensor
  body: Graph
  carried: readonly Tensor[]
  /** Shape and type of each carried result, then of each stacked one. */
  results: readonly { shape: Shape; dtype: DType }[]
}

/** The same value as a parameter of its own: gradients are taken for it and stop there. */
export function asParameter(tensor: Tensor): Tensor {
  return { ...tensor, differentiable: true, parents: [], vjp: null }
}

function rawBytes(values: readonly number[], dtype: DType): Uint8Array {
  if (dtype === 'int64') return new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
  const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array }
  return new Uint8Array(arrays[dtype].from(values).buffer)
}
