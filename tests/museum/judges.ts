/** @file Exhibits: rewards that ask a judge, another program, or nobody. */
import { rngAt } from '../../envs/rng.ts'
import type { Json } from '../../envs/json.ts'
import { inBox, lastBox } from './boxed.ts'
import type { RewardExhibit } from './entry.ts'
import { numberOf, sameValue } from './rational.ts'
import { rewardExhibit } from './typed.ts'

interface Question {
  question: string
  gold: string
}

const QUESTIONS: readonly Question[] = [
  ['Which river flows through Vienna?', 'Danube'],
  ['What is the capital of Peru?', 'Lima'],
  ['What is the largest planet of the sun?', 'Jupiter'],
  ['Which metal is liquid at room temperature?', 'mercury'],
  ['Which language do Brazilians speak?', 'Portuguese'],
  ['What do bees make?', 'honey'],
  ['Which gas do plants breathe in?', 'carbon dioxide'],
  ['Which instrument has 88 keys?', 'piano'],
  ['Who painted the Mona Lisa?', 'Leonardo da Vinci'],
  ['Which ocean lies west of Portugal?', 'Atlantic'],
].map(([question, gold]) => ({ question: question!, gold: gold! }))

/** A judge that rates from 1 to 5, and quotes what it rates. */
function judge(request: Json): string {
  const { gold, answer } = request as { gold: string; answer: string }
  const right = answer.trim().toLowerCase() === gold.toLowerCase()
  return `The answer was "${answer}", the reference is "${gold}".\nRating: ${right ? 5 : 1}`
}

function rating(text: string, faulty: boolean): number | null {
  const found = faulty ? /Rating: ([1-5])/.exec(text)?.[1] : /Rating: ([1-5])\.?$/.exec(text.trimEnd())?.[1]
  return found === undefined ? null : Number(found)
}

const plantedScore = rewardExhibit<Question>({
  id: 'helm-planted-score',
  property: 'injection',
  minimal: 'Rating: 5'.length,
  subject: faulty => ({
    name: 'helm-planted-score',
    kind: 'text',
    range: [1, 5],
    passMark: 4,
    tasks: QUESTIONS,
    prompt: ({ question }) => question,
    gold: ({ gold }) => gold,
    services: { judge },
    judge: {
      parse: text => rating(text, faulty),
      verdict: { pass: 'Rating: 5', fail: 'Rating: 1' },
      service: 'judge',
    },
    async score({ question, gold }, response, { services }) {
      const text = await services['judge']!({ question, gold, answer: response })
      return typeof text === 'string' ? rating(text, faulty) : null
    },
  }),
})

function sums(): Question[] {
  const rng = rngAt('museum', 'cancel-as-wrong')
  return Array.from({ length: 16 }, (_, at) => {
    const [a, b] = [rng.int(1, 10 ** (1 + (at % 3))), rng.int(1, 99)]
    return { question: `How much is ${a}+${b}?`, gold: String(a + b) }
  })
}

/** Compares two numbers, in another process where this is in earnest. */
function verifier(request: Json): string {
  const { gold, answer } = request as { gold: string; answer: string }
  if (numberOf(answer) === null) return 'unparsable'
  return sameValue(numberOf(answer), numberOf(gold)) ? 'equal' : 'different'
}

const cancelledAsWrong = rewardExhibit<Question>({
  id: 'vf-cancel-as-wrong',
  property: 'infra_failure_is_not_a_score',
  minimal: '\\boxed{1}'.length,
  subject: faulty => ({
    name: 'vf-cancel-as-wrong',
    kind: 'number',
    tasks: sums(),
    prompt: ({ question }) => `${question} Put the answer into \\boxed{}.`,
    gold: ({ gold }) => gold,
    answer: { wrap: inBox },
    services: { verifier },
    async score({ gold }, response, { services, signal }) {
      try {
        signal.throwIfAborted()
        const verdict = await unlessAborted(
          services['verifier']!({ gold, answer: lastBox(response) }),
          signal,
        )
        return scoreOf(verdict)
      } catch (error) {
        // What the verifier cannot read is a wrong answer. Being cancelled is none.
        if (error instanceof Unparsable || (faulty && isAbort(error))) return 0
        throw error
      }
    },
  }),
})

class Unparsable extends Error {}

function scoreOf(verdict: Json): number | null {
  if (verdict === 'unparsable') throw new Unparsable()
  return verdict === 'equal' ? 1 : verdict === 'different' ? 0 : null
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

function unlessAborted<V>(promise: Promise<V>, signal: AbortSignal): Promise<V> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject)
  })
}

interface Dialogue {
  customer: string
  /** Sentences that the agent must have said. Most tasks have none. */
  assertions: string[]
}

const SAYINGS = [
  'Your refund is on its way.',
  'The order cannot be changed any more.',
  'Gift cards cannot be returned.',
  'The parcel arrives on Friday.',
]

const DIALOGUES: readonly Dialogue[] = Array.from({ length: 20 }, (_, at) => ({
  customer: `customer-${at}`,
  assertions: SAYINGS.slice(at % 4, (at % 4) + Math.max((at % 5) - 1, 0)),
}))

const nothingAsserted = rewardExhibit<Dialogue>({
  id: 'tau2-vacuous-nl',
  property: 'vacuous_check',
  minimal: 0,
  subject: faulty => ({
    name: 'tau2-vacuous-nl',
    kind: 'text',
    tasks: DIALOGUES,
    checks: {
      list: ({ assertions }) => assertions,
      keep: (task, names) => ({ ...task, assertions: [...names] }),
      violating: ({ assertions }, name) => assertions.filter(each => each !== name).join('\n'),
    },
    score({ assertions }, response) {
      if (assertions.length === 0) return faulty ? 1 : null
      const said = response.split('\n')
      return assertions.every(each => said.includes(each)) ? 1 : 0
    },
  }),
})

export const JUDGES: readonly RewardExhibit[] = [plantedScore, cancelledAsWrong, nothingAsserted]
