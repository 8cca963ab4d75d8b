/** @file The README does not lie: its file tree is the project's, and its commands are there. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ludus } from '../cli/ludus.ts'
import { projectFiles, ROOT } from './files.ts'

const README = join(ROOT, 'README.md')
const SOURCE = /^(envs|rewards|agents|arena|tests)\/.*\.(tsx?|js|css|py|html)$/
const TOP_LEVEL = /^[^/]+$/
const PHRASE_COLUMN = 34

interface Entry {
  path: string
  phrase: string
}

/** Lines like `  rng.ts   seeded random numbers`, nested by two spaces per folder; folders end with a slash. */
function parseTree(block: string): Entry[] {
  const folders: string[] = []
  const entries: Entry[] = []
  for (const line of block.split('\n').filter(each => each.trim() !== '')) {
    const [, indent = '', name = '', phrase = ''] = /^( *)(\S+) *(.*)$/.exec(line) ?? []
    folders.length = indent.length / 2
    const path = folders.join('') + name
    if (name.endsWith('/')) folders.push(name)
    else entries.push({ path, phrase })
  }
  return entries
}

/** The tree as it should stand in the README, with the phrases that are known. */
function skeleton(files: readonly string[], phrases: ReadonlyMap<string, string>): string {
  const lines: string[] = []
  let open: string[] = []
  const nested = files.filter(file => file.includes('/'))
  for (const file of [...nested, ...files.filter(each => !each.includes('/'))]) {
    const folders = file.split('/').slice(0, -1)
    folders.forEach((folder, depth) => {
      if (folder !== open[depth]) {
        lines.push(`${'  '.repeat(depth)}${folder}/`)
        open = open.slice(0, depth)
      }
      open[depth] = folder
    })
    open = folders
    const name = '  '.repeat(folders.length) + file.split('/').at(-1)!
    lines.push(`${name.padEnd(PHRASE_COLUMN - 1)} ${phrases.get(file) ?? ''}`.trimEnd())
  }
  return lines.join('\n')
}

function readTree(text: string): Entry[] {
  const block = /<!-- tree -->\s*```\w*\n(.*?)```\s*<!-- \/tree -->/s.exec(text)?.[1]
  return block === undefined ? [] : parseTree(block)
}

/** Everything that the README writes behind `npx ludus`, up to the end of the code. */
function quotedCommands(text: string): string[][] {
  return [...text.matchAll(/npx ludus ([^\n`#|>&]+)/g)].map(([, words]) => words!.trim().split(/\s+/))
}

/** Walks the command's words down the subcommands that exist. Returns what is wrong, or null. */
async function problemOf(
  words: readonly string[],
  help: (path: string[]) => Promise<string>,
): Promise<string | null> {
  const path: string[] = []
  for (const word of words) {
    const commands = /\nCommands:\n(.*)$/s.exec(await help(path))?.[1]
    if (commands === undefined) break
    if (!new RegExp(`^  ${word}\\b`, 'm').test(commands)) return `no command "${[...path, word].join(' ')}"`
    path.push(word)
  }
  const text = await help(path)
  const unknown = words.filter(word => /^--?[a-z]/.test(word) && !text.includes(word.replace(/=.*/, '')))
  return unknown.length > 0 ? `ludus ${path.join(' ')} has no ${unknown.join(', ')}` : null
}

function remembered(): (path: string[]) => Promise<string> {
  const known = new Map<string, Promise<string>>()
  return path => {
    const key = path.join(' ')
    const text = known.get(key) ?? ludus([...path, '--help']).then(({ stdout }) => stdout)
    known.set(key, text)
    return text
  }
}

const test = suite('README')
const readme = (): string => (existsSync(README) ? readFileSync(README, 'utf8') : '')

test('its tree names every file once, each with a phrase', () => {
  const files = projectFiles().filter(file => SOURCE.test(file) || TOP_LEVEL.test(file))
  const tree = readTree(readme())
  const listed = tree.map(entry => entry.path)
  const problems = [
    ...files.filter(file => !listed.includes(file)).map(file => `missing: ${file}`),
    ...listed.filter(path => !files.includes(path)).map(path => `not a file: ${path}`),
    ...listed.filter((path, i) => listed.indexOf(path) !== i).map(path => `twice: ${path}`),
    ...tree.filter(({ phrase }) => phrase === '').map(({ path }) => `no phrase: ${path}`),
  ]
  if (problems.length > 0) {
    const phrases = new Map(tree.map(({ path, phrase }) => [path, phrase]))
    const expected = `<!-- tree -->\n\n\`\`\`\n${skeleton(files, phrases)}\n\`\`\`\n\n<!-- /tree -->`
    process.stdout.write(`\nREADME.md must hold this, with a phrase behind each file:\n\n${expected}\n\n`)
  }
  assert.equal(problems, [])
})

test('the tree that it prints on failure reads back', () => {
  const files = ['a/b/c.ts', 'a/b/d.ts', 'a/e.ts', 'a/f/g.ts', 'h/b/i.ts', 'top.json']
  const phrases = new Map(files.map(file => [file, `what ${file} is`]))
  const expected = files.map(path => ({ path, phrase: phrases.get(path)! }))
  assert.equal(parseTree(skeleton(files, phrases)), expected)
})

test('every command that it quotes exists, with its options', async () => {
  const help = remembered()
  const commands = quotedCommands(readme())
  const problems = await Promise.all(commands.map(words => problemOf(words, help)))
  assert.equal(
    problems.filter(problem => problem !== null),
    [],
  )
})

test('a command or an option that does not exist would be found', async () => {
  const help = remembered()
  const [frob, option, nested, right] = await Promise.all(
    ['frob x', 'envs --frob', 'arena frob', 'rollout math/addition-v1 --agent random -n 5'].map(command =>
      problemOf(command.split(' '), help),
    ),
  )
  assert.match(frob!, 'no command "frob"')
  assert.match(option!, 'has no --frob')
  assert.match(nested!, 'no command "arena frob"')
  assert.is(right, null)
})

test.run()
