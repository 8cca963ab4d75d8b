/** @file `math/work-rate-v1`: word problems about people and pumps that work together. */
import type { Exact } from '../exact.ts'
import { calculate, formatExact, ratio } from '../exact.ts'
import type { Story } from '../story.ts'
import { storyFamily } from '../story.ts'
import { quotient } from '../terms.ts'

const sameMachines: Story = {
  steps: 1,
  draw: (rng, largest) => [rng.int(2, 12), rng.int(2, largest), rng.int(2, 12)],
  tell: ([machines, each, hours], [owner]) => [
    `${owner} has ${machines!} machines, each of which makes ${each!} bolts an hour.`,
    `How many bolts do they make together in ${hours!} hours?`,
  ],
  solve: ([machines, each, hours]) => {
    const bolts = machines! * each! * hours!
    const line = `bolts = ${machines!}*${each!}*${hours!} = ${bolts}`
    return { quantities: { bolts }, asked: 'bolts', lines: [line] }
  },
}

const together: Story = {
  steps: 2,
  draw: (rng, largest) => [rng.int(2, largest), rng.int(2, largest)],
  tell: ([a, b], [first, second]) => [
    `${first} paints a fence in ${a!} hours.`,
    `${second} needs ${b!} hours for it.`,
    'What time in hours do they need together?',
  ],
  solve: ([a, b]) => {
    const rate = sum(ratio(1, a!), ratio(1, b!))
    return inTime(1, rate, [`rate = 1/${a!} + 1/${b!} = ${formatExact(rate)}`])
  },
}

const fillingAndDraining: Story = {
  steps: 2,
  draw: (rng, largest) => {
    const fill = rng.int(2, largest)
    return [fill, fill + rng.int(1, largest)]
  },
  tell: ([fill, drain], [owner]) => [
    `A pipe fills the pool of ${owner} in ${fill!} hours.`,
    `A leak empties it in ${drain!} hours.`,
    'What time in hours does the empty pool take to fill with the leak?',
  ],
  solve: ([fill, drain]) => {
    const rate = calculate('-', ratio(1, fill!), ratio(1, drain!))!
    return inTime(1, rate, [`rate = 1/${fill!} - 1/${drain!} = ${formatExact(rate)}`])
  },
}

const oneJoins: Story = {
  steps: 3,
  draw: (rng, largest) => {
    const alone = rng.int(3, largest)
    return [alone, rng.int(2, largest), rng.int(2, alone - 1)]
  },
  tell: ([a, b, hours], [first, second]) => [
    `${first} can dig a garden over in ${a!} hours, ${second} in ${b!} hours.`,
    `${first} begins alone and ${second} joins after ${hours!} hours.`,
    'What time in hours do they then need together for the rest?',
  ],
  solve: ([a, b, hours]) => {
    const rest = ratio(a! - hours!, a!)
    const rate = sum(ratio(1, a!), ratio(1, b!))
    const lines = [
      `rest = 1 - ${hours!}/${a!} = ${formatExact(rest)}`,
      `rate = 1/${a!} + 1/${b!} = ${formatExact(rate)}`,
    ]
    const solved = inTime(rest, rate, lines)
    return { ...solved, quantities: { ...solved.quantities, rest } }
  },
}

const twoPrinters: Story = {
  steps: 3,
  draw: (rng, largest) => [
    rng.int(2, largest),
    rng.int(2, 12),
    rng.int(2, largest),
    rng.int(2, 12),
    rng.int(20, 600),
  ],
  tell: ([p, m, q, n, pages], [owner]) => [
    `One printer of ${owner} prints ${p!} pages in ${m!} minutes, the other one ${q!} pages in ${n!} minutes.`,
    `Both print ${pages!} pages together.`,
    'What time in minutes do they need?',
  ],
  solve: ([p, m, q, n, pages]) => {
    const [first, second] = [ratio(p!, m!), ratio(q!, n!)]
    const rate = sum(first, second)
    const lines = [
      `first = ${quotient(p!, m!)}`,
      `second = ${quotient(q!, n!)}`,
      `rate = ${formatExact(first)} + ${formatExact(second)} = ${formatExact(rate)}`,
    ]
    const solved = inTime(pages!, rate, lines)
    return { ...solved, quantities: { ...solved.quantities, first, second } }
  },
}

/** The last line: how long `amount` takes. */
function inTime(amount: Exact, rate: Exact, lines: readonly string[]) {
  const time = calculate('/', amount, rate)!
  const last = `time = ${formatExact(amount)}/(${formatExact(rate)}) = ${formatExact(time)}`
  return { quantities: { rate, time }, asked: 'time', lines: [...lines, last] }
}

function sum(a: Exact, b: Exact): Exact {
  return calculate('+', a, b)!
}

export const workRate = storyFamily({
  id: 'math/work-rate-v1',
  title: 'Solve a word problem about working together',
  rules:
    'Write rate for the work or the pages per unit of time (first and second for each of two), rest for what is left, ' +
    'time or bolts for the answer; fractions stay fractions. Facts that do not matter may be mixed in. Example: for 3 and 6 ' +
    'hours alone write "rate = 1/3 + 1/6 = 1/2", "time = 1/(1/2) = 2", "answer: 2".',
  levels: [
    { steps: 1, largest: 40, distractors: 0 },
    { steps: 2, largest: 60, distractors: 0 },
    { steps: 2, largest: 90, distractors: 2 },
    { steps: 3, largest: 30, distractors: 2 },
  ],
  stories: [sameMachines, together, fillingAndDraining, oneJoins, twoPrinters],
  distractors: [
    'The work was ordered # days ago.',
    'The tools cost # coins.',
    'A neighbour watches for # minutes.',
    'It is # degrees warm.',
    'Lunch is at # past twelve.',
    'The street has # trees.',
  ],
})
