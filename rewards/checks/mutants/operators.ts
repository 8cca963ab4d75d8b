/** @file The operators: small faults that people make in rewards, each a replacement of a piece of text. */
import type { Syntax } from './syntax.ts'
import { isSyntax, methodCall, nameOf } from './syntax.ts'

/** A replacement of the text from `start` to `end`. */
export interface Splice {
  operator: string
  start: number
  end: number
  text: string
}

export interface Place {
  node: Syntax
  parent: Syntax | null
  /** The text of a node. */
  text(node: Syntax): string
  /** The best score, as text. */
  top: string
}

type Operator = (place: Place) => Splice[]

const COMPARED: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['==', '!=='],
  '!==': ['!=', '==='],
  '==': ['!='],
  '!=': ['=='],
}
const SWAPPED: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*' }
const LOGIC: Readonly<Record<string, string>> = { '&&': '||', '||': '&&' }
const METHODS: Readonly<Record<string, string>> = {
  every: 'some',
  some: 'every',
  find: 'findLast',
  findLast: 'find',
  findIndex: 'findLastIndex',
  findLastIndex: 'findIndex',
  indexOf: 'lastIndexOf',
  lastIndexOf: 'indexOf',
  pop: 'shift',
  shift: 'pop',
  startsWith: 'includes',
  endsWith: 'includes',
}
const EXTREMES: Readonly<Record<string, string>> = { min: 'max', max: 'min' }
const NORMALISERS = /^(trim(Start|End)?|normalize|to(Locale)?(Lower|Upper)Case|replace(All)?)$/
const LEAVING = /^(Return|Throw|Continue|Break)Statement$/

/** `if (…) return …` is left out. */
const dropGuard: Operator = ({ node }) => {
  if (node.type !== 'IfStatement' || node['alternate']) return []
  const then = node['consequent'] as Syntax
  const last = then.type === 'BlockStatement' ? (then['body'] as Syntax[]).at(-1) : then
  return last && LEAVING.test(last.type) ? [{ ...span('drop-guard', node), text: ';' }] : []
}

const compare: Operator = ({ node, text }) => {
  if (node.type !== 'BinaryExpression') return []
  const sign = node['operator'] as string
  return (COMPARED[sign] ?? []).map(other => {
    const operator =
      other.length < sign.length && /^[=!]==$/.test(sign)
        ? 'loose-equality'
        : /^.=?$/.test(sign) && sign[0] === other[0] && /[<>]/.test(sign)
          ? 'move-boundary'
          : 'flip-comparison'
    return between(operator, node, other, text)
  })
}

const arithmetic: Operator = ({ node, text }) => {
  if (node.type === 'AssignmentExpression') {
    const sign = (node['operator'] as string).slice(0, -1)
    const right = node['right'] as Syntax
    return SWAPPED[sign] && !isText(right)
      ? [between('swap-arithmetic', node, `${SWAPPED[sign]}=`, text)]
      : []
  }
  if (node.type !== 'BinaryExpression') return []
  const other = SWAPPED[node['operator'] as string]
  const texts = [node['left'], node['right']].some(side => isText(side as Syntax))
  return other === undefined || texts ? [] : [between('swap-arithmetic', node, other, text)]
}

function isText(node: Syntax): boolean {
  if (node.type === 'StringLiteral' || node.type === 'TemplateLiteral') return true
  return (
    node.type === 'BinaryExpression' && [node['left'], node['right']].some(side => isText(side as Syntax))
  )
}

const logic: Operator = ({ node, text }) => {
  const other = node.type === 'LogicalExpression' ? LOGIC[node['operator'] as string] : undefined
  if (other === undefined) return []
  const [left, right] = [node['left'] as Syntax, node['right'] as Syntax]
  // `a && b || c` and `??` bind otherwise once a sign is changed: each side gets its own parentheses.
  return [{ ...span('swap-logic', node), text: `((${text(left)}) ${other} (${text(right)}))` }]
}

const negation: Operator = ({ node, text }) =>
  node.type === 'UnaryExpression' && node['operator'] === '!'
    ? [{ ...span('drop-negation', node), text: `(${text(node['argument'] as Syntax)})` }]
    : []

const branches: Operator = ({ node, text }) => {
  if (node.type !== 'ConditionalExpression') return []
  const [then, otherwise] = [node['consequent'] as Syntax, node['alternate'] as Syntax]
  return [
    {
      operator: 'flip-branches',
      start: then.start,
      end: otherwise.end,
      text: `(${text(otherwise)}) : (${text(then)})`,
    },
  ]
}

/** Small numbers are tolerances: a thousand times as much, and none. */
const tolerance: Operator = ({ node, text }) => {
  const value = node.type === 'NumericLiteral' ? (node['value'] as number) : 0
  if (!(value > 0 && value < 0.5)) return []
  return [
    { ...span('loosen-tolerance', node), text: `(${text(node)} * 1000)` },
    { ...span('tighten-tolerance', node), text: '0' },
  ]
}

