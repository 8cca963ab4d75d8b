/** @file Correct rewards that ask somebody else, score in batches, or read conversations. */
import type { Json } from '../../../envs/json.ts'
import type { Score } from '../../../rewards/checks/subject.ts'
import { reward } from './subject.ts'

const FACTS = [
  { question: 'Who painted Guernica?', answer: 'Picasso' },
  { question: 'Which metal is liquid at room temperature?', answer: 'mercury' },
  { question: 'In which city is the Rialto bridge?', answer: 'Venice' },
  { question: 'Which animal did Laika belong to?', answer: 'dog' },
]
type Fact = (typeof FACTS)[number]

/** Only the very end of the judge's text counts, and a judge cut short has not spoken. */
function endVerdict(text: string): number | null {
  const found = /(?:^|[^A-Za-z])VERDICT: (PASS|FAIL)\s*$/.exec(text)
  return found ? Number(found[1] === 'PASS') : null
}

/** What is asked of a service, or null once the caller has given up or waited too long. */
async function within(reply: Promise<Json>, signal: AbortSignal, timeoutMs: number): Promise<Json> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>(resolve => {
    timer = setTimeout(() => resolve(null), timeoutMs)
    signal.addEventListener('abort', () => resolve(null), { once: true })
  })
  try {
    const answer = await Promise.race([reply.catch(() => null), late])
    return signal.aborted ? null : answer
  } finally {
    clearTimeout(timer)
  }
}

const plainText = (text: string) => text.trim().toLowerCase().replace(/\.$/, '')

/** Stands in for a model that has read the rubric and is not taken in. */
function soberJudge(request: Json): string {
  const { reference, answer } = request as { reference: string; answer: string }
  const same = plainText(answer) === plainText(reference)
  return `The answer ${same ? 'agrees' : 'does not agree'} with the reference.\nVERDICT: ${same ? 'PASS' : 'FAIL'}`
}

const judged = reward<Fact>({
  name: 'judge with a verdict on its last line',
  kind: 'text',
  tasks: FACTS,
  prompt: ({ question }) => question,
  gold: ({ answer }) => answer,
  services: { judge: soberJudge },
  judge: { parse: endVerdict, verdict: { pass: 'VERDICT: PASS', fail: 'VERDICT: FAIL' }, service: 'judge' },
  async score({ question, answer: reference }, response, { services, signal }) {
    if (signal.aborted) return null
    const text = await within(services['judge']!({ question, reference, answer: response }), signal, 150)
    return typeof text === 'string' ? endVerdict(text) : null
  },
})

/** The judge's whole text must be one JSON object. */
function jsonVerdict(text: string): number | null {
  try {
    const given = JSON.parse(text) as Json
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return null
    if (Object.keys(given).length !== 1) return null
    return given['correct'] === true ? 1 : given['correct'] === false ? 0 : null
  } catch {
    return null
  }
}

const strictJudge = reward<Fact>({
  name: 'judge that answers in JSON',
  kind: 'text',
  tasks: FACTS,
  prompt: ({ question }) => `Answer in a word: ${question}`,
  gold: ({ answer }) => answer,
  services: { grader: request => JSON.stringify({ correct: soberJudge(request).endsWith('PASS') }) },
  judge: {
    parse: jsonVerdict,
    verdict: { pass: '{"correct": true}', fail: '{"correct": false}' },
    service: 'grader',
  },
  async score({ answer: reference }, response, { services, signal }) {
    if (signal.aborted) return null
    const text = await within(services['grader']!({ reference, answer: response }), signal, 150)
    return typeof text === 'string' ? jsonVerdict(text) : null
  },
})

interface Product {
  a: number
  b: number
}

const productScore = ({ a, b }: Product, response: string): number =>
  /^-?\d{1,9}$/.test(response.trim()) && Number(response) === a * b ? 1 : 0

const batch = reward<Product>({
  name: 'products in batches',
  kind: 'number',
  tasks: [2, 7, 11, 25].flatMap(a => [3, 8, 40].map(b => ({ a, b }))),
  prompt: ({ a, b }) => `${a} times ${b}? Digits only.`,
  gold: ({ a, b }) => String(a * b),
  score: productScore,
  scoreBatch: pairs => pairs.map(({ task, response }) => productScore(task, response)),
})

/** The exchange rate comes from outside, as `rate=1.25;end`; half a reply is none. */
const exchange = reward<{ euros: number }>({
  name: 'sum in dollars, rate from a service',
  kind: 'number',
  tasks: [4, 10, 36, 120].map(euros => ({ euros })),
  prompt: ({ euros }) => `A euro is 1.25 dollars. How many dollars are ${euros} euros?`,
  gold: ({ euros }) => String(euros * 1.25),
  services: { rates: () => 'rate=1.25;end' },
  async score({ euros }, response, { services, signal }): Promise<Score> {
    if (signal.aborted) return null
    const reply = await within(services['rates']!({ from: 'EUR', to: 'USD' }), signal, 150)
    const rate = typeof reply === 'string' ? /^rate=(\d+\.\d+);end$/.exec(reply)?.[1] : undefined
    if (rate === undefined) return null
    const text = response.trim()
    return /^\+?\d{1,9}(\.\d{0,9})?$/.test(text) && Math.abs(Number(text) - euros * Number(rate)) < 1e-9
      ? 1
      : 0
  },
})

/** The last turn of the assistant counts, whatever anybody else says. */
const conversation = reward<{ city: string; country: string }>({
  name: 'last turn of a conversation',
  kind: 'text',
  conversation: true,
  tasks: [
    { city: 'Lima', country: 'Peru' },
    { city: 'Oslo', country: 'Norway' },
    { city: 'Hanoi', country: 'Vietnam' },
    { city: 'Quito', country: 'Ecuador' },
  ],
  prompt: ({ city }) => [
    { role: 'system', content: 'You answer with the name of one country.' },
    { role: 'user', content: `In which country is ${city}?` },
  ],
  gold: ({ country }) => country,
  answer: { wrap: (answer, reasoning) => `${reasoning}\nCountry: ${answer}` },
  score({ country }, response, { messages }) {
    const turn = messages.findLast(({ role }) => role === 'assistant')?.content ?? response
    const found = turn.split('\n').findLast(line => line.startsWith('Country:'))
    return found?.slice('Country:'.length).trim().toLowerCase() === country.toLowerCase() ? 1 : 0
  },
})

export const JUDGED = [judged, strictJudge, batch, exchange, conversation]
