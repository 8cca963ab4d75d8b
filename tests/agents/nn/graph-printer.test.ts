/** @file Graphs as text and as pictures: nothing is left out, nothing said twice, and every reference leads somewhere. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ADAMW_DEFAULTS } from '../../../agents/nn/training/adamw.ts'
import { drawingOf } from '../../../agents/nn/printer/graph-boxes.ts'
import { graphSvg } from '../../../agents/nn/printer/graph-svg.ts'
import { graphSummary, graphText } from '../../../agents/nn/printer/graph-text.ts'
import { untangled } from '../../../agents/nn/printer/graph-untangle.ts'
import type { GraphSpec, Initializer } from '../../../agents/nn/graph/onnx.ts'
import { trainGraph } from '../../../agents/nn/training/train-graph.ts'

const float = 'float32' as const
const vector = (name: string, size: number | string) => ({ name, dtype: float, shape: [size] })
const constant = (name: string, values: readonly number[]): Initializer => ({
  ...vector(name, values.length),
  shape: [values.length],
  bytes: new Uint8Array(Float32Array.from(values).buffer),
})
const count: Initializer = {
  name: 'count',
  dtype: 'int64',
  shape: [],
  // At an odd place, where a typed array could not begin.
  bytes: new Uint8Array([0, ...new Uint8Array(BigInt64Array.of(-3n).buffer)]).subarray(1),
}

const body: GraphSpec = {
  name: 'step',
  inputs: [
    { name: 't', dtype: 'int64', shape: [] },
    { name: 'on', dtype: 'bool', shape: [] },
    vector('before', 2),
  ],
  outputs: [{ name: 'goOn', dtype: 'bool', shape: [] }, vector('after', 2)],
  initializers: [],
  nodes: [
    { op: 'Identity', inputs: ['on'], outputs: ['goOn'], attributes: {} },
    { op: 'Add', inputs: ['before', 'b'], outputs: ['after'], attributes: {} },
  ],
}
const small: GraphSpec = {
  name: 'small & <odd>',
  inputs: [vector('x', 'steps')],
  outputs: [vector('y', 2)],
  initializers: [constant('b', [0.1, 2]), constant('table', [1, 2, 3, 4, 5]), count],
  nodes: [
    {
      op: 'Norm',
      domain: 'com.microsoft',
      inputs: ['x', '', 'b'],
      outputs: ['n'],
      attributes: { eps: { float: 1e-6 }, mode: 'fast', to: { dtype: 'int32' }, perm: [1, 0], axis: -1 },
      shapes: [{ dtype: float, shape: [2, 'steps'] }],
    },
    { op: 'Mul', inputs: ['n', 'table'], outputs: ['m'], attributes: {} },
    { op: 'Loop', inputs: ['count', '', 'm'], outputs: ['y'], attributes: { body } },
  ],
}

const SMALL_TEXT = `graph small & <odd>
  inputs
    x: float32[steps]
  constants
    b: float32[2] = [0.1, 2]
    table: float32[5] = [1, 2, 3, … 5 values]
    count: int64[] = -3
  nodes
    n: float32[2, steps] = com.microsoft.Norm(x, -, b=[0.1, 2]) {eps: 0.000001, mode: "fast", to: int32, perm: [1, 0], axis: -1}
    m = Mul(n, table)
    y: float32[2] = Loop(count=-3, -, m) {body: step}
      graph step
        inputs
          t: int64[]
          on: bool[]
          before: float32[2]
        nodes
          goOn: bool[] = Identity(on)
          after: float32[2] = Add(before, b=[0.1, 2])
        outputs
          goOn: bool[]
          after: float32[2]
  outputs
    y: float32[2]
5 nodes: 1 Add, 1 com.microsoft.Norm, 1 Identity, 1 Loop, 1 Mul
1 inputs, 0 B and those of a size known at run time
3 constants, 8 values, 36 B`

const config = {
  vocabSize: 6,
  hiddenSize: 8,
  intermediateSize: 12,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  numKeyValueHeads: 1,
  maxPositionEmbeddings: 8,
  ropeTheta: 10_000,
  rmsNormEps: 1e-6,
  tieWordEmbeddings: false,
  initializerRange: 0.02,
}
const train = trainGraph({
  config,
  loss: { kind: 'clipped-surrogate' },
  shape: { rows: 2, steps: 3, sequences: 0, packed: false, positioned: false },
  adamW: ADAMW_DEFAULTS,
}).spec()

const test = suite('graph printer')

test('a small graph reads as it should', () => {
  assert.is(graphText(small), SMALL_TEXT)
})

test('the text has one line per node, with its type', () => {
  const lines = graphText(train).split('\n')
  for (const { op, outputs } of train.nodes) {
    const found = lines.filter(line => line.startsWith(`    ${outputs[0]}: `) && line.includes(`${op}(`))
    assert.is(found.length, 1, `${op} ${outputs[0]}`)
  }
})

test('the summary counts nodes and sizes', () => {
  const { nodes, ops, inputs, constants } = graphSummary(small)
  assert.is(nodes, 5)
  assert.equal(ops, { Add: 1, 'com.microsoft.Norm': 1, Identity: 1, Loop: 1, Mul: 1 })
  assert.equal(constants, { count: 3, size: 8, bytes: 36 })
  assert.equal(inputs, [{ ...vector('x', 'steps'), size: null, bytes: null }])
  const tokens = graphSummary(train).inputs.find(({ name }) => name === 'tokens')!
  assert.equal([tokens.size, tokens.bytes], [6, 24])
  const total = Object.values(graphSummary(train).ops).reduce((sum, each) => sum + each, 0)
  assert.is(total, train.nodes.length)
})

test('every node is in one row, or on a link, or part of an operand', () => {
  const rows = drawingOf(train).boxes.flatMap(box => box.rows)
  const drawn = rows.map(({ title }) => title)
  const expected = train.nodes.filter(
    ({ op, outputs }) =>
      !['Reshape', 'Identity', 'Cast', 'Expand', 'Transpose', 'Slice'].includes(op) ||
      train.outputs.some(({ name }) => name === outputs[0]),
  )
  for (const { outputs } of expected)
    assert.is(drawn.filter(title => title.startsWith(`${outputs[0]}: `)).length, 1, outputs[0])
})

test('boxes in a straight line become one, and keep their rows', () => {
  const before = drawingOf(train)
  const after = untangled(drawingOf(train))
  const titles = (drawing: typeof before): string[] =>
    drawing.boxes.flatMap(({ rows }) => rows.map(({ title }) => title)).filter(title => title.includes('='))
  assert.ok(after.boxes.length < 0.8 * before.boxes.length, `${after.boxes.length} of ${before.boxes.length}`)
  assert.equal(titles(after).toSorted(), titles(before).toSorted())
})

test('each operand of a box comes by link or by reference', () => {
  const before = drawingOf(train)
  const { boxes, links } = untangled(drawingOf(train))
  const boxOf = new Map(
    boxes.flatMap(box => box.rows.map(({ title }) => [title.split(':')[0], box] as const)),
  )
  assert.ok(boxes.some(({ referred }) => referred))
  for (const { from, to } of before.links) {
    const [source, target] = [boxOf.get(from)!, boxOf.get(to)!]
    const linked = links.some(link => link.from === source.id && link.to === target.id)
    const named = target.rows[0]!.references.includes(source.id)
    assert.ok(source === target || linked || named, `${from} → ${to}`)
  }
})

test('the picture is well-formed, and its references lead to boxes', () => {
  for (const spec of [small, train]) {
    const svg = graphSvg(spec)
    assert.equal(unclosed(svg), [])
    const ids = new Set([...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    const references = [...svg.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    assert.is(references.length > 0, spec === train)
    for (const id of references) assert.ok(ids.has(id), id)
  }
})

test('the picture of a Loop has its body beside it', () => {
  const svg = graphSvg(small)
  assert.match(svg, 'small &#38; &#60;odd&#62;')
  assert.match(svg, 'body of Loop y: step')
  assert.match(svg, '<g id="after"')
  assert.match(svg, '>[2, steps]<')
})

test('boxes do not lie on each other', () => {
  const boxes = [
    ...graphSvg(train).matchAll(
      /<g id="[^"]+" transform="translate\((\S+) (\S+)\)">.*?<rect class="box" width="(\S+)" height="(\S+)"/g,
    ),
  ].map(([, ...numbers]) => numbers.map(Number) as [number, number, number, number])
  assert.ok(boxes.length > 50)
  const overlap = (at: number, size: number, other: number, otherSize: number): boolean =>
    at < other + otherSize && other < at + size
  for (const [i, [x, y, width, height]] of boxes.entries())
    for (const [left, top, w, h] of boxes.slice(i + 1))
      assert.not(overlap(x, width, left, w) && overlap(y, height, top, h), `at ${left} ${top}`)
})

test('boxes are as wide as their text', () => {
  const rows = graphSvg(train).matchAll(/<\/title><rect width="(\S+)" height="19"[^>]*>(.*?)<\/g>/g)
  for (const [, width, texts] of rows) {
    const text = texts!.replace(/<[^>]+>/g, '').replace(/&#\d+;/g, '&')
    assert.ok(Number(width) > 6.6 * text.length, `${width} for ${text}`)
  }
})

/** Names of elements that are opened and not closed, or closed and not open. */
function unclosed(xml: string): string[] {
  const open: string[] = []
  for (const [, closing, name, alone] of xml.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
    if (alone) continue
    if (!closing) open.push(name!)
    else if (open.at(-1) === name) open.pop()
    else return [...open, `/${name}`]
  }
  return open
}

test.run()
