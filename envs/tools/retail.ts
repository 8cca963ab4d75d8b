/**
 * @file `tools/retail-v1`: serve a customer of a shop by its policy.
 *
 * The customer is a script that answers what it is asked, and now and then wants what the policy forbids. What
 * counts is the shop's records and the code that the case is closed with; what is said is never judged.
 */
import { z } from 'zod'
import { opening, reply } from './retail-customer.ts'
import type { Customer, Item, Order, Product } from './retail-policy.ts'
import { carriedOut, objections, OBJECTIONS, policyText, variantOf, verdictOn } from './retail-policy.ts'
import type { RetailTask } from './retail-tasks.ts'
import { drawTask } from './retail-tasks.ts'
import type { Call } from './call-form.ts'
import type { Reply } from './tool-env.ts'
import { finishCall } from './call-form.ts'
import { defineToolEnv, tool } from './tool-env.ts'

type World = {
  customers: Customer[]
  products: Product[]
  orders: Order[]
  /** The wish that the customer is talking about. */
  wish: number
  outcome: string | null
}

const RULES =
  'You serve a customer of a shop. Talk to the customer with say, work with the records, keep the policy, and end by closing ' +
  'or transferring the case. The tools do not check the policy.'
const CLOSED = 'the case is closed'
const CODES = ['resolved', 'refused', 'partly'] as const
const REASONS = ['none', ...OBJECTIONS] as const
const TRANSFERS = ['identity', 'amount'] as const

const id = z.string().max(20)
const sku = z.string().max(40).describe('The article number')
const words = z.string().min(1).max(80)

const tools = {
  find_customers: tool({
    about: 'Shows the customers of that name.',
    args: z.strictObject({ name: words }),
    reads: true,
    run: ({ customers }: World, { name }) => ({
      result: customers.filter(each => each.name.toLowerCase() === name.toLowerCase()),
    }),
  }),
  list_orders: tool({
    about: 'Shows the orders of a customer.',
    args: z.strictObject({ customer: id }),
    reads: true,
    run: ({ orders }: World, { customer }) => ({ result: orders.filter(each => each.customer === customer) }),
  }),
  get_order: tool({
    about: 'Shows an order.',
    args: z.strictObject({ order: id }),
    reads: true,
    run: ({ orders }: World, { order }): Reply<World> => {
      const found = orders.find(each => each.id === order)
      return found ? { result: found } : { error: `there is no order ${order}` }
    },
  }),
  find_products: tool({
    about: 'Shows all variants of a product.',
    args: z.strictObject({ name: words }),
    reads: true,
    run: ({ products }: World, { name }) => ({
      result: products.filter(each => each.name === name.toLowerCase()),
    }),
  }),
  say: tool<RetailTask, World, z.ZodObject<{ text: z.ZodString }>>({
    about: 'Says something to the customer; the result is the answer.',
    args: z.strictObject({ text: z.string().min(1).max(2000) }),
    run: (world, { text }, { params: { person } }) => {
      const { wish, answer } = reply(person, { wish: world.wish, products: world.products, text })
      return { world: { ...world, wish }, result: answer }
    },
  }),
  change_address: tool({
    about: 'Changes the address of an order.',
    args: z.strictObject({ order: id, address: words }),
    run: (world: World, { order, address }) => onOrder(world, order, found => ({ ...found, address })),
  }),
  cancel_order: tool({
    about: 'Cancels an order, for good.',
    args: z.strictObject({ order: id }),
    run: (world: World, { order }) =>
      onOrder(world, order, found =>
        found.status === 'cancelled' ? 'it is cancelled already' : { ...found, status: 'cancelled' },
      ),
  }),
  refund_item: tool({
    about: 'Refunds an item of an order, for good.',
    args: z.strictObject({ order: id, sku }),
    run: (world: World, { order, sku: of }) =>
      onOrder(world, order, found => withItem(found, of, 'refunded')),
  }),
  exchange_item: tool({
    about: 'Exchanges an item of an order for another article, for good.',
    args: z.strictObject({ order: id, sku, new_sku: sku }),
    run: (world: World, { order, sku: of, new_sku: to }) => {
      if (!world.products.some(each => each.sku === to && each.stock > 0))
        return { error: `${to} is not in stock` }
      return onOrder(world, order, found => withItem(found, of, `exchanged for ${to}`))
    },
  }),
  close_case: tool({
    about: 'Closes the case, for good: resolved (all wishes were carried out), refused (none was) or partly.',
    args: z.strictObject({ outcome: z.enum(CODES), reason: z.enum(REASONS) }),
    run: (world: World, { outcome, reason }) => ended(world, `${outcome}: ${reason}`),
  }),
  transfer_case: tool({
    about: 'Hands the case over to a colleague, for good.',
    args: z.strictObject({ reason: z.enum(TRANSFERS) }),
    run: (world: World, { reason }) => ended(world, `transferred: ${reason}`),
  }),
}

