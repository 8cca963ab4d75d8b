/** @file Reverse-mode differentiation of a traced graph. */
import type { Tensor } from './graph.ts'
import { add } from './ops.ts'

/**
 * Append the backward pass of a scalar `loss` to its graph.
 * @returns the gradient of the loss with respect to each parameter, each of that parameter's shape.
 */
export function gradients(loss: Tensor, parameters: readonly Tensor[]): Tensor[] {
  if (loss.shape.length !== 0)
    throw new RangeError(`gradients: expected a scalar loss, got shape [${loss.shape.join(',')}]`)
  const gradientOf = new Map<Tensor, Tensor>([[loss, loss.graph.constant(1)]])
  for (const tensor of ancestors(loss)) {
    const gradient = gradientOf.get(tensor)
    if (!gradient || !tensor.vjp) continue
    const contributions = tensor.vjp(gradient)
    for (const [i, parent] of tensor.parents.entries()) {
      const contribution = contributions[i]
      if (!contribution || !parent.differentiable) continue
      const sofar = gradientOf.get(parent)
      gradientOf.set(parent, sofar ? total(sofar, contribution) : contribution)
    }
  }
  return parameters.map(parameter => {
    const gradient = gradientOf.get(parameter)
    if (!gradient) throw new RangeError(`gradients: the loss does not depend on parameter ${parameter.name}`)
    return gradient
  })
}

/** The sum, by the product that gives one of them where that can take the other along. */
function total(a: Tensor, b: Tensor): Tensor {
  return b.plus?.(a) ?? a.plus?.(b) ?? add(a, b)
}

/** The differentiable tensors that `root` depends on, children before parents. */
function ancestors(root: Tensor): Tensor[] {
  const seen = new Set<Tensor>([root])
  for (const tensor of seen) for (const parent of tensor.parents) if (parent.differentiable) seen.add(parent)
  return [...seen].sort((a, b) => b.order - a.order)
}
