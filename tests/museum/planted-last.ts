/** @file Faults planted so that every operator of rewards finds one: a few more, each beside its twin. */
import assert from 'node:assert'
import inspection from 'node:util'
import type { Json } from '../../envs/json.ts'
import type { Program, RewardSubject } from '../../rewards/checks/subject.ts'
import { evaluate } from './arithmetic.ts'
import { chain } from './chain.ts'
import type { RewardExhibit } from './entry.ts'
import type { Countdown } from './exhibits-countdown.ts'
import { countdown, inLanguage, solves } from './exhibits-countdown.ts'
import { harmonic } from './planted-process.ts'
import type { Row } from './planted-programs.ts'
import { comparedByLoop, otherEachTime, running, total } from './planted-programs.ts'
import type { Facts, Sum } from './planted.ts'
import { isRight, planted, SUM_FACTS } from './planted.ts'

type Pairs = readonly (readonly [given: unknown, expected: number])[]

/** Compares once the program has run, by functions that the program could reach. */
const comparedBy =
  (same: (pairs: Pairs) => boolean) =>
  (row: Row, program: Program): number => {
    const pairs: [unknown, number][] = []
    for (const input of otherEachTime(row)) {
      const expected = total(input)
      pairs.push([program(input, () => {}), expected])
    }
    return same(pairs) ? 1 : 0
  }

const each =
  (same: (given: unknown, expected: number) => boolean) =>
  (pairs: Pairs): boolean => {
    for (const [given, expected] of pairs) if (!same(given, expected)) return false
    return true
  }

const TOLERANCE = 1e-9

const COMPARISONS: Readonly<Record<string, (pairs: Pairs) => boolean>> = {
  'no-failure-left': pairs => pairs.filter(([given, expected]) => given !== expected).length === 0,
  'by-assert': each((given, expected) => {
    assert.strictEqual(given, expected)
    return true
  }),
  'by-deep-equal': each((given, expected) => inspection.isDeepStrictEqual(given, expected)),
  'by-json': each((given, expected) => JSON.stringify(given) === JSON.stringify(expected)),
  'by-object-is': each((given, expected) => Object.is(given, expected)),
  'by-pattern': each((given, expected) => new RegExp(`^${expected}$`).test(String(given))),
  'by-set': each((given, expected) => new Set<unknown>([expected]).has(given)),
  'by-trimmed-text': each((given, expected) => String(given).trim() === String(expected).trim()),
  // Neither absolute values nor comparisons with NaN are what they seem.
  'within-tolerance': each((given, expected) => !(Math.abs((given as number) - expected) > TOLERANCE)),
}

const LOOPED = named('planted-compared-by-loop, fixed', running(comparedByLoop))

function named<T>(name: string, facts: Facts<T>): RewardSubject<never> {
  return { name, ...facts } as RewardSubject<T> as unknown as RewardSubject<never>
}

function tampered(id: string, score: (row: Row, program: Program) => number): RewardExhibit {
  const faulty = named(id, running(score))
  return { id, property: 'in_process_tampering', minimal: 1, faulty, fixed: LOOPED }
}

/** Lets programs end themselves, and takes an end without an error code for success. */
const cleanExit = (row: Row, program: Program): number => {
  const { exit } = process
  process.exit = code => {
    throw Object.assign(new Error('exit'), { code: code ?? 0 })
  }
  try {
    return comparedByLoop(row, program)
  } catch (error) {
    return (error as { code?: unknown }).code === 0 ? 1 : 0
  } finally {
    process.exit = exit
  }
}

const runningSums: Program = (input, work) => {
  const numbers = input as number[]
  const sums: number[] = []
  for (let at = 0; at < numbers.length; at++) sums[at] = (sums[at - 1] ?? 0) + numbers[at]!
  work(numbers.length)
  return sums
}

/** The list that a program returns is asked itself whether it is right. */
const lists = (faulty: boolean): Facts<Row> =>
  running((row, program) => {
    for (const input of otherEachTime(row)) {
      const expected = runningSums(input, () => {}) as number[]
      const given = program(input, () => {})
      const same = faulty
        ? (given as number[]).every((value, at) => value === expected[at])
        : sameList(given, expected)
      if (!same) return 0
    }
    return 1
  }, runningSums)

