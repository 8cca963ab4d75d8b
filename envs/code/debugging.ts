/**
 * @file `code/debug-js-v1` and `code/debug-py-v1`: find and mend mistakes with tools: run the program, look at an
 * expression before a line is run, change a line, submit.
 *
 * The tools run in the sandbox on inputs that the agent chooses and on the examples; the hidden tests only run after
 * `submit`. Credit is the potential of programming.ts, above what the program passed as it was handed out.
 */
import { z } from 'zod'
import { defineEnv } from '../define-env.ts'
import type { StepContext, Style } from '../env.ts'
import { isInvalid, outcome, penalty, process } from '../env.ts'
import type { Broken } from './broken.ts'
import { breakScript, brokenLevels, scriptCheck, sketchBroken, stillRight } from './broken.ts'
import { languageName } from './fenced.ts'
import { watchedProgram } from './watch.ts'
import type { CaseResult, Language, RunResult } from './program.ts'
import type { Check } from './programming.ts'
import { EXAMPLES_CREDIT, missingLanguage, newlyPassed } from './programming.ts'
import { sharedSandbox } from './sandbox.ts'
import { writeScript } from './script-text.ts'
import type { Script } from './script.ts'
import { sketchedTasks } from '../sketched-tasks.ts'

const MAX_STEPS = 12
const MAX_LINE = 200
const MAX_LINES = 60
const RULES =
  'has mistakes in it. Find and mend them with these tools, one JSON object per line: ' +
  '{"tool":"run","input":[1,2]} runs solve on a list; ' +
  '{"tool":"look","line":3,"expression":"total","input":[1,2]} shows the expression each time before line 3 is run; ' +
  '{"tool":"edit","line":3,"text":"..."} puts text in place of line 3 and runs the examples; ' +
  '{"tool":"submit"} has the program judged on other lists, which ends the episode.'

const line = z.int().min(1).max(MAX_LINES)
const list = z.array(z.int().min(-1000).max(1000)).max(20)
const oneLine = z
  .string()
  .max(MAX_LINE)
  .regex(/^[^\n\r]*$/, 'expected one line')
const action = z.discriminatedUnion('tool', [
  z.object({ tool: z.literal('run'), input: list }),
  z.object({ tool: z.literal('look'), line, expression: oneLine, input: list }),
  z.object({ tool: z.literal('edit'), line, text: oneLine }),
  z.object({ tool: z.literal('submit') }),
])
type Action = z.infer<typeof action>

type State = { lines: string[]; reply: string; credit: number; verdict: 'solved' | 'failed' | null }
type Facts = {
  understood: boolean
  /** The tool that was used; null for what was not understood. */
  tool: Action['tool'] | null
  /** False where the sandbox failed, which is nobody's fault. */
  judged: boolean
  passed: number
  total: number
  creditBefore: number
  creditAfter: number
}

const observation = z.object({
  program: z.array(z.string()).describe('The lines of the program as it is now'),
  examples: z.array(z.object({ input: z.string(), output: z.string() })).describe('What it has to give'),
  reply: z.string().describe('What the last tool said'),
})

export const debugging = debuggingIn('code/debug-js-v1', 'javascript')
export const debuggingPython = debuggingIn('code/debug-py-v1', 'python')

