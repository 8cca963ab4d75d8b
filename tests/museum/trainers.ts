/** @file Exhibits: rewards inside training loops, with worker pools, token masks and flags. */
import { rngAt } from '../../envs/rng.ts'
import { inBox, lastBox } from './boxed.ts'
import type { RewardExhibit } from './entry.ts'
import { numberOf, sameValue, valueOf } from './rational.ts'
import { rewardExhibit } from './typed.ts'

interface Sum {
  text: string
  gold: string
}

function sums(name: string): Sum[] {
  const rng = rngAt('museum', name)
  return Array.from({ length: 20 }, (_, at) => {
    const [a, b] = [rng.int(1, 10 ** (1 + (at % 3))), rng.int(1, 99)]
    return { text: `${a}+${b}`, gold: String(a + b) }
  })
}

const hangingPool = rewardExhibit<Sum>({
  id: 'verl-prime-hang',
  property: 'bounded_time',
  minimal: 'Answer: 9**9**9'.length,
  subject: faulty => ({
    name: 'verl-prime-hang',
    kind: 'expression',
    tasks: sums('prime-hang'),
    timeoutMs: 250,
    prompt: ({ text }) => `How much is ${text}? End with the line Answer: followed by the answer.`,
    gold: ({ gold }) => gold,
    answer: { wrap: (answer, reasoning) => `${reasoning && `${reasoning}\n`}Answer: ${answer}` },
    score({ gold }, response) {
      const answer = response.split('Answer: ').at(-1)!.trimEnd()
      const value = fromPool(comparison(answer, { heedsCancel: !faulty }))
      return value === BigInt(gold) ? 1 : 0
    },
  }),
})

type Work = Generator<void, bigint | null, 'go on' | 'cancel'>

/** Steps that one comparison may take before the pool cancels it. */
const LIMIT = 2000

/** The pool: waits for its worker to end, and tells it to after the limit. */
function fromPool(work: Work): bigint | null {
  for (let step = 0; ; step++) {
    const next = work.next(step < LIMIT ? 'go on' : 'cancel')
    if (next.done) return next.value
  }
}

/** The worker: the value of a number or a tower of powers, one multiplication a step. */
function* comparison(answer: string, { heedsCancel }: { heedsCancel: boolean }): Work {
  const levels = answer.split(/\*\*|\^/).map(level => level.trim())
  if (!levels.every(level => /^-?\d{1,40}(?:\.0*)?$/.test(level))) return null
  const numbers = levels.map(level => BigInt(level.split('.')[0]!))
  let value = numbers.pop()!
  for (const base of numbers.toReversed()) {
    let power = 1n
    for (let i = 0n; i < value; i++) {
      power *= base
      if ((yield) === 'cancel' && heedsCancel) return null
    }
    value = power
  }
  return value
}

interface TokenSum extends Sum {
  weight: number
}

/** Log-probabilities of words, under the policy and under the reference it must stay near to. */
const WORDS: ReadonlyMap<string, readonly [policy: number, reference: number]> = new Map([
  ['answer', [-1.2, -1.2]],
  ['=', [-0.7, -0.7]],
  ['so', [-0.9, -2.1]],
  ['clearly', [-1.1, -4]],
  ['-', [-2.5, -2.5]],
  ['.', [-2, -2]],
])

const maskedNaN = rewardExhibit<TokenSum>({
  id: 'verl-kl-nan',
  property: 'total_finite',
  minimal: 'x'.length,
  subject: faulty => ({
    name: 'verl-kl-nan',
    kind: 'number',
    tasks: sums('kl-nan').map(sum => ({ ...sum, weight: 0.05 })),
    lengthPenalised: true,
    prompt: ({ text }) => `How much is ${text}? End with: answer = followed by the number.`,
    gold: ({ gold }) => gold,
    answer: { wrap: (answer, reasoning) => `${reasoning && `${reasoning}\n`}answer = ${answer}` },
    score({ gold, weight }, response) {
      const right = sameValue(numberOf(response.split('answer = ').slice(1).at(-1) ?? ''), numberOf(gold))
      const penalty = (response.toLowerCase().match(/[a-z]+|\d|\S/g) ?? [])
        .map(token => divergence(token, faulty))
        .reduce((sum, each) => sum + each, 0)
      return Math.max((right ? 1 : 0) - Math.min(weight * penalty, 0.3), 0)
    },
  }),
})

