/** @file Correct process rewards: chains of steps that are checked one by one. */
import { rngAt } from '../../../envs/rng.ts'
import { reward } from './subject.ts'

interface Chain {
  start: number
  moves: [operator: '+' | '-' | '*', operand: number][]
}

const apply = (value: number, [operator, operand]: Chain['moves'][number]) =>
  operator === '+' ? value + operand : operator === '-' ? value - operand : value * operand

function solved({ start, moves }: Chain): string[] {
  let value = start
  return moves.map(move => {
    const before = value
    value = apply(value, move)
    return `${before} ${move[0]} ${move[1]} = ${value}`
  })
}

const EQUATION = /^\s*(-?\d{1,9}) ([-+*]) (\d{1,9}) = (-?\d{1,12})\s*$/

/** 1 while the chain is sound; from the first wrong step on 0; a step without an equation is not judged. */
function judgeSteps({ start, moves }: Chain, steps: readonly string[]): (number | null)[] {
  let [value, at, broken] = [start, 0, false]
  return steps.map(step => {
    const found = EQUATION.exec(step)
    if (!found) return /\d/.test(step) ? ((broken = true), 0) : broken ? 0 : null
    const move = moves[at++]
    const asTold = move !== undefined && found[2] === move[0] && Number(found[3]) === move[1]
    const sound = asTold && Number(found[1]) === value && Number(found[4]) === apply(value, move)
    broken ||= !sound
    value = Number(found[4])
    return broken ? 0 : 1
  })
}

const final = (task: Chain) => task.moves.reduce(apply, task.start)

function chainTasks(seed: number): Chain[] {
  const rng = rngAt('chain', seed)
  return Array.from({ length: 15 }, () => ({
    start: rng.int(2, 40),
    moves: Array.from({ length: rng.int(2, 5) }, () => [rng.pick(['+', '-', '*'] as const), rng.int(2, 9)]),
  }))
}

function wrongAt(steps: readonly string[], at: number): string[] {
  return steps.map((step, i) => (i === at ? step.replace(/-?\d+$/, last => String(Number(last) + 1)) : step))
}

const F1 = (pairs: readonly { predicted: number; actual: number }[]): number => {
  const share = (group: typeof pairs) =>
    group.length === 0
      ? null
      : group.filter(({ predicted, actual }) => predicted === actual).length / group.length
  const faulty = share(pairs.filter(({ actual }) => actual >= 0))
  const sound = share(pairs.filter(({ actual }) => actual < 0))
  if (faulty === null || sound === null) return faulty ?? sound ?? 0
  return faulty + sound === 0 ? 0 : (2 * faulty * sound) / (faulty + sound)
}

const arithmetic = reward<Chain>({
  name: 'arithmetic chain, minimum of its steps',
  kind: 'number',
  tasks: chainTasks,
  prompt: ({ start, moves }) =>
    `Start with ${start}; then ${moves.map(([o, n]) => `${o} ${n}`).join(', then ')}. One step per line.`,
  gold: task => String(final(task)),
  answer: { wrap: (answer, reasoning) => `${reasoning}\nResult: ${answer}` },
  score(task, response) {
    const last = response.split('\n').findLast(line => line.startsWith('Result:'))
    const text = last?.slice('Result:'.length).trim() ?? ''
    return /^-?\d{1,12}$/.test(text) && Number(text) === final(task) ? 1 : 0
  },
  process: {
    solution: solved,
    score: judgeSteps,
    corrupt: (_, steps, at) => (EQUATION.test(steps[at] ?? '') ? wrongAt(steps, at) : null),
    outcome: (task, steps) =>
      Number(steps.findLast(step => EQUATION.test(step))?.split('= ')[1]) === final(task),
    neutral: 'So let us go on.',
    aggregate: { how: 'min', of: scores => Math.min(1, ...scores) },
    scoreText: (task, text) =>
      judgeSteps(
        task,
        text.split(/\n+/).filter(step => step.trim() !== ''),
      ),
    separator: '\n',
    separators: ['\n\n', '\n\n\n'],
    labels: {
      encode: labels => labels.map(label => label ?? -100),
      decode: (stored: number[]) => stored.map(label => (label === -100 ? null : (label as 0 | 1))),
    },
    firstErrorScore: F1,
  },
})

