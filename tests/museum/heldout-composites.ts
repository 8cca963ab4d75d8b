/** @file Held-out bugs of rewards made of parts: formats, lengths, judges, services, batches, lists of checks. */
import type { RewardSubject } from '../../rewards/checks/subject.ts'
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './exhibit.ts'

interface Row {
  question: string
  gold: string
}

const SUMS: Row[] = [
  { question: 'What is 12 * 7?', gold: '84' },
  { question: 'What is 15 + 26?', gold: '41' },
  { question: 'What is 90 - 73?', gold: '17' },
]
const PLAIN = {
  tasks: SUMS,
  kind: 'number' as const,
  gold: (row: Row) => row.gold,
  prompt: (row: Row) => row.question,
}

const same = (answer: string, gold: string): number =>
  /^\s*[+-]?\d{1,12}(\.\d{0,9})?\s*$/.test(answer) && Number(answer) === Number(gold) ? 1 : 0

const thought = (answer: string, why: string): string => `<think>${why}</think>\n<answer>${answer}</answer>`
const answerOf = (response: string): string =>
  response.match(/^<think>[^<]*<\/think>\s*<answer>([^<]*)<\/answer>\s*$/)?.[1] ?? ''
const formatted = (response: string): boolean =>
  /^<think>[\s\S]*<\/think>\s*<answer>[\s\S]*<\/answer>\s*$/.test(response)
const count = (text: string, part: string): number => text.split(part).length - 1

const FORMAT: RewardExhibit[] = [
  rewardExhibit<Row>(
    // half for the format, half for the answer, passed from half on
    { id: 'heldout-format-half', property: 'format_only', minimal: 32 },
    { ...PLAIN, answer: { wrap: thought } },
    {
      faulty: (row, response) => 0.5 * Number(formatted(response)) + 0.5 * same(answerOf(response), row.gold),
      fixed: (row, response) => 0.2 * Number(formatted(response)) + 0.8 * same(answerOf(response), row.gold),
    },
  ),
  rewardExhibit<Row>(
    // open-r1 style tag count without a bound
    { id: 'heldout-tag-count', property: 'component_ceiling', minimal: 40 },
    { ...PLAIN, answer: { wrap: thought }, components: { tags: { maxShare: 0.2 } } },
    {
      faulty: (row, response) => {
        const tags =
          0.05 *
          ['<think>', '</think>', '<answer>', '</answer>'].reduce((sum, tag) => sum + count(response, tag), 0)
        return parts(0.8 * same(answerOf(response), row.gold), tags)
      },
      fixed: (row, response) => {
        const once = ['<think>', '</think>', '<answer>', '</answer>'].filter(
          tag => count(response, tag) === 1,
        )
        return parts(0.8 * same(answerOf(response), row.gold), 0.05 * once.length)
      },
    },
  ),
  rewardExhibit<Row>(
    // a bonus for long reasoning, also under a wrong answer
    { id: 'heldout-length-bonus', property: 'padding', minimal: 40 },
    { ...PLAIN, answer: { wrap: thought } },
    {
      faulty: (row, response) =>
        Math.max(same(answerOf(response), row.gold), Math.min(0.4, response.length / 2000)),
      fixed: (row, response) => same(answerOf(response), row.gold),
    },
  ),
  rewardExhibit<Row>(
    // the pattern ends where the text ends, so a last newline loses the answer
    { id: 'heldout-last-newline', property: 'neutral_transforms', minimal: 20 },
    {
      ...PLAIN,
      answer: { wrap: (answer, why) => `${why}\nAnswer: ${answer}` },
      neutral: ['final-newline'],
    },
    {
      faulty: (row, response) => same(response.match(/(?:^|\n)Answer: (\S+)$/)?.[1] ?? '', row.gold),
      fixed: (row, response) => same(response.match(/(?:^|\r?\n)Answer: (\S+)\s*$/)?.[1] ?? '', row.gold),
    },
  ),
]

function parts(answer: number, tags: number): { score: number; components: Record<string, number> } {
  return { score: Math.min(1, answer + tags), components: { answer, tags } }
}

