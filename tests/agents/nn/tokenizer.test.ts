import * as fc from 'fast-check'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ByteTokenizer } from '../../../agents/nn/tokenizers/byte-tokenizer.ts'
import { HuggingFaceTokenizer } from '../../../agents/nn/tokenizers/huggingface-tokenizer.ts'
import { loadTokenizer } from '../../../agents/nn/tokenizers/load-tokenizer.ts'
import { CharTokenizer, EOS } from '../../../agents/nn/tokenizers/tokenizer.ts'
import type { Message } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import { golden, laidOutFolder, temporaryFolder } from './golden-folders.ts'

interface Golden {
  texts: string[]
  folders: Record<
    string,
    {
      files: Record<string, string>
      vocabSize: number
      ids: number[][]
      decoded: string[]
      prefix: number[]
      chats: { messages: Message[]; text: string; ids: number[] }[]
    }
  >
}

const { texts, folders } = golden<Golden>('tokenizers.json')
const root = temporaryFolder()
const folder = (name: string, change: Record<string, string | null> = {}): string => {
  const kept = Object.entries({ ...folders['byte level']!.files, ...change }).flatMap(([file, content]) =>
    content === null ? [] : [[file, content] as const],
  )
  return laidOutFolder(root, name, Object.fromEntries(kept), 'utf8')
}

const test = suite('tokenizers')
test.after(() => rmSync(root, { recursive: true, force: true }))

for (const [name, expected] of Object.entries(folders)) {
  const tokenizer = loadTokenizer(laidOutFolder(root, name, expected.files, 'utf8'))

  test(`${name}: ${texts.length} texts have the ids that the Rust tokenizer gives them`, () => {
    assert.equal(
      texts.filter((text, i) => tokenizer.encode(text).join() !== expected.ids[i]!.join()),
      [],
    )
  })

  test(`${name}: ids have the texts that the Rust tokenizer gives them`, () => {
    const wrong = expected.ids.filter((ids, i) => tokenizer.decode(ids) !== expected.decoded[i])
    // The package drops a byte order mark that is written in single bytes, and nothing else.
    const mark = expected.ids[texts.indexOf('\uFEFFmark')]
    assert.equal(wrong, name === 'byte fallback' ? [mark] : [])
  })

  test(`${name}: what begins a text, how many tokens there are`, () => {
    assert.equal(tokenizer.bos, expected.prefix)
    assert.is(tokenizer.vocabSize, expected.vocabSize)
  })

  test(`${name}: saved and loaded again, it is the same`, () => {
    const copy = join(root, `copy of ${name}`)
    mkdirSync(copy)
    tokenizer.save(copy)
    const again = loadTokenizer(copy)
    assert.equal([again.vocabSize, again.bos, again.eos], [tokenizer.vocabSize, tokenizer.bos, tokenizer.eos])
    for (const [file, text] of Object.entries(expected.files))
      assert.is(readFileSync(join(copy, file), 'utf8'), text)
  })
}

test('the end to learn comes first, then the others that generation stops at', () => {
  const byteLevel = new HuggingFaceTokenizer(folder('ends'))
  assert.equal(byteLevel.eos, [3, 1])
  assert.equal(byteLevel.encode('<|end|>'), [3])
  assert.is(byteLevel.decode([3]), '')
  const only = folder('end of config', {
    'generation_config.json': null,
    'tokenizer_config.json': '{}',
    'config.json': '{"eos_token_id":2}',
  })
  assert.equal(new HuggingFaceTokenizer(only).eos, [2])
})

test('an id without a token shows as a character that no parser accepts', () => {
  const tokenizer = new HuggingFaceTokenizer(folder('padded'))
  const [a] = tokenizer.encode('a')
  assert.is(tokenizer.decode([a!, 5000, a!, 5001]), 'a\uFFFDa\uFFFD')
  assert.is(tokenizer.decode([]), '')
})

const chats = folders['byte level']!.chats
test('chats are written as the template has them in Python', () => {
  const tokenizer = new HuggingFaceTokenizer(folder('chats'))
  assert.ok(chats.length > 1)
  for (const { messages, text, ids } of chats) {
    assert.is(tokenizer.chat!(messages), text)
    assert.equal(tokenizer.encode(text), ids)
  }
})

test('a trailing assistant message begins the completion', () => {
  const tokenizer = new HuggingFaceTokenizer(folder('begun'))
  const [{ messages, text }] = chats as [Golden['folders'][string]['chats'][number]]
  const begun: Message[] = [...messages, { role: 'assistant', content: ' 42 is' }]
  assert.is(tokenizer.chat!(begun), `${text} 42 is`)
})

test('a template may stand in tokenizer_config.json, alone or as the default of several', () => {
  const settings = JSON.parse(folders['byte level']!.files['tokenizer_config.json']!) as object
  const chat = (name: string, template: unknown): string => {
    const json = JSON.stringify({ ...settings, chat_template: template })
    const dir = folder(name, { 'chat_template.jinja': null, 'tokenizer_config.json': json })
    return new HuggingFaceTokenizer(dir).chat!([{ role: 'user', content: 'Hi' }])
  }
  assert.is(chat('one template', '{{ bos_token }}{{ messages[0].content }}'), '<|begin|>Hi')
  const several = [
    { name: 'tool_use', template: 'tools' },
    { name: 'default', template: '{{ eos_token }}' },
  ]
  assert.is(chat('several templates', several), '<|end|>')
})

