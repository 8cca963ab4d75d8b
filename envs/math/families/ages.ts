/** @file `math/ages-v1`: word problems about the ages of two people. */
import type { Story } from '../story.ts'
import { storyFamily } from '../story.ts'

const inSomeYears: Story = {
  steps: 1,
  draw: (rng, largest) => [rng.int(5, largest), rng.int(2, largest), rng.int(2, 20)],
  tell: ([b, older, years], [first, second]) => [
    `${second} is ${b!} years old.`,
    `${first} is ${older!} years older than ${second}.`,
    `How old will ${first} be in ${years!} years? Call it later.`,
  ],
  solve: ([b, older, years]) => {
    const later = b! + older! + years!
    const line = `later = ${b!} + ${older!} + ${years!} = ${later}`
    return { quantities: { a: b! + older!, b: b!, later }, asked: 'later', lines: [line] }
  },
}

const someYearsAgo: Story = {
  steps: 1,
  draw: (rng, largest) => {
    const [b, times] = [rng.int(3, largest), rng.int(2, 4)]
    return [b, times, rng.int(2, b)]
  },
  tell: ([b, times, years], [first, second]) => [
    `${second} is ${b!} years old.`,
    `${first} is ${times!} times as old as ${second}.`,
    `How old was ${first} ${years!} years ago? Call it before.`,
  ],
  solve: ([b, times, years]) => {
    const before = times! * b! - years!
    const line = `before = ${times!}*${b!} - ${years!} = ${before}`
    return { quantities: { a: times! * b!, b: b!, before }, asked: 'before', lines: [line] }
  },
}

const sumAndMultiple: Story = {
  steps: 2,
  draw: (rng, largest) => [rng.int(2, Math.floor(largest / 2)), rng.int(2, 4), rng.int(2, 20)],
  tell: ([b, times, more], [first, second]) => [
    `${first} is ${more!} years more than ${times!} times as old as ${second}.`,
    `Together they are ${(times! + 1) * b! + more!} years old.`,
    `How old is ${second}?`,
  ],
  solve: ([b, times, more]) => {
    const sum = (times! + 1) * b! + more!
    const rest = sum - more!
    return {
      quantities: { a: times! * b! + more!, b: b! },
      asked: 'b',
      lines: [`${times! + 1}b = ${sum} - ${more!} = ${rest}`, `b = ${rest}/${times! + 1} = ${b!}`],
    }
  },
}

const sumAndDifference: Story = {
  steps: 2,
  draw: (rng, largest) => [rng.int(2, largest), rng.int(2, largest)],
  tell: ([b, older], [first, second]) => [
    `${first} and ${second} are ${2 * b! + older!} years old together.`,
    `${first} is ${older!} years older.`,
    `How old is ${second}?`,
  ],
  solve: ([b, older]) => ({
    quantities: { a: b! + older!, b: b! },
    asked: 'b',
    lines: [`2b = ${2 * b! + older!} - ${older!} = ${2 * b!}`, `b = ${2 * b!}/2 = ${b!}`],
  }),
}

/** In `years` years a is `times` as old as b: a + years = times (b + years). */
const multipleLater: Story = {
  steps: 3,
  draw: (rng, largest) => {
    const [times, years] = [rng.int(3, 5), rng.int(2, 12)]
    return [rng.int(2, Math.floor(largest / 3)), times, years]
  },
  tell: ([b, times, years], [first, second]) => [
    `${first} is ${(times! - 1) * (b! + years!)} years older than ${second}.`,
    `In ${years!} years ${first} will be ${times!} times as old as ${second}.`,
    `How old is ${first} now?`,
  ],
  solve: ([b, times, years]) => {
    const older = (times! - 1) * (b! + years!)
    const lines = [
      `b + ${years!} = ${older}/${times! - 1} = ${b! + years!}`,
      `b = ${b! + years!} - ${years!} = ${b!}`,
      `a = ${b!} + ${older} = ${b! + older}`,
    ]
    return { quantities: { a: b! + older, b: b! }, asked: 'a', lines }
  },
}

/** a = times b, and in `years` years both are a given number together. */
const sumLater: Story = {
  steps: 3,
  draw: (rng, largest) => [rng.int(2, Math.floor(largest / 2)), rng.int(2, 4), rng.int(2, 30)],
  tell: ([b, times, years], [first, second]) => [
    `${first} is ${times!} times as old as ${second}.`,
    `In ${years!} years they will be ${(times! + 1) * b! + 2 * years!} years old together.`,
    `How old is ${first} now?`,
  ],
  solve: ([b, times, years]) => {
    const [sum, later] = [(times! + 1) * b!, (times! + 1) * b! + 2 * years!]
    const lines = [
      `${times! + 1}b = ${later} - 2*${years!} = ${sum}`,
      `b = ${sum}/${times! + 1} = ${b!}`,
      `a = ${times!}*${b!} = ${times! * b!}`,
    ]
    return { quantities: { a: times! * b!, b: b! }, asked: 'a', lines }
  },
}

export const ages = storyFamily({
  id: 'math/ages-v1',
  title: 'Solve a word problem about ages',
  rules:
    'Write a for the age now of the person named first in the sentence that compares two, b for that of the other, and ' +
    'equations for them. Facts that do not matter may be mixed in. Example: if Ada is 3 times as old as Ben and both are 48 ' +
    'together write "4b = 48", "b = 48/4 = 12", "a = 3*12 = 36", "answer: 36".',
  levels: [
    { steps: 1, largest: 40, distractors: 0 },
    { steps: 2, largest: 40, distractors: 0 },
    { steps: 2, largest: 60, distractors: 2 },
    { steps: 3, largest: 80, distractors: 2 },
  ],
  stories: [inSomeYears, someYearsAgo, sumAndMultiple, sumAndDifference, multipleLater, sumLater],
  distractors: [
    'Their house has # windows.',
    'A neighbour is # years old.',
    'They have known each other for # months.',
    'The cake has # candles.',
    'The family dog weighs # kg.',
    'They live # km from town.',
  ],
})
