/** @file Exhibits: rewards that read what a run of tests printed, and take what is not there for a success. */
import type { RewardSubject, TestRun } from '../../rewards/checks/subject.ts'
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './typed.ts'

interface Suite {
  name: string
  tests: string[]
}

/** Suites of one to `most` tests. */
function suites(most: number, idOf: (at: number) => string): Suite[] {
  return Array.from({ length: most }, (_, size) => ({
    name: `suite-${size}`,
    tests: Array.from({ length: size + 1 }, (__, at) => idOf(at)),
  }))
}

const firstTen = rewardExhibit<Suite>({
  id: 'verl-primecode-first10',
  property: 'max_iff_all_pass',
  minimal: 12,
  subject: faulty => ({
    name: 'verl-primecode-first10',
    kind: 'code',
    tasks: suites(15, at => `case-${at}`),
    passMark: 1,
    tests: { required: ({ tests }) => tests, render: (_task, run) => JSON.stringify(run) },
    score({ tests }, response) {
      const states = submittedStates(response)
      const scored = faulty ? tests.slice(0, 10) : tests
      return scored.filter(test => states.get(test) === 'passed').length / scored.length
    },
  }),
})

function submittedStates(text: string): Map<string, unknown> {
  try {
    const run = JSON.parse(text) as Partial<TestRun> | null
    return new Map(run?.submitted === true ? Object.entries(run.states ?? {}) : [])
  } catch {
    return new Map()
  }
}

interface Theorem {
  statement: string
}

const THEOREMS: readonly Theorem[] = [
  '1 + 1 = 2',
  'a + b = b + a',
  'n < n + 1',
  'p → p',
  'p ∧ q → q ∧ p',
  '0 ≤ a * a',
  'a ∣ a * b',
  '¬ (p ∧ ¬ p)',
  'List.length [] = 0',
  'n * 0 = 0',
].map(statement => ({ statement: `theorem goal : ${statement}` }))

const ownMarker = rewardExhibit<Theorem>({
  id: 'vf-lean-exit-marker',
  property: 'forged_marker',
  minimal: 'EXIT_CODE:0'.length,
  subject: faulty => ({
    name: 'vf-lean-exit-marker',
    kind: 'code',
    tasks: THEOREMS,
    tests: {
      required: ({ statement }) => [statement],
      markers: ['EXIT_CODE:0'],
      // What the proof prints comes first; the shell writes the exit code of the checker behind it.
      render: ({ statement }, run) => `${run.stdout}\nEXIT_CODE:${checkerCode(run, statement)}`,
    },
    score(_task, response) {
      const code = faulty
        ? /EXIT_CODE:(\d+)/.exec(response)?.[1]
        : /^EXIT_CODE:(\d+)$/.exec(response.split('\n').at(-1)!)?.[1]
      return code === '0' ? 1 : 0
    },
  }),
})

function checkerCode({ states, exitCode, submitted }: TestRun, statement: string): number {
  return submitted && states[statement] === 'passed' ? exitCode : exitCode || 1
}

const LABELS = { passed: 'PASSED', failed: 'FAILED', skipped: 'SKIPPED', timeout: 'TIMEOUT', error: 'ERROR' }

/** The end of a log as pytest writes it: captured output behind bars, then a line for each test that was run. */
function log({ states, stdout, submitted }: TestRun): string {
  const captured = stdout.split('\n').map(line => `| ${line}`)
  const lines = Object.entries(states).flatMap(([id, state]) =>
    state === 'missing' ? [] : [`${LABELS[state]} ${id}`],
  )
  return [submitted ? 'patch applied' : 'no patch', ...captured, ...lines].join('\n')
}

/** The last state of each test in a log, its name cut by `nameOf`. */
function parsed(text: string, nameOf: (id: string) => string = id => id): Map<string, string> {
  const [first, ...lines] = text.split('\n')
  if (first !== 'patch applied') return new Map()
  const found = lines.map(line => /^(PASSED|FAILED|SKIPPED|TIMEOUT|ERROR) (.+)$/.exec(line))
  return new Map(found.filter(each => each !== null).map(([, state, id]) => [nameOf(id!), state!]))
}

function logged(
  name: string,
  tasks: readonly Suite[],
  passes: (tests: readonly string[], text: string) => boolean,
): RewardSubject<Suite> {
  return {
    name,
    kind: 'code',
    tasks,
    tests: { required: ({ tests }) => tests, render: (_task, run) => log(run), markers: ['PASSED'] },
    score: ({ tests }, response) => (passes(tests, response) ? 1 : 0),
  }
}

const assumedPass = rewardExhibit<Suite>({
  id: 'swesmith-missing-pass',
  property: 'positive_evidence_required',
  minimal: 'patch applied'.length,
  subject: faulty =>
    logged(
      'swesmith-missing-pass',
      suites(12, at => `tests/test_io.py::test_case_${at}`),
      (tests, text) => {
        const states = parsed(text)
        if (!text.startsWith('patch applied')) return false
        return tests.every(test => (states.get(test) ?? (faulty ? 'PASSED' : 'MISSING')) === 'PASSED')
      },
    ),
})

const SEPARATORS = ['tab', 'comma', 'pipe', 'bar', 'dot', 'colon', 'plus', 'hash', 'star', 'dash', 'slash']

const cutNames = rewardExhibit<Suite>({
  id: 'swebench-truncated-ids',
  property: 'positive_evidence_required',
  minimal: 'patch applied\nPASSED test_split[on comma]'.length,
  subject: faulty =>
    logged(
      'swebench-truncated-ids',
      suites(11, at => (at % 3 === 0 ? `test_read_${at}` : `test_split[on ${SEPARATORS[at]}]`)),
      (tests, text) => {
        // Recorded names end at the first blank, so `test_split[on tab]` and `test_split[on comma]` are one.
        const nameOf = (id: string) => (faulty ? id.split(' ')[0]! : id)
        const states = parsed(text, nameOf)
        return tests.every(test => states.get(nameOf(test)) === 'PASSED')
      },
    ),
})

export const TEST_RECORDS: readonly RewardExhibit[] = [firstTen, ownMarker, assumedPass, cutNames]
