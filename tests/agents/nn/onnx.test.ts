import onnxProto from 'onnx-proto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { GraphSpec } from '../../../agents/nn/onnx.ts'
import { encodeModel } from '../../../agents/nn/onnx.ts'
import { ADAMW_DEFAULTS } from '../../../agents/nn/adamw.ts'
import { trainGraph } from '../../../agents/nn/trainer.ts'

const { onnx } = onnxProto

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
      inputs: ['x', 'w'],
      outputs: ['y'],
      attributes: { axis: -1, eps: { float: 0.5 }, perm: [0, 2, 1, 300], to: { dtype: 'float64' }, body },
    },
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
  assert.is(Number(model.opsetImport[0]!.version), 21)
  const read = model.graph!
  assert.is(read.name, graph.name)
  const [node] = read.node!
  assert.equal([node!.opType, node!.input, node!.output], ['Example', ['x', 'w'], ['y']])
  const attribute = Object.fromEntries(node!.attribute!.map(entry => [entry.name, entry]))
  const { AttributeType } = onnx.AttributeProto
  const types = { axis: 'INT', eps: 'FLOAT', perm: 'INTS', to: 'INT', body: 'GRAPH' } as const
  for (const [name, type] of Object.entries(types))
    assert.is(attribute[name]!.type, AttributeType[type], name)
  assert.is(Number(attribute['axis']!.i), -1)
  assert.is(attribute['eps']!.f, 0.5)
  assert.equal(attribute['perm']!.ints!.map(Number), [0, 2, 1, 300])
  assert.is(Number(attribute['to']!.i), onnx.TensorProto.DataType.DOUBLE)
  assert.is(attribute['body']!.g!.node![0]!.opType, 'Identity')
  const dims = read.input![0]!.type!.tensorType!.shape!.dim!
  assert.is(Number(dims[0]!.dimValue), 2)
  assert.is(dims[1]!.dimParam, 'steps')
  assert.is(Number(read.output![0]!.type!.tensorType!.shape!.dim![0]!.dimValue), 1_000_000)
  const [initializer] = read.initializer!
  assert.is(initializer!.dataType, onnx.TensorProto.DataType.INT64)
  assert.equal([...initializer!.rawData!], [...graph.initializers[0]!.bytes])
})

test('a whole training graph survives decoding and encoding', () => {
  const config = {
    vocabSize: 5,
    hiddenSize: 8,
    intermediateSize: 8,
    numHiddenLayers: 1,
    numAttentionHeads: 2,
    numKeyValueHeads: 1,
    maxPositionEmbeddings: 8,
    ropeTheta: 100,
    rmsNormEps: 1e-5,
    tieWordEmbeddings: false,
    initializerRange: 0.02,
  }
  const spec = trainGraph(config, 'clipped-surrogate', [2, 4], ADAMW_DEFAULTS).spec()
  const bytes = encodeModel(spec)
  const read = onnx.ModelProto.decode(bytes)
  assert.is(read.graph!.node!.length, spec.nodes.length)
  assert.equal(
    read.graph!.input!.map(({ name }) => name),
    spec.inputs.map(({ name }) => name),
  )
  assert.is(onnx.ModelProto.verify(read), null)
})

test.run()
