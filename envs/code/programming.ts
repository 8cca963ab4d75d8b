/**
 * @file `defineProgramming`: the loop that most code environments share. A whole program is tried or submitted.
 *
 * A try runs the program on the visible examples alone and shows what came of them. A submission runs it on the hidden
 * tests as well and ends the episode. Only inputs go into the sandbox; outputs come back and are compared here. A test
 * is passed by an explicit record of the right output, and by nothing else.
 *
 * Credit is a potential: half the best share of examples passed so far, and in the end the share of hidden tests if that
 * is more. So tries tell nothing about the hidden tests, trying again earns nothing, and solving earns exactly 1.
 */
import { z } from 'zod'
import { defineEnv } from '../define-env.ts'
import type { EnvDef, EnvId, Style, TaskSource } from '../env.ts'
import { isInvalid, outcome, penalty, process } from '../env.ts'
import type { Rng } from '../rng.ts'
import type { ProgramAction } from './fenced.ts'
import { fenceRules, parseProgram, programAction, renderProgram } from './fenced.ts'
import type { CaseResult, Language, Limits, Program, RunResult, RunStatus } from './program.ts'
import { sharedSandbox } from './sandbox.ts'

/** One test. `input` goes into the sandbox; `expected` stays here. */
export interface Check {
  /** What the guest is given: JSON text of the arguments, or standard input. */
  input: string
  expected: string
  /** How the right output is shown; `expected` where absent. */
  answer?: string
  /** How the input is shown to the agent, e.g. `solve([1,2])`; a program is told of nothing else. */
  shown: string
}

export interface ProgrammingDef<P> {
  id: EnvId
  title: string
  group?: string
  language: Language
  /** The function to write; absent: a program from standard input to standard output. */
  entry?: string
  tasks: TaskSource<P>
  maxSteps?: number
  /** What an answer has to be, without how it is written down. */
  rules: string
  request(params: P): string
  examples(params: P): Check[]
  tests(params: P): Check[]
  /** Is this output right? Default: the same text. */
  accepts?(output: string, expected: string): boolean
  /** Most counted steps that one case may take. */
  budget?(params: P): number
  /** How many checks a program passes that the agent was handed: they are no progress. */
  given?(params: P): { examples: number; tests: number }
  /** The program that is run, from the one that was written. */
  assemble?(code: string, params: P, rng: Rng): Pick<Program, 'code' | 'entry'>
  limits?: Partial<Limits>
  solve?(params: P, style?: Style): string
  /** Programs of an agent that knows nothing. */
  guesses(params: P): string[]
}

export type ProgrammingState = {
  feedback: string[]
  credit: number
  verdict: 'solved' | 'failed' | null
}

export interface ProgrammingFacts {
  parsed: boolean
  submitted: boolean
  status: RunStatus | null
  /** The class of the first error, e.g. TypeError. */
  errorClass: string | null
  /** Examples passed. */
  examples: Tally | null
  /** Hidden tests passed; null for a try. */
  tests: Tally | null
  /** Counted steps of the dearest case; null where they are not counted. */
  steps: number | null
  creditBefore: number
  creditAfter: number
}
type Tally = { passed: number; total: number }

const observation = z.object({
  request: z.string().describe('What to write'),
  examples: z
    .array(z.object({ input: z.string(), output: z.string() }))
    .describe('Inputs with the right results'),
  feedback: z.array(z.string()).describe('What came of the last program that was tried'),
})
type Observation = z.infer<typeof observation>

type ProgrammingEnv<P> = EnvDef<P, ProgrammingState, Observation, ProgramAction, ProgrammingFacts>

