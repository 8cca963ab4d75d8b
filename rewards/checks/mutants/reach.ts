/**
 * @file Which parts of a file scoring runs: what the subject's scoring functions hold, and every declaration of the file that
 * they name, and so on. Facts such as `gold`, `oracle` or `tasks` are left alone: a wrong fact is no wrong reward.
 */
import type { Syntax } from './syntax.ts'
import { below, nameOf, within } from './syntax.ts'

/** Members of a subject that score, by the member that holds them where that matters. */
const SCORING: Readonly<Record<string, readonly string[]>> = {
  score: [],
  scoreBatch: [],
  scoreText: [],
  firstErrorScore: [],
  total: ['combine'],
  parse: ['judge'],
  of: ['aggregate'],
}

/** The parts, outermost first; none lies within another. */
export function scoringParts(program: Syntax): Syntax[] {
  const declared = declarations(program)
  const parts = new Set<Syntax>()
  const waiting = roots(program)
  while (waiting.length > 0) {
    const part = waiting.pop()!
    if (parts.has(part)) continue
    parts.add(part)
    for (const name of namesUsed(part)) waiting.push(...(declared.get(name) ?? []))
  }
  const inOrder = [...parts].sort((a, b) => a.start - b.start || b.end - a.end)
  return inOrder.filter(
    part => !inOrder.some(other => other !== part && other.start <= part.start && part.end <= other.end),
  )
}

function roots(program: Syntax): Syntax[] {
  const found: Syntax[] = []
  const look = (node: Syntax, holder: string): void => {
    const name = node.type.startsWith('Object') ? nameOf(node['key']) : null
    const holders = name === null ? undefined : Object.hasOwn(SCORING, name) ? SCORING[name] : undefined
    if (holders && (holders.length === 0 || holders.includes(holder))) {
      found.push(node.type === 'ObjectMethod' ? node : (node['value'] as Syntax))
      return
    }
    for (const each of below(node)) look(each, name ?? holder)
  }
  look(program, '')
  return found
}

/** What each top-level name of the file stands for. */
function declarations(program: Syntax): Map<string, Syntax[]> {
  const declared = new Map<string, Syntax[]>()
  for (const statement of program['body'] as Syntax[]) {
    const inner = (statement['declaration'] as Syntax | null | undefined) ?? statement
    if (inner.type === 'VariableDeclaration')
      for (const each of inner['declarations'] as Syntax[]) {
        const name = nameOf(each['id'])
        // A subject that names itself does not make its facts part of the reward.
        if (name !== null && each['init'] && !holdsScore(each['init'] as Syntax))
          declared.set(name, [each['init'] as Syntax])
      }
    else if (/^(Function|Class)Declaration$/.test(inner.type)) {
      const name = nameOf(inner['id'])
      if (name !== null) declared.set(name, [inner])
    }
  }
  return declared
}

function holdsScore(node: Syntax): boolean {
  const object = node.type.startsWith('TS') ? (node['expression'] as Syntax) : node
  const members = object.type === 'ObjectExpression' ? (object['properties'] as Syntax[]) : []
  return members.some(member => nameOf(member['key']) === 'score')
}

function namesUsed(part: Syntax): Set<string> {
  const names = new Set<string>()
  for (const [node, parent] of within(part)) {
    const name = node.type === 'Identifier' ? nameOf(node) : null
    const isMember = parent?.['property'] === node && parent['computed'] !== true
    const isKey = parent?.['key'] === node && parent['shorthand'] !== true && parent['computed'] !== true
    if (name !== null && !isMember && !isKey) names.add(name)
  }
  return names
}
