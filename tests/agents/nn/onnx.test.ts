import onnxProto from 'onnx-proto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ADAMW_DEFAULTS } from '../../../agents/nn/training/adamw.ts'
import { gradients } from '../../../agents/nn/graph/gradient.ts'
import { Graph } from '../../../agents/nn/graph/graph.ts'
import type { GraphSpec } from '../../../agents/nn/graph/onnx.ts'
import { CONTRIB, encodeModel } from '../../../agents/nn/graph/onnx.ts'
import { add, exp, mul, sum } from '../../../agents/nn/graph/ops.ts'
import { trainGraph, trainLoopGraph } from '../../../agents/nn/training/train-graph.ts'
import { createSession, floats } from '../../../agents/nn/runtime/session.ts'
import { CONFIG } from './small-models.ts'

const { onnx } = onnxProto
type GraphProto = onnxProto.onnx.IGraphProto

const body: GraphSpec = {
  name: 'body',
  nodes: [{ op: 'Identity', inputs: ['a'], outputs: ['b'], attributes: {} }],
  inputs: [{ name: 'a', dtype: 'bool', shape: [] }],
  outputs: [{ name: 'b', dtype: 'bool', shape: [] }],
  initializers: [],
}
const graph: GraphSpec = {
  name: 'every kind of field',
  nodes: [
    {
      op: 'Example',
      domain: CONTRIB,
      inputs: ['x', 'w'],
      outputs: ['y', 'z'],
      attributes: {
        axis: -1,
        eps: { float: 0.5 },
        perm: [0, 2, 1, 300],
        to: { dtype: 'float64' },
        mode: 'größer',
        body,
      },
    },
    { op: 'Plain', inputs: ['y'], outputs: ['p'], attributes: {} },
  ],
  inputs: [{ name: 'x', dtype: 'float32', shape: [2, 'steps'] }],
  outputs: [{ name: 'y', dtype: 'float64', shape: [1_000_000] }],
  initializers: [
    { name: 'w', dtype: 'int64', shape: [1], bytes: new Uint8Array(BigInt64Array.of(-7n).buffer) },
  ],
}

const test = suite('ONNX writer, read back by a package that has the schema')

test('every field comes back', () => {
  const model = onnx.ModelProto.decode(encodeModel(graph))
  assert.is(Number(model.irVersion), 10)
  assert.equal(
    model.opsetImport.map(({ domain, version }) => [domain, Number(version)]),
    [
      ['', 21],
      [CONTRIB, 1],
    ],
  )
  const read = model.graph!
  assert.is(read.name, graph.name)
  const [node, plain] = read.node!
  assert.equal([node!.opType, node!.input, node!.output], ['Example', ['x', 'w'], ['y', 'z']])
  assert.is(node!.domain, CONTRIB)
  assert.not.ok(plain!.domain)
  const attribute = Object.fromEntries(node!.attribute!.map(entry => [entry.name, entry]))
  const { AttributeType } = onnx.AttributeProto
  const types = { axis: 'INT', eps: 'FLOAT', perm: 'INTS', to: 'INT', mode: 'STRING', body: 'GRAPH' } as const
  for (const [name, type] of Object.entries(types))
    assert.is(attribute[name]!.type, AttributeType[type], name)
  assert.is(Number(attribute['axis']!.i), -1)
  assert.is(attribute['eps']!.f, 0.5)
  assert.equal(attribute['perm']!.ints!.map(Number), [0, 2, 1, 300])
  assert.is(Number(attribute['to']!.i), onnx.TensorProto.DataType.DOUBLE)
  assert.is(new TextDecoder().decode(attribute['mode']!.s!), 'größer')
  assert.is(attribute['body']!.g!.node![0]!.opType, 'Identity')
  const dims = read.input![0]!.type!.tensorType!.shape!.dim!
  assert.is(Number(dims[0]!.dimValue), 2)
  assert.is(dims[1]!.dimParam, 'steps')
  assert.is(Number(read.output![0]!.type!.tensorType!.shape!.dim![0]!.dimValue), 1_000_000)
  const [initializer] = read.initializer!
  assert.is(initializer!.dataType, onnx.TensorProto.DataType.INT64)
  assert.equal([...initializer!.rawData!], [...graph.initializers[0]!.bytes])
})

const shape = { rows: 2, steps: 4, sequences: 2, packed: true, positioned: true }
const setup = {
  config: CONFIG,
  loss: { kind: 'clipped-surrogate', ratio: 'sequence' },
  shape,
  adamW: ADAMW_DEFAULTS,
} as const
const lora = { rank: 2, alpha: 4, targets: ['q_proj' as const] }
const GRAPHS = {
  'one training step': (): Graph => trainGraph(setup),
  'a loop of training steps': (): Graph => trainLoopGraph(setup, 3),
  'a loop of training steps of adapters': (): Graph => trainLoopGraph({ ...setup, lora }, 3),
}

for (const [name, build] of Object.entries(GRAPHS)) {
  test(`${name} survives encoding and decoding`, () => {
    const spec = build().spec()
    const read = onnx.ModelProto.decode(encodeModel(spec))
    assert.is(onnx.ModelProto.verify(read), null)
    assertSame(read.graph!, spec)
  })

  test(`${name}: names are unique, and every value is there before it is read`, () => {
    const names = { values: new Set<string>(), nodes: new Set<string>() }
    assertOrdered(onnx.ModelProto.decode(encodeModel(build().spec())).graph!, new Set(), names)
    assert.ok(names.nodes.size > 100)
  })
}