export function defineProgramming<P>(def: ProgrammingDef<P>): ProgrammingEnv<P> {
  const { language } = def
  return defineEnv<P, ProgrammingState, Observation, ProgramAction, ProgrammingFacts>({
    id: def.id,
    title: def.title,
    ...(def.group !== undefined && { group: def.group }),
    ...(language !== 'javascript' && { missing: () => missingLanguage(language) }),
    action: programAction,
    observation,
    tasks: def.tasks,
    maxSteps: def.maxSteps ?? 4,
    start: () => ({ feedback: [], credit: 0, verdict: null }),
    observe: ({ params }, { feedback }) => ({
      request: def.request(params),
      examples: def
        .examples(params)
        .map(({ shown, expected, answer }) => ({ input: shown, output: answer ?? expected })),
      feedback,
    }),

    async step({ params }, state, move, { rng, signal }) {
      if (isInvalid(move)) {
        const feedback = [`not understood: ${move.invalid.slice(0, 200)}`]
        return { state: { ...state, feedback }, facts: notRun(state, { parsed: false, submitted: false }) }
      }
      const examples = def.examples(params)
      const tests = move.submit ? def.tests(params) : []
      const checks = [...examples, ...tests]
      const run = await sharedSandbox().run(programOf(def, params, move.code, checks, rng), {
        ...(signal && { signal }),
        ...(def.limits && { limits: def.limits }),
      })
      if (run.status === 'sandbox-error') {
        const feedback = ['the sandbox failed, which is no fault of the program; send it again']
        const facts = { ...notRun(state, { parsed: true, submitted: move.submit }), status: run.status }
        return { state: { ...state, feedback }, facts }
      }
      const budget = def.budget?.(params)
      const verdicts = checks.map((check, i) => verdictOf(def, check, run.cases[i], budget))
      const right = verdicts.map(verdict => verdict === 'right')
      const facts = factsOf(def, params, { run, right, state, submitted: move.submit })
      const feedback = examples.map((check, i) => report(check, run.cases[i], run.error, verdicts[i]!))
      const next: ProgrammingState = { feedback, credit: facts.creditAfter, verdict: null }
      if (!move.submit) return { state: next, facts }
      const verdict = isSolved(facts) ? 'solved' : 'failed'
      return { state: { ...next, verdict }, facts, end: { kind: 'terminated', reason: verdict } }
    },

    rewards: {
      correct: outcome((facts, { end }) => {
        if (!end || facts.status === 'sandbox-error') return null
        return Number(isSolved(facts))
      }),
      progress: process(
        facts => (facts.status === 'sandbox-error' ? null : facts.creditAfter - facts.creditBefore),
        0.2,
      ),
      invalid: penalty(facts => (facts.parsed ? 0 : -1), 0.05),
    },

    text: {
      prompt: ({ request, examples, feedback }) => [
        { role: 'system', content: `${def.rules} ${fenceRules(language)}` },
        {
          role: 'user',
          content: [
            request,
            ...examples.map(({ input, output }) => `${input} is ${output}`),
            ...feedback,
          ].join('\n'),
        },
      ],
      parse: parseProgram,
      render: action => renderProgram(language, action),
      stepEnd: '```\n',
      respond: ({ feedback }) => feedback.map(line => `${line}\n`).join(''),
    },

    ...(def.solve && {
      solve: ({ params }, style) => [{ code: def.solve!(params, style), submit: true }],
    }),
    legalActions: ({ params }) =>
      def.guesses(params).flatMap(code => [
        { code, submit: false },
        { code, submit: true },
      ]),
    stepLabel: (_task, { verdict }, stepsLeft) => verdict === 'solved' || (verdict === null && stepsLeft > 0),
  })
}

/** Why programs of this language cannot be run here, or null: asked of the sandbox itself. */
export async function missingLanguage(language: Language): Promise<string | null> {
  const code = language === 'python' ? 'def one():\n    return 1\n' : 'const one = () => 1'
  const run = await sharedSandbox().run({ code, language, entry: 'one', inputs: ['[]'] })
  return run.status === 'sandbox-error' ? (run.error ?? `no sandbox for ${language}`) : null
}

/** The share of new checks passed, in [0, 1]: those that the handed program passes are no progress. */
export function newlyPassed(passed: number, total: number, given: number): number {
  return total > given ? Math.max(0, (passed - given) / (total - given)) : 0
}

