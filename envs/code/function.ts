/**
 * @file `code/function-v1`: write a JavaScript function `solve(xs)` over a list of integers from a description in words.
 *
 * An action is a whole program. With `submit: false` it is tried on the visible examples and the results are shown; with
 * `submit: true` the hidden tests judge it and the episode is over. Programs run in the sandbox; only their outputs come
 * back, and they are compared here.
 */
import { z } from 'zod'
import type { EnvDef, Invalid } from '../env.ts'
import { isInvalid, outcome, penalty, process } from '../env.ts'
import type { Rng } from '../rng.ts'
import { rngAt } from '../rng.ts'
import { drawnTasks } from '../tasks.ts'
import type { Result, Step } from './pipeline.ts'
import { describePipeline, drawPipeline, mistakes, runPipeline, writePipeline } from './pipeline.ts'
import type { CaseResult, RunStatus } from './sandbox.ts'
import { sharedSandbox } from './sandbox.ts'

const ID = 'code/function-v1'
const EXAMPLES = 3
const TESTS = 20
const MAX_CODE = 10_000
const RULES =
  'Write a JavaScript function solve(xs) as described. Answer with one fenced block. Make its last line "// try" to run ' +
  'the program on the examples and see the results; without that line the program is submitted and judged.'

type Params = { steps: Step[]; examples: number[][]; tests: number[][] }
type State = { feedback: string[]; bestPassed: number; verdict: 'solved' | 'failed' | null }
type Facts = {
  parsed: boolean
  submitted: boolean
  status: RunStatus | null
  /** The class of the first error, e.g. TypeError. */
  errorClass: string | null
  passed: number
  total: number
  /** Most hidden tests passed by any program of the episode. */
  bestBefore: number
  bestAfter: number
}

const observation = z.object({
  request: z.string().describe('What solve(xs) has to return'),
  examples: z
    .array(z.object({ input: z.array(z.number()), output: z.union([z.number(), z.array(z.number())]) }))
    .describe('Inputs with the right results'),
  feedback: z.array(z.string()).describe('What came of the last program that was tried'),
})
type Observation = z.infer<typeof observation>

