/** @file Exhibits: rewards for agents that talk to customers and call tools, scored from what they wrote. */
import { hashJson } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './typed.ts'

interface Order {
  items: number
  price: number
  total: string
}

function orders(): Order[] {
  const rng = rngAt('museum', 'communicate')
  return Array.from({ length: 20 }, (_, at) => {
    const [items, price] = [rng.int(1, 9), at === 0 ? 5 : rng.int(2, 99)]
    return at === 0 ? { items: 1, price, total: '5' } : { items, price, total: String(items * price) }
  })
}

const substring = rewardExhibit<Order>({
  id: 'tau2-communicate-substring',
  property: 'near_miss',
  minimal: 'Your total is 150.'.length,
  subject: faulty => ({
    name: 'tau2-communicate-substring',
    kind: 'number',
    tasks: orders(),
    prompt: ({ items, price }) =>
      `Customer: I order ${items} pieces at ${price} euro each. What is my total?`,
    gold: ({ total }) => total,
    answer: { wrap: (answer, reasoning) => `${reasoning && `${reasoning}\n`}Your total is ${answer}.` },
    score({ total }, response) {
      if (faulty) return response.includes(total) ? 1 : 0
      const told = response.split('Your total is ').slice(1).at(-1) ?? ''
      return told.trim().replace(/\.$/, '').trim() === total ? 1 : 0
    },
  }),
})

interface Claim {
  customer: string
  calls: string
}

/** Gold calls as they stand in the data set, some with amounts in cents, some in whole euros. */
const CLAIMS: readonly Claim[] = Array.from({ length: 16 }, (_, at) => {
  const rng = rngAt('museum', 'int-float', at)
  const [account, euros] = [`account-${rng.int(10, 99)}`, rng.int(5, 80)]
  const amount = at % 2 === 0 ? `${euros}.00` : String(euros)
  return {
    customer: `customer-${at}`,
    calls: `[{"name":"credit","arguments":{"account":"${account}","amount":${amount}}}]`,
  }
})

/** Numbers as they are spelt. */
type Argument = string | { number: string }

interface Call {
  name: string
  arguments: { [key: string]: Argument }
}

const intAndFloat = rewardExhibit<Claim>({
  id: 'tau2-int-float',
  property: 'equivalent_form',
  minimal: '[{"name":"credit","arguments":{"account":"account-42","amount":33}}]'.length,
  subject: faulty => ({
    name: 'tau2-int-float',
    kind: 'tool-calls',
    tasks: CLAIMS,
    prompt: ({ customer }) => `${customer} was charged twice. Write the calls that put it right, as JSON.`,
    gold: ({ calls }) => calls,
    score({ calls }, response) {
      const [given, reference] = [callsOf(response), callsOf(calls)]
      return given !== null && databaseHash(given, faulty) === databaseHash(reference!, faulty) ? 1 : 0
    },
  }),
})

/** The calls, each argument as it is spelt: a database that keeps whole numbers and decimals apart sees the spelling. */
function callsOf(text: string): Call[] | null {
  try {
    const spelt = text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, part =>
      part.startsWith('"') ? part : JSON.stringify({ number: part }),
    )
    JSON.parse(text)
    const calls = JSON.parse(spelt) as unknown
    return Array.isArray(calls) && calls.every(isCall) ? calls : null
  } catch {
    return null
  }
}

function isCall(value: unknown): value is Call {
  const call = value as Partial<Call> | null
  if (typeof call !== 'object' || typeof call?.name !== 'string') return false
  if (typeof call.arguments !== 'object' || call.arguments === null) return false
  return Object.values(call.arguments).every(
    each => typeof each === 'string' || typeof (each as { number?: unknown } | null)?.number === 'string',
  )
}

/** The state that these calls leave. */
function databaseHash(calls: readonly Call[], keepsSpelling: boolean): string {
  const stored = (value: Argument) =>
    typeof value === 'string' || keepsSpelling ? value : { number: String(Number(value.number)) }
  return hashJson(
    calls.map(({ name, arguments: given }) => [
      name,
      Object.fromEntries(Object.entries(given).map(([key, value]) => [key, stored(value)])),
    ]),
  )
}

export const DIALOGUES: readonly RewardExhibit[] = [substring, intAndFloat]
