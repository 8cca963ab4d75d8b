/**
 * @file Behaviours by prompt alone, for models that are not trained here: system messages, and how the replies are read.
 *
 * The words are ours. `g1` follows the form of the project of that name (JSON steps with a title and what comes next), `protocol`
 * that of the thinking-claude prompts (thoughts in a block of their own, then the answer). Neither trains or searches.
 */
import { z } from 'zod'
import type { Message } from '../../envs/env.ts'
import type { Prompt } from '../policy.ts'
import type { Behaviour } from './trace.ts'
import { BEHAVIOURS } from './trace.ts'

const INSTRUCTIONS: Readonly<Record<Behaviour, string>> = {
  analysis:
    'First say what is given and what is asked, in lines "analyze: …". Put into words what the problem leaves unsaid.',
  decomposition:
    'Cut the problem into subtasks, as small as it needs, each announced when you come to it by a line "sub 1: …", ' +
    '"sub 2: …".',
  completion:
    'Do one step of work per line, "do: …", or "do 2: …" for a step of subtask 2. Lines of do, alt and fix are steps of ' +
    'work, numbered from 1 in the order in which you write them.',
  alternatives:
    'Where a way leads nowhere, open another one: "alt 3: …" goes on from behind step 3, "alt 0: …" from the beginning.',
  evaluation:
    'Check steps of work before you rely on them: "check 3: …, right" or "check 3: …, wrong" says something about step 3 ' +
    'that can be verified, and ends with the verdict.',
  correction: 'When a check fails, write that step again: "fix 3: …" replaces step 3.',
}

/** A system message that asks for these behaviours, in the lines of `trace.ts`. */
export function behaviourPrompt(behaviours: ReadonlySet<Behaviour> = new Set(BEHAVIOURS)): string {
  const asked = BEHAVIOURS.filter(behaviour => behaviours.has(behaviour))
  return [
    'Solve the problem in plain lines of text, each of one of these kinds and of no other.',
    ...asked.map(behaviour => `- ${INSTRUCTIONS[behaviour]}`),
    '- End with one line "answer: …", and write nothing behind it.',
  ].join('\n')
}

/** Steps as JSON, one object per line; reads with `readG1`. */
export const G1_PROMPT = [
  'You solve problems in steps that you explain. Write each step as one JSON object on a line of its own, with the keys',
  '"title" (what the step is for), "content" (the step) and "next_action" ("continue", or "final_answer" for the last one).',
  'Take at least three steps. Look for at least three different ways to the answer and compare what they give.',
  'You can be wrong: when you look at your work again, really do it anew and by another way, rather than saying that you did.',
  'The content of the step with "final_answer" is the answer alone, in the form that the rules of the problem ask for.',
].join('\n')

/** Thoughts in a block, then the answer; reads with `answerOf`. */
export const PROTOCOL_PROMPT = [
  'Before you answer, think in a block that begins with <thinking> and ends with </thinking>.',
  'Think there as one does on paper: put the problem into your own words, see what is known and what is missing, break it up,',
  'hold more than one reading and more than one way open before you settle, test what you find on small or extreme cases,',
  'say so when something looks wrong, go back to where it went wrong, and bring the threads together at the end.',
  'How much you think follows the difficulty of the problem. Behind the block write the answer alone, in the form that the',
  'rules of the problem ask for; nobody reads the block.',
].join('\n')

export const PROMPT_PRESETS = { g1: G1_PROMPT, protocol: PROTOCOL_PROMPT } as const

/** The prompt with a system message in front of the environment's own, both as one. */
export function prompted(prompt: Prompt, system: string): Message[] {
  const rules = prompt.filter(({ role }) => role === 'system').map(({ content }) => content)
  const rest = prompt.filter(({ role }) => role !== 'system')
  return [{ role: 'system', content: [system, ...rules].join('\n\n') }, ...rest]
}

const g1Step = z.object({
  title: z.string(),
  content: z.string(),
  next_action: z.enum(['continue', 'final_answer']),
})
export type G1Step = z.infer<typeof g1Step>

/** The steps of a reply under `G1_PROMPT`; what is no step is passed over. */
export function readG1(reply: string): G1Step[] {
  return jsonObjects(reply).flatMap(object => {
    const step = g1Step.safeParse(object)
    return step.success ? [step.data] : []
  })
}

/**
 * What a reply says behind its thoughts: blocks of thought and a fence around the rest are cut off, and of JSON steps the last
 * one's content is taken. A block of thought that was never closed leaves nothing.
 */
export function answerOf(reply: string): string {
  const final = readG1(reply).findLast(step => step.next_action === 'final_answer')
  if (final) return final.content
  const spoken = reply
    .replace(/^[\s\S]*?<\/(think|thinking)>/i, '')
    .replace(/<(think|thinking)>[\s\S]*?(<\/\1>|$)/gi, '')
  const fenced = /^\s*```[\w-]*\n([\s\S]*?)\n?```\s*$/.exec(spoken)
  return fenced ? fenced[1]! : spoken
}

/** Objects that stand in a text, by their outermost braces; strings may hold braces. */
function jsonObjects(text: string): unknown[] {
  const objects: unknown[] = []
  let [from, depth, quoted] = [0, 0, false]
  for (let at = 0; at < text.length; at++) {
    const mark = text[at]!
    if (quoted) {
      if (mark === '\\') at++
      else if (mark === '"') quoted = false
    } else if (mark === '"' && depth > 0) quoted = true
    else if (mark === '{' && depth++ === 0) from = at
    else if (mark === '}' && depth > 0 && --depth === 0) objects.push(parsed(text.slice(from, at + 1)))
  }
  return objects
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
