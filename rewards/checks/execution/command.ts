/**
 * @file Graders in other languages: a program that reads one JSON line and writes one JSON line, in order, until its
 * input ends. docs/examples/grader.py is a complete one.
 *
 * First we send `{"describe": true}`. The grader answers with what it is: an object with
 *   `tasks`   list of objects; `prompt` (what the agent is shown) and `gold` (the reference answer, bare) are strings
 *   `name`, `kind`, `range` ([low, high]), `passMark`, `equal`, `unequal`, `neutral`, `tolerance`, `hedgingAllowed`,
 *   `lengthPenalised`, `manyRight`, `stochastic`, `timeoutMs`, `components`   as in `RewardSubject`; all optional
 *   `answer`  `{"prefix": "\\boxed{", "suffix": "}", "policy": "last"}`: how a bare answer is written into a response
 * A grader that does not know the question may answer `{"error": "…"}`; tasks then come from a file.
 *
 * Then, for each response, `{"task": {…}, "response": "…"}`, where `task` is one of the tasks as it was given. The answer is
 * `{"score": 0.5}` (with `components`, an object of numbers, if there are), `{"score": null}` for not judged, or
 * `{"error": "…"}` for an exception. Python's `NaN` and `Infinity` are read as such. Anything else on standard output (a
 * line of debugging, say) counts as an exception; standard error is free.
 */
import { z } from 'zod'
import { UsageError } from '../../../envs/errors.ts'
import type { Json } from '../../../envs/json.ts'
import type { Outcome } from '../probe.ts'
import { rewardOperations } from '../reward-operations.ts'
import type { KindId, RewardSubject, Score } from '../subject.ts'
import { DEFAULT_TIMEOUT_MS } from '../subject.ts'
import type { Executor } from './executor.ts'
import { Grader } from './grader-process.ts'
import { guarded } from './guard.ts'
import { parseJsonLine } from './json-line.ts'

export const KINDS = [
  'number',
  'expression',
  'text',
  'choice',
  'json',
  'code',
  'tool-calls',
  'steps',
] as const

const taskSchema = z.looseObject({ prompt: z.string().optional(), gold: z.string().optional() })
export type CommandTask = z.infer<typeof taskSchema>

const described = z.object({
  tasks: z.array(taskSchema).min(1).optional(),
  name: z.string().min(1).optional(),
  kind: z.enum(KINDS).optional(),
  range: z.tuple([z.number(), z.number()]).optional(),
  passMark: z.number().optional(),
  equal: z.array(z.string()).optional(),
  unequal: z.array(z.string()).optional(),
  neutral: z.array(z.string()).optional(),
  tolerance: z
    .object({ absolute: z.number().exactOptional(), relative: z.number().exactOptional() })
    .optional(),
  hedgingAllowed: z.boolean().optional(),
  lengthPenalised: z.boolean().optional(),
  manyRight: z.boolean().optional(),
  stochastic: z.object({ spread: z.number() }).optional(),
  timeoutMs: z.number().positive().optional(),
  components: z.record(z.string(), z.object({ maxShare: z.number() })).optional(),
  answer: z
    .object({
      prefix: z.string().default(''),
      suffix: z.string().default(''),
      policy: z.enum(['last', 'first', 'only']).default('last'),
    })
    .optional(),
})
type Described = z.infer<typeof described>

const anyNumber = z.custom<number>(value => typeof value === 'number', 'expected a number')
const scoreSchema = z.union([
  z.object({ error: z.string() }),
  z.object({ score: anyNumber.nullable(), components: z.record(z.string(), anyNumber).optional() }),
])

export interface CommandOptions {
  /** Instead of those that the grader describes. */
  tasks?: readonly CommandTask[]
  kind?: KindId
}

