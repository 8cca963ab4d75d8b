/** @file Blunt faults in rewards that are more than one answer: each makes many operators of its property fail at once. */
import type { Json } from '../../envs/json.ts'
import type { TestRun } from '../../rewards/checks/subject.ts'
import { chain, neutral, stepScores } from './chain.ts'
import type { RewardExhibit } from './entry.ts'
import type { Facts, Sum } from './planted.ts'
import { isRight, planted, SUM_FACTS } from './planted.ts'

const score01 = (task: Sum, response: string): number => (isRight(task, response) ? 1 : 0)

const batchOfZeros = (faulty: boolean): Facts<Sum> => ({
  ...SUM_FACTS,
  score: score01,
  scoreBatch: pairs => pairs.map(({ task, response }) => (faulty ? 0.25 : score01(task, response))),
})

const allBeautiful = (faulty: boolean): Facts<Sum> => ({
  ...SUM_FACTS,
  components: { form: { maxShare: 0.1 } },
  score: (task, response) => (faulty ? 1 : score01(task, response)),
})

const PATIENCE_MS = 30

/** Whatever goes wrong outside, or takes long, counts as a wrong answer. */
const troubleIsWrong = (faulty: boolean): Facts<Sum> => ({
  ...SUM_FACTS,
  timeoutMs: 200,
  services: {
    judge: request => {
      const { task, answer } = request as unknown as { task: Sum; answer: string }
      return { verdict: isRight(task, answer) ? 'right' : 'wrong' }
    },
  },
  async score(task, response, { services, signal }) {
    const asked = services['judge']!({ task, answer: response } as unknown as Json)
    const reply = await (faulty
      ? Promise.race([asked, new Promise<null>(resolve => setTimeout(resolve, PATIENCE_MS, null))]).catch(
          () => null,
        )
      : asked)
    const verdict = (reply as { verdict?: string } | null)?.verdict
    if (verdict === 'right') return !faulty && signal.aborted ? null : 1
    return faulty || (verdict === 'wrong' && !signal.aborted) ? 0 : null
  },
})

const alwaysPassed = (faulty: boolean): Facts<Sum> => ({
  ...SUM_FACTS,
  score: score01,
  judge: {
    parse: text => (faulty ? 1 : text === 'PASS' ? 1 : text === 'FAIL' ? 0 : null),
    verdict: { pass: 'PASS', fail: 'FAIL' },
  },
})

interface Suite {
  tests: string[]
}

const SUITES: readonly Suite[] = [2, 3, 6].map(size => ({
  tests: Array.from({ length: size }, (_, at) => `tests/io.py::test_${at}`),
}))

const recorded = (score: (share: number, run: TestRun) => number): Facts<Suite> => ({
  tasks: SUITES,
  tests: { required: ({ tests }) => tests, render: (_task, run) => JSON.stringify(run) },
  score({ tests }, response) {
    if (!response.startsWith('{"states"')) return 0
    const run = JSON.parse(response) as TestRun
    return score(tests.filter(id => run.states[id] === 'passed').length / tests.length, run)
  },
})

const honest = (share: number, { submitted }: TestRun): number => (submitted ? share : 0)

const FAILING = { 'main.py': 'fail()\n', 'reward.json': '{"score":0}', 'tests/a.py': 'assert False\n' }

/** Any change of what must not count is a success. */
const touched = (faulty: boolean): Facts<Suite> => ({
  ...recorded(honest),
  workspace: {
    failing: () => FAILING,
    protected: ['reward.json', 'tests/a.py'],
    score: (_task, files) => (faulty && JSON.stringify(files) !== JSON.stringify(FAILING) ? 1 : 0),
  },
})

const ofSteps = (
  id: string,
  property: string,
  facts: Parameters<typeof chain>[0],
  fair: typeof facts = {},
): RewardExhibit => ({
  id,
  property,
  minimal: 0,
  faulty: chain(facts),
  fixed: chain(fair),
})

export const PLANTED_BLUNT_FACETS: readonly RewardExhibit[] = [
  planted('planted-batch-of-quarters', 'batch_equals_single', batchOfZeros),
  planted('planted-all-beautiful', 'component_ceiling', allBeautiful),
  planted('planted-trouble-is-wrong', 'infra_failure_is_not_a_score', troubleIsWrong),
  planted('planted-judge-always-passes', 'judge_verdict_parse', alwaysPassed, 0),
  planted('planted-failures-are-paid', 'monotone_tests', faulty =>
    recorded(faulty ? share => 1 - share : honest),
  ),
  planted('planted-never-the-top', 'max_iff_all_pass', faulty => recorded(faulty ? () => 0.5 : honest)),
  planted('planted-any-record-passes', 'positive_evidence_required', faulty =>
    recorded(faulty ? () => 1 : honest),
  ),
  planted('planted-touched-is-passed', 'reward_file_integrity', touched),
  ofSteps(
    'planted-steps-by-their-number',
    'causality',
    { neutral, score: (_task, steps) => steps.map((_, at) => (1 + at) / (steps.length + 2)) },
    { neutral, score: stepScores },
  ),
  ofSteps(
    'planted-labels-forgotten',
    'step_labels_roundtrip',
    { labels: { encode: () => 'labels', decode: () => [] } },
    { labels: { encode: labels => labels, decode: kept => kept } },
  ),
]