export const retail = defineToolEnv<RetailTask, World>({
  id: 'tools/retail-v1',
  title: 'Serve a customer by the policy of a shop',
  group: 'customer service',
  rules: RULES,
  levels: [
    'The customer tells everything, and may have it',
    'The customer has to be asked; some wishes are forbidden',
    'Orders to be found, customers of the same name',
    'Exceptions of the policy, and cases for a colleague',
    'Two wishes, the second told only when asked for',
  ],
  maxSteps: 24,
  generate: drawTask,
  identity: ({ person, terms, orders }) => [person, terms, orders.map(({ id: number }) => number)],
  request: ({ person, products, terms }) =>
    `A customer writes: "${opening(person, products)}"\nPolicy:\n${policyText(terms)}`,
  world: ({ customers, products, orders }) => ({ customers, products, orders, wish: 0, outcome: null }),
  tools,
  view: viewOf,
  goals: params => rightEnds(params).map(end => ({ view: viewOf(end) })),
  reachable(params, world, stepsLeft) {
    const ends = rightEnds(params)
    const [right] = ends
    const [now, goal] = [viewOf(world), viewOf(right!)]
    const stale = world.orders.filter(({ id: number }) => now.orders[number] !== goal.orders[number])
    if (world.outcome !== null) {
      const closed = ends.some(({ outcome }) => outcome === world.outcome)
      return closed && stale.length === 0 && stepsLeft >= 1
    }
    const spoilt = stale.some(order =>
      isSpoilt(
        order,
        right!.orders.find(each => each.id === order.id)!,
      ),
    )
    return spoilt || stale.length + 2 > stepsLeft ? false : null
  },
  solve,
  suggest,
})

function onOrder(world: World, number: string, change: (order: Order) => Order | string): Reply<World> {
  if (world.outcome !== null) return { error: CLOSED }
  const order = world.orders.find(each => each.id === number)
  if (!order) return { error: `there is no order ${number}` }
  const changed = change(order)
  if (typeof changed === 'string') return { error: changed }
  return {
    world: { ...world, orders: world.orders.map(each => (each === order ? changed : each)) },
    result: changed,
  }
}

function withItem(order: Order, of: string, state: string): Order | string {
  const item = order.items.find(each => each.sku === of)
  if (!item) return `order ${order.id} has no item ${of}`
  if (item.state !== 'kept') return `the item is ${item.state} already`
  return { ...order, items: order.items.map(each => (each === item ? { ...item, state } : each)) }
}

function ended(world: World, outcome: string): Reply<World> {
  return world.outcome === null ? { world: { ...world, outcome }, result: null } : { error: CLOSED }
}

/** One line per order, and how the case ended; what was said does not matter. */
function viewOf({ orders, outcome }: Pick<World, 'orders' | 'outcome'>): {
  orders: { [id: string]: string }
  outcome: string | null
} {
  const line = ({ status, address, items }: Order): string =>
    [status, address, ...items.map(item => `${item.sku} ${item.state}`)].join(' | ')
  return { orders: Object.fromEntries(orders.map(order => [order.id, line(order)])), outcome }
}

