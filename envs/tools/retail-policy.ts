/** @file A shop's records, what a customer may wish for, and what the shop's policy says to each wish. */

export type Customer = {
  id: string
  name: string
  email: string
  postcode: string
  tier: 'standard' | 'gold'
}
export type Product = {
  sku: string
  name: string
  variant: string
  cents: number
  stock: number
  sale: boolean
}
/** `exchanged for <sku>` once it is. */
export type Item = { sku: string; state: string }
export type Order = {
  id: string
  customer: string
  status: 'processing' | 'shipped' | 'delivered' | 'cancelled'
  /** Days since it was delivered; 0 before. */
  days: number
  address: string
  items: Item[]
}
export type Terms = { window: number; goldWindow: number; limit: number }
export type Wish =
  | { kind: 'cancel'; order: string; sku: string }
  | { kind: 'address'; order: string; sku: string; address: string }
  | { kind: 'refund'; order: string; sku: string; broken: boolean }
  | { kind: 'exchange'; order: string; sku: string; variant: string; broken: boolean }
export const OBJECTIONS = ['status', 'time', 'sale', 'stock'] as const
export type Objection = (typeof OBJECTIONS)[number]
export type Verdict = 'do' | 'refuse' | 'amount'

export type Shop = { customers: Customer[]; products: Product[]; orders: Order[]; terms: Terms }

const YEAR = 365

export function policyText({ window, goldWindow, limit }: Terms): string {
  return [
    'Ask the customer for e-mail address and postcode. If they are not those of one customer in the records, change nothing and transfer the case with the reason identity.',
    'An order is cancelled, or its address changed, only while it is processing.',
    `An item of a delivered order is refunded or exchanged up to ${window} days after delivery, for gold customers up to ${goldWindow} days.`,
    'Sale items are exchanged, but not refunded.',
    `An item that arrived broken is refunded or exchanged up to ${YEAR} days after delivery, whatever rules 3 and 4 say.`,
    'An item is exchanged only for another variant of the same product that is in stock.',
    `If an allowed refund is of more than ${limit / 100} euros, change nothing and transfer the case with the reason amount.`,
    'What is not allowed is not done, however the customer insists. Before closing ask whether there is anything else. Close the case with resolved if all wishes were carried out, refused if none was, and partly otherwise; in the last two cases with a reason: status (rule 2, or not delivered), time, sale or stock.',
  ]
    .map((line, i) => `${i + 1}. ${line}`)
    .join('\n')
}

/** Why the policy forbids a wish of an identified customer; empty if it does not. */
export function objections({ customers, products, orders, terms }: Shop, wish: Wish): Objection[] {
  const order = orders.find(({ id }) => id === wish.order)!
  if (wish.kind === 'cancel' || wish.kind === 'address')
    return order.status === 'processing' ? [] : ['status']
  if (order.status !== 'delivered') return ['status']
  const gold = customers.find(({ id }) => id === order.customer)!.tier === 'gold'
  const found: Objection[] = []
  if (order.days > (wish.broken ? YEAR : gold ? terms.goldWindow : terms.window)) found.push('time')
  if (wish.kind === 'refund' && !wish.broken && productOf(products, wish).sale) found.push('sale')
  if (wish.kind === 'exchange' && !variantOf(products, wish)?.stock) found.push('stock')
  return found
}

/** What has to become of a wish. */
export function verdictOn(shop: Shop, wish: Wish): Verdict {
  if (objections(shop, wish).length > 0) return 'refuse'
  return wish.kind === 'refund' && productOf(shop.products, wish).cents > shop.terms.limit ? 'amount' : 'do'
}

function productOf(products: readonly Product[], { sku }: Wish): Product {
  return products.find(each => each.sku === sku)!
}

/** The product that an item is to be exchanged for. */
export function variantOf(
  products: readonly Product[],
  wish: Wish & { kind: 'exchange' },
): Product | undefined {
  const { name } = productOf(products, wish)
  return products.find(each => each.name === name && each.variant === wish.variant)
}

/** The orders once a wish is carried out. */
export function carriedOut(orders: readonly Order[], products: readonly Product[], wish: Wish): Order[] {
  return orders.map(order => {
    if (order.id !== wish.order) return order
    if (wish.kind === 'cancel') return { ...order, status: 'cancelled' }
    if (wish.kind === 'address') return { ...order, address: wish.address }
    const state = wish.kind === 'refund' ? 'refunded' : `exchanged for ${variantOf(products, wish)!.sku}`
    return { ...order, items: order.items.map(item => (item.sku === wish.sku ? { ...item, state } : item)) }
  })
}