/** Starts the grader once to hear what it is. Throws UsageError if it cannot be started or says nothing that can be used. */
export async function commandSubject(
  command: readonly string[],
  { tasks, kind }: CommandOptions = {},
): Promise<{ subject: RewardSubject<Json>; executor: Executor }> {
  const grader = new Grader(command)
  const facts = descriptionOf(command, await grader.describe())
  const rows = tasks ?? facts.tasks
  if (!rows) {
    grader.kill()
    throw new UsageError(
      `${command.join(' ')} described no tasks; answer {"describe": true}, or give --tasks rows.jsonl and --kind`,
    )
  }
  const chosen = kind ?? facts.kind
  const subject = subjectOf(facts, {
    rows,
    name: facts.name ?? command.join(' '),
    ...(chosen && { kind: chosen }),
  })
  return { subject, executor: executorOf(subject, grader) }
}

/** What it described; empty where it does not know the question. */
function descriptionOf(command: readonly string[], outcome: Outcome<string>): Described {
  const name = command.join(' ')
  if (outcome.how !== 'returned') {
    if (outcome.how === 'threw') throw new UsageError(`${name} cannot be started: ${outcome.error}`)
    return {}
  }
  const json = parseJsonLine(outcome.value)
  if (
    json === undefined ||
    (typeof json === 'object' && json !== null && ('error' in json || 'score' in json))
  )
    return {}
  const parsed = described.safeParse(json)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw new UsageError(`${name} describes itself wrongly: ${path.join('.') || 'the answer'}: ${message}`)
}

function subjectOf(
  { answer, ...facts }: Described,
  { rows, name, kind }: { rows: readonly CommandTask[]; name: string; kind?: KindId },
): RewardSubject<Json> {
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
  return {
    ...known,
    name,
    ...(kind && { kind }),
    tasks: rows as readonly Json[],
    score: () => {
      throw new Error('scored by its own executor only')
    },
    ...(rows.some(({ prompt }) => prompt !== undefined) && {
      prompt: (task: Json) => (task as CommandTask).prompt ?? '',
    }),
    ...(rows.every(({ gold }) => gold !== undefined) && {
      gold: (task: Json) => (task as CommandTask).gold!,
    }),
    ...(answer && {
      answer: {
        policy: answer.policy,
        wrap: (bare: string, reasoning: string) =>
          `${reasoning}${reasoning === '' ? '' : '\n'}${answer.prefix}${bare}${answer.suffix}`,
      },
    }),
  }
}

/** All operations of rewards, with `score` asked of the grader. */
function executorOf(subject: RewardSubject<Json>, grader: Grader): Executor {
  const timeoutOf = subject.timeoutMs ?? DEFAULT_TIMEOUT_MS
  let failure: Outcome | null = null
  let ms = 0
  let last: Promise<unknown> = Promise.resolve()

  async function score(task: Json, response: string): Promise<Score> {
    const outcome = await grader.ask(JSON.stringify({ task, response }), timeoutOf)
    if (outcome.how !== 'returned') {
      failure = outcome
      throw new Error(outcome.how)
    }
    ms += outcome.ms
    return scoreOf(outcome.value, grader)
  }

  async function call(operation: string, args: Json[], timeoutMs: number): Promise<Outcome> {
    ;[failure, ms] = [null, 0]
    // The grader's own time is bounded by `ask`, and does not count what starting it takes.
    const bound = timeoutMs + grader.startMs
    const outcome = await guarded(
      () => rewardOperations[operation]!({ ...subject, score }, structuredClone(args) as never),
      bound,
    )
    return failure ?? (outcome.how === 'returned' ? { ...outcome, ms } : outcome)
  }

  return {
    call(operation, args, timeoutMs) {
      const next = last.then(() => call(operation, args, timeoutMs))
      last = next
      return next
    },
    fresh: () => executorOf(subject, grader.another()),
    async close() {
      await last
      grader.kill()
    },
  }
}

/** Throws what the grader reports as an error, and where its line is none of the answers. */
function scoreOf(line: string, grader: Grader): Score {
  const json = parseJsonLine(line)
  const parsed = json === undefined ? null : scoreSchema.safeParse(json)
  if (!parsed?.success) {
    // Whatever else it has written would be taken for the next answer.
    grader.kill()
    throw new TypeError(
      `expected {"score": number or null}, got the line ${JSON.stringify(line.slice(0, 80))}`,
    )
  }
  const answer = parsed.data
  if ('error' in answer) throw new Error(answer.error)
  return { score: answer.score, ...(answer.components && { components: answer.components }) }
}