/** The records and the outcome code as the policy wants them; a refusal may name any rule that forbids. */
function rightEnds(params: RetailTask): Pick<World, 'orders' | 'outcome'>[] {
  const { person, identified, orders, products } = params
  if (!identified) return [{ orders, outcome: 'transferred: identity' }]
  const verdicts = person.wishes.map(wish => verdictOn(params, wish))
  if (verdicts.includes('amount')) return [{ orders, outcome: 'transferred: amount' }]
  const granted = person.wishes.filter((_, i) => verdicts[i] === 'do')
  const after = granted.reduce((rows, wish) => carriedOut(rows, products, wish), orders)
  const reasons = person.wishes.flatMap(wish => objections(params, wish))
  if (reasons.length === 0) return [{ orders: after, outcome: 'resolved: none' }]
  return reasons.map(reason => ({
    orders: after,
    outcome: `${granted.length === 0 ? 'refused' : 'partly'}: ${reason}`,
  }))
}

/** Has something been carried out for good that should not have been? */
function isSpoilt(order: Order, right: Order): boolean {
  const itemSpoilt = (item: Item, i: number): boolean =>
    item.state !== 'kept' && item.state !== right.items[i]!.state
  return (order.status === 'cancelled' && right.status !== 'cancelled') || order.items.some(itemSpoilt)
}

/** Asks, looks up, carries out what is allowed, and closes. */
function solve(params: RetailTask): Call[] {
  const { person, customers, products } = params
  const [code, reason] = rightEnds(params)[0]!.outcome!.split(': ')
  const say = (text: string): Call => ({ tool: 'say', args: { text } })
  const identity: Call[] = [
    ...(person.open ? [] : [say('Please tell me your e-mail address and your postcode.')]),
    { tool: 'find_customers', args: { name: person.name } },
  ]
  const transferred = code === 'transferred' ? reason! : null
  const transfer: Call[] = [{ tool: 'transfer_case', args: { reason: transferred } }, finishCall()]
  if (transferred === 'identity') return [...identity, ...transfer]
  const customer = customers.find(({ email }) => email === person.email)!.id
  const served = person.wishes.flatMap(wish => {
    const asked = person.open ? [] : [say('Which variant or address do you want, and what is the reason?')]
    const { name } = products.find(each => each.sku === wish.sku)!
    const looked: Call = { tool: 'find_products', args: { name } }
    const more = transferred === null ? [say('Is there anything else?')] : []
    if (verdictOn(params, wish) !== 'do') return [...asked, looked, ...more]
    const { order, sku: of } = wish
    switch (wish.kind) {
      case 'cancel':
        return [...asked, { tool: 'cancel_order', args: { order } }, ...more]
      case 'address':
        return [...asked, { tool: 'change_address', args: { order, address: wish.address } }, ...more]
      case 'refund':
        return [...asked, looked, { tool: 'refund_item', args: { order, sku: of } }, ...more]
      case 'exchange': {
        const to = variantOf(products, wish)!.sku
        return [...asked, looked, { tool: 'exchange_item', args: { order, sku: of, new_sku: to } }, ...more]
      }
    }
  })
  const close: Call[] = [{ tool: 'close_case', args: { outcome: code!, reason: reason! } }, finishCall()]
  return [
    ...identity,
    { tool: 'list_orders', args: { customer } },
    ...served,
    ...(transferred ? transfer : close),
  ]
}

/** Talk, looking up, and what a clerk in a hurry would do. */
function suggest({ person }: RetailTask, { customers, orders, outcome }: World): Call[] {
  const named = customers.filter(({ name }) => name === person.name)
  const reading: Call[] = [
    { tool: 'say', args: { text: 'Please tell me your e-mail address, your postcode and the order.' } },
    { tool: 'say', args: { text: 'What is the reason?' } },
    { tool: 'say', args: { text: 'Is there anything else?' } },
    { tool: 'find_customers', args: { name: person.name } },
    ...named.map(each => ({ tool: 'list_orders', args: { customer: each.id } })),
  ]
  if (outcome !== null) return reading
  const [order] = orders.filter(({ customer }) => customer === named[0]!.id)
  const item = order!.items.find(({ state }) => state === 'kept')
  return [
    ...reading,
    ...(item ? [{ tool: 'refund_item', args: { order: order!.id, sku: item.sku } }] : []),
    ...(order!.status === 'cancelled' ? [] : [{ tool: 'cancel_order', args: { order: order!.id } }]),
    { tool: 'close_case', args: { outcome: 'resolved', reason: 'none' } },
    { tool: 'close_case', args: { outcome: 'refused', reason: 'status' } },
    { tool: 'transfer_case', args: { reason: 'identity' } },
  ]
}
