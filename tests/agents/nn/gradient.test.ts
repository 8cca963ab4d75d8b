import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { gradients } from '../../../agents/nn/graph/gradient.ts'
import { asParameter, Graph, withGradient } from '../../../agents/nn/graph/graph.ts'
import * as layers from '../../../agents/nn/graph/layers.ts'
import * as losses from '../../../agents/nn/losses/token-losses.ts'
import * as ops from '../../../agents/nn/graph/ops.ts'
import * as preferences from '../../../agents/nn/losses/preference-losses.ts'
import * as rotary from '../../../agents/nn/model/rotary.ts'
import { operand, worstGradientError } from './finite-differences.ts'
import { GRADIENT_CASES, NOT_DIFFERENTIABLE } from './gradient-cases.ts'
import { modelGradientErrors, opGradientErrors } from './gradient-error.ts'
import { rngAt } from '../../../envs/rng.ts'

const TOLERANCE = 1e-6
const test = suite('gradients against float64 finite differences')

test('every function', async () => {
  const wrong = (await opGradientErrors()).filter(({ error }) => !(error < TOLERANCE))
  assert.equal(wrong, [])
})

test('whole models of every build, and every loss on a model', async () => {
  const wrong = (await modelGradientErrors()).filter(({ error }) => !(error < TOLERANCE))
  assert.equal(wrong, [])
})

test('every exported function has a case or is known not to be differentiable', () => {
  const covered = new Set(GRADIENT_CASES.map(({ name }) => name.split(',')[0]!))
  const exported = [ops, layers, rotary, losses, preferences].flatMap(module => Object.keys(module))
  const missing = exported.filter(name => !covered.has(name) && !NOT_DIFFERENTIABLE.includes(name))
  assert.equal(missing, [])
  const stale = [...covered, ...NOT_DIFFERENTIABLE].filter(name => !exported.includes(name))
  assert.equal(stale, [])
})

test('a function is not both differentiable and exempt', () => {
  const covered = new Set(GRADIENT_CASES.map(({ name }) => name.split(',')[0]!))
  assert.equal(
    NOT_DIFFERENTIABLE.filter(name => covered.has(name)),
    [],
  )
})

test('a gradient that is a little wrong is found', async () => {
  const operands = [operand([2, 3], rngAt('gradient', 'wrong'))]
  const error = await worstGradientError(operands, ([x]) => {
    const y = ops.exp(x!)
    return withGradient(y, [x!], g => [ops.scale(ops.mul(g, y), 1 + 1e-5)])
  })
  assert.ok(error > 0.9e-5 && error < 1.1e-5, String(error))
})

test('a tensor that is made a parameter stops the gradient', async () => {
  const operands = [operand([3], rngAt('gradient', 'stop'))]
  // d/dx of exp(x)·x where exp(x) counts as a constant.
  const error = await worstGradientError(operands, ([x]) => ops.mul(asParameter(ops.exp(x!)), x!))
  assert.ok(error > 1e-2, String(error))
})

test('a loss that does not depend on a parameter is refused', () => {
  const graph = new Graph('unused')
  const used = graph.parameter('used', [2])
  const unused = graph.parameter('unused', [2])
  assert.throws(() => gradients(ops.sum(used, [0]), [used, unused]), /does not depend on parameter unused/)
})

test('a loss that is not a scalar is refused', () => {
  const x = new Graph('vector').parameter('x', [2])
  assert.throws(() => gradients(x, [x]), /expected a scalar loss, got shape \[2\]/)
})

test('shapes that do not fit are refused where they are combined', () => {
  const graph = new Graph('shapes')
  const [a, b] = [graph.parameter('a', [2, 3]), graph.parameter('b', [2, 3])]
  assert.throws(() => ops.matmul(a, b), /matmul: expected shapes that fit, got \[2,3\] and \[2,3\]/)
  assert.throws(() => ops.linear(a, graph.parameter('c', [4, 2])), /gemm: expected shapes that fit/)
  assert.throws(() => ops.add(a, graph.parameter('d', [4])), /broadcast: expected shapes that fit/)
  assert.throws(() => graph.constant([1, 2, 3], [2]), /constant: expected 2 values for \[2\], got 3/)
})

test('a size that is only known at run time is refused where a gradient needs it', () => {
  const x = new Graph('dynamic').parameter('x', ['steps', 2])
  assert.throws(() => ops.expand(x, ['steps', 2, 2]), /expected a size that is known.*got steps/)
})

test.run()
