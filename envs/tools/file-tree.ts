/**
 * @file A file system as a value: texts by absolute path, `null` for a folder. Every operation gives a new tree that
 * shares all texts with the old one, or says why not. It never touches real files.
 */

export type FileTree = { readonly [path: string]: string | null }
export type Outcome = { tree: FileTree } | { error: string }

/** Names of letters, digits, `.`, `_` and `-`; no name is `.` or `..`, so no path leads anywhere else. */
export const PATH = /^\/$|^(?:\/(?!\.{1,2}(?:\/|$))[\w.-]{1,60}){1,12}$/

const MAX_CHARS = 20_000
const MAX_ENTRIES = 500
const MAX_LISTED = 100
/** Characters of a line that is shown. */
const MAX_LINE = 200

/** These files with all the folders that they are in. */
export function treeOf(files: { readonly [path: string]: string }): FileTree {
  const folders = Object.keys(files).flatMap(path => {
    const names = path.split('/').slice(1, -1)
    return names.map((_, i): [string, null] => [`/${names.slice(0, i + 1).join('/')}`, null])
  })
  return { ...Object.fromEntries(folders), ...files }
}

/** Texts by path, folders left out and no white space at the end. */
export function textsOf(tree: FileTree): { [path: string]: string } {
  const files = Object.entries(tree).filter((entry): entry is [string, string] => entry[1] !== null)
  return Object.fromEntries(files.map(([path, text]) => [path, text.trimEnd()]))
}

export function readFile(tree: FileTree, path: string): { text: string } | { error: string } {
  const text = tree[path]
  if (typeof text === 'string') return { text }
  return { error: isFolder(tree, path) ? `${path} is a folder` : `there is no file ${path}` }
}

/** What is directly in a folder, sorted; folders end with a slash. */
export function listFolder(tree: FileTree, path: string): { names: string[] } | { error: string } {
  if (!isFolder(tree, path)) return { error: `there is no folder ${path}` }
  const inside = within(path)
  const names = Object.keys(tree)
    .filter(other => other.startsWith(inside) && !other.includes('/', inside.length))
    .map(other => other.slice(inside.length) + (tree[other] === null ? '/' : ''))
  return { names: capped(names.toSorted()) }
}

/** Lines that contain the text, in the file or in all files below the folder, as `path:number: line`. */
export function findText(
  tree: FileTree,
  path: string,
  text: string,
): { lines: string[] } | { error: string } {
  if (!Object.hasOwn(tree, path) && path !== '/') return { error: `there is no ${path}` }
  const lines = filesAt(tree, path).flatMap(file =>
    tree[file]!.split('\n').flatMap((line, i) =>
      line.includes(text) ? [`${file}:${i + 1}: ${line.slice(0, MAX_LINE)}`] : [],
    ),
  )
  return { lines: capped(lines) }
}

/** Files and folders below the folder whose name fits the pattern, in which `*` is any text. */
export function findNames(
  tree: FileTree,
  path: string,
  pattern: string,
): { paths: string[] } | { error: string } {
  if (!isFolder(tree, path)) return { error: `there is no folder ${path}` }
  const inside = within(path)
  const found = Object.keys(tree).filter(
    other => other.startsWith(inside) && fits(other.slice(other.lastIndexOf('/') + 1), pattern),
  )
  return { paths: capped(found.toSorted()) }
}

export function writeFile(tree: FileTree, path: string, text: string): Outcome {
  const refused = isFolder(tree, path) ? `${path} is a folder` : missingParent(tree, path)
  return refused === null ? grown({ ...tree, [path]: text }, path) : { error: refused }
}

export function makeFolder(tree: FileTree, path: string): Outcome {
  const refused = taken(tree, path) ?? missingParent(tree, path)
  return refused === null ? grown({ ...tree, [path]: null }, path) : { error: refused }
}

/** A file, or a folder with all that is in it, gets another path. */
export function moveEntry(tree: FileTree, from: string, to: string): Outcome {
  const copied = copyEntry(tree, from, to)
  if ('error' in copied) return copied
  const rest = Object.entries(copied.tree).filter(([path]) => path !== from && !path.startsWith(within(from)))
  return { tree: Object.fromEntries(rest) }
}

export function copyEntry(tree: FileTree, from: string, to: string): Outcome {
  if (!Object.hasOwn(tree, from)) return { error: `there is no ${from}` }
  if (to.startsWith(within(from))) return { error: `${to} is inside ${from}` }
  const refused = taken(tree, to) ?? missingParent(tree, to)
  if (refused !== null) return { error: refused }
  const copies = Object.entries(tree)
    .filter(([path]) => path === from || path.startsWith(within(from)))
    .map(([path, text]): [string, string | null] => [to + path.slice(from.length), text])
  if (copies.some(([path]) => !PATH.test(path))) return { error: `${to} is too deep for ${from}` }
  return grown({ ...tree, ...Object.fromEntries(copies) }, to)
}

/** A file, or a folder that is empty. */
export function removeEntry(tree: FileTree, path: string): Outcome {
  if (!Object.hasOwn(tree, path)) return { error: `there is no ${path}` }
  if (Object.keys(tree).some(other => other.startsWith(within(path))))
    return { error: `${path} is not empty` }
  const { [path]: _gone, ...rest } = tree
  return { tree: rest }
}

/** Every occurrence in one file. */
export function replaceText(
  tree: FileTree,
  path: string,
  before: string,
  after: string,
): Outcome & { count?: number } {
  const read = readFile(tree, path)
  if ('error' in read) return read
  const parts = read.text.split(before)
  if (parts.length === 1) return { error: `${path} does not contain that text` }
  const written = writeFile(tree, path, parts.join(after))
  return 'error' in written ? written : { ...written, count: parts.length - 1 }
}

function isFolder(tree: FileTree, path: string): boolean {
  return path === '/' || tree[path] === null
}

function within(folder: string): string {
  return folder === '/' ? '/' : `${folder}/`
}

function filesAt(tree: FileTree, path: string): string[] {
  const found = Object.keys(tree).filter(other => other === path || other.startsWith(within(path)))
  return found.filter(other => tree[other] !== null).toSorted()
}

function taken(tree: FileTree, path: string): string | null {
  return path === '/' || Object.hasOwn(tree, path) ? `${path} exists already` : null
}

function missingParent(tree: FileTree, path: string): string | null {
  const parent = path.slice(0, path.lastIndexOf('/')) || '/'
  return isFolder(tree, parent) ? null : `there is no folder ${parent}`
}

function grown(tree: FileTree, path: string): Outcome {
  if ((tree[path]?.length ?? 0) > MAX_CHARS) return { error: `a file holds at most ${MAX_CHARS} characters` }
  const entries = Object.keys(tree).length
  return entries > MAX_ENTRIES ? { error: `there is room for ${MAX_ENTRIES} files and folders` } : { tree }
}

function capped(lines: string[]): string[] {
  if (lines.length <= MAX_LISTED) return lines
  return [...lines.slice(0, MAX_LISTED), `… ${lines.length - MAX_LISTED} more are left out`]
}

/** The parts between the stars follow each other in the name; taking the first place for each is enough. */
function fits(name: string, pattern: string): boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return name === pattern
  const [first, last] = [parts[0]!, parts.at(-1)!]
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
    return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= name.length - last.length
}
