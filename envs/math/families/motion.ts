/** @file `math/motion-v1`: word problems about speed, distance and meeting times. */
import { formatExact, ratio } from '../exact.ts'
import type { Story } from '../story.ts'
import { storyFamily } from '../story.ts'
import { quotient } from '../terms.ts'

const distanceLeft: Story = {
  steps: 1,
  draw: (rng, largest) => {
    const [speed, hours] = [rng.int(3, largest), rng.int(2, 12)]
    return [speed, hours, speed * hours + rng.int(1, 3 * largest)]
  },
  tell: ([speed, hours, way], [driver]) => [
    `${driver} sets out on a way of ${way!} km.`,
    `After ${hours!} hours at ${speed!} km/h, how many km are left?`,
  ],
  solve: ([speed, hours, way]) => {
    const left = way! - speed! * hours!
    return { quantities: { left }, asked: 'left', lines: [`left = ${way!} - ${speed!}*${hours!} = ${left}`] }
  },
}

const twoStretches: Story = {
  steps: 1,
  draw: (rng, largest) => [rng.int(3, largest), rng.int(2, 9), rng.int(3, largest), rng.int(2, 9)],
  tell: ([v, t, w, u], [rider]) => [
    `${rider} rides ${t!} hours at ${v!} km/h.`,
    `Then the road is better and ${rider} rides ${u!} hours at ${w!} km/h.`,
    'What is the distance in km?',
  ],
  solve: ([v, t, w, u]) => {
    const distance = v! * t! + w! * u!
    const line = `distance = ${v!}*${t!} + ${w!}*${u!} = ${distance}`
    return { quantities: { distance }, asked: 'distance', lines: [line] }
  },
}

const meeting: Story = {
  steps: 2,
  draw: (rng, largest) => [rng.int(3, largest), rng.int(3, largest), rng.int(largest, 9 * largest)],
  tell: ([v, w, gap], [first, second]) => [
    `${first} and ${second} start at the same time from two towns that are ${gap!} km apart, towards each other.`,
    `${first} goes at ${v!} km/h and ${second} at ${w!} km/h.`,
    'After what time in hours do they meet?',
  ],
  solve: ([v, w, gap]) => ({
    quantities: { closing: v! + w!, time: ratio(gap!, v! + w!) },
    asked: 'time',
    lines: [`closing = ${v!} + ${w!} = ${v! + w!}`, `time = ${quotient(gap!, v! + w!)}`],
  }),
}

const averageSpeed: Story = {
  steps: 3,
  draw: (rng, largest) => [rng.int(3, largest), rng.int(2, 9), rng.int(3, largest), rng.int(2, 9)],
  tell: ([v, t, w, u], [rider]) => [
    `${rider} walks and then takes a train.`,
    `The first part takes ${t!} hours at ${v!} km/h, the second ${u!} hours at ${w!} km/h.`,
    'What is the average speed in km/h?',
  ],
  solve: ([v, t, w, u]) => {
    const [distance, time] = [v! * t! + w! * u!, t! + u!]
    return {
      quantities: { distance, time, speed: ratio(distance, time) },
      asked: 'speed',
      lines: [
        `distance = ${v!}*${t!} + ${w!}*${u!} = ${distance}`,
        `time = ${t!} + ${u!} = ${time}`,
        `speed = ${quotient(distance, time)}`,
      ],
    }
  },
}

const catchingUp: Story = {
  steps: 2,
  draw: (rng, largest) => {
    const slow = rng.int(3, largest)
    return [slow, slow + rng.int(1, largest), rng.int(2, 3 * largest)]
  },
  tell: ([slow, fast, lead], [first, second]) => [
    `${first} is ${lead!} km ahead of ${second} on the same road.`,
    `${first} goes on at ${slow!} km/h, and ${second} follows at ${fast!} km/h.`,
    'After what time in hours do they meet?',
  ],
  solve: ([slow, fast, lead]) => ({
    quantities: { closing: fast! - slow!, time: ratio(lead!, fast! - slow!) },
    asked: 'time',
    lines: [`closing = ${fast!} - ${slow!} = ${fast! - slow!}`, `time = ${quotient(lead!, fast! - slow!)}`],
  }),
}

const meetingPlace: Story = {
  steps: 3,
  draw: (rng, largest) => [rng.int(3, largest), rng.int(3, largest), rng.int(largest, 9 * largest)],
  tell: ([v, w, gap], [first, second]) => [
    `${first} and ${second} start at the same time from both ends of a road of ${gap!} km.`,
    `${first} goes at ${v!} km/h and ${second} comes towards ${first} at ${w!} km/h.`,
    `At what distance in km from the start of ${first} do they meet?`,
  ],
  solve: ([v, w, gap]) => {
    const time = ratio(gap!, v! + w!)
    const distance = formatExact(ratio(v! * gap!, v! + w!))
    return {
      quantities: { closing: v! + w!, time, distance: ratio(v! * gap!, v! + w!) },
      asked: 'distance',
      lines: [
        `closing = ${v!} + ${w!} = ${v! + w!}`,
        `time = ${quotient(gap!, v! + w!)}`,
        `distance = ${v!} * ${formatExact(time)} = ${distance}`,
      ],
    }
  },
}

const headStart: Story = {
  steps: 3,
  draw: (rng, largest) => {
    const slow = rng.int(3, largest)
    return [slow, slow + rng.int(1, largest), rng.int(2, 9)]
  },
  tell: ([slow, fast, hours], [first, second]) => [
    `${first} sets out at ${slow!} km/h.`,
    `${second} starts from the same place ${hours!} hours later and follows at ${fast!} km/h.`,
    `How long in hours does ${second} take to catch up? Call it the time.`,
  ],
  solve: ([slow, fast, hours]) => {
    const [lead, closing] = [slow! * hours!, fast! - slow!]
    return {
      quantities: { lead, closing, time: ratio(lead, closing) },
      asked: 'time',
      lines: [
        `lead = ${slow!}*${hours!} = ${lead}`,
        `closing = ${fast!} - ${slow!} = ${closing}`,
        `time = ${quotient(lead, closing)}`,
      ],
    }
  },
}

export const motion = storyFamily({
  id: 'math/motion-v1',
  title: 'Solve a word problem about speed',
  rules:
    'Name what you work out: distance, time, speed, left, lead, or closing for the speed at which a gap closes; km and ' +
    'hours are left out and fractions stay fractions. Facts that do not matter may be mixed in. Example: for 30 km apart ' +
    'at 4 and 5 km/h write "closing = 4 + 5 = 9", "time = 30/9 = 10/3", "answer: 10/3".',
  levels: [
    { steps: 1, largest: 20, distractors: 0 },
    { steps: 1, largest: 90, distractors: 1 },
    { steps: 2, largest: 60, distractors: 1 },
    { steps: 3, largest: 60, distractors: 2 },
    { steps: 3, largest: 150, distractors: 3 },
  ],
  stories: [distanceLeft, twoStretches, meeting, catchingUp, averageSpeed, meetingPlace, headStart],
  distractors: [
    'The road was built # years ago.',
    'It is # degrees warm.',
    'The rucksack holds # apples.',
    'A map of the region costs # coins.',
    'There are # benches along the way.',
    'The next village has # houses.',
  ],
})