const methods: Operator = ({ node }) => {
  const call = methodCall(node)
  const other = call && Object.hasOwn(METHODS, call.name) ? METHODS[call.name]! : null
  return other === null ? [] : [{ ...span(`${call!.name}-to-${other}`, call!.property), text: other }]
}

const extremes: Operator = ({ node, text }) => {
  const call = methodCall(node)
  if (!call || nameOf(call.object) !== 'Math') return []
  const other = EXTREMES[call.name]
  if (other !== undefined) return [{ ...span('swap-extremes', call.property), text: other }]
  const argument = call.args[0]
  return call.name === 'abs' && argument ? [{ ...span('drop-abs', node), text: `(${text(argument)})` }] : []
}

const normalisers: Operator = ({ node, text }) => {
  const call = methodCall(node)
  return call && NORMALISERS.test(call.name)
    ? [{ ...span(`drop-${call.name}`, node), text: text(call.object) }]
    : []
}

/** `.at(0)`, `[0]` and `.at(-1)`. */
const ends: Operator = ({ node, parent, text }) => {
  const call = methodCall(node)
  const place = call?.name === 'at' && call.args.length === 1 ? text(call.args[0]!) : null
  if (place === '0' || place === '-1')
    return [
      {
        ...span(place === '0' ? 'first-to-last' : 'last-to-first', call!.args[0]!),
        text: place === '0' ? '-1' : '0',
      },
    ]
  const isIndex = node.type === 'MemberExpression' && node['computed'] === true
  const isTarget = parent?.type === 'AssignmentExpression' && parent['left'] === node
  if (!isIndex || isTarget || text(node['property'] as Syntax) !== '0') return []
  return [{ ...span('first-to-last', node), text: `${text(node['object'] as Syntax)}.at(-1)` }]
}

const slices: Operator = ({ node, text }) => {
  const call = methodCall(node)
  if (!call || !/^(slice|substring|subarray)$/.test(call.name)) return []
  return call.args.map(each => ({ ...span('off-by-one-slice', each), text: `(${text(each)}) + 1` }))
}

const patterns: Operator = ({ node, parent }) => {
  if (node.type !== 'RegExpLiteral') return []
  const [pattern, flags] = [node['pattern'] as string, node['flags'] as string]
  const spelt = (changed: string, marks = flags) => `/${changed === '' ? '(?:)' : changed}/${marks}`
  const needsAll = parent ? /^(matchAll|replaceAll)$/.test(methodCall(parent)?.name ?? '') : false
  return [
    ...(pattern.startsWith('^')
      ? [{ ...span('drop-start-anchor', node), text: spelt(pattern.slice(1)) }]
      : []),
    ...(/(^|[^\\])(\\\\)*\$$/.test(pattern)
      ? [{ ...span('drop-end-anchor', node), text: spelt(pattern.slice(0, -1)) }]
      : []),
    ...['g', 'i', 'm', 's']
      .filter(flag => flags.includes(flag) && !(flag === 'g' && needsAll))
      .map(flag => ({ ...span(`drop-flag-${flag}`, node), text: spelt(pattern, flags.replace(flag, '')) })),
  ]
}

const returned: Operator = ({ node }) => {
  if (node.type !== 'ReturnStatement' || !isSyntax(node['argument'])) return []
  const value = node['argument']
  const other =
    value.type === 'BooleanLiteral'
      ? String(!(value['value'] as boolean))
      : value.type === 'NumericLiteral'
        ? value['value'] === 0
          ? '1'
          : '0'
        : value.type === 'NullLiteral'
          ? '1'
          : null
  return other === null ? [] : [{ ...span('flip-default', value), text: other }]
}

const caught: Operator = ({ node, top }) =>
  node.type === 'CatchClause'
    ? [{ ...span('catch-to-top', node['body'] as Syntax), text: `{ return ${top} }` }]
    : []

export const OPERATORS: readonly Operator[] = [
  dropGuard,
  compare,
  arithmetic,
  logic,
  negation,
  branches,
  tolerance,
  methods,
  extremes,
  normalisers,
  ends,
  slices,
  patterns,
  returned,
  caught,
]

function span(operator: string, { start, end }: Syntax): Omit<Splice, 'text'> {
  return { operator, start, end }
}

/** The sign between two operands is replaced; it is the first of its spelling behind the left one. */
function between(operator: string, node: Syntax, sign: string, text: Place['text']): Splice {
  const [left, right] = [node['left'] as Syntax, node['right'] as Syntax]
  return { ...span(operator, node), text: `${text(left)} ${sign} ${text(right)}` }
}
