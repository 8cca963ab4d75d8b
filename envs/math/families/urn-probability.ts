/** @file `math/urn-probability-v1`: the exact chance of colours drawn from an urn without replacement. */
import type { Rng } from '../../rng.ts'
import { choose, range, total } from '../counting.ts'
import { derivation } from '../derivation.ts'
import { formatExact, ratio } from '../exact.ts'
import type { Value } from '../functions.ts'
import { quotient, sumOf } from '../terms.ts'

type Event = 'in order' | 'exactly' | 'at least'
type Axes = { event: Event; drawn: number; largest: number }
/** Balls of three colours; the event is about the first colour, or about the first and then the second. */
type Params = { balls: [number, number, number]; event: Event; drawn: number; wanted: number }

export const urnProbability = derivation<Params, Axes>({
  id: 'math/urn-probability-v1',
  title: 'Find the exact probability of colours drawn without replacement',
  group: 'combinatorics and probability',
  rules:
    'Multiply chances draw by draw (first, second), or count: ways(j) stands for the draws with j red balls, outcomes for ' +
    'all draws, favourable for those of the event. Example: for exactly 1 red of 2 balls out of 2 red and 3 blue write ' +
    '"outcomes = C(5, 2) = 10", "ways(1) = C(2, 1) * C(3, 1) = 6", "probability = 6/10 = 3/5", "answer: 3/5".',
  levels: [
    { event: 'in order', drawn: 2, largest: 20 },
    { event: 'exactly', drawn: 3, largest: 12 },
    { event: 'at least', drawn: 4, largest: 12 },
    { event: 'at least', drawn: 6, largest: 15 },
  ],
  draw: drawUrn,
  identity: ({ balls: [red, blue, green], event, drawn, wanted }) =>
    event === 'in order'
      ? [Math.min(red, blue), Math.max(red, blue), green]
      : [red, blue + green, event, drawn, wanted],
  question: ({ balls: [red, blue, green], event, drawn, wanted }) =>
    `An urn holds ${red} red, ${blue} blue and ${green} green balls. ` +
    `${['', '', 'Two', 'Three', 'Four', 'Five', 'Six'][drawn]!} are drawn without putting any back. ` +
    'What is the probability that ' +
    (event === 'in order'
      ? 'the first is red and the second is blue?'
      : `${event} ${wanted} of them ${wanted === 1 ? 'is' : 'are'} red?`),
  work: params => (params.event === 'in order' ? workInOrder(params) : workByCases(params)),
  meaning: params => {
    const { balls, drawn } = params
    const [favourable, outcomes] = [favourableOf(params), choose(total(balls), drawn)]
    if (params.event === 'in order') {
      const [first, second] = [ratio(balls[0], total(balls)), ratio(balls[1], total(balls) - 1)]
      return { assignments: [{ first, second, probability: inOrder(params) }] }
    }
    return {
      assignments: [{ favourable, outcomes, probability: ratio(favourable, outcomes) }],
      functions: { ways: (j: Value) => (typeof j === 'number' ? ways(params, j) : null) },
    }
  },
})

function drawUrn(rng: Rng, { event, drawn, largest }: Axes): Params {
  const count = () => rng.int(2, largest)
  const balls: [number, number, number] = [count(), count(), count()]
  const most = Math.min(drawn, balls[0])
  return {
    balls,
    event,
    drawn,
    wanted: event === 'exactly' ? rng.int(1, most) : rng.int(1, Math.max(1, most - 1)),
  }
}

function workInOrder(params: Params) {
  const { balls } = params
  const [first, second] = [`${balls[0]}/${total(balls)}`, `${balls[1]}/${total(balls) - 1}`]
  const answer = formatExact(inOrder(params))
  const lines = [`first = ${first}`, `second = ${second}`, `probability = ${first} * ${second} = ${answer}`]
  return { lines, answer }
}

function workByCases(params: Params) {
  const { balls, drawn } = params
  const outcomes = choose(total(balls), drawn)
  const favourable = favourableOf(params)
  const lines = [`outcomes = C(${total(balls)}, ${drawn}) = ${outcomes}`]
  const cases = casesOf(params)
  for (const j of cases)
    lines.push(
      `ways(${j}) = C(${balls[0]}, ${j}) * C(${balls[1] + balls[2]}, ${drawn - j}) = ${ways(params, j)}`,
    )
  if (cases.length > 1) lines.push(`favourable = ${sumOf(cases.map(j => ways(params, j)))} = ${favourable}`)
  lines.push(`probability = ${quotient(favourable, outcomes)}`)
  return { lines, answer: formatExact(ratio(favourable, outcomes)) }
}

/** The numbers of red balls that will do. */
function casesOf({ balls, drawn, event, wanted }: Params): number[] {
  return event === 'exactly' ? [wanted] : range(wanted, Math.min(drawn, balls[0]))
}

function favourableOf(params: Params): number {
  return total(casesOf(params).map(j => ways(params, j)))
}

function ways({ balls, drawn }: Params, j: number): number {
  return choose(balls[0], j) * choose(balls[1] + balls[2], drawn - j)
}

function inOrder({ balls }: Params) {
  return ratio(balls[0] * balls[1], total(balls) * (total(balls) - 1))
}