const action = z.object({
  code: z
    .string()
    .max(MAX_CODE)
    .regex(/^(?:(?!```)[^])*$/, 'expected code without ```')
    .describe('JavaScript that defines a function solve(xs)'),
  submit: z.boolean().describe('false: try it on the examples; true: have it judged, which ends the episode'),
})
type Action = z.infer<typeof action>

export const codeFunction: EnvDef<Params, State, Observation, Action, Facts> = {
  id: ID,
  title: 'Write a JavaScript function from a description',
  action,
  observation,
  tasks: drawnTasks({
    env: ID,
    levels: [1, 2, 3, 4].map(level => ({
      level,
      title: level === 1 ? '1 operation' : `${level} operations`,
    })),
    draw: drawTask,
    // By behaviour, not by text: two ways to say the same function are one task.
    identity: ({ steps }) => PROBES.map(xs => runPipeline(steps, xs)),
  }),
  maxSteps: 4,
  start: () => ({ feedback: [], bestPassed: 0, verdict: null }),
  observe: ({ params: { steps, examples } }, { feedback }) => ({
    request: describePipeline(steps),
    examples: examples.map(input => ({ input, output: runPipeline(steps, input) })),
    feedback,
  }),

  async step({ params }, state, move) {
    if (isInvalid(move)) {
      const feedback = [`not understood: ${move.invalid.slice(0, 200)}`]
      return {
        state: { ...state, feedback },
        facts: notRun(state, { parsed: false, submitted: false, status: null }),
      }
    }
    const inputs = [...params.examples, ...params.tests]
    const run = await sharedSandbox().run({
      code: move.code,
      entry: 'solve',
      inputs: inputs.map(xs => JSON.stringify(xs)),
    })
    if (run.status === 'sandbox-error') {
      const feedback = ['the sandbox failed, which is no fault of the program; send it again']
      const facts = notRun(state, { parsed: true, submitted: move.submit, status: run.status })
      return { state: { ...state, feedback }, facts }
    }
    const right = inputs.map((xs, i) => matches(run.cases[i], runPipeline(params.steps, xs)))
    const passed = right.slice(EXAMPLES).filter(Boolean).length
    const facts: Facts = {
      parsed: true,
      submitted: move.submit,
      status: run.status,
      errorClass: errorClass(run.error, run.cases),
      passed,
      total: params.tests.length,
      bestBefore: state.bestPassed,
      bestAfter: Math.max(state.bestPassed, passed),
    }
    const feedback = params.examples.map((xs, i) => report(xs, run.cases[i], run.error, right[i]!))
    const next: State = { feedback, bestPassed: facts.bestAfter, verdict: null }
    if (!move.submit) return { state: next, facts }
    const verdict = passed === facts.total ? 'solved' : 'failed'
    return { state: { ...next, verdict }, facts, end: { kind: 'terminated', reason: verdict } }
  },

  rewards: {
    correct: outcome((facts, { end }) => {
      if (!end || facts.status === 'sandbox-error') return null
      return Number(facts.submitted && facts.passed === facts.total)
    }),
    progress: process(
      facts => (facts.status === 'sandbox-error' ? null : (facts.bestAfter - facts.bestBefore) / facts.total),
      0.2,
    ),
    invalid: penalty(facts => (facts.parsed ? 0 : -1), 0.05),
  },

  text: {
    prompt: ({ request, examples, feedback }) => [
      { role: 'system', content: RULES },
      {
        role: 'user',
        content: [
          request,
          ...examples.map(
            ({ input, output }) => `solve(${JSON.stringify(input)}) is ${JSON.stringify(output)}`,
          ),
          ...feedback,
        ].join('\n'),
      },
    ],
    parse: parseReply,
    render: renderReply,
    stepEnd: '```\n',
    respond: ({ feedback }) => feedback.map(line => `${line}\n`).join(''),
  },

  solve({ params }, style) {
    const slips = style !== undefined && style.rng.float() < style.slip
    const steps = slips ? style.rng.pick(mistakes(params.steps)) : params.steps
    return [{ code: writePipeline(steps), submit: true }]
  },
  legalActions: () =>
    ['xs', 'xs.length', '0', '[]', 'xs[0]', 'xs.map(x => x + 1)', 'xs.filter(x => x > 0)'].flatMap(result => {
      const code = `function solve(xs) {\n  return ${result}\n}`
      return [
        { code, submit: false },
        { code, submit: true },
      ]
    }),
  stepLabel: (_task, { verdict }, stepsLeft) => verdict === 'solved' || (verdict === null && stepsLeft > 0),
}

function notRun(state: State, facts: Pick<Facts, 'parsed' | 'submitted' | 'status'>): Facts {
  const best = { bestBefore: state.bestPassed, bestAfter: state.bestPassed }
  return { ...facts, ...best, errorClass: null, passed: 0, total: TESTS }
}

/** Only an output that is there and equal counts; an error, a missing case or anything odd does not. */
function matches(result: CaseResult | undefined, expected: Result): boolean {
  return result !== undefined && 'output' in result && result.output === JSON.stringify(expected)
}

function report(
  xs: readonly number[],
  result: CaseResult | undefined,
  error: string | null,
  right: boolean,
): string {
  const call = `solve(${JSON.stringify(xs)})`
  if (result === undefined) return `${call} was not run: ${error ?? 'stopped'}`.slice(0, 200)
  if ('error' in result) return `${call} threw ${result.error}`.slice(0, 200)
  return `${call} gave ${result.output.slice(0, 120)}, which is ${right ? 'right' : 'wrong'}`
}

function errorClass(error: string | null, cases: readonly CaseResult[]): string | null {
  const first =
    error ?? cases.map(result => ('error' in result ? result.error : null)).find(words => words !== null)
  return first === undefined ? null : (/^\w+(?=:)/.exec(first)?.[0] ?? 'Error')
}

const MARK = /(?:^|\n)\/\/ (try|submit)$/

function renderReply({ code, submit }: Action): string {
  // A program that happens to end in a mark gets a second one, which is the one that counts.
  const mark = submit ? (MARK.test(code) ? '\n// submit' : '') : '\n// try'
  return `\`\`\`js\n${code}${mark}\n\`\`\`\n`
}

function parseReply(reply: string): Action | Invalid {
  const block = /```(?:js|javascript)?[ \t]*\n([^]*?)\n?```/.exec(reply)
  if (!block) return { invalid: 'expected a program between ```js and ```' }
  const body = block[1]!
  const mark = MARK.exec(body)
  const read = { code: mark ? body.slice(0, mark.index) : body, submit: mark?.[1] !== 'try' }
  const checked = action.safeParse(read)
  return checked.success ? checked.data : { invalid: checked.error.issues[0]!.message }
}

/** Fixed inputs whose results name a function: every small number alone, and lists of all lengths. */
const PROBES: readonly number[][] = [
  [],
  ...Array.from({ length: 41 }, (_, i) => [i - 20]),
  ...Array.from({ length: 30 }, (_, i) => drawList(rngAt(ID, 'probe', i), 2 + (i % 9))),
]

function drawTask(rng: Rng, level: number): Params {
  for (;;) {
    const steps = drawPipeline(rng, level)
    const inputs = Array.from({ length: EXAMPLES + TESTS }, () => drawList(rng, rng.int(3, 9)))
    const tests = [[], ...inputs.slice(EXAMPLES + 1)]
    // Every operation counts, and the hidden tests see every mistake, so that solved means right.
    if (mistakes(steps).every(wrong => tests.some(xs => !sameResult(steps, wrong, xs))))
      return { steps, examples: inputs.slice(0, EXAMPLES), tests }
  }
}

function sameResult(a: readonly Step[], b: readonly Step[], xs: readonly number[]): boolean {
  return JSON.stringify(runPipeline(a, xs)) === JSON.stringify(runPipeline(b, xs))
}

function drawList(rng: Rng, length: number): number[] {
  return Array.from({ length }, () => rng.int(-20, 20))
}
