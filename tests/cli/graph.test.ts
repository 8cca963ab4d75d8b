/** @file `ludus graph`: each graph as text, as a summary and as a picture; what it cannot build is refused in one line. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ludus } from './ludus.ts'

const dir = mkdtempSync(join(tmpdir(), 'ludus-graph-'))
const test = suite('ludus graph')
test.after(() => rmSync(dir, { recursive: true, force: true }))

const SHAPE = [
  '--layers',
  '2',
  '--hidden',
  '16',
  '--heads',
  '2',
  '--vocab',
  '5',
  '--rows',
  '3',
  '--length',
  '4',
]

test('text, with the shapes that were asked for', async () => {
  const { code, stdout, stderr } = await ludus(['graph', 'train', ...SHAPE])
  assert.is(code, 0, stderr)
  assert.is(stderr, '')
  assert.match(stdout, /^graph train\n/)
  assert.match(stdout, 'tokens: int32[3, 4]')
  assert.match(stdout, /\d+ nodes: /)
})

test('a picture, and the summary as JSON', async () => {
  const file = join(dir, 'loop.svg')
  const { code, stdout, stderr } = await ludus(['graph', 'train-loop', ...SHAPE, '--svg', file, '--json'])
  assert.is(code, 0, stderr)
  assert.is(stderr, `wrote ${file}\n`)
  const { graph, config, ops, inputs } = JSON.parse(stdout) as {
    graph: string
    config: { numHiddenLayers: number }
    ops: Record<string, number>
    inputs: { name: string; dtype: string; size: number }[]
  }
  assert.equal([graph, config.numHiddenLayers, ops['Loop']], ['train-loop', 2, 1])
  assert.ok(inputs.some(({ name, size }) => name === 'weights' && size > 1000))
  assert.match(readFileSync(file, 'utf8'), /^<svg [^]*body of Loop [^]*<\/svg>$/)
})

const REFUSED: [string[], RegExp][] = [
  [['frob'], /'frob' is invalid for argument 'what'. Allowed choices are train, /],
  [['train', '--layers', '0'], /--layers: expected a whole number of at least 1, got "0"/],
  [['train', '--hidden', '30', '--heads', '4'], /--hidden 30 --heads 4: .* choose e.g. --hidden 32/],
  [['train', '--policy', dir], /expected a checkpoint folder/],
  [['train', '--svg', join(dir, 'no/such.svg')], /open failed \(ENOENT\)/],
]

for (const [args, expected] of REFUSED)
  test(`refused: ludus graph ${args.join(' ').replaceAll(dir, '…')}`, async () => {
    const { code, stdout, stderr } = await ludus(['graph', ...args])
    assert.equal([code, stdout], [2, ''])
    assert.match(stderr, expected)
    assert.match(stderr, /^ludus: [^\n]+\n$/, 'expected one line')
    assert.not(existsSync(join(dir, 'no')))
  })

test.run()
