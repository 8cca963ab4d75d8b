/**
 * @file `tools/files-v1`: carry out chores on files with tools like those of a shell.
 *
 * The files are a value, no real ones (file-tree.ts). What counts is which files there are and what is in them; folders
 * that are left empty and white space at the end of a file do not count.
 */
import { z } from 'zod'
import type { Json } from '../json.ts'
import { rngAt } from '../rng.ts'
import type { Chore } from './file-chores.ts'
import { drawChore, SIZE_OF_LEVEL } from './file-chores.ts'
import type { FileTree, Outcome } from './file-tree.ts'
import {
  copyEntry,
  findNames,
  findText,
  listFolder,
  makeFolder,
  moveEntry,
  PATH,
  readFile,
  removeEntry,
  replaceText,
  textsOf,
  treeOf,
  writeFile,
} from './file-tree.ts'
import type { Call } from './call-form.ts'
import type { Reply } from './tool-env.ts'
import { finishCall } from './call-form.ts'
import { defineToolEnv, tool } from './tool-env.ts'

const ID = 'tools/files-v1'
const TITLES = ['few files', 'more files', 'files that only look alike', 'many files', 'two chores at once']

/** `seed` names the files and the chore, together with the level. */
type Params = { seed: number; level: number; words: string }

const path = z
  .string()
  .max(400)
  .regex(PATH, 'expected an absolute path of names of letters, digits, dots, hyphens and underscores')
  .describe('An absolute path, such as /notes/first.txt')
const text = z.string().max(20_000).describe('Text; \\n ends a line')
const part = z.string().min(1).max(2000).describe('The text to look for, as it is')

export const files = defineToolEnv<Params, FileTree>({
  id: ID,
  title: 'Carry out chores on files with shell-like tools',
  group: 'files',
  rules:
    'Carry out the request on the files with the tools, and leave everything else as it is. Files are not created, moved ' +
    'or removed unless the request says so.',
  levels: SIZE_OF_LEVEL.map((axes, i) => ({ level: i + 1, title: TITLES[i]!, axes })),
  maxSteps: 40,
  generate(rng, level) {
    const seed = rng.next()
    return { seed, level, words: choreOf({ seed, level }).words }
  },
  identity: ({ seed, level }) => [seed, level],
  request: ({ words }) => words,
  world: params => treeOf(choreOf(params).before),
  tools: {
    ls: reading('Lists what is in a folder.', { path }, (tree, args) => listFolder(tree, args.path)),
    cat: reading('Shows a file.', { path }, (tree, args) => readFile(tree, args.path)),
    grep: reading(
      'Finds lines that contain a text, in a file or in all files below a folder.',
      { text: part, path },
      (tree, args) => findText(tree, args.path, args.text),
    ),
    find: reading(
      'Finds files and folders below a folder by name; * stands for any text.',
      { pattern: z.string().min(1).max(60), path },
      (tree, args) => findNames(tree, args.path, args.pattern),
    ),
    write: writing('Writes a file, in place of what it held.', { path, text }, (tree, args) =>
      writeFile(tree, args.path, args.text),
    ),
    append: writing('Adds text to the end of a file.', { path, text }, (tree, args) => {
      const read = readFile(tree, args.path)
      return 'error' in read ? read : writeFile(tree, args.path, read.text + args.text)
    }),
    replace: writing(
      'Replaces every occurrence of a text in a file.',
      { path, before: part, after: text },
      (tree, args) => replaceText(tree, args.path, args.before, args.after),
    ),
    move: writing('Gives a file or folder another path.', { from: path, to: path }, (tree, args) =>
      moveEntry(tree, args.from, args.to),
    ),
    copy: writing('Copies a file or folder to another path.', { from: path, to: path }, (tree, args) =>
      copyEntry(tree, args.from, args.to),
    ),
    remove: writing('Removes a file, or a folder that is empty.', { path }, (tree, args) =>
      removeEntry(tree, args.path),
    ),
    mkdir: writing('Makes a folder; the one that it is in must exist.', { path }, (tree, args) =>
      makeFolder(tree, args.path),
    ),
  },
  view: textsOf,
  goals: params => choreOf(params).after.map(texts => ({ view: textsOf(texts) })),
  solve: params => [...choreOf(params).calls, finishCall()],
  suggest,
})

function choreOf({ seed, level }: Pick<Params, 'seed' | 'level'>): Chore {
  return drawChore(rngAt(ID, 'chore', seed), level)
}

function reading<A extends z.ZodRawShape>(
  about: string,
  args: A,
  run: (tree: FileTree, args: z.infer<z.ZodObject<A>>) => { [name: string]: Json } | { error: string },
) {
  return tool<Params, FileTree, z.ZodType<z.infer<z.ZodObject<A>>>>({
    about,
    args: z.strictObject(args) as unknown as z.ZodType<z.infer<z.ZodObject<A>>>,
    reads: true,
    run: (tree, given) => {
      const came = run(tree, given)
      return typeof came['error'] === 'string'
        ? { error: came['error'] }
        : { result: Object.values(came)[0]! }
    },
  })
}

function writing<A extends z.ZodRawShape>(
  about: string,
  args: A,
  run: (tree: FileTree, args: z.infer<z.ZodObject<A>>) => Outcome & { count?: number },
) {
  return tool<Params, FileTree, z.ZodType<z.infer<z.ZodObject<A>>>>({
    about,
    args: z.strictObject(args) as unknown as z.ZodType<z.infer<z.ZodObject<A>>>,
    run: (tree, given): Reply<FileTree> => {
      const came = run(tree, given)
      return 'error' in came ? came : { world: came.tree, result: came.count ?? 'ok' }
    },
  })
}

/** A look around, and what somebody might try without having understood. */
function suggest(_params: Params, tree: FileTree): Call[] {
  const first = Object.keys(tree).find(name => tree[name] !== null)
  const folder = Object.keys(tree).find(name => tree[name] === null)
  const call = (name: string, args: Call['args']): Call => ({ tool: name, args })
  return [
    call('ls', { path: '/' }),
    call('find', { pattern: '*', path: '/' }),
    ...(folder === undefined
      ? []
      : [call('ls', { path: folder }), call('grep', { text: 'e', path: folder })]),
    ...(first === undefined ? [] : [call('cat', { path: first }), call('remove', { path: first })]),
    ...(tree['/notes.txt'] === null ? [] : [call('write', { path: '/notes.txt', text: '' })]),
  ]
}