/** Weight of the examples: so little that knowing them by heart is no way to live. */
export const EXAMPLES_CREDIT = 0.5

function programOf<P>(
  def: ProgrammingDef<P>,
  params: P,
  code: string,
  checks: readonly Check[],
  rng: Rng,
): Program {
  const assembled = def.assemble?.(code, params, rng) ?? {
    code,
    ...(def.entry !== undefined && { entry: def.entry }),
  }
  return {
    ...assembled,
    language: def.language,
    inputs: checks.map(({ input }) => input),
    ...(def.budget && { countSteps: true }),
  }
}

type Verdict = 'right' | 'wrong' | 'right, but takes too many steps'

/** Only an output that is there, equal and within the budget is right; an error, a missing case or anything odd is not. */
function verdictOf<P>(
  def: ProgrammingDef<P>,
  { expected }: Check,
  result: CaseResult | undefined,
  budget: number | undefined,
): Verdict {
  if (result === undefined || !('output' in result)) return 'wrong'
  const equal = def.accepts ? def.accepts(result.output, expected) : result.output === expected
  if (!equal) return 'wrong'
  const cheap = budget === undefined || (result.steps !== undefined && result.steps <= budget)
  return cheap ? 'right' : 'right, but takes too many steps'
}

interface Judged {
  run: RunResult
  /** Of the examples and, for a submission, the tests behind them. */
  right: readonly boolean[]
  state: ProgrammingState
  submitted: boolean
}

function factsOf<P>(
  def: ProgrammingDef<P>,
  params: P,
  { run, right, state, submitted }: Judged,
): ProgrammingFacts {
  const count = def.examples(params).length
  const examples = tally(right.slice(0, count))
  const tests = submitted ? tally(right.slice(count)) : null
  const given = def.given?.(params) ?? { examples: 0, tests: 0 }
  const earned = Math.max(
    EXAMPLES_CREDIT * newlyPassed(examples.passed, examples.total, given.examples),
    tests ? newlyPassed(tests.passed, tests.total, given.tests) : 0,
  )
  const steps = run.cases.map(result => result.steps ?? 0)
  return {
    parsed: true,
    submitted,
    status: run.status,
    errorClass: errorClassOf(run),
    examples,
    tests,
    steps: def.budget ? Math.max(0, ...steps) : null,
    creditBefore: state.credit,
    creditAfter: Math.max(state.credit, earned),
  }
}

function errorClassOf({ errorClass, cases }: RunResult): string | null {
  return errorClass ?? cases.flatMap(result => ('error' in result ? [result.errorClass] : []))[0] ?? null
}

function isSolved({ submitted, status, examples, tests }: ProgrammingFacts): boolean {
  return (
    submitted &&
    status === 'ok' &&
    examples !== null &&
    tests !== null &&
    all(examples) &&
    all(tests) &&
    tests.total > 0
  )
}

function all({ passed, total }: Tally): boolean {
  return passed === total
}

function tally(right: readonly boolean[]): Tally {
  return { passed: right.filter(Boolean).length, total: right.length }
}

function notRun(
  state: ProgrammingState,
  known: Pick<ProgrammingFacts, 'parsed' | 'submitted'>,
): ProgrammingFacts {
  const credit = { creditBefore: state.credit, creditAfter: state.credit }
  return { ...known, ...credit, status: null, errorClass: null, examples: null, tests: null, steps: null }
}

function report(
  { shown }: Check,
  result: CaseResult | undefined,
  error: string | null,
  verdict: Verdict,
): string {
  if (result === undefined) return `${shown} was not run: ${error ?? 'stopped'}`.slice(0, 300)
  if ('error' in result) return `${shown} threw ${result.error}`.slice(0, 300)
  const steps = result.steps === undefined ? '' : ` in ${result.steps} steps`
  return `${shown} gave ${result.output.slice(0, 120)}${steps}, which is ${verdict}`
}
