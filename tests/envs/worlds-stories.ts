/** @file Word problems, checked from the numbers of the question alone: by going step by step, or by putting the answer in. */
import { ages } from '../../envs/math/families/ages.ts'
import { mixture } from '../../envs/math/families/mixture.ts'
import { motion } from '../../envs/math/families/motion.ts'
import { shopping } from '../../envs/math/families/shopping.ts'
import { workRate } from '../../envs/math/families/work-rate.ts'
import type { Quotient, World } from './world.ts'
import { numbersIn, of, plus, read, same, times, world } from './world.ts'

/** Does the answer fit the numbers, in their order in the question? */
type Fits = (numbers: readonly number[], answer: Quotient) => boolean
/** By a phrase that no earlier story of the list has. */
type Stories = Readonly<Record<string, Fits>>

function by(stories: Stories) {
  return (_params: unknown, given: string, question: string): boolean => {
    const known = Object.entries(stories).find(([phrase]) => question.includes(phrase))
    if (!known) throw new Error(`expected a story that is known, got: ${question}`)
    return known[1](numbersIn(question), read(given))
  }
}

/** x·a + y·b + … for whole x, y, …. */
function mix(...terms: (readonly [number, Quotient])[]): Quotient {
  return terms.reduce((sum, [count, value]) => plus(sum, times(of(count), value)), of(0))
}

function over(value: Quotient, divisor: number): Quotient {
  return times(value, of(1, divisor))
}

/** The younger age b for which both ages meet the condition. */
function searched(meets: (a: number, b: number) => boolean): { a: number; b: number } {
  for (let b = 1; b < 200; b++) for (let a = b; a < 800; a++) if (meets(a, b)) return { a, b }
  throw new Error('expected ages that fit')
}

const ONE = of(1)

const SHOPPING: Stories = {
  notebooks: ([n, p, q], total) =>
    same(total, of(Array.from({ length: n! }, () => p!).reduce((a, b) => a + b, q!))),
  melons: ([purse, n, p], left) => same(mix([1, left], [n!, of(p!)]), of(purse!)),
  tickets: ([n, p, m, q, paid], change) => same(mix([1, change], [n!, of(p!)], [m!, of(q!)]), of(paid!)),
  'share a bill': ([friends, food, drinks], share) => same(mix([friends!, share]), of(food! + drinks!)),
  lamps: ([n, p, percent, delivery], total) =>
    same(mix([100, total]), of(n! * p! * (100 - percent!) + 100 * delivery!)),
  stickers: ([purse, n, p, item], items) => {
    let [left, count] = [purse! - n! * p!, 0]
    for (; left >= item!; left -= item!) count++
    return same(items, of(count))
  },
}

const MOTION: Stories = {
  'sets out on': ([way, hours, speed], left) => same(mix([1, left], [hours!, of(speed!)]), of(way!)),
  'the road is better': ([t, v, u, w], distance) => same(distance, mix([t!, of(v!)], [u!, of(w!)])),
  'towards each other': ([gap, v, w], time) => same(mix([v!, time], [w!, time]), of(gap!)),
  'km ahead of': ([lead, slow, fast], time) => same(mix([1, of(lead!)], [slow!, time]), mix([fast!, time])),
  'average speed': ([t, v, u, w], speed) => same(mix([t! + u!, speed]), of(t! * v! + u! * w!)),
  'both ends': ([gap, v, w], distance) =>
    same(mix([w!, distance]), mix([v!, plus(of(gap!), times(of(-1), distance))])),
  'hours later': ([slow, hours, fast], time) =>
    same(mix([slow!, plus(of(hours!), time)]), mix([fast!, time])),
}

const AGES: Stories = {
  'Call it later': ([b, older, years], later) => same(later, of(b! + older! + years!)),
  'Call it before': ([b, factor, years], before) => same(plus(before, of(years!)), mix([factor!, of(b!)])),
  'years more than': ([more, factor, sum], age) =>
    same(age, of(searched((a, b) => a + b === sum! && a - more! === factor! * b).b)),
  'years older. How': ([sum, older], age) =>
    same(age, of(searched((a, b) => a + b === sum! && a - b === older!).b)),
  'years older than': ([older, years, factor], age) =>
    same(age, of(searched((a, b) => a - b === older! && a + years! === factor! * (b + years!)).a)),
  'they will be': ([factor, years, sum], age) =>
    same(age, of(searched((a, b) => a === factor! * b && a + b + 2 * years! === sum!).a)),
}