interface Rewriting {
  from: string
  to: string
  steps: string[]
}

const RULES: readonly [string, string][] = [
  ['ab', 'ba'],
  ['aa', 'b'],
  ['bb', ''],
]

/** One application of one rule at one place. */
const follows = (before: string, after: string) =>
  RULES.some(([left, right]) =>
    Array.from(before).some(
      (_, i) =>
        before.startsWith(left, i) && before.slice(0, i) + right + before.slice(i + left.length) === after,
    ),
  )

/** Each line is a word that follows from the one before it. Steps that say nothing keep a factor of 1. */
const rewriting = reward<Rewriting>({
  name: 'string rewriting, product of its steps',
  tasks: [
    { from: 'aab', to: '', steps: ['bb', '-'] },
    { from: 'abab', to: 'bbb', steps: ['baab', 'bbb'] },
    { from: 'aaaa', to: '-', steps: ['baa', 'bb', '-'] },
  ],
  prompt: ({ from, to }) =>
    `Rules: ab to ba, aa to b, bb to nothing. Rewrite ${from} to ${to || '-'}; one word a line.`,
  score: ({ from, steps: { length } }, response) => {
    const words = response.split('\n')
    return words.length === length &&
      words.every((word, i) => follows(i === 0 ? from : bare(words[i - 1]!), bare(word)))
      ? words.at(-1) === '-' || words.at(-1) === 'bbb'
        ? 1
        : 0
      : 0
  },
  process: {
    solution: ({ steps }) => steps,
    score({ from }, steps) {
      let before = from
      let sound = true
      return steps.map(step => {
        if (step.startsWith('#')) return sound ? 1 : 0
        sound &&= /^[ab]+$|^-$/.test(step) && follows(before, bare(step))
        before = bare(step)
        return sound ? 1 : 0
      })
    },
    corrupt: (_, steps, at) => steps.map((step, i) => (i === at ? `${bare(step)}bbabb` : step)),
    neutral: '# looking for the next rule',
    aggregate: { how: 'product', of: scores => scores.reduce((product, each) => product * each, 1) },
  },
})

function bare(word: string): string {
  return word === '-' ? '' : word
}

interface Proof {
  premises: string[]
  goal: string
  lines: string[]
}

/** Modus ponens only: a line is a premise, or follows from `X -> line` and X above it. */
const proof = reward<Proof>({
  name: 'proof by modus ponens, labels only',
  tasks: [
    { premises: ['p', 'p -> q', 'q -> r'], goal: 'r', lines: ['p', 'p -> q', 'q', 'q -> r', 'r'] },
    {
      premises: ['s', 's -> t', 't -> u', 'u -> v'],
      goal: 'v',
      lines: ['s', 's -> t', 't', 't -> u', 'u', 'u -> v', 'v'],
    },
  ],
  prompt: ({ premises, goal }) => `From ${premises.join('; ')} derive ${goal}. One formula a line.`,
  score: (task, response) => {
    const lines = response.split('\n')
    return proved(task, lines).every(each => each === 1) && lines.at(-1) === task.goal ? 1 : 0
  },
  process: {
    solution: ({ lines }) => lines,
    score: proved,
    corrupt: (_, steps, at) => steps.map((step, i) => (i === at ? 'x -> y' : step)),
    outcome: ({ goal }, steps) => steps.at(-1) === goal,
  },
})

function proved({ premises }: Proof, steps: readonly string[]): number[] {
  const known = new Set<string>()
  const reached = new Set<string>()
  const rules: { condition: string; conclusion: string }[] = []
  return steps.map(step => {
    const sound = premises.includes(step) || reached.has(step)
    const [condition, conclusion] = step.split(' -> ')
    known.add(step)
    if (conclusion !== undefined) rules.push({ condition: condition!, conclusion })
    if (conclusion !== undefined && known.has(condition!)) reached.add(conclusion)
    for (const rule of conclusion === undefined && sound ? rules : [])
      if (rule.condition === step) reached.add(rule.conclusion)
    return sound ? 1 : 0
  })
}

export const CHAINS = [arithmetic, rewriting, proof]
