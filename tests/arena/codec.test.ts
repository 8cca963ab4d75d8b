import fc from 'fast-check'
import { Packr } from 'msgpackr'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import { rngAt } from '../../envs/rng.ts'
import { decode, encode, MAX_DEPTH, MAX_ITEMS } from '../../arena/codec.ts'
import { clientMessageSchema, serverMessageSchema } from '../../arena/protocol.ts'

const FORMATS = ['json', 'msgpack'] as const
const anything = z.json()

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(text => text.length <= 64)
const value = fc.jsonValue({ depthSize: 'small', maxDepth: 6, stringUnit: 'grapheme' }).filter(noProto)
const count = fc.nat()
const clientMessages = fc.oneof(
  fc.record({ type: fc.constant('ack' as const), seq: count }),
  fc.record({ type: fc.constant('act' as const), match: name, turn: count, actId: name, action: value }),
  fc.record({
    type: fc.constant('act' as const),
    match: name,
    turn: count,
    actId: name,
    text: fc.string({ unit: 'grapheme' }),
  }),
)
const serverMessages = fc.oneof(
  fc.record({
    type: fc.constant('matchStart' as const),
    seq: count,
    match: name,
    env: name,
    actionSchema: value,
    maxSteps: count,
  }),
  fc.record({
    type: fc.constant('turn' as const),
    seq: count,
    match: name,
    turn: count,
    observation: value,
    messages: fc.array(
      fc.record({ role: fc.constantFrom('system' as const, 'user' as const), content: name }),
    ),
    stepEnd: name,
    deadlineMs: count,
  }),
)

test('arbitrary messages mean the same in JSON and in MessagePack', () => {
  fc.assert(
    fc.property(fc.oneof(clientMessages, serverMessages), message => {
      const schema = z.union([clientMessageSchema, serverMessageSchema])
      const [json, msgpack] = FORMATS.map(format => decode(format, bytes(format, message), schema))
      assert.ok(json!.ok, json!.ok ? '' : json!.reason)
      assert.equal(msgpack, json)
      assert.equal(plain(json!), plain({ ok: true, message }))
    }),
    { numRuns: 500 },
  )
})

test('numbers at the borders mean the same', () => {
  for (const number of [
    0,
    -1,
    127,
    128,
    -33,
    2 ** 31,
    2 ** 32,
    2 ** 53 - 1,
    -(2 ** 53),
    2 ** 63,
    1e300,
    5e-324,
    0.1,
  ])
    for (const format of FORMATS)
      assert.equal(
        decode(format, bytes(format, [number]), anything),
        { ok: true, message: [number] },
        `${format} ${number}`,
      )
})

test('half a surrogate pair arrives as replacement characters in both', () => {
  for (const format of FORMATS) {
    const decoded = decode(format, bytes(format, ['a\uD800b']), z.array(z.string()))
    assert.match(decoded.ok ? decoded.message[0]! : '', /^a\uFFFD+b$/)
  }
})

test('random bytes are refused or mean something, and never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), garbage => {
      for (const format of FORMATS) {
        const decoded = decode(format, Buffer.from(garbage), clientMessageSchema)
        assert.type(decoded.ok, 'boolean')
      }
    }),
    { numRuns: 2000 },
  )
})

test('messages with one changed byte never throw', () => {
  const message = {
    type: 'act',
    match: 'm',
    turn: 3,
    actId: 'a',
    action: { deep: [1, 'two', null, { x: 1.5 }] },
  }
  const rng = rngAt('mutation')
  for (const format of FORMATS)
    for (let i = 0; i < 2000; i++) {
      const changed = Buffer.from(bytes(format, message))
      changed[rng.int(0, changed.length - 1)] = rng.int(0, 255)
      assert.type(decode(format, changed, clientMessageSchema).ok, 'boolean')
    }
})

