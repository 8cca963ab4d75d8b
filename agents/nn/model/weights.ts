/** @file Weights as a graph sees them: views of one flat vector, made when they are first asked for. */
import type { Parameter } from './config.ts'
import type { Graph, Tensor } from '../graph/graph.ts'

/** A stretch of the flat vector with the shape of a tensor. */
export type View = Parameter

export class WeightViews {
  readonly #layout: ReadonlyMap<string, Parameter>
  readonly #make: (view: View) => Tensor
  readonly #made = new Map<string, { view: View; tensor: Tensor }>()

  /** `make` gives the tensor of a view: an input of its own, or a slice of a flat one. */
  constructor(layout: readonly Parameter[], make: (view: View) => Tensor) {
    this.#layout = new Map(layout.map(parameter => [parameter.name, parameter]))
    this.#make = make
  }

  /** The same views inside the body of a Loop: made in the graph around it, read in the body. */
  within(body: Graph): WeightViews {
    return new WeightViews([...this.#layout.values()], ({ name }) => ({
      ...this.get(...name.split('+')),
      graph: body,
    }))
  }

  has(name: string): boolean {
    return this.#layout.has(name)
  }

  /** The weight of that name; of several that stand side by side in the vector, one with their rows below each other. */
  get(...names: string[]): Tensor {
    const key = names.join('+')
    let entry = this.#made.get(key)
    if (!entry) {
      const view = stacked(names.map(name => this.#parameter(name)))
      this.#made.set(key, (entry = { view, tensor: this.#make(view) }))
    }
    return entry.tensor
  }

  /** What was asked for, in the order of the vector. */
  get views(): { view: View; tensor: Tensor }[] {
    return [...this.#made.values()].sort((a, b) => a.view.offset - b.view.offset)
  }

  #parameter(name: string): Parameter {
    const parameter = this.#layout.get(name)
    if (!parameter) throw new RangeError(`weights: this model has no ${name}`)
    return parameter
  }
}

function stacked(parts: readonly Parameter[]): View {
  const [first] = parts as [Parameter]
  let end = first.offset
  for (const { name, offset, size } of parts) {
    if (offset !== end) throw new RangeError(`weights: ${name} does not stand behind ${first.name}`)
    end += size
  }
  const rows = parts.reduce((sum, { shape }) => sum + shape[0]!, 0)
  const name = parts.map(part => part.name).join('+')
  return { name, shape: [rows, ...first.shape.slice(1)], offset: first.offset, size: end - first.offset }
}