function debuggingIn(id: string, language: Language) {
  return defineEnv<Broken, State, z.infer<typeof observation>, Action, Facts>({
    id,
    title: `Debug a ${languageName(language)} program with tools`,
    group: 'repair',
    ...(language !== 'javascript' && { missing: () => missingLanguage(language) }),
    action,
    observation,
    tasks: sketchedTasks<Script, Broken>({
      env: id,
      levels: brokenLevels(language),
      sketch: sketchBroken,
      identity: script => JSON.stringify(script),
      complete: (script, rng, level) => breakScript(script, rng, level, language),
    }),
    maxSteps: MAX_STEPS,
    start: ({ params }) => ({ lines: linesOf(params.broken, language), reply: '', credit: 0, verdict: null }),
    observe: ({ params: { script, examples } }, { lines, reply }) => ({
      program: lines,
      examples: examples.map(xs => {
        const { shown, expected } = scriptCheck(script, xs, language)
        return { input: shown, output: expected }
      }),
      reply,
    }),
    step: ({ params }, state, move, context) => {
      if (!isInvalid(move)) return new Debugger(language).use(params, state, move, context)
      const facts = { understood: false, tool: null, judged: true, ...unchanged(state) }
      return { state: { ...state, reply: `not understood: ${move.invalid.slice(0, 200)}` }, facts }
    },

    rewards: {
      correct: outcome(({ tool, judged, passed, total }, { end }) => {
        if (!end || !judged) return null
        return Number(tool === 'submit' && total > 0 && passed === total)
      }),
      progress: process(
        ({ judged, creditBefore, creditAfter }) => (judged ? creditAfter - creditBefore : null),
        0.2,
      ),
      invalid: penalty(({ understood }) => (understood ? 0 : -1), 0.05),
    },

    text: {
      prompt: ({ program, examples, reply }) => [
        { role: 'system', content: `This ${languageName(language)} program ${RULES}` },
        {
          role: 'user',
          content: [
            ...program.map((text, i) => `${i + 1}: ${text}`),
            'It should give:',
            ...examples.map(({ input, output }) => `${input} is ${output}`),
            ...(reply === '' ? [] : [reply]),
          ].join('\n'),
        },
      ],
      parse: parseCall,
      render: call => `${JSON.stringify(call)}\n`,
      stepEnd: '\n',
      respond: ({ reply }) => `${reply}\n`,
    },

    solve: ({ params }, style) => solution(params, language, style),
    legalActions: ({ params }, { lines }) => [
      { tool: 'run', input: params.examples[0]! },
      { tool: 'look', line: Math.min(3, lines.length), expression: 'total', input: params.examples[0]! },
      { tool: 'edit', line: 1, text: lines[0] ?? '' },
      { tool: 'edit', line: Math.max(1, lines.length), text: '' },
      { tool: 'submit' },
    ],
    stepLabel: (_task, { verdict }, stepsLeft) =>
      verdict === null ? (stepsLeft > 0 ? null : false) : verdict === 'solved',
  })
}

type Used = { state: State; facts: Facts; end?: { kind: 'terminated'; reason: string } }

/** The tools of one language. */
class Debugger {
  readonly #language: Language

  constructor(language: Language) {
    this.#language = language
  }

