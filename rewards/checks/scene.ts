/** @file A reward subject made ready: tasks drawn and sorted, defaults filled in, the kind's knowledge at hand. */
import type { Message } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import type { Json } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import type { Draw } from './fast-check.ts'
import { sample } from './fast-check.ts'
import type { AnswerKind } from './kinds/kind.ts'
import { kindOf } from './kinds/kinds.ts'
import type { RewardSubject, Truth } from './subject.ts'
import { passMarkOf, rangeOf } from './subject.ts'

export interface Scene {
  subject: RewardSubject<Json>
  kind: AnswerKind
  seed: number
  /** The author's tasks, simplest first, so that a smaller index is a simpler task. */
  tasks: readonly Json[]
  /** Tasks made by `forGold` from references that no row has; empty where the author gives no `forGold`. */
  invented: readonly Json[]
  low: number
  high: number
  passMark: number
  /** The bare reference answer; null where the subject has none. */
  gold(task: Json): string | null
  /** The response that gives this bare answer. */
  respond(task: Json, answer: string, reasoning?: string): string
  /** By the author's oracle, else by the kind's comparison with the reference. */
  truth(task: Json, answer: string): Truth
  messages(task: Json): Message[]
  /** What the agent is shown, as one text; empty where the subject has no prompt. */
  promptText(task: Json): string
}

/** Tasks that are looked at. */
const TASKS = 60

/** Throws UsageError where the subject contradicts itself. */
export function sceneOf(subject: RewardSubject<Json>, seed: number): Scene {
  const kind = kindOf(subject.kind ?? 'text')
  const [low, high] = rangeOf(subject)
  const passMark = passMarkOf(subject)
  if (!(low < high && low < passMark && passMark <= high))
    throw new UsageError(
      `${subject.name}: expected range [low, high] with low < passMark <= high, got [${low}, ${high}] and ${passMark}`,
    )
  const gold = (task: Json): string | null => subject.gold?.(task) ?? subject.solutions?.(task)[0] ?? null
  const messages = (task: Json): Message[] => {
    const prompt = subject.prompt?.(task) ?? []
    return typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt
  }
  const scene: Scene = {
    subject,
    kind,
    seed,
    tasks: sorted(drawnTasks(subject, seed), gold),
    invented: inventedTasks(subject, kind),
    low,
    high,
    passMark,
    gold,
    respond: (task, answer, reasoning = '') =>
      subject.answer ? subject.answer.wrap(answer, reasoning, task) : answer,
    truth: (task, answer) => truthOf(scene, task, answer),
    messages,
    promptText: task =>
      messages(task)
        .map(({ content }) => content)
        .join('\n'),
  }
  return scene
}

function drawnTasks({ name, tasks }: RewardSubject<Json>, seed: number): Json[] {
  const drawn =
    typeof tasks === 'function'
      ? tasks(seed)
      : Array.isArray(tasks)
        ? tasks.length > TASKS
          ? rngAt('check', 'tasks', seed).shuffle(tasks).slice(0, TASKS)
          : tasks
        : sample(tasks as Draw<Json>, TASKS, seed)
  const different = [...new Map(drawn.map(task => [JSON.stringify(task), task])).values()]
  if (different.length === 0) throw new UsageError(`${name}: expected at least one task, got none`)
  return different.slice(0, TASKS)
}

function sorted(tasks: Json[], gold: (task: Json) => string | null): Json[] {
  const size = (task: Json): number => (gold(task)?.length ?? 0) * 1e6 + JSON.stringify(task).length
  return tasks
    .map(task => ({ task, size: size(task) }))
    .sort((a, b) => a.size - b.size)
    .map(({ task }) => task)
}

function inventedTasks({ forGold }: RewardSubject<Json>, { golds }: AnswerKind): Json[] {
  if (!forGold) return []
  return golds.map(each => forGold(each)).filter(task => task !== null)
}

function truthOf({ subject, kind, gold }: Scene, task: Json, answer: string): Truth {
  if (subject.oracle) return subject.oracle(task, answer)
  const golds = subject.solutions?.(task) ?? []
  const reference = gold(task)
  if (reference === null) return 'unknown'
  const context = { tolerance: subject.tolerance ?? {} }
  const truths = [reference, ...golds].map(each => kind.compare(answer, each, context))
  if (truths.includes('right')) return 'right'
  return subject.manyRight || truths.includes('unknown') ? 'unknown' : 'wrong'
}