function assertSame(read: GraphProto, spec: GraphSpec): void {
  assert.equal(
    read.node!.map(({ opType, input, output }) => [opType, input, output]),
    spec.nodes.map(({ op, inputs, outputs }) => [op, inputs, outputs]),
  )
  for (const key of ['input', 'output', 'initializer'] as const)
    assert.equal(
      read[key]!.map(({ name }) => name),
      spec[`${key}s`].map(({ name }) => name),
    )
  const bodies = (node: { attribute?: onnxProto.onnx.IAttributeProto[] | null }): GraphProto[] =>
    node.attribute!.flatMap(({ g }) => (g ? [g] : []))
  for (const [i, node] of read.node!.entries())
    for (const inner of bodies(node)) assertSame(inner, spec.nodes[i]!.attributes['body'] as GraphSpec)
}

interface Names {
  values: Set<string>
  nodes: Set<string>
}

/** `outer`: what the graphs around this one have computed so far. */
function assertOrdered(read: GraphProto, outer: ReadonlySet<string>, names: Names): void {
  const known = new Set(outer)
  const define = (name: string): void => {
    assert.not.ok(names.values.has(name), `${name} is defined twice`)
    names.values.add(name)
    known.add(name)
  }
  for (const { name } of [...read.input!, ...read.initializer!]) define(name!)
  for (const node of read.node!) {
    assert.not.ok(names.nodes.has(node.name!), `two nodes are called ${node.name}`)
    names.nodes.add(node.name!)
    for (const name of node.input!) assert.ok(known.has(name), `${node.name} reads ${name} too early`)
    for (const { g } of node.attribute!) if (g) assertOrdered(g, known, names)
    for (const name of node.output!) define(name)
  }
  for (const { name } of read.output!) assert.ok(known.has(name!), `${name} is never computed`)
}

test('what no output depends on is left out, inputs are kept', () => {
  const traced = new Graph('dead')
  const [x, unused] = [traced.parameter('x', [2]), traced.input('unused', [2])]
  const loss = sum(mul(x, x), [0])
  const dead = exp(add(unused, traced.constant([5, 6], [2])))
  gradients(loss, [x])
  traced.output('loss', loss)
  const spec = traced.spec()
  assert.equal(
    spec.nodes.map(({ op }) => op),
    ['Mul', 'ReduceSum'],
  )
  assert.equal(
    spec.inputs.map(({ name }) => name),
    ['x', 'unused'],
  )
  assert.is(spec.initializers.length, 1)
  traced.output('alive', dead)
  assert.is(traced.spec().nodes.length, 4)
  assert.is(traced.spec().initializers.length, 2)
})

/** exp(x), its square and its cube, by a loop whose body reads exp(x) of the graph around it. */
function powers(named: boolean): Graph {
  const traced = new Graph('powers')
  const factor = exp(traced.input('x', []))
  const inner = new Graph('body')
  inner.input('i', [], 'int64')
  inner.input('goOn', [], 'bool')
  const carried = inner.input('product', [])
  inner.output('still', inner.constant(1, [], 'bool'))
  const next = mul(carried, { ...factor, graph: inner })
  inner.output('next', next)
  inner.output('stacked', next)
  const results = [
    { shape: [], dtype: 'float32' },
    { shape: [3], dtype: 'float32' },
  ] as const
  const trips = traced.constant(3, [], 'int64')
  const [last, all] = traced.loop({ trips, body: inner, carried: [traced.constant(1)], results })
  traced.output('last', last!)
  traced.output('all', all!)
  if (named) traced.output('factor', factor)
  return traced
}

for (const named of [false, true])
  test(`the body of a loop reads a value around it ${named ? 'that has a name outside' : 'that nothing else reads'}`, async () => {
    const session = await createSession(powers(named))
    const found = await session.run({ x: floats(Float32Array.of(Math.LN2), []) })
    await session.close()
    assert.equal([...(found['last']!.data as Float32Array)].map(Math.round), [8])
    assert.equal([...(found['all']!.data as Float32Array)].map(Math.round), [2, 4, 8])
  })

test('a tensor may have several names outside, and an input one of its own', async () => {
  const traced = new Graph('names')
  const x = traced.input('x', [])
  const y = exp(x)
  for (const name of ['first', 'second']) traced.output(name, y)
  traced.output('same', x)
  traced.output('next', add(y, y))
  const session = await createSession(traced)
  const found = await session.run({ x: floats(Float32Array.of(0), []) })
  await session.close()
  const values = ['first', 'second', 'same', 'next'].map(name => (found[name]!.data as Float32Array)[0])
  assert.equal(values, [1, 1, 0, 2])
})

test('equal constants are stored once', () => {
  const traced = new Graph('constants')
  assert.is(traced.constant([1, 2], [2]), traced.constant([1, 2], [2]))
  assert.is.not(traced.constant([1, 2], [2]), traced.constant([1, 2], [1, 2]))
  assert.is.not(traced.constant(1), traced.constant(1, [], 'int64'))
})

test.run()