  async use(params: Broken, state: State, call: Action, { signal }: StepContext): Promise<Used> {
    switch (call.tool) {
      case 'run': {
        const run = await this.#run(state.lines.join('\n'), [[call.input]], 'solve', signal)
        return told(state, 'run', run, resultLine(run, call.input))
      }
      case 'look': {
        if (call.line > state.lines.length) return refused(state, 'look', call.line)
        const { code, entry } = watchedProgram(state.lines, call.line, call.expression, this.#language)
        const run = await this.#run(code, [[call.input]], entry, signal)
        return told(state, 'look', run, resultLine(run, call.input))
      }
      case 'edit': {
        if (call.line > state.lines.length) return refused(state, 'edit', call.line)
        return this.#edit(params, state, state.lines.with(call.line - 1, call.text), signal)
      }
      case 'submit':
        return this.#submit(params, state, signal)
    }
  }

  async #edit(params: Broken, state: State, lines: string[], signal: AbortSignal | undefined): Promise<Used> {
    const checks = params.examples.map(xs => scriptCheck(params.script, xs, this.#language))
    const args = params.examples.map(xs => [xs])
    const run = await this.#run(lines.join('\n'), args, 'solve', signal)
    if (run.status === 'sandbox-error') return told(state, 'edit', run, '')
    const passed = countRight(checks, run.cases)
    const given = stillRight(params, params.examples, this.#language)
    const credit = Math.max(state.credit, EXAMPLES_CREDIT * newlyPassed(passed, checks.length, given))
    const reply = `${passed} of ${checks.length} examples are right${run.error === null ? '' : `: ${run.error}`}`
    return {
      state: { lines, reply: reply.slice(0, 300), credit, verdict: null },
      facts: {
        understood: true,
        tool: 'edit',
        judged: true,
        passed,
        total: checks.length,
        creditBefore: state.credit,
        creditAfter: credit,
      },
    }
  }

  async #submit(params: Broken, state: State, signal: AbortSignal | undefined): Promise<Used> {
    const { examples, tests, script } = params
    const lists = [...examples, ...tests]
    const checks = lists.map(xs => scriptCheck(script, xs, this.#language))
    const run = await this.#run(
      state.lines.join('\n'),
      lists.map(xs => [xs]),
      'solve',
      signal,
    )
    if (run.status === 'sandbox-error') return told(state, 'submit', run, '')
    const passed = countRight(checks, run.cases)
    const given = stillRight(params, lists, this.#language)
    const credit = Math.max(state.credit, newlyPassed(passed, checks.length, given))
    const verdict = passed === checks.length && run.status === 'ok' ? 'solved' : 'failed'
    return {
      state: { ...state, reply: verdict, credit, verdict },
      facts: {
        understood: true,
        tool: 'submit',
        judged: true,
        passed: run.status === 'ok' ? passed : Math.min(passed, checks.length - 1),
        total: checks.length,
        creditBefore: state.credit,
        creditAfter: credit,
      },
      end: { kind: 'terminated', reason: verdict },
    }
  }

  async #run(
    code: string,
    args: readonly unknown[],
    entry: string,
    signal: AbortSignal | undefined,
  ): Promise<RunResult> {
    const inputs = args.map(arg => JSON.stringify(arg))
    return sharedSandbox().run(
      { code, language: this.#language, entry, inputs },
      { ...(signal && { signal }) },
    )
  }
}

/** The reply of a tool that judges nothing. */
function told(state: State, tool: Action['tool'], run: RunResult, reply: string): Used {
  const judged = run.status !== 'sandbox-error'
  const words = judged ? reply : 'the sandbox failed, which is no fault of the program; try again'
  return { state: { ...state, reply: words }, facts: { understood: true, tool, judged, ...unchanged(state) } }
}

function refused(state: State, tool: Action['tool'], at: number): Used {
  const reply = `there is no line ${at}; the program has ${state.lines.length}`
  return { state: { ...state, reply }, facts: { understood: true, tool, judged: true, ...unchanged(state) } }
}

function unchanged({ credit }: State): Pick<Facts, 'passed' | 'total' | 'creditBefore' | 'creditAfter'> {
  return { passed: 0, total: 0, creditBefore: credit, creditAfter: credit }
}

function resultLine({ cases, error }: RunResult, input: readonly number[]): string {
  const [result] = cases
  const call = `solve(${JSON.stringify(input)})`
  if (result === undefined) return `${call} was not run: ${error ?? 'stopped'}`.slice(0, 300)
  return `${call} ${'error' in result ? `threw ${result.error}` : `gave ${result.output}`}`.slice(0, 300)
}

function countRight(checks: readonly Check[], cases: readonly CaseResult[]): number {
  return checks.filter(({ expected }, i) => {
    const result = cases[i]
    return result !== undefined && 'output' in result && result.output === expected
  }).length
}

function linesOf(script: Script, language: Language): string[] {
  return writeScript(script, language).split('\n')
}

/** The lines that differ, changed one by one; with a slip, the first of them is forgotten. */
function solution({ script, broken }: Broken, language: Language, style: Style | undefined): Action[] {
  const right = linesOf(script, language)
  const wrong = linesOf(broken, language)
  const edits = right.flatMap((text, i): Action[] =>
    text === wrong[i] ? [] : [{ tool: 'edit', line: i + 1, text }],
  )
  const slips = style !== undefined && style.rng.float() < style.slip
  return [...(slips ? edits.slice(1) : edits), { tool: 'submit' }]
}

function parseCall(reply: string): Action | { invalid: string } {
  try {
    const checked = action.safeParse(JSON.parse(reply))
    return checked.success ? checked.data : { invalid: checked.error.issues[0]!.message }
  } catch {
    return { invalid: 'expected one JSON object, such as {"tool":"submit"}' }
  }
}