const moreTypes = new Packr({ useRecords: false, moreTypes: true, structuredClone: true })
const records = new Packr({ useRecords: true })
const cyclic: { self?: unknown } = {}
cyclic.self = cyclic
const ATTACKS: [string, Buffer][] = [
  ['a regular expression', moreTypes.pack({ type: 'bye', extra: /(a+)+$/ })],
  ['a set', moreTypes.pack({ type: 'bye', extra: new Set([1]) })],
  ['an error', moreTypes.pack({ type: 'bye', extra: new Error('x') })],
  ['a date', moreTypes.pack({ type: 'bye', extra: new Date(0) })],
  ['a cycle', moreTypes.pack(cyclic)],
  ['a record definition', records.pack({ type: 'bye' })],
  ['binary bytes', moreTypes.pack({ type: 'bye', extra: Buffer.from('x') })],
  ['undefined', moreTypes.pack({ type: 'bye', extra: undefined })],
  ['a huge declared array', Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff])],
  ['a huge declared string', Buffer.from([0xdb, 0xff, 0xff, 0xff, 0xff])],
  ['a huge declared map', Buffer.from([0xdf, 0xff, 0xff, 0xff, 0xff])],
  ['100 000 levels of nesting', Buffer.alloc(100_000, 0x91)],
  ['200 000 empty maps', Buffer.concat([Buffer.from([0xdd, 0, 3, 0x0d, 0x40]), Buffer.alloc(200_000, 0x80)])],
  ['numbers as keys', Buffer.from([0x81, 0x01, 0x02])],
  ['__proto__ as a key', packed({ ['__proto__']: 1 })],
  ['bytes behind the end', Buffer.from([0xc0, 0xc0])],
  ['nothing', Buffer.alloc(0)],
]
for (const [what, attack] of ATTACKS)
  test(`MessagePack with ${what} is refused before it is decoded`, () => {
    const started = performance.now()
    const decoded = decode('msgpack', attack, z.unknown())
    assert.not.ok(decoded.ok)
    assert.match(decoded.ok ? '' : decoded.reason, /msgpack|expected/)
    assert.ok(performance.now() - started < 100)
  })

test('JSON has the same limits', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  for (const [text, ok] of [
    [nested(MAX_DEPTH), true],
    [nested(MAX_DEPTH + 1), false],
    [nested(100_000), false],
    [`[${'0,'.repeat(MAX_ITEMS - 2)}0]`, true],
    [`[${'0,'.repeat(MAX_ITEMS - 1)}0]`, false],
    ['{"__proto__":1}', false],
    ['{"a":', false],
  ] as const) {
    assert.is(decode('json', Buffer.from(text), z.unknown()).ok, ok, text.slice(0, 40))
    if (ok || text.startsWith('[0'))
      assert.is(
        decode('msgpack', bytes('msgpack', JSON.parse(text) as object), z.unknown()).ok,
        ok,
        text.slice(0, 40),
      )
  }
})

test('an act has an action or a text, and not both', () => {
  const act = { type: 'act', match: 'm', turn: 0, actId: 'a' }
  for (const [extra, ok] of [
    [{ action: null }, true],
    [{ text: '' }, true],
    [{}, false],
    [{ action: 1, text: '1' }, false],
  ] as const)
    for (const format of FORMATS)
      assert.is(decode(format, bytes(format, { ...act, ...extra }), clientMessageSchema).ok, ok)
})

test('names with control or invisible characters are refused', () => {
  for (const agent of ['a\nb', 'a\u202Eb', 'a\u200Bb', ' a', '', 'x'.repeat(65)])
    assert.not.ok(clientMessageSchema.safeParse({ type: 'hello', agent }).success, JSON.stringify(agent))
  for (const agent of ['random', '<script>', 'Zoë 2', '名前'])
    assert.ok(clientMessageSchema.safeParse({ type: 'hello', agent }).success, agent)
})

/** msgpackr itself renames the key, so the bytes are written by hand. */
function packed(object: object): Buffer {
  const key = Buffer.from(Object.keys(object)[0]!)
  return Buffer.concat([Buffer.from([0x81, 0xa0 | key.length]), key, Buffer.from([1])])
}

function bytes(format: 'json' | 'msgpack', message: object): Buffer {
  return Buffer.from(encode(format, message))
}

/** JSON has no negative zero. */
function plain(decoded: unknown): unknown {
  return JSON.parse(JSON.stringify(decoded))
}

function noProto(json: unknown): boolean {
  return !JSON.stringify(json).includes('"__proto__"')
}

test.run()