const WORK: Stories = {
  bolts: ([machines, each, hours], bolts) => same(over(over(bolts, hours!), machines!), of(each!)),
  fence: ([a, b], time) => same(plus(over(time, a!), over(time, b!)), ONE),
  leak: ([fill, drain], time) => same(over(time, fill!), plus(ONE, over(time, drain!))),
  garden: ([a, b, alone], time) => same(plus(over(plus(time, of(alone!)), a!), over(time, b!)), ONE),
  printer: ([p, m, q, n, pages], time) =>
    same(plus(times(time, of(p!, m!)), times(time, of(q!, n!))), of(pages!)),
}

const MIXTURE: Stories = {
  'salt are that': ([amount, percent], salt) => same(mix([100, salt]), of(amount! * percent!)),
  mixes: ([a, p, b, q], percent) => same(mix([a! + b!, percent]), of(a! * p! + b! * q!)),
  boils: ([before, percent, lost], after) => same(mix([before! - lost!, after]), of(before! * percent!)),
  'water must be added': ([before, percent, target], water) =>
    same(mix([target!, plus(of(before!), water)]), of(before! * percent!)),
  'Call it added': ([amount, weak, strong, target], added) =>
    same(mix([strong!, added], [weak!, of(amount!)]), mix([target!, plus(added, of(amount!))])),
}

const people = [0, 1]

export const STORIES: readonly World[] = [
  world(shopping, by(SHOPPING), {
    params: { story: 2, amounts: [3, 7, 2, 4, 40], people, distractors: [[1, 17]] },
    question:
      'Ada buys 3 tickets for adults at 7 coins and 2 for children at 4 coins each. There are 17 other people in the ' +
      'queue. Ada pays with 40 coins. How much change is due?',
    truths: [
      '21 + 8 = 29',
      'total = 2*4 + 3*7',
      'change = 40 - total',
      'change due: 40 - 29 = 11',
      'answer: 11',
    ],
    lies: ['total = 3*7 + 17', 'change = 40 - 21', 'change: 40 - 29 = 12', 'answer: 29'],
    remark: 'There are 17 people, who do not matter.',
  }),
  world(motion, by(MOTION), {
    params: { story: 2, amounts: [4, 5, 30], people, distractors: [] },
    question:
      'Ada and Ben start at the same time from two towns that are 30 km apart, towards each other. ' +
      'Ada goes at 4 km/h and Ben at 5 km/h. After what time in hours do they meet?',
    truths: ['closing = 9', '4time + 5time = 30', 'time = 30/closing', 'time = 10/3', 'answer: 10/3'],
    lies: ['closing = 1', 'time = 30/4', 'time = 3.33', 'answer: 3.33', 'answer: 30'],
  }),
  world(ages, by(AGES), {
    params: { story: 4, amounts: [4, 3, 8], people, distractors: [] },
    question:
      'Ada is 24 years older than Ben. In 8 years Ada will be 3 times as old as Ben. How old is Ada now?',
    truths: ['a = b + 24', 'a + 8 = 3(b + 8)', '2b = 24 - 16', 'b = 4', 'b = 4 and a = 28', 'answer: 28'],
    lies: ['a + 8 = 3b', '3b = 24', 'b = 12', 'a = 36', 'answer: 4'],
  }),
  world(workRate, by(WORK), {
    params: { story: 1, amounts: [3, 6], people, distractors: [] },
    question:
      'Ada paints a fence in 3 hours. Ben needs 6 hours for it. What time in hours do they need together?',
    truths: ['rate = 2/6 + 1/6', 'time = 1/rate', 'time*rate = 1', 'time = 2', 'answer: 2'],
    lies: ['rate = 1/9', 'time = 9/2', 'time = 9', 'answer: 9/2'],
  }),
  world(mixture, by(MIXTURE), {
    params: { story: 1, amounts: [1, 4, 3, 8], people, distractors: [] },
    question:
      'Ada mixes 1 g of salt water of 4 percent with 3 g of salt water of 8 percent. ' +
      'How many percent of the mixture are salt?',
    truths: ['amount = 4', 'amount*percent = 4 + 24', 'percent = 7', 'answer: 7.0'],
    lies: ['percent = (4 + 8)/2', 'percent = 6', 'amount = 12', 'answer: 6'],
  }),
]
