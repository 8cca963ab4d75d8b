/** @file `math/shopping-v1`: word problems about prices, change and discounts. */
import type { Story } from '../story.ts'
import { storyFamily } from '../story.ts'

const priceOfSeveral: Story = {
  steps: 1,
  draw: (rng, largest) => [rng.int(2, 12), rng.int(2, largest), rng.int(2, largest)],
  tell: ([count, price, extra], [buyer]) => [
    `${buyer} buys ${count!} notebooks at ${price!} coins each.`,
    `A pen for ${extra!} coins goes into the bag as well.`,
    'What is the total?',
  ],
  solve: ([count, price, extra]) => {
    const total = count! * price! + extra!
    return {
      quantities: { total },
      asked: 'total',
      lines: [`total = ${count!}*${price!} + ${extra!} = ${total}`],
    }
  },
}

const moneyLeft: Story = {
  steps: 1,
  draw: (rng, largest) => {
    const [count, price] = [rng.int(2, 12), rng.int(2, largest)]
    return [count, price, count * price + rng.int(1, 3 * largest)]
  },
  tell: ([count, price, purse], [buyer]) => [
    `${buyer} has ${purse!} coins.`,
    `At the market ${buyer} takes ${count!} melons for ${price!} coins each.`,
    'How many coins are left?',
  ],
  solve: ([count, price, purse]) => {
    const left = purse! - count! * price!
    return {
      quantities: { left },
      asked: 'left',
      lines: [`left = ${purse!} - ${count!}*${price!} = ${left}`],
    }
  },
}

const change: Story = {
  steps: 2,
  draw: (rng, largest) => {
    const [n, p, m, q] = [rng.int(2, 12), rng.int(2, largest), rng.int(2, 12), rng.int(2, largest)]
    return [n, p, m, q, n * p + m * q + rng.int(1, 2 * largest)]
  },
  tell: ([n, p, m, q, paid], [buyer]) => [
    `${buyer} buys ${n!} tickets for adults at ${p!} coins and ${m!} for children at ${q!} coins each.`,
    `${buyer} pays with ${paid!} coins.`,
    'How much change is due?',
  ],
  solve: ([n, p, m, q, paid]) => {
    const total = n! * p! + m! * q!
    return {
      quantities: { total, change: paid! - total },
      asked: 'change',
      lines: [
        `total = ${n!}*${p!} + ${m!}*${q!} = ${total}`,
        `change = ${paid!} - ${total} = ${paid! - total}`,
      ],
    }
  },
}

const sharedBill: Story = {
  steps: 2,
  draw: (rng, largest) => {
    const [friends, share] = [rng.int(2, 9), rng.int(3, largest)]
    const total = friends * share
    return [friends, total - rng.int(1, total - 1), total]
  },
  tell: ([friends, food, total], [host]) => [
    `${host} and some friends, ${friends!} people in all, share a bill evenly.`,
    `The food is ${food!} coins and the drinks are ${total! - food!} coins.`,
    `What is the share of ${host}?`,
  ],
  solve: ([friends, food, total]) => ({
    quantities: { total: total!, share: total! / friends! },
    asked: 'share',
    lines: [
      `total = ${food!} + ${total! - food!} = ${total!}`,
      `share = ${total!} / ${friends!} = ${total! / friends!}`,
    ],
  }),
}

const discount: Story = {
  steps: 3,
  draw: (rng, largest) => [rng.int(2, 12), 20 * rng.int(1, largest), 5 * rng.int(1, 10), rng.int(1, largest)],
  tell: ([count, price, percent, delivery], [buyer]) => [
    `${buyer} orders ${count!} lamps at ${price!} coins each.`,
    `There is a discount of ${percent!} percent on the lamps.`,
    `Delivery is ${delivery!} coins.`,
    'What is the total?',
  ],
  solve: ([count, price, percent, delivery]) => {
    const full = count! * price!
    const off = (full * percent!) / 100
    const total = full - off + delivery!
    return {
      quantities: { full, discount: off, total },
      asked: 'total',
      lines: [
        `full = ${count!}*${price!} = ${full}`,
        `discount = ${full}*${percent!}/100 = ${off}`,
        `total = ${full} - ${off} + ${delivery!} = ${total}`,
      ],
    }
  },
}

const howManyMore: Story = {
  steps: 3,
  draw: (rng, largest) => {
    const [count, price, item] = [rng.int(2, 12), rng.int(5, 2 * largest), rng.int(3, largest)]
    return [count, price, item, count * price + item * rng.int(3, 30) + rng.int(0, item - 1)]
  },
  tell: ([count, price, item, purse], [buyer, friend]) => [
    `${buyer} has ${purse!} coins and buys ${count!} books at ${price!} coins each.`,
    `All that is left goes into stickers for ${friend}, which are ${item!} coins each.`,
    'How many stickers can be bought?',
  ],
  solve: ([count, price, item, purse]) => {
    const total = count! * price!
    const left = purse! - total
    const items = Math.floor(left / item!)
    return {
      quantities: { total, left, items },
      asked: 'items',
      lines: [
        `total = ${count!}*${price!} = ${total}`,
        `left = ${purse!} - ${total} = ${left}`,
        `items = floor(${left}/${item!}) = ${items}`,
      ],
    }
  },
}

export const shopping = storyFamily({
  id: 'math/shopping-v1',
  title: 'Solve a word problem about shopping',
  rules:
    'Name what you work out: full, discount, total, change, left, share or items. Facts that do not matter may be mixed ' +
    'in. Example: for 3 pens at 7 coins, paid with 30, write "total = 3*7 = 21", "change = 30 - 21 = 9", "answer: 9".',
  levels: [
    { steps: 1, largest: 30, distractors: 0 },
    { steps: 1, largest: 90, distractors: 1 },
    { steps: 2, largest: 60, distractors: 1 },
    { steps: 3, largest: 60, distractors: 2 },
    { steps: 3, largest: 200, distractors: 3 },
  ],
  stories: [priceOfSeveral, moneyLeft, change, sharedBill, discount, howManyMore],
  distractors: [
    'The shop opened # minutes ago.',
    'There are # other people in the queue.',
    'The bus to the shop took # minutes.',
    'A poster by the door is # weeks old.',
    'A shelf by the window holds # boxes of tea.',
    'Last year # new shops were opened in town.',
  ],
})