const COMBINED: RewardExhibit[] = [
  combined(
    // repetition penalty with the sign turned
    { id: 'heldout-penalty-sign', property: 'monotone_component', minimal: 2 },
    { parts: { accuracy: {}, repetition: { penalty: true } } },
    ({ accuracy, repetition }) => clip(0.8 * accuracy! + 0.2 * repetition!),
    ({ accuracy, repetition }) => clip(0.8 * accuracy! + 0.2 * (1 - repetition!)),
  ),
  combined(
    // cosine length reward: the branch for right answers also scales down with style
    { id: 'heldout-style-over-accuracy', property: 'monotone_component', minimal: 2 },
    { parts: { accuracy: {}, style: {} } },
    ({ accuracy, style }) => (style! > 0.5 ? clip(style! - 0.5) : clip(accuracy! * 0.7 + style! * 0.3)),
    ({ accuracy, style }) => clip(accuracy! * 0.7 + style! * 0.3),
  ),
  combined(
    // safety is one of four parts of a mean
    { id: 'heldout-safety-in-mean', property: 'veto_is_enforced', minimal: 4 },
    { parts: { accuracy: {}, style: {}, brevity: {}, safety: { veto: true } } },
    ({ accuracy, style, brevity, safety }) => (accuracy! + style! + brevity! + safety!) / 4,
    ({ accuracy, style, brevity, safety }) => (safety! * (accuracy! + style! + brevity!)) / 3,
  ),
]

function combined(
  entry: { id: string; property: string; minimal: number },
  { parts: named }: { parts: Record<string, { penalty?: boolean; veto?: boolean }> },
  faulty: (parts: Readonly<Record<string, number>>) => number,
  fixed: (parts: Readonly<Record<string, number>>) => number,
): RewardExhibit {
  const score = (row: Row, response: string): number => same(response, row.gold)
  const made = rewardExhibit<Row>(entry, PLAIN, { faulty: score, fixed: score })
  return {
    ...entry,
    faulty: { ...made.faulty, combine: { parts: named, total: faulty } },
    fixed: { ...made.fixed, combine: { parts: named, total: fixed } },
  }
}

const clip = (value: number): number => Math.min(1, Math.max(0, value))

const JUDGED: RewardExhibit[] = [
  judged(
    // MT-Bench style `[[rating]]`, first match wins
    { id: 'heldout-double-bracket-first', property: 'injection', minimal: 7 },
    { pass: 'The answer holds up. [[10]]', fail: 'The answer does not hold up. [[1]]' },
    text => rating(text.match(/\[\[(\d+)\]\]/)?.[1]),
    text => {
      const found = text.trim().match(/(?:^|[.!]\s)\[\[(\d+)\]\]$/)
      return count(text, '[[') === 1 ? rating(found?.[1]) : null
    },
  ),
  judged(
    // "correct" is part of "incorrect"
    { id: 'heldout-incorrect-contains', property: 'judge_verdict_parse', minimal: 9 },
    { pass: 'Verdict: correct', fail: 'Verdict: incorrect' },
    text => (text.toLowerCase().includes('correct') ? 1 : 0),
    text => {
      const said = [...text.matchAll(/^Verdict: (correct|incorrect)$/gm)]
      return said.length === 1 && text.trim().endsWith(said[0]![0]) ? Number(said[0]![1] === 'correct') : null
    },
  ),
]

const rating = (digits: string | undefined): number | null => {
  const value = Number(digits)
  return digits === undefined || value < 1 || value > 10 ? null : (value - 1) / 9
}

function judged(
  entry: { id: string; property: string; minimal: number },
  verdict: { pass: string; fail: string },
  faulty: (text: string) => number | null,
  fixed: (text: string) => number | null,
): RewardExhibit {
  const subject = (name: string, parse: (text: string) => number | null): RewardExhibit['faulty'] =>
    ({
      ...PLAIN,
      name,
      services: { judge: asked => judge(asked as { answer: string; gold: string }, verdict) },
      judge: { parse, verdict, service: 'judge' },
      score: async (row: Row, response: string, { services }) =>
        parse((await services['judge']!({ answer: response, gold: row.gold })) as string),
    }) satisfies RewardSubject<Row> as unknown as RewardExhibit['faulty']
  return { ...entry, faulty: subject(entry.id, faulty), fixed: subject(`${entry.id}, fixed`, fixed) }
}

