/** @file Calls of tools: a JSON list of calls, or one call a line. */
import type { Json } from '../../../envs/json.ts'
import type { Truth } from '../subject.ts'
import { compareJson } from './json-compare.ts'
import { isObject, parsed, places } from './json-places.ts'
import { jsonSpellings } from './json.ts'
import { jsonEdits } from './json-wrong.ts'
import { BRACKET_JUNK, JSON_JUNK, NUMBER_JUNK, TEXT_JUNK } from './junk.ts'
import type { AnswerKind, Edit } from './kind.ts'
import { otherGold } from './list-wrong.ts'
import { numberEdits } from './number-wrong.ts'
import type { Tolerance } from './kind.ts'

/** The calls one by one, and how to put them together again. */
function callsOf(gold: string): { calls: string[]; join(calls: readonly string[]): string } | null {
  const value = parsed(gold)
  if (Array.isArray(value))
    return { calls: value.map(call => JSON.stringify(call)), join: calls => `[${calls.join(',')}]` }
  if (value !== undefined) return { calls: [JSON.stringify(value)], join: calls => calls.join('\n') }
  const calls = gold.split('\n').filter(line => line.trim() !== '')
  return calls.length === 0 ? null : { calls, join: lines => lines.join('\n') }
}

function ofCalls(
  id: string,
  about: string,
  change: (calls: readonly string[], dials: readonly [number, number]) => readonly string[] | null,
  extra: Pick<Edit, 'certain' | 'property'> = {},
): Edit {
  return {
    id,
    about,
    ...extra,
    apply: (gold, dials) => {
      const found = callsOf(gold)
      const calls = found && found.calls.length > 0 ? change(found.calls, dials) : null
      return found && calls ? found.join(calls) : null
    },
  }
}

const NAME = /^(\s*(?:\{\s*"(?:name|tool|function)"\s*:\s*")?)([A-Za-z_]\w*)/

const callEdits: readonly Edit[] = [
  ofCalls('call-dropped', 'one call missing', (calls, [place]) => calls.toSpliced(place % calls.length, 1)),
  ofCalls('call-duplicated', 'one call twice', (calls, [place]) =>
    calls.toSpliced(place % calls.length, 0, calls[place % calls.length]!),
  ),
  ofCalls('calls-swapped', 'two neighbouring calls swapped', (calls, [place]) => {
    const at = place % Math.max(calls.length - 1, 1)
    return calls.length < 2 || calls[at] === calls[at + 1]
      ? null
      : calls.with(at, calls[at + 1]!).with(at + 1, calls[at]!)
  }),
  ofCalls(
    'tool-renamed',
    'a tool that there is not',
    (calls, [place]) => {
      const at = place % calls.length
      const changed = calls[at]!.replace(NAME, '$1$2_x')
      return changed === calls[at] ? null : calls.with(at, changed)
    },
    { certain: true },
  ),
  {
    id: 'argument-added',
    about: 'an argument too many',
    certain: true,
    apply: (gold, [place]) => {
      const value = parsed(gold)
      if (value === undefined) return null
      const named = places(value).filter(
        ({ path, value: each }) => isArguments(path.at(-1)) && isObject(each),
      )
      const chosen = named[place % Math.max(named.length, 1)]
      if (!chosen) return null
      const before = JSON.stringify(chosen.value)
      return JSON.stringify(value).replace(before, JSON.stringify({ ...(chosen.value as object), extra: 1 }))
    },
  },
]

function isArguments(key: string | number | undefined): boolean {
  return ['arguments', 'args', 'parameters', 'params', 'input'].includes(String(key))
}

function compareCalls(answer: string, gold: string, tolerance: Tolerance): Truth {
  if (answer.trim() === gold.trim()) return 'right'
  const wanted = parsed(gold)
  if (wanted !== undefined) return compareJson(answer, gold, tolerance)
  const [given, reference] = [answer, gold].map(text =>
    text
      .split('\n')
      .map(line => line.trim())
      .filter(Boolean),
  )
  if (given!.join('\n') === reference!.join('\n')) return 'right'
  const lines = (texts: readonly string[]): Json => texts.map(line => line.replace(/\s+/g, ' '))
  const truth = compareJson(JSON.stringify(lines(given!)), JSON.stringify(lines(reference!)), tolerance)
  return truth === 'wrong' && given!.length > 0 && given!.join() !== '' && /[({]/.test(answer)
    ? 'wrong'
    : answer.trim() === ''
      ? 'wrong'
      : 'unknown'
}

export const toolCallsKind: AnswerKind = {
  id: 'tool-calls',
  wrong: [
    ...callEdits,
    ...jsonEdits.filter(({ id }) => !/^key-|^type/.test(id)),
    ...numberEdits.slice(0, 4),
    otherGold,
  ],
  equal: jsonSpellings,
  junk: [
    ...JSON_JUNK,
    ...TEXT_JUNK,
    ...BRACKET_JUNK,
    ...NUMBER_JUNK,
    '{"name":null}',
    '[{"name":"x"}]',
    '{"name":"x","arguments":3}',
    'x()',
    'x(',
    'f(1',
  ],
  golds: ['[]', '[{"name":"f","arguments":{}}]', '[{"name":"credit","arguments":{"amount":33.0}}]'],
  compare: (answer, gold, { tolerance }) => compareCalls(answer, gold, tolerance),
}