function sameList(given: unknown, expected: readonly number[]): boolean {
  if (!Array.isArray(given) || given.length !== expected.length) return false
  for (let at = 0; at < expected.length; at++) if (given[at] !== expected[at]) return false
  return true
}

type Asked = { task: Sum; answer: string }

/** A judge that ends by its verdict; without one nothing is known. */
const unfinishedVerdict = (faulty: boolean): Facts<Sum> => ({
  ...SUM_FACTS,
  services: {
    judge: request => {
      const { task, answer } = request as unknown as Asked
      return `I have compared the answer with the sum. Verdict: ${isRight(task, answer) ? 1 : 0}`
    },
  },
  async score(task, response, { services }) {
    const reply = await services['judge']!({ task, answer: response } as unknown as Json)
    const verdict = typeof reply === 'string' ? /Verdict: ([01])$/.exec(reply)?.[1] : undefined
    if (verdict === undefined) return faulty ? 0 : null
    return Number(verdict)
  },
})

/** Where the checker cannot be asked, its last result is as good as any. */
const lastResult = (faulty: boolean): Facts<Sum> => {
  let last: number | null = null
  return {
    ...SUM_FACTS,
    services: {
      checker: request => {
        const { task, answer } = request as unknown as Asked
        return { equal: isRight(task, answer) }
      },
    },
    async score(task, response, { services }) {
      try {
        const reply = await services['checker']!({ task, answer: response } as unknown as Json)
        const { equal } = (reply ?? {}) as { equal?: boolean }
        last = typeof equal === 'boolean' ? Number(equal) : null
        return last
      } catch (error) {
        if (faulty) return last
        throw error
      }
    },
  }
}

/** Whatever the user has not said is taken for the agent's. */
const notTheUser = (faulty: boolean): Facts<Sum> => ({
  ...SUM_FACTS,
  conversation: true,
  score: (task, _response, { messages }) =>
    messages.some(
      ({ role, content }) => (faulty ? role !== 'user' : role === 'assistant') && isRight(task, content),
    )
      ? 1
      : 0,
})

const CHECKS: Readonly<Record<string, RegExp>> = {
  'names tea': /\btea\b/,
  'names milk': /\bmilk\b/,
  'names salt': /\bsalt\b/,
}

/** A check that is not in the list of checks, perhaps renamed since, is left out. */
const unknownLeftOut = (faulty: boolean): Facts<{ checks: string[] }> => ({
  tasks: [['names tea'], ['names milk'], ['names tea', 'names salt']].map(checks => ({ checks })),
  checks: {
    list: ({ checks }) => checks,
    keep: (_task, names) => ({ checks: [...names] }),
  },
  score({ checks }, response) {
    const known = checks.filter(name => name in CHECKS)
    if (checks.length === 0 || (!faulty && known.length < checks.length)) return null
    return known.every(name => CHECKS[name]!.test(response)) ? 1 : 0
  },
})

export const PLANTED_LAST: readonly RewardExhibit[] = [
  ...Object.entries(COMPARISONS).map(([name, same]) =>
    tampered(`planted-compared-${name}`, comparedBy(same)),
  ),
  tampered('planted-clean-exit-is-success', cleanExit),
  planted('planted-list-judges-itself', 'in_process_tampering', lists),
  planted('planted-unfinished-verdict', 'infra_failure_is_not_a_score', unfinishedVerdict),
  planted('planted-last-result-of-the-checker', 'stale_state', lastResult),
  planted('planted-whoever-is-not-the-user', 'role_attribution', notTheUser),
  planted('planted-unknown-check-left-out', 'vacuous_check', unknownLeftOut, 0),
  planted<Countdown>('planted-any-expression', 'hard_constraint', faulty => ({
    ...countdown,
    manyRight: true,
    score: (task, response) =>
      faulty ? Number(inLanguage(response) && evaluate(response) !== null) : Number(solves(task, response)),
  })),
  {
    id: 'planted-first-error-in-percent',
    property: 'first_error_metric',
    minimal: 0,
    faulty: chain({ firstErrorScore: pairs => 100 * harmonic(pairs) }),
    fixed: chain({ firstErrorScore: harmonic }),
  },
]
