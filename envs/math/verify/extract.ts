/**
 * @file Which part of a text is the answer. One policy, for references and for replies:
 *
 * 1. Reasoning between `<think>` tags is never read.
 * 2. A marker declares an answer: `\boxed{…}`, `<answer>…</answer>`, `#### …`, `(final) answer is …`, `answer: …`. The last
 *    marker counts, whatever kind it is. Boxes next to each other (`\boxed{1}, \boxed{2}`) are one list.
 * 3. A marker that is taken back (`… wait, no`) or stands beside an alternative (`\boxed{7} or 8`) declares nothing.
 * 4. Without a marker, a text that is nothing but an answer is the answer; otherwise the last line is, if it holds exactly
 *    one number or formula and no word of doubt.
 */

/** Longest text that is looked through; longer ones have no answer. */
export const MAX_TEXT = 200_000

/** Longest answer; it is taken apart no further. */
export const MAX_ANSWER = 4_000

export type Extracted = { text: string } | { none: string }

const BOX = /\\(?:boxed|fbox)\s*\{/g
const HASHES = /####[ \t]*([^\n]*)/g
const PHRASE =
  /(?<![a-z])(?:the\s+)?(?:final\s+|correct\s+)?(?:answer|correct (?:option|choice))\s*(?:\*\*)?\s*(?:is\s*:?|:|=)/gi

const WITHDRAWN =
  /(?<![a-z])(?:wait|actually|correction|on second thought|scratch that|i mean|my mistake|(?:that|this|which) is (?:wrong|incorrect|not right)|let me re-?(?:check|consider|do|think)|instead|or rather|hmm+|oops|sorry|nope|no,|no it)(?![a-z])/i
const DOUBT =
  /\?|(?<![a-z])(?:maybe|perhaps|possibly|probably|might|could|or|either|not sure|unsure|guess|approximately|about|roughly|around|not|isn't|never|wrong|incorrect|more|less|fewer|than|times|twice|half|except|between|least|most|over|under|if)(?![a-z])/i

interface Marker {
  /** Where the marked text begins and ends, marker included. */
  from: number
  to: number
  content: string
  kind: 'box' | 'tag' | 'hashes' | 'phrase'
}

export function extractAnswer(text: string): Extracted {
  if (text.length > MAX_TEXT) return { none: `the text has more than ${MAX_TEXT} characters` }
  const spoken = withoutReasoning(text)
  if (spoken === null) return { none: 'the reasoning was never closed' }
  const markers = findMarkers(spoken)
  const last = markers.at(-1)
  return last ? declared(spoken, markers, last) : undeclared(spoken.trim())
}

function withoutReasoning(text: string): string | null {
  const end = text.lastIndexOf('</think>')
  if (end >= 0) return withoutReasoning(text.slice(end + '</think>'.length))
  return /<think>/i.test(text) ? null : text
}

/** In the order of the text. A tag or phrase that holds a box stands for the box. */
function findMarkers(text: string): Marker[] {
  const markers = [...tags(text)]
  for (const { index, 0: whole, 1: content = '' } of text.matchAll(HASHES))
    markers.push({ from: index, to: index + whole.length, content, kind: 'hashes' })
  for (const { index, 0: whole } of text.matchAll(PHRASE)) {
    const [from, to] = [index + whole.length, lineEnd(text, index + whole.length)]
    markers.push({ from: index, to, content: text.slice(from, to), kind: 'phrase' })
  }
  const boxes = boxesOf(text)
  const holdsBox = ({ from, to }: Marker): boolean => {
    const next = boxes[firstFrom(boxes, from)]
    return next !== undefined && next.from < to
  }
  return [...markers.filter(marker => !holdsBox(marker)), ...boxes].sort((a, b) => a.from - b.from)
}

function boxesOf(text: string): Marker[] {
  const closing = closingBraces(text)
  const boxes: Marker[] = []
  for (const match of text.matchAll(BOX)) {
    const open = match.index + match[0].length
    const close = closing.get(open - 1)
    if (close !== undefined)
      boxes.push({ from: match.index, to: close + 1, content: text.slice(open, close), kind: 'box' })
  }
  return boxes
}

function tags(text: string): Marker[] {
  const found: Marker[] = []
  const lower = text.toLowerCase()
  for (let from = lower.indexOf('<answer>'); from >= 0;) {
    const close = lower.indexOf('</answer>', from)
    if (close < 0) break
    const to = close + '</answer>'.length
    found.push({ from, to, content: text.slice(from + '<answer>'.length, close), kind: 'tag' })
    from = lower.indexOf('<answer>', to)
  }
  return found
}

/** Index of the first marker at or after a place; markers are in order. */
function firstFrom(markers: readonly Marker[], place: number): number {
  let [low, high] = [0, markers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (markers[middle]!.from < place) low = middle + 1
    else high = middle
  }
  return low
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

/** Where each brace that is opened is closed. */
function closingBraces(text: string): ReadonlyMap<number, number> {
  const closing = new Map<number, number>()
  const open: number[] = []
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '{') open.push(at)
    else if (text[at] === '}' && open.length > 0) closing.set(open.pop()!, at)
  }
  return closing
}

function declared(text: string, markers: readonly Marker[], last: Marker): Extracted {
  if (last.kind === 'box') return boxed(text, markers, last)
  const after = text.slice(last.to)
  if (WITHDRAWN.test(after)) return { none: 'the answer was taken back' }
  if (last.kind !== 'phrase') return { text: trimAnswer(last.content) }
  const bare = last.content.replaceAll('*', '').trim() === ''
  if (!bare && /^\s*(?:or|and)(?![a-z])/i.test(after))
    return { none: 'the answer goes on with an alternative' }
  return sentence(bare ? firstLine(after) : last.content)
}

/** Text between boxes that makes them one list. */
const JOINT =
  /^[\s$,;.&]*(?:and|or|\\text\s*\{\s*(?:and|or)\s*\}|\\quad|\\qquad|\\,)?[\s$,;]*(?:[a-zA-Z]\w{0,3}\s*=\s*)?[\s$]*$/

function boxed(text: string, markers: readonly Marker[], last: Marker): Extracted {
  const group = [last]
  let from = last.from
  for (const marker of [...markers].reverse()) {
    if (marker.kind !== 'box' || marker.to > from) continue
    if (!JOINT.test(text.slice(marker.to, from))) break
    group.unshift(marker)
    from = marker.from
  }
  const [before, after] = [text.slice(0, from), text.slice(last.to)]
  if (WITHDRAWN.test(after)) return { none: 'the answer was taken back' }
  if (isAlternative(before, after)) return { none: 'the box stands beside an alternative' }
  return { text: group.map(({ content }) => trimAnswer(content)).join(', ') }
}

const BEFORE =
  /(?<![a-z])(?:or|either|not|isn't|never|maybe|perhaps|possibly|probably|approximately|about)(?:\s+(?:maybe|perhaps|possibly|even|also))?[\s$:]*$/i
const AFTER = /^[\s$.)]*(?:or(?![a-z])|\/\s*[\d$\\])|^[\s$]*[,;]\s*[-$\\]*\d/i
const OTHERWISE =
  /(?<![a-z])(?:or|maybe|perhaps|possibly|probably|alternatively|might|could|not sure|unless)(?![a-z])/i

/** `7 or \boxed{8}`, `\boxed{7} or 8`, `\boxed{7} (possibly 8)`, `not \boxed{7}`. */
function isAlternative(before: string, after: string): boolean {
  return BEFORE.test(before.slice(-60)) || AFTER.test(after) || isHedged(after)
}

/** Whether the sentence goes on with a word of doubt. */
function isHedged(rest: string): boolean {
  return OTHERWISE.test(/^[^.\n]{0,200}/.exec(rest)![0])
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? ''
}

/** What follows `the answer is`: all of it, or up to where the sentence goes on in prose. */
function sentence(content: string): Extracted {
  const clause = content.split(
    /(?<=\S)\.(?=\s|$)|,?\s+(?:because|since|as|which|where|so)\s|\s\((?=[a-z]{3})/i,
    1,
  )[0]!
  const rest = content.slice(clause.length)
  if (WITHDRAWN.test(rest)) return { none: 'the answer was taken back' }
  if (isHedged(rest.replace(/^\./, '\n'))) return { none: 'the sentence goes on with an alternative' }
  return { text: trimAnswer(clause) }
}

/** Decoration that says nothing: emphasis, math delimiters, quotes, a full stop, `= `. */
export function trimAnswer(text: string): string {
  let result = text.trim()
  while (result.length <= MAX_ANSWER) {
    const next = stripOnce(result).trim()
    if (next === result) break
    result = next
  }
  return result
}

const WRAPPED = [
  /^\*\*([^*]+)\*\*$/,
  /^`([^`]+)`$/,
  /^\$\$([^]+)\$\$$/,
  /^\$([^$]+)\$$/,
  /^\\\(([^]+)\\\)$/,
  /^\\\[([^]+)\\\]$/,
  /^"([^"]+)"$/,
  /^'([^']+)'$/,
  /^\\(?:boxed|fbox)\s*\{([^{}]*)\}$/,
]

function stripOnce(text: string): string {
  for (const pattern of WRAPPED) {
    const match = pattern.exec(text)
    if (match) return match[1]!
  }
  const plain = text
    .replace(/(?<!\\)[.,;]$/, '')
    .replace(/^(?:=|\*\*)\s*/, '')
    .replace(/\*\*$/, '')
  const dollars = plain.match(/(?<!\\)\$/g)?.length ?? 0
  return dollars >= 2 && dollars % 2 === 0 ? plain.replace(/(?<!\\)\$/g, ' ') : plain
}

const FORMULA =
  /\$[^$\n]+\$|\\\([^\n]+?\\\)|(?<![\w.])[-+]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s*[-+*/=^]\s*[-+]?\d[\d,]*(?:\.\d+)?)*\s?%?/g

/** A short text stands for itself; of prose, the last line's only formula does. */
function undeclared(text: string): Extracted {
  if (!text.includes('\n') || text.includes('\\begin{')) {
    if (!isProse(text)) return { text: trimAnswer(text) }
  }
  const line = text.slice(text.lastIndexOf('\n') + 1).trim()
  if (!isProse(line)) return { text: trimAnswer(line) }
  const formulas = [...line.matchAll(FORMULA)].map(([match]) => match)
  if (DOUBT.test(line) || WITHDRAWN.test(line) || formulas.length !== 1)
    return { none: `expected one formula in the last line, found ${formulas.length}` }
  return { text: trimAnswer(formulas[0]!) }
}

/** At least four words, or two words and a number: a sentence, not an answer. */
function isProse(text: string): boolean {
  const bare = text.replace(/\\[a-zA-Z]+\s*(?:\{[^{}]*\})?/g, ' ')
  const counted = bare.replace(/(?<![a-z])(?:and|or|either|both)(?![a-z])/gi, ' ')
  const words = counted.match(/(?<![\p{L}])\p{L}{2,}(?![\p{L}(])/gu) ?? []
  return (
    words.length >= 4 ||
    (words.length >= 2 && /\d/.test(bare) && /^\W*\p{L}{2,}/u.test(counted)) ||
    SUBJECT.test(bare)
  )
}

const SUBJECT = /(?<![a-z])(?:is|are|was|has|have|equals|so|therefore|thus|hence|we|it)(?![a-z])/i
