/** @file `math/mixture-v1`: word problems about solutions that are mixed and diluted. */
import { formatExact, ratio } from '../exact.ts'
import type { Story } from '../story.ts'
import { storyFamily } from '../story.ts'
import { quotient } from '../terms.ts'

const saltInSolution: Story = {
  steps: 1,
  draw: (rng, largest) => [rng.int(2, 10 * largest), rng.int(2, 60)],
  tell: ([amount, percent], [cook]) => [
    `${cook} has ${amount!} g of salt water.`,
    `${percent!} percent of it are salt.`,
    'How many g of salt are that?',
  ],
  solve: ([amount, percent]) => {
    const salt = ratio(amount! * percent!, 100)
    const line = `salt = ${amount!}*${percent!}/100 = ${formatExact(salt)}`
    return { quantities: { salt }, asked: 'salt', lines: [line] }
  },
}

const mixed: Story = {
  steps: 2,
  draw: (rng, largest) => [rng.int(2, largest), rng.int(2, 60), rng.int(2, largest), rng.int(2, 60)],
  tell: ([a, p, b, q], [cook]) => [
    `${cook} mixes ${a!} g of salt water of ${p!} percent with ${b!} g of salt water of ${q!} percent.`,
    'How many percent of the mixture are salt?',
  ],
  solve: ([a, p, b, q]) => {
    const [amount, top] = [a! + b!, a! * p! + b! * q!]
    const percent = ratio(top, amount)
    const lines = [
      `amount = ${a!} + ${b!} = ${amount}`,
      `percent = (${a!}*${p!} + ${b!}*${q!})/${amount} = ${quotient(top, amount)}`,
    ]
    return { quantities: { amount, percent }, asked: 'percent', lines }
  },
}

const evaporated: Story = {
  steps: 2,
  draw: (rng, largest) => {
    const [lost, rest] = [rng.int(1, largest), rng.int(2, largest)]
    return [lost + rest, rng.int(1, 30), lost]
  },
  tell: ([amount, percent, lost], [cook]) => [
    `${cook} boils ${amount!} g of salt water of ${percent!} percent until ${lost!} g of water are gone.`,
    'How many percent of what is left are salt?',
  ],
  solve: ([before, percent, lost]) => {
    const amount = before! - lost!
    const top = before! * percent!
    const lines = [
      `amount = ${before!} - ${lost!} = ${amount}`,
      `percent = ${before!}*${percent!}/${amount} = ${quotient(top, amount)}`,
    ]
    return { quantities: { amount, percent: ratio(top, amount) }, asked: 'percent', lines }
  },
}

const diluted: Story = {
  steps: 3,
  draw: (rng, largest) => {
    const target = rng.int(2, 30)
    return [rng.int(2, largest), target + rng.int(1, 40), target]
  },
  tell: ([before, percent, target], [cook]) => [
    `${cook} has ${before!} g of salt water of ${percent!} percent.`,
    `The salt water is to have ${target!} percent.`,
    'How many g of water must be added?',
  ],
  solve: ([before, percent, target]) => {
    const salt = ratio(before! * percent!, 100)
    const amount = ratio(before! * percent!, target!)
    const water = ratio(before! * (percent! - target!), target!)
    const lines = [
      `salt = ${before!}*${percent!}/100 = ${formatExact(salt)}`,
      `amount = ${formatExact(salt)}*100/${target!} = ${formatExact(amount)}`,
      `water = ${formatExact(amount)} - ${before!} = ${formatExact(water)}`,
    ]
    return { quantities: { salt, amount, water }, asked: 'water', lines }
  },
}

const strengthened: Story = {
  steps: 3,
  draw: (rng, largest) => {
    const [weak, more, over] = [rng.int(1, 30), rng.int(1, 30), rng.int(1, 30)]
    return [rng.int(2, largest), weak, weak + more, weak + more + over]
  },
  tell: ([amount, weak, target, strong], [cook, friend]) => [
    `${cook} has ${amount!} g of salt water of ${weak!} percent.`,
    `${friend} has plenty of ${strong!} percent.`,
    `How many g of the stronger one must be added so that the mixture has ${target!} percent? Call it added.`,
  ],
  solve: ([amount, weak, target, strong]) => {
    const [missing, excess] = [amount! * (target! - weak!), strong! - target!]
    const lines = [
      `missing = ${amount!}*(${target!} - ${weak!}) = ${missing}`,
      `excess = ${strong!} - ${target!} = ${excess}`,
      `added = ${quotient(missing, excess)}`,
    ]
    return { quantities: { missing, excess, added: ratio(missing, excess) }, asked: 'added', lines }
  },
}

export const mixture = storyFamily({
  id: 'math/mixture-v1',
  title: 'Solve a word problem about mixtures',
  rules:
    'Name what you work out: salt, amount for the whole mixture, percent, water, added, and missing and excess for ' +
    'what the weak solution lacks and the strong one has too much, in hundredths of a g; fractions stay fractions. Facts that do not ' +
    'matter may be mixed in. Example: for 1 g of 4 percent and 3 g of 8 percent write "amount = 1 + 3 = 4", ' +
    '"percent = (1*4 + 3*8)/4 = 7", "answer: 7".',
  levels: [
    { steps: 1, largest: 40, distractors: 0 },
    { steps: 2, largest: 60, distractors: 0 },
    { steps: 2, largest: 150, distractors: 2 },
    { steps: 3, largest: 150, distractors: 2 },
  ],
  stories: [saltInSolution, mixed, evaporated, diluted, strengthened],
  distractors: [
    'The pot is # cm wide.',
    'The salt cost # coins.',
    'The kitchen is # years old.',
    'It is # degrees warm outside.',
    'A spoon weighs # g.',
    'The soup needs # minutes.',
  ],
})