/** How far the policy is from the reference at this token; words of tools have no probability and are masked. */
function divergence(token: string, faulty: boolean): number {
  const [policy, reference] = /^\d$/.test(token)
    ? [-2.3, -2.3]
    : (WORDS.get(token) ?? [Number.NaN, Number.NaN])
  const mask = Number.isNaN(policy) ? 0 : 1
  if (!faulty && mask === 0) return 0
  return mask * (policy! - reference!)
}

interface Flagged extends Sum {
  zeroTruncated: boolean
}

const END = '<|end|>'

const zeroTruncated = rewardExhibit<Flagged>({
  id: 'vf-zero-truncated',
  property: 'gold_max',
  minimal: '\\boxed{8}<|end|>'.length,
  subject: faulty => ({
    name: 'vf-zero-truncated',
    kind: 'number',
    tasks: sums('zero-truncated').map((sum, at) => ({ ...sum, zeroTruncated: at % 2 === 1 })),
    prompt: ({ text }) => `How much is ${text}? Put the answer into \\boxed{}.`,
    gold: ({ gold }) => gold,
    answer: { wrap: (answer, reasoning) => `${inBox(answer, reasoning)}${END}` },
    score(task, response) {
      const truncated = !response.includes(END)
      if (task.zeroTruncated && (faulty || truncated)) return 0
      return sameValue(numberOf(lastBox(response)), numberOf(task.gold)) ? 1 : 0
    },
  }),
})

interface Countdown {
  numbers: number[]
  target: number
  solution: string
}

const COUNTDOWNS: readonly Countdown[] = [
  '2*3',
  '6/3',
  '8/2+5',
  '(7-3)*5',
  '2*2+9',
  '12/4-1',
  '9/3*4',
  '15-7+2*6',
  '25*4-3',
  '1*17+8',
  '3+5+11',
  '(8+4)/2*7',
  '50-6*7',
  '10*10-1-9',
].map(solution => ({ numbers: numbersIn(solution), target: targetOf(solution), solution }))

function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number).sort((a, b) => a - b)
}

function targetOf(solution: string): number {
  const { over, under } = valueOf(solution)!
  return Number(over / under)
}

const foreignOperators = rewardExhibit<Countdown>({
  id: 'tinyzero-power',
  property: 'allowed_operations',
  minimal: '<answer>2**3</answer>'.length,
  subject: faulty => ({
    name: 'tinyzero-power',
    kind: 'expression',
    manyRight: true,
    tasks: COUNTDOWNS,
    prompt: ({ numbers, target }) =>
      `Make ${target} of ${numbers.join(', ')}, each used once, with + - * / and brackets. Answer in <answer></answer>.`,
    gold: ({ solution }) => solution,
    answer: {
      wrap: (answer, reasoning) => `${reasoning && `${reasoning}\n`}<answer>${answer}</answer>`,
    },
    oracle: ({ numbers, target }, answer) => {
      const allowed = !/\*\*|\/\/|[^\d+\-*/()\s]/.test(answer)
      const used = numbersIn(answer)
      const each = used.length === numbers.length && used.every((number, at) => number === numbers[at])
      const value = allowed && each ? valueOf(answer) : null
      return sameValue(value, { over: BigInt(target), under: 1n }) ? 'right' : 'wrong'
    },
    score({ numbers, target }, response) {
      const equation = /.*<answer>([^<]*)<\/answer>/s.exec(response)?.[1]
      if (equation === undefined) return 0
      const allowed = /^[\d+\-*/().\s]+$/.test(equation) && (faulty || !/\*\s*\*|\/\s*\//.test(equation))
      const used = numbersIn(equation)
      if (!allowed || String(used) !== String(numbers)) return 0.1
      return sameValue(pythonValue(equation), { over: BigInt(target), under: 1n }) ? 1 : 0.1
    },
  }),
})

/** As `eval` gives it, where `//` of whole numbers that divide is `/`. */
function pythonValue(equation: string) {
  return valueOf(equation.replaceAll('//', '/'))
}

export const TRAINERS: readonly RewardExhibit[] = [hangingPool, maskedNaN, zeroTruncated, foreignOperators]