const judge = (
  { answer, gold }: { answer: string; gold: string },
  verdict: { pass: string; fail: string },
): string => (same(answer, gold) ? verdict.pass : verdict.fail)

const SERVED: RewardExhibit[] = [
  rewardExhibit<Row>(
    // an unreachable equivalence model counts as half right
    { id: 'heldout-outage-is-half', property: 'infra_failure_is_not_a_score', minimal: 1 },
    { ...PLAIN, services: { equivalence: asked => same((asked as string[])[0]!, (asked as string[])[1]!) } },
    {
      faulty: async (row, response, { services }) =>
        number(await services['equivalence']!([response, row.gold]).catch(() => 0.5)) ?? 0.5,
      fixed: async (row, response, { services }) =>
        number(await services['equivalence']!([response, row.gold]).catch(() => null)),
    },
  ),
  rewardExhibit<Row>(
    // the container did not come up and the rollout got 0
    { id: 'heldout-container-down', property: 'setup_failure_is_not_a_score', minimal: 1 },
    { ...PLAIN, services: { setup: () => ({ ready: true }) } },
    {
      faulty: async (row, response, { services }) => {
        const up = await services['setup']!({ image: 'python' }).catch(() => null)
        return up === null ? 0 : same(response, row.gold)
      },
      fixed: async (row, response, { services }) => {
        const up = await services['setup']!({ image: 'python' }).catch(() => null)
        return (up as { ready?: boolean } | null)?.ready === true ? same(response, row.gold) : null
      },
    },
  ),
  rewardExhibit<Row>(
    // the last verdict lies in a file that nobody clears
    { id: 'heldout-last-verdict', property: 'stale_state', minimal: 1 },
    { ...PLAIN, services: { grader: asked => same((asked as string[])[0]!, (asked as string[])[1]!) } },
    {
      faulty: async (row, response, { services }) => {
        kept = number(await services['grader']!([response, row.gold]).catch(() => kept)) ?? kept
        return kept
      },
      fixed: async (row, response, { services }) =>
        number(await services['grader']!([response, row.gold]).catch(() => null)),
    },
  ),
]

let kept: number | null = null
const number = (reply: unknown): number | null =>
  typeof reply === 'number' && reply >= 0 && reply <= 1 ? reply : null

const LISTED: RewardExhibit[] = [
  batched(
    // equal responses are scored once, whatever their task
    { id: 'heldout-batch-dedupe', property: 'batch_equals_single', minimal: 2 },
    pairs => {
      const once = new Map(pairs.map(({ task, response }) => [response, same(response, task.gold)]))
      return pairs.map(({ response }) => once.get(response)!)
    },
  ),
  batched(
    // advantages instead of rewards come back
    { id: 'heldout-batch-centred', property: 'batch_equals_single', minimal: 2 },
    pairs => {
      const scores = pairs.map(({ task, response }) => same(response, task.gold))
      const mean = scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length)
      return scores.map(score => (scores.length > 1 ? clip(score - mean) : score))
    },
  ),
]

type Pairs = readonly { task: Row; response: string }[]

function batched(
  entry: { id: string; property: string; minimal: number },
  faulty: (pairs: Pairs) => number[],
): RewardExhibit {
  const score = (row: Row, response: string): number => same(response, row.gold)
  const made = rewardExhibit<Row>(entry, PLAIN, { faulty: score, fixed: score })
  const fixed = (pairs: Pairs): number[] => pairs.map(({ task, response }) => score(task, response))
  return {
    ...entry,
    faulty: { ...made.faulty, scoreBatch: faulty as never },
    fixed: { ...made.fixed, scoreBatch: fixed as never },
  }
}

export const HELDOUT_COMPOSITES: readonly RewardExhibit[] = [
  ...FORMAT,
  ...COMBINED,
  ...JUDGED,
  ...SERVED,
  ...LISTED,
]
