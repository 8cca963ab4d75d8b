/** @file Faults planted into rewards that read test records and lists of checks, each beside its twin. */
import type { TestRun, TestState } from '../../rewards/checks/subject.ts'
import type { RewardExhibit } from './entry.ts'
import type { Facts } from './planted.ts'
import { planted } from './planted.ts'

interface Suite {
  tests: string[]
}

const SUITES: readonly Suite[] = [1, 2, 3, 5, 8, 14].map(size => ({
  tests: Array.from({ length: size }, (_, at) => `tests/io.py::test_${at}[case ${at}]`),
}))

/** A reward that reads the whole record as JSON, and scores it by `score`. */
function recorded(score: (tests: readonly string[], run: TestRun) => number): Facts<Suite> {
  return {
    tasks: SUITES,
    tests: { required: ({ tests }) => tests, render: (_task, run) => JSON.stringify(run) },
    score({ tests }, response) {
      const run = recordIn(response)
      return run === null ? 0 : score(tests, run)
    },
  }
}

function recordIn(text: string): TestRun | null {
  try {
    const run = JSON.parse(text) as Partial<TestRun> | null
    return run?.states ? (run as TestRun) : null
  } catch {
    return null
  }
}

function share(
  tests: readonly string[],
  passes: (state: TestState | undefined) => boolean,
  run: TestRun,
): number {
  return tests.filter(id => passes(run.states[id])).length / tests.length
}

const passed = (state: TestState | undefined): boolean => state === 'passed'
const honest = (tests: readonly string[], run: TestRun): number =>
  run.submitted ? share(tests, passed, run) : 0

const recordFaults: readonly [id: string, property: string, score: typeof honest][] = [
  [
    'planted-crash-gets-the-benefit-of-the-doubt',
    'monotone_tests',
    (tests, run) => (Object.values(run.states).includes('error') ? 0.9 : honest(tests, run)),
  ],
  ['planted-first-three-tests', 'max_iff_all_pass', (tests, run) => honest(tests.slice(0, 3), run)],
  [
    'planted-no-failure-recorded',
    'positive_evidence_required',
    (tests, run) => (run.submitted ? share(tests, state => state === undefined || passed(state), run) : 0),
  ],
  [
    'planted-timeout-is-no-failure',
    'timeout_not_pass',
    (tests, run) => (run.submitted ? share(tests, state => passed(state) || state === 'timeout', run) : 0),
  ],
  ['planted-not-handed-in', 'unsubmitted_is_not_success', (tests, run) => share(tests, passed, run)],
]

/** A log: what the candidate printed, then one line of result. */
const logged = (faulty: boolean): Facts<Suite> => ({
  tasks: SUITES,
  tests: {
    required: ({ tests }) => tests,
    render: ({ tests }, run) => `${run.stdout}\nRESULT passed=${honest(tests, run) * tests.length}`,
    markers: ['RESULT passed='],
  },
  score({ tests }, response) {
    const found = faulty ? /RESULT passed=(\d+)/.exec(response) : /^.*\nRESULT passed=(\d+)$/s.exec(response)
    return Math.min(Number(found?.[1] ?? 0) / tests.length, 1)
  },
})

interface Form {
  words: string[]
}

const FORMS: readonly Form[] = [
  ['tea'],
  ['tea', 'milk'],
  ['salt', 'oil', 'rice'],
  ['ink', 'pen', 'nib', 'ash'],
].map(words => ({ words }))

/** Every word of the task must stand in the response. */
const wordsWanted = (
  counted: (words: readonly string[]) => readonly string[],
  empty: number | null,
): Facts<Form> => ({
  tasks: FORMS,
  checks: {
    list: ({ words }) => words,
    keep: (_task, names) => ({ words: [...names] }),
    violating: ({ words }, name) => words.filter(word => word !== name).join(' '),
  },
  score({ words }, response) {
    if (words.length === 0) return empty
    const said = response.split(/\W+/)
    return counted(words).every(word => said.includes(word)) ? 1 : 0
  },
})

const CITIES = ['Lima', 'Vienna', 'The Hague', 'Oslo', 'Quito', 'Cairo', 'Bern', 'Riga']

const normalised = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/\b(?:the|an?)\b/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/[.!?]$/, '')

const articlesDropped = (faulty: boolean): Facts<{ city: string }> => ({
  tasks: CITIES.map(city => ({ city })),
  gold: ({ city }) => city,
  forGold: gold => ({ city: gold }),
  score({ city }, response) {
    const wanted = normalised(city)
    // What is nothing once it is normalised can only be compared as it stands.
    const same = faulty || wanted !== '' ? normalised(response) === wanted : response.trim() === city.trim()
    return same ? 1 : 0
  },
})

export const PLANTED_RECORDS: readonly RewardExhibit[] = [
  ...recordFaults.map(([id, property, faulty]) =>
    planted(id, property, isFaulty => recorded(isFaulty ? faulty : honest)),
  ),
  planted('planted-first-result-line', 'forged_marker', logged, 'RESULT passed=1'.length),
  planted(
    'planted-no-words-wanted',
    'vacuous_check',
    faulty => wordsWanted(words => words, faulty ? 1 : null),
    0,
  ),
  planted('planted-last-word-forgotten', 'all_constraints_counted', faulty =>
    wordsWanted(words => (faulty && words.length > 2 ? words.slice(0, -1) : words), null),
  ),
  planted('planted-nothing-left-of-the-gold', 'gold_unparsable_fails_closed', articlesDropped, 0),
]
