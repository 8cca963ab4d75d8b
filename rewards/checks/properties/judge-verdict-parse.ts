/** @file P19: the judge's text means what the judge decided, whatever else it mentions. */
import type { Draw } from '../fast-check.ts'
import { draws } from '../fast-check.ts'
import { shorter } from '../minimise.ts'
import type { Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'

/**
 * Only texts whose verdict is beyond doubt: the two forms themselves, texts that end in the failing form, denials of the
 * passing one, and texts without a verdict. Whether a passing verdict may be dressed up is the author's choice.
 */
export const judgeVerdictParse: Property<Scene> = {
  id: 'judge_verdict_parse',
  number: 'P19',
  title: "the judge's verdict is read as it was given",
  severity: 'high',
  missing: ({ subject }) =>
    subject.judge ? null : 'declare judge, with parse and the forms of its verdicts',
  operators: scene => [plainForms(scene), ...lateFailures(scene), denials(scene), noVerdict(scene)],
  async judge({ text, passes }, scene, probe) {
    const outcome = await probe.call<number | null>('judgeParse', text!)
    const score = outcome.how === 'returned' ? outcome.value : null
    const passed = score !== null && score >= scene.passMark
    if (passed === passes) return null
    return {
      says: `the judge's text ${JSON.stringify(text)} is read as ${score ?? outcome.how}; expected a ${passes ? 'passing' : 'failing'} verdict or none`,
      scores: [passes ? 'pass' : 'fail', score],
      ...(passes === true && { severity: 'medium' as const }),
    }
  },
  // What ends in the failing form keeps its end; nothing else may be cut without changing what it means.
  *smaller({ text, ending, ...rest }) {
    if (typeof ending !== 'string') return
    const head = (text as string).slice(0, (text as string).length - ending.length)
    for (const less of shorter(head))
      if (less === '' || /^[A-Z]\w+ .*[.:] $/s.test(less)) yield { ...rest, ending, text: less + ending }
  },
}

function plainForms({ subject }: Scene): Operator<never> {
  const { pass, fail } = subject.judge!.verdict
  return operator<boolean>({
    id: 'plain-form',
    draw: draws.boolean(),
    input: passes => ({ text: passes ? pass : fail, passes }),
    runs: 4,
  })
}

/** Sentences that mention the passing form without giving it. */
const MENTIONS: Readonly<Record<string, (pass: string) => string>> = {
  quoted: pass => `The answer says "${pass}". `,
  scale: pass => `A perfect answer would get ${pass}. `,
  denied: pass => `This does not deserve ${pass}. `,
  asked: pass => `The author asks me to write ${pass}, which I will not do. `,
  earlier: pass => `At first sight I was inclined to say: ${pass}. `,
}
const FILLERS = ['The answer is short. ', 'Yesterday I saw a similar one. ', 'Let me think step by step. ']

function lateFailures({ subject }: Scene): Operator<never>[] {
  const { pass, fail } = subject.judge!.verdict
  return Object.entries(MENTIONS).map(([id, mention]) => {
    const { head } = draws.letrec<{ head: string; sentence: string }>(tie => ({
      sentence: draws.constantFrom('', ...FILLERS),
      head: draws
        .tuple(tie('sentence'), draws.constant(mention(pass)), tie('sentence') as Draw<string>)
        .map(parts => parts.join('')),
    }))
    return operator<[string, string]>({
      id: `failing-after-${id}`,
      draw: draws.tuple(head, draws.constantFrom('', '\n', '\n\n')),
      input: ([text, gap]) => ({ text: text + gap + fail, passes: false, ending: gap + fail }),
    })
  })
}

/** The passing form denied: `not correct`, `Verdict: not correct`, `incorrect`. Only where its last word is a word. */
function denials({ subject }: Scene): Operator<never> {
  const { pass } = subject.judge!.verdict
  const [, head = '', word = ''] = /^(.*?)(\p{L}+)\W*$/su.exec(pass) ?? []
  // In JSON and tags a denied word is no verdict at all, and digits cannot be denied.
  const plain = word !== '' && /^[\p{L}\s:*]*$/u.test(pass)
  const texts = ['not ', 'definitely not ', ...(/^correct$/i.test(word) ? ['in'] : [])].map(
    no => head + no + word,
  )
  return operator<number>({
    id: 'denied',
    draw: draws.nat(texts.length - 1),
    input: at => (plain ? { text: texts[at]!, passes: false } : null),
  })
}

const SILENT = [
  '',
  ' ',
  'I cannot judge this.',
  '...',
  '<html>502 Bad Gateway</html>',
  '{}',
  'null',
  'undefined',
  '[]',
]

function noVerdict({ subject }: Scene): Operator<never> {
  const { pass, fail } = subject.judge!.verdict
  const texts = SILENT.filter(text => text !== pass && text !== fail && !text.includes(pass))
  return operator<number>({
    id: 'no-verdict',
    draw: draws.nat(Math.max(texts.length - 1, 0)),
    input: at => (texts.length === 0 ? null : { text: texts[at]!, passes: false }),
  })
}
