/** @file Shops, customers and wishes of `tools/retail-v1`, drawn so that every level has its own difficulty. */
import type { Rng } from '../rng.ts'
import type { Person } from './retail-customer.ts'
import type { Customer, Order, Product, Objection, Shop, Wish } from './retail-policy.ts'
import { objections, OBJECTIONS, verdictOn } from './retail-policy.ts'

export type RetailTask = Shop & { person: Person; identified: boolean }

const FIRST_NAMES = ['Lena', 'Lea', 'Mara', 'Maria', 'Jan', 'Jana']
const LAST_NAMES = ['Vogt', 'Voigt', 'Kern', 'Kehr', 'Wolff', 'Wolf']
const GOODS = ['kettle', 'lamp', 'backpack', 'raincoat', 'desk chair', 'blanket', 'speaker', 'tent']
const COLOURS = ['red', 'blue', 'green', 'black', 'white']
const STREETS = ['Mill Lane', 'Park Road', 'Station Street', 'Church Walk', 'Hill Rise']

/** Shares of wishes that are forbidden or above the limit, and of customers who are not who they say they are. */
const LEVELS = [
  { customers: 4, open: true, numbers: true, refuse: 0, amount: 0, stranger: 0, wishes: 1 },
  { customers: 6, open: false, numbers: true, refuse: 0.3, amount: 0, stranger: 0, wishes: 1 },
  { customers: 8, open: false, numbers: false, refuse: 0.4, amount: 0, stranger: 0, wishes: 1 },
  { customers: 8, open: false, numbers: false, refuse: 0.3, amount: 0.15, stranger: 0.15, wishes: 1 },
  { customers: 8, open: false, numbers: false, refuse: 0.5, amount: 0, stranger: 0.1, wishes: 2 },
]

/** What is to be true of a wish: it is granted, needs a colleague, or this rule forbids it. */
type Aim = 'do' | 'amount' | Objection

/** A shop and a customer with wishes. */
export function drawTask(rng: Rng, level: number): RetailTask {
  const plan = LEVELS[level - 1]!
  for (;;) {
    const shop = drawShop(rng, plan.customers)
    // One wish of several is always granted, or "refuse everything" would be a good guess.
    const aims = Array.from({ length: plan.wishes }, (_, i) => (i > 0 ? 'do' : drawAim(rng, plan)))
    const identified = rng.float() >= plan.stranger
    for (const customer of rng.shuffle(shop.customers)) {
      const wishes = rng.shuffle(aims).flatMap(aim => drawWishFor(rng, shop, { customer, aim }))
      if (new Set(wishes.map(({ order }) => order)).size < plan.wishes) continue
      const { name, email, postcode } = customer
      const given = identified ? postcode : otherPostcode(rng, shop.customers)
      const person: Person = { name, email, postcode: given, wishes, open: plan.open, numbers: plan.numbers }
      return { ...shop, person, identified }
    }
  }
}

function drawAim(rng: Rng, { refuse, amount }: { refuse: number; amount: number }): Aim {
  const share = rng.float()
  if (share < refuse) return rng.pick(OBJECTIONS)
  return share < refuse + amount ? 'amount' : 'do'
}

function drawShop(rng: Rng, count: number): Shop {
  const products = rng
    .shuffle(GOODS)
    .slice(0, 5)
    .flatMap(name => drawProducts(rng, name))
  const names = rng.shuffle(FIRST_NAMES.flatMap(first => LAST_NAMES.map(last => `${first} ${last}`)))
  const customers = Array.from({ length: count }, (_, i): Customer => {
    // Every third customer has the name of the one before.
    const name = names[i % 3 === 2 ? i - 1 : i]!
    return {
      id: `C${i + 1}`,
      name,
      email: `${name.toLowerCase().replace(' ', '.')}${rng.int(10, 99)}${i}@example.org`,
      postcode: String(rng.int(10_000, 99_999)),
      tier: rng.float() < 0.35 ? 'gold' : 'standard',
    }
  })
  let number = rng.int(1000, 5000)
  const orders = customers.flatMap(({ id }) => {
    const bought = rng.shuffle(products)
    return Array.from({ length: rng.int(2, 3) }, (_, i): Order => {
      number += rng.int(1, 40)
      const status = rng.pick(['processing', 'shipped', 'delivered', 'delivered'] as const)
      return {
        id: `O${number}`,
        customer: id,
        status,
        days: status === 'delivered' ? rng.pick([rng.int(1, 20), rng.int(20, 70), rng.int(70, 500)]) : 0,
        address: drawAddress(rng),
        items: bought.slice(2 * i, 2 * i + rng.int(1, 2)).map(({ sku }) => ({ sku, state: 'kept' })),
      }
    })
  })
  const window = rng.int(10, 35)
  const terms = { window, goldWindow: window + rng.int(10, 40), limit: rng.int(10, 30) * 1000 }
  return { customers, products, orders, terms }
}

function drawProducts(rng: Rng, name: string): Product[] {
  const cents = rng.int(2, 60) * 1000 - 1
  const sale = rng.float() < 0.3
  return rng
    .shuffle(COLOURS)
    .slice(0, 3)
    .map(variant => ({
      sku: `${name.slice(0, 3)}-${variant}`,
      name,
      variant,
      cents,
      stock: rng.float() < 0.3 ? 0 : rng.int(1, 9),
      sale,
    }))
}

/** A wish of which that is true; none if the customer's orders give no such wish. */
function drawWishFor(rng: Rng, shop: Shop, { customer, aim }: { customer: Customer; aim: Aim }): Wish[] {
  for (let attempt = 0; attempt < 8; attempt++) {
    const wish = drawWish(rng, shop, customer)
    if ((objections(shop, wish)[0] ?? verdictOn(shop, wish)) === aim) return [wish]
  }
  return []
}

function drawWish(rng: Rng, { orders, products }: Shop, customer: Customer): Wish {
  const order = rng.pick(orders.filter(each => each.customer === customer.id))
  const { sku } = rng.pick(order.items)
  const kind = rng.pick(['cancel', 'address', 'refund', 'refund', 'exchange', 'exchange'] as const)
  const at = { order: order.id, sku }
  const broken = rng.float() < 0.35
  switch (kind) {
    case 'cancel':
      return { kind, ...at }
    case 'address':
      return { kind, ...at, address: drawAddress(rng) }
    case 'refund':
      return { kind, ...at, broken }
    case 'exchange': {
      const { name } = products.find(each => each.sku === sku)!
      const others = products.filter(each => each.name === name && each.sku !== sku)
      return { kind, ...at, variant: rng.pick(others).variant, broken }
    }
  }
}

function drawAddress(rng: Rng): string {
  return `${rng.int(1, 120)} ${rng.pick(STREETS)}`
}

function otherPostcode(rng: Rng, customers: readonly Customer[]): string {
  const known = customers.map(({ postcode }) => postcode)
  for (;;) {
    const drawn = String(rng.int(10_000, 99_999))
    if (!known.includes(drawn)) return drawn
  }
}
