/** @file Held-out bugs of graders that compare an answer with a reference: what is taken for the answer. */
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './exhibit.ts'
import type { Row } from './heldout-rows.ts'
import { FACTS, PLAIN, rows, sameNumber, sameWords, SUMS, valueOf, words } from './heldout-rows.ts'

const hashed = (response: string): string | null => response.match(/#### *(\S+)\s*$/)?.[1] ?? null

const EXTRACTION: RewardExhibit[] = [
  rewardExhibit<Row>(
    // lm-evaluation-harness style: the flexible filter takes the first number it meets
    { id: 'heldout-gsm8k-first-number', property: 'stuffing', minimal: 8 },
    { tasks: SUMS, kind: 'number', ...PLAIN, answer: { wrap: (answer, why) => `${why}\n#### ${answer}` } },
    {
      faulty: (row, response) => {
        const strict = hashed(response)
        if (strict !== null && sameNumber(strict, row.gold)) return 1
        return sameNumber(response.match(/-?\d+(\.\d+)?/)?.[0] ?? '', row.gold)
      },
      fixed: (row, response) => sameNumber(hashed(response) ?? '', row.gold),
    },
  ),
  rewardExhibit<Row>(
    // MATH is_equiv: percent signs are removed from both sides
    { id: 'heldout-math-percent', property: 'unit_confusion', minimal: 3 },
    {
      tasks: SUMS,
      kind: 'number',
      ...PLAIN,
      oracle: (row, answer) => (sameNumber(answer, row.gold) ? 'right' : 'wrong'),
    },
    {
      faulty: (row, response) => sameNumber(response.replace(/\\?%/g, ''), row.gold),
      fixed: (row, response) => sameNumber(response, row.gold),
    },
  ),
  rewardExhibit<Row>(
    // question answering: the answer is looked for in the reference, so an empty one is found
    { id: 'heldout-qa-answer-in-gold', property: 'null_baseline', minimal: 0 },
    { tasks: FACTS, kind: 'text', ...PLAIN },
    {
      faulty: (row, response) => (row.gold.toLowerCase().includes(response.trim().toLowerCase()) ? 1 : 0),
      fixed: (row, response) => sameWords(response, row.gold),
    },
  ),
  rewardExhibit<Row>(
    // SQuAD 2 style: declining is right for unanswerable questions and was accepted for all
    { id: 'heldout-squad-declines', property: 'non_answer', minimal: 7 },
    { tasks: FACTS, kind: 'text', ...PLAIN },
    {
      faulty: (row, response) =>
        /\b(unknown|unanswerable|cannot|don't know|not sure|no answer|n\/a)\b/i.test(response)
          ? 1
          : sameWords(response, row.gold),
      fixed: (row, response) => sameWords(response, row.gold),
    },
  ),
  rewardExhibit<Row>(
    // recall of the reference's words: naming several answers costs nothing
    { id: 'heldout-qa-token-recall', property: 'hedge', minimal: 12 },
    { tasks: FACTS, kind: 'text', ...PLAIN },
    {
      faulty: (row, response) => (words(row.gold).every(word => words(response).includes(word)) ? 1 : 0),
      fixed: (row, response) => sameWords(response, row.gold),
    },
  ),
  rewardExhibit<Row>(
    // both sides are simplified, so the question is its own answer
    { id: 'heldout-question-is-answer', property: 'goal_restatement', minimal: 6 },
    { tasks: SUMS, kind: 'number', ...PLAIN },
    {
      faulty: (row, response) => sameNumber(String(simplified(response)), row.gold),
      fixed: (row, response) => sameNumber(response, row.gold),
    },
  ),
  rewardExhibit<Row>(
    // a share of rubric words found in the response; the words stand in the question
    { id: 'heldout-rubric-words', property: 'prompt_echo', minimal: 20 },
    {
      tasks: rows(
        [
          'Explain in one word what chlorophyll makes from sunlight and water: chlorophyll, sunlight',
          'sugar',
        ],
        ['Name in one word what yeast makes from sugar in dough: yeast, dough', 'gas'],
      ),
      kind: 'text',
      ...PLAIN,
    },
    {
      faulty: (row, response) => {
        const rubric = row.question.split(': ')[1]!.split(', ')
        const found = rubric.filter(word => response.toLowerCase().includes(word)).length
        return Math.max(sameWords(response, row.gold), found / rubric.length)
      },
      fixed: (row, response) => sameWords(response, row.gold),
    },
  ),
  rewardExhibit<Row>(
    // all text of the conversation is searched for the tag, whoever wrote it
    { id: 'heldout-any-speaker', property: 'role_attribution', minimal: 12 },
    {
      tasks: SUMS,
      kind: 'number',
      ...PLAIN,
      conversation: true,
      answer: { wrap: answer => `<answer>${answer}</answer>` },
    },
    {
      faulty: (row, _response, { messages }) =>
        sameNumber(tagged(messages.map(({ content }) => String(content)).join('\n')) ?? '', row.gold),
      fixed: (row, response) => sameNumber(tagged(response) ?? '', row.gold),
    },
  ),
]

function tagged(text: string): string | null {
  return [...text.matchAll(/<answer>([^<]*)<\/answer>/g)].at(-1)?.[1] ?? null
}

function simplified(text: string): number | null {
  const [, left, sign, right] = text.match(/(-?\d+)\s*([-+*])\s*(\d+)/) ?? []
  if (!sign) return valueOf(text)
  const [a, b] = [Number(left), Number(right)]
  return sign === '*' ? a * b : sign === '+' ? a + b : a - b
}

export const HELDOUT_ANSWERS: readonly RewardExhibit[] = EXTRACTION
