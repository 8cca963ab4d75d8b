/**
 * @file The customer at the retail desk: a state machine over what has been asked, and no language model.
 *
 * It listens for topics in what is said to it, in whatever words, and answers each of them. `wish` is the wish that it is
 * talking about; asked whether there is anything else it goes on to the next.
 */
import type { Product, Wish } from './retail-policy.ts'

export type Person = {
  name: string
  email: string
  postcode: string
  wishes: Wish[]
  /** Tells everything at once, unasked. */
  open: boolean
  /** Knows the numbers of its orders. */
  numbers: boolean
}
type Topic = 'email' | 'postcode' | 'order' | 'item' | 'variant' | 'address' | 'reason'

const TOPICS: readonly [Topic, RegExp][] = [
  ['email', /e-?mail/],
  ['postcode', /post ?code|zip|postal/],
  ['order', /order/],
  ['item', /item|product|article|which|what did/],
  ['variant', /size|colou?r|variant|version|instead/],
  ['address', /\baddress|where .*(send|ship|deliver)/],
  ['reason', /reason|why|wrong|broken|defect|damage|condition|problem|matter/],
]
const MORE = /(any|some)thing (else|more)|other (wish|request)|further/
const FIRST = /\bfirst (wish|request|matter|point)/
const REFUSAL = /cannot|can't|can not|not allowed|unable|sorry|unfortunately|against/
const MAX_HEARD = 1000

/** The first thing that the customer says. */
export function opening(person: Person, products: readonly Product[]): string {
  const [wish] = person.wishes
  const asked = wishText(wish!, products, person.open)
  if (!person.open) return `Hello, this is ${person.name}. ${asked}`
  const facts = (['email', 'postcode', 'order', 'reason'] as const).map(topic =>
    factText(topic, { person, wish: wish!, products }),
  )
  return `Hello, this is ${person.name}. ${asked} ${facts.join(' ')}`.trim()
}

/** What the customer answers, and which wish it is talking about then. */
export function reply(
  person: Person,
  { wish: at, products, text }: { wish: number; products: readonly Product[]; text: string },
): { wish: number; answer: string } {
  const heard = text.slice(0, MAX_HEARD).toLowerCase()
  if (FIRST.test(heard) && at > 0) return { wish: 0, answer: wishText(person.wishes[0]!, products, false) }
  if (MORE.test(heard)) {
    const next = person.wishes[at + 1]
    if (!next) return { wish: at, answer: 'No, that is all.' }
    return { wish: at + 1, answer: `Yes. ${wishText(next, products, false)}` }
  }
  const wish = person.wishes[at]!
  const spoken = heard.replace(/e-?mail address/g, 'e-mail')
  const answers = TOPICS.filter(([, pattern]) => pattern.test(spoken)).map(([topic]) =>
    factText(topic, { person, wish, products }),
  )
  if (answers.length > 0) return { wish: at, answer: answers.join(' ').trim() }
  if (REFUSAL.test(heard))
    return { wish: at, answer: 'But I really need it. Can you not make an exception for me?' }
  return { wish: at, answer: 'I see. What do you need to know from me?' }
}

function wishText(wish: Wish, products: readonly Product[], open: boolean): string {
  const { name, variant } = products.find(({ sku }) => sku === wish.sku)!
  const item = `the ${name} in ${variant}`
  switch (wish.kind) {
    case 'cancel':
      return `Please cancel my order with ${item}.`
    case 'address':
      return `Please send my order with ${item} to another address${open ? `: ${wish.address}` : ''}.`
    case 'refund':
      return `I want my money back for ${item}.`
    case 'exchange':
      return `I want to exchange ${item}${open ? ` for one in ${wish.variant}` : ' for another one'}.`
  }
}

function factText(
  topic: Topic,
  { person, wish, products }: { person: Person; wish: Wish; products: readonly Product[] },
): string {
  const { name, variant } = products.find(({ sku }) => sku === wish.sku)!
  switch (topic) {
    case 'email':
      return `My e-mail address is ${person.email}.`
    case 'postcode':
      return `My postcode is ${person.postcode}.`
    case 'order':
      return person.numbers
        ? `The number of the order is ${wish.order}.`
        : 'I do not have the number of the order at hand.'
    case 'item':
      return `It is about the ${name} in ${variant}.`
    case 'variant':
      return wish.kind === 'exchange' ? `I want ${wish.variant} instead.` : `It is ${variant}.`
    case 'address':
      return wish.kind === 'address' ? `Please send it to ${wish.address}.` : 'My address has not changed.'
    case 'reason':
      if (wish.kind !== 'refund' && wish.kind !== 'exchange') return 'I simply changed my mind.'
      return wish.broken ? 'It arrived broken.' : 'It does not suit me, that is all.'
  }
}
