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
  /** The same value with another of its shape added, where that takes no pass of its own. */
  readonly plus?: (addend: Tensor) => Tensor
}

interface Emit {
  op: string
  domain?: NodeSpec['domain']
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
  /** What nodes of this graph give. */
  #results = new Set<string>()
  /** Names that results have outside, by their own. */
  #renamed = new Map<string, string>()

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
    // Tables are not compared: that would cost more than storing them twice.
    const key = list.length > 64 ? null : `${dtype}:${shape.join(',')}:${list.join(',')}`
    const known = key === null ? undefined : this.#constants.get(key)
    if (known) return known
    const name = `c${created}`
    this.#initializers.set(name, { name, dtype, shape, bytes: rawBytes(list, dtype) })
    const tensor = this.#tensor({ name, shape, dtype, differentiable: false, parents: [], vjp: null })
    if (key !== null) this.#constants.set(key, tensor)
    return tensor
  }

  /** Gives the value of a tensor a name outside. */
  output(name: string, tensor: Tensor): void {
    const { shape, dtype } = tensor
    this.#outputs.push({ name, dtype, shape })
    // A node's result takes the name itself, the first time: a copy in a Loop's body costs as much as any operation.
    if (this.#results.has(tensor.name) && !this.#renamed.has(tensor.name))
      return void this.#renamed.set(tensor.name, name)
    const shapes = [{ shape, dtype }]
    this.#nodes.push({ op: 'Identity', inputs: [tensor.name], outputs: [name], attributes: {}, shapes })
  }

  /** Append one node with one output. */
  emit({ op, domain, inputs, shape, dtype = inputs[0]!.dtype, attributes = {}, vjp = null }: Emit): Tensor {
    const differentiable = vjp !== null && inputs.some(input => input.differentiable)
    const tensor = this.#tensor({
      name: `t${created}`,
      shape,
      dtype,
      differentiable,
      parents: inputs,
      vjp: differentiable ? vjp : null,
    })
    this.#results.add(tensor.name)
    this.#nodes.push({
      op,
      ...(domain && { domain }),
      inputs: inputs.map(input => input.name),
      outputs: [tensor.name],
      attributes,
      shapes: [{ shape, dtype }],
    })
    return tensor
  }

  /** Append one node with several outputs, none of which passes gradients on. */
  emitMany(
    { op, inputs, attributes = {} }: Pick<Emit, 'op' | 'inputs' | 'attributes'>,
    results: readonly { shape: Shape; dtype: DType }[],
  ): Tensor[] {
    const outputs = results.map(({ shape, dtype }) =>
      this.#tensor({ name: `t${created}`, shape, dtype, differentiable: false, parents: [], vjp: null }),
    )
    for (const { name } of outputs) this.#results.add(name)
    const [from, to] = [inputs, outputs].map(list => list.map(tensor => tensor.name)) as [string[], string[]]
    this.#nodes.push({ op, inputs: from, outputs: to, attributes, shapes: results })
    return outputs
  }

  /**
   * ONNX Loop: `body` runs until its condition is false or `trips` steps are over.
   * The body's outputs are the condition, the carried values, then the values that are stacked over the steps.
   */
  loop({ trips, body, carried, results }: LoopSpec): Tensor[] {
    const always = this.constant(1, [], 'bool')
    const inputs = [trips, always, ...carried]
    return this.emitMany({ op: 'Loop', inputs, attributes: { body: body.spec() } }, results)
  }

  /** The graph as data, without what no output depends on: gradients of what is not trained, for instance. */
  spec(): GraphSpec {
    const used = new Set(this.#outputs.map(output => output.name))
    const nodes: NodeSpec[] = []
    for (const node of renamedNodes(this.#nodes, this.#renamed).reverse()) {
      if (!node.outputs.some(name => used.has(name))) continue
      nodes.push(node)
      for (const name of readBy(node)) used.add(name)
    }
    return {
      name: this.name,
      nodes: nodes.reverse(),
      inputs: this.#inputs,
      outputs: this.#outputs,
      initializers: [...this.#initializers.values()].filter(({ name }) => used.has(name)),
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

/**
 * The same value with a gradient rule of its own: `vjp` gives that of each parent, and what lies between is not looked at.
 * For formulas whose derivative is cheaper as a whole than step by step.
 */
export function withGradient(
  value: Tensor,
  parents: readonly Tensor[],
  vjp: (gradient: Tensor) => (Tensor | null)[],
): Tensor {
  const differentiable = parents.some(parent => parent.differentiable)
  return { ...value, differentiable, parents, vjp: differentiable ? vjp : null }
}

/** The same value as a parameter of its own: gradients are taken for it and stop there. */
export function asParameter(tensor: Tensor): Tensor {
  return { ...tensor, differentiable: true, parents: [], vjp: null }
}

/** The nodes with other names for some values, also where the body of a Loop reads them. */
function renamedNodes(nodes: readonly NodeSpec[], names: ReadonlyMap<string, string>): NodeSpec[] {
  if (names.size === 0) return [...nodes]
  const renamed = (list: readonly string[]): string[] => list.map(name => names.get(name) ?? name)
  const within = (value: Attribute): Attribute =>
    isBody(value) ? { ...value, nodes: renamedNodes(value.nodes, names) } : value
  return nodes.map(node => ({
    ...node,
    inputs: renamed(node.inputs),
    outputs: renamed(node.outputs),
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([name, value]) => [name, within(value)]),
    ),
  }))
}

function isBody(value: Attribute): value is GraphSpec {
  return typeof value === 'object' && 'nodes' in value
}

/** What a node reads: its inputs, and what the body of a Loop reads of the graph around it. */
function readBy({ inputs, attributes }: NodeSpec): string[] {
  const bodies = Object.values(attributes).filter(isBody)
  return [...inputs, ...bodies.flatMap(body => body.nodes.flatMap(readBy))]
}

function rawBytes(values: readonly number[], dtype: DType): Uint8Array {
  if (dtype === 'int64') return new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
  const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array }
  return new Uint8Array(arrays[dtype].from(values).buffer)
}
