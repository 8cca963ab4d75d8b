/** @file Faults planted into rewards that are more than one answer, each beside its twin without the fault. */
import type { Json } from '../../envs/json.ts'
import type { RewardExhibit } from './entry.ts'
import { PLANTED_PROGRAMS } from './planted-programs.ts'
import { PLANTED_RECORDS } from './planted-records.ts'
import type { Facts, Sum } from './planted.ts'
import { answered, isRight, planted, SUM_FACTS } from './planted.ts'

const score01 = (task: Sum, text: string): number => (isRight(task, text) ? 1 : 0)

/** The last message, whoever wrote it. */
const lastMessage = (faulty: boolean): Facts<Sum> => ({
  ...SUM_FACTS,
  conversation: true,
  score: (task, _response, { messages }) =>
    score01(task, messages.findLast(({ role }) => faulty || role === 'assistant')?.content ?? ''),
})

const thanked = (faulty: boolean): Facts<Sum> => ({
  ...SUM_FACTS,
  components: { form: { maxShare: 0.1 }, manners: { maxShare: 0.1 } },
  score(task, response) {
    const form = answered(response) === null ? 0 : 0.1
    const correct = isRight(task, response) ? 0.9 : 0
    const manners = faulty && /thank you/i.test(response) ? 0.3 : 0
    return { score: Math.min(correct + form + manners, 1), components: { correct, form, manners } }
  },
})

/** A judge that rates what it is shown, on its last line. */
const rating = (request: Json): string => {
  const { task, answer } = request as unknown as { task: Sum; answer: string }
  return `The reference is ${task.a + task.b}.\nRating: ${isRight(task, answer) ? 5 : 1}`
}

const lastRating = (text: string): number | null => {
  const found = /(?:^|[\n.] ?)Rating: ([1-5])\s*$/.exec(text)?.[1]
  return found === undefined ? null : (Number(found) - 1) / 4
}

const transcriptRead = (faulty: boolean): Facts<Sum> => ({
  ...SUM_FACTS,
  services: { judge: rating },
  judge: { parse: lastRating, verdict: { pass: 'Rating: 5', fail: 'Rating: 1' }, service: 'judge' },
  async score(task, response, { services }) {
    const reply = await services['judge']!({ task, answer: response } as unknown as Json)
    if (typeof reply !== 'string') return null
    const first = faulty ? /Rating: ([1-5])/.exec(`${response}\n${reply}`)?.[1] : undefined
    return first === undefined ? lastRating(reply) : (Number(first) - 1) / 4
  },
})

const verdictSomewhere = (faulty: boolean): Facts<Sum> => {
  const parse = (text: string): number | null => {
    if (faulty) return text.includes('correct') ? 1 : 0
    const word = /^\s*(correct|incorrect)\s*$/.exec(text)?.[1]
    return word === undefined ? null : word === 'correct' ? 1 : 0
  }
  return {
    ...SUM_FACTS,
    services: {
      judge: request => {
        const { task, answer } = request as unknown as { task: Sum; answer: string }
        return isRight(task, answer) ? 'correct' : 'incorrect'
      },
    },
    judge: { parse, verdict: { pass: 'correct', fail: 'incorrect' } },
    async score(task, response, { services }) {
      const reply = await services['judge']!({ task, answer: response } as unknown as Json)
      return typeof reply === 'string' ? parse(reply) : null
    },
  }
}

/** A batch that looks answers up by their text alone. */
const lookedUp = (faulty: boolean): Facts<Sum> => ({
  ...SUM_FACTS,
  score: score01,
  scoreBatch(pairs) {
    if (!faulty) return pairs.map(({ task, response }) => score01(task, response))
    const known = new Map<string, number>()
    for (const { task, response } of pairs)
      if (!known.has(response)) known.set(response, score01(task, response))
    return pairs.map(({ response }) => known.get(response)!)
  },
})

/** A program that compares, elsewhere; `scored` says what becomes of its reply, or of its failure. */
const elsewhere = (
  scored: (task: Sum, response: string, ask: (request: Json) => Promise<Json>) => Promise<number | null>,
): Facts<Sum> => ({
  ...SUM_FACTS,
  services: {
    checker: request => {
      if (request === 'start') return { started: true }
      const { task, answer } = request as unknown as { task: Sum; answer: string }
      return { equal: isRight(task, answer) }
    },
  },
  score: (task, response, { services }) => scored(task, response, services['checker']!),
})

async function compared(
  task: Sum,
  answer: string,
  ask: (request: Json) => Promise<Json>,
): Promise<number | null> {
  const reply = (await ask({ task, answer } as unknown as Json)) as { equal?: boolean } | null
  return typeof reply?.equal === 'boolean' ? Number(reply.equal) : null
}

const failureIsWrong = (faulty: boolean): Facts<Sum> =>
  elsewhere(async (task, response, ask) => {
    try {
      return await compared(task, response, ask)
    } catch (error) {
      if (faulty) return 0
      throw error
    }
  })

const startIgnored = (faulty: boolean): Facts<Sum> =>
  elsewhere(async (task, response, ask) => {
    const started = await ask('start').then(
      reply => (reply as { started?: boolean } | null)?.started === true,
      () => false,
    )
    if (!started) return faulty ? 0 : null
    return compared(task, response, ask)
  })

const resultKept = (faulty: boolean): Facts<Sum> => {
  let last = 0
  return {
    ...SUM_FACTS,
    score(task, response) {
      if (faulty && response === '') return last
      last = score01(task, response)
      return last
    },
  }
}

const combined = (total: (parts: Readonly<Record<string, number>>) => number): Facts<Sum> => ({
  ...SUM_FACTS,
  score: score01,
  combine: { parts: { correct: {}, tidy: {}, safe: { veto: true } }, total },
})

const sound = ({ correct = 0, tidy = 0, safe = 0 }: Readonly<Record<string, number>>): number =>
  safe * (0.8 * correct + 0.2 * tidy)

export const PLANTED_FACETS: readonly RewardExhibit[] = [
  planted('planted-last-message-of-anybody', 'role_attribution', lastMessage),
  planted('planted-thanks-are-paid', 'component_ceiling', thanked),
  planted('planted-transcript-is-read', 'injection', transcriptRead, 'Rating: 5'.length),
  planted('planted-verdict-somewhere', 'judge_verdict_parse', verdictSomewhere),
  planted('planted-batch-by-text', 'batch_equals_single', lookedUp, 2),
  planted('planted-failure-is-wrong', 'infra_failure_is_not_a_score', failureIsWrong),
  planted('planted-start-ignored', 'setup_failure_is_not_a_score', startIgnored),
  planted('planted-result-kept', 'stale_state', resultKept, 0),
  planted('planted-tidy-costs', 'monotone_component', faulty =>
    combined(faulty ? parts => sound(parts) * (1 - 0.5 * (parts['tidy'] ?? 0)) : sound),
  ),
  planted('planted-veto-is-averaged', 'veto_is_enforced', faulty =>
    combined(
      faulty ? ({ correct = 0, tidy = 0, safe = 0 }) => 0.6 * correct + 0.2 * tidy + 0.2 * safe : sound,
    ),
  ),
  ...PLANTED_RECORDS,
  ...PLANTED_PROGRAMS,
]