test('a template that prints the date prints the same one every day', () => {
  const source =
    '{% if not date_string is defined %}{% set date_string = strftime_now("%d %b %Y") %}{% endif %}{{ date_string }}'
  const tokenizer = new HuggingFaceTokenizer(folder('date', { 'chat_template.jinja': source }))
  assert.is(tokenizer.chat!([{ role: 'user', content: 'Hi' }]), '26 Jul 2024')
})

test('without a template there is no chat', () => {
  const { chat } = new HuggingFaceTokenizer(folder('no template', { 'chat_template.jinja': null }))
  assert.is(chat, undefined)
  assert.is('chat' in new ByteTokenizer() || 'chat' in new CharTokenizer('ab'), false)
})

const withModel = (change: object): string => {
  const described = JSON.parse(folders['byte level']!.files['tokenizer.json']!) as { model: object }
  return JSON.stringify({ ...described, model: { ...described.model, ...change } })
}
const DAMAGED: Record<string, [Record<string, string | null>, RegExp]> = {
  'half a file': [{ 'tokenizer.json': '{"version"' }, /tokenizer\.json: expected JSON/],
  'not a tokenizer': [{ 'tokenizer.json': '{}' }, /tokenizer\.json: model: /],
  'an id beyond all arrays': [
    { 'tokenizer.json': withModel({ vocab: { a: 4_000_000_000 } }) },
    /tokenizer\.json: model\.vocab/,
  ],
  'a kind that nobody knows': [
    { 'tokenizer.json': withModel({ type: 'BPE', merges: 3 }) },
    /tokenizer\.json: this kind of tokenizer cannot be used here/,
  ],
  'an end that is no token': [
    { 'tokenizer_config.json': '{"eos_token":"<nowhere>"}' },
    /tokenizer_config\.json: eos_token: "<nowhere>" is not in tokenizer\.json/,
  ],
  'no end': [
    { 'tokenizer_config.json': '{}', 'generation_config.json': null },
    /expected what ends a text, eos_token in tokenizer_config\.json or eos_token_id/,
  ],
  'a template that is none': [
    { 'chat_template.jinja': '{% if %}' },
    /chat_template\.jinja: this chat template/,
  ],
}
const refuses = (run: () => unknown, message: RegExp): void =>
  assert.throws(
    run,
    (error: Error) =>
      error instanceof UsageError && message.test(error.message) && !error.message.includes('\n'),
  )
for (const [name, [change, message]] of Object.entries(DAMAGED)) {
  test(`${name}: one clear error`, () => refuses(() => loadTokenizer(folder(name, change)), message))
}

test('what a template refuses is said', () => {
  const source = '{{ raise_exception("no\\nsystem messages") }}'
  const tokenizer = new HuggingFaceTokenizer(folder('refusing', { 'chat_template.jinja': source }))
  refuses(() => tokenizer.chat!([]), /chat_template\.jinja: .*: no system messages/)
})

test('a folder has one tokenizer', () => {
  refuses(
    () => loadTokenizer(folder('two', { 'byte_tokenizer.json': '{"type":"byte"}' })),
    /found byte_.* and tok/,
  )
  refuses(() => loadTokenizer(folder('none', { 'tokenizer.json': null })), /expected one of .*, found none/)
})

const text = fc.string({ unit: 'binary' })

test('bytes: every text comes back, and its tokens are those of UTF-8', () => {
  const tokenizer = new ByteTokenizer()
  fc.assert(
    fc.property(text, written => {
      const ids = tokenizer.encode(written)
      assert.equal(
        ids.map(id => id - 2),
        [...Buffer.from(written, 'utf8')],
      )
      assert.is(tokenizer.decode(ids), written)
      assert.is(tokenizer.decode([...ids, EOS]), written)
    }),
  )
})

test('bytes: the text of some tokens begins with the text of fewer, whatever they are', () => {
  const tokenizer = new ByteTokenizer()
  const ids = fc.array(fc.integer({ min: 0, max: tokenizer.vocabSize - 1 }))
  const pieces = fc
    .array(
      fc.oneof(
        text.map(written => tokenizer.encode(written)),
        ids,
      ),
    )
    .map(lists => lists.flat())
  fc.assert(
    fc.property(pieces, all => {
      let before = ''
      for (let count = 0; count <= all.length; count++) {
        const now = tokenizer.decode(all.slice(0, count))
        assert.ok(now.startsWith(before), JSON.stringify([before, now]))
        before = now
      }
    }),
  )
})

test('bytes: an unfinished character is held back, until an end shows that it is broken', () => {
  const tokenizer = new ByteTokenizer()
  const ids = tokenizer.encode('a😀')
  assert.is(tokenizer.decode(ids.slice(0, 3)), 'a')
  assert.is(tokenizer.decode([...ids.slice(0, 3), EOS]), 'a\uFFFD')
  assert.is(tokenizer.decode([0, ...ids]), '\uFFFDa😀')
  assert.is(tokenizer.decode(tokenizer.encode('\uFEFFmark')), '\uFEFFmark')
})

test('bytes and characters: saved and loaded again', () => {
  const save = (tokenizer: ByteTokenizer | CharTokenizer, name: string): string => {
    const dir = join(root, name)
    mkdirSync(dir)
    tokenizer.save(dir)
    return dir
  }
  assert.instance(loadTokenizer(save(new ByteTokenizer(), 'bytes')), ByteTokenizer)
  const characters = loadTokenizer(save(new CharTokenizer('aé😀'), 'characters'))
  assert.is((characters as CharTokenizer).alphabet, 'aé😀')
  assert.equal(characters.eos, [EOS])
  writeFileSync(join(root, 'characters', 'char_tokenizer.json'), '{"type":"byte"}')
  refuses(() => loadTokenizer(join(root, 'characters')), /char_tokenizer\.json: type: /)
})

test.run()
