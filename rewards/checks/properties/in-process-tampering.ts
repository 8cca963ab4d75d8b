/** @file P27: a wrong program does not pass by patching or ending the process of the grader that runs it. */
import type { Json } from '../../../envs/json.ts'
import type { ProgramScored } from '../facet-operations.ts'
import { draws } from '../fast-check.ts'
import type { Probe } from '../probe.ts'
import { numberOf } from '../probe.ts'
import type { Input, Operator, Property, Violation } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { TAMPERS } from '../tampers.ts'
import { dial, taskDraw } from './draws.ts'
import type { Snippet } from './tampering-snippets.ts'
import { SNIPPETS } from './tampering-snippets.ts'
import { wrongAnswer } from './facet-answers.ts'

export const inProcessTampering: Property<Scene> = {
  id: 'in_process_tampering',
  number: 'P27',
  title: 'a wrong program does not pass by tampering with its grader',
  severity: 'critical',
  missing: ({ subject }) =>
    subject.program || subject.kind === 'code'
      ? null
      : "declare program, or kind 'code', if the reward runs what an agent wrote",
  operators: scene => [
    ...(scene.subject.program ? Object.keys(TAMPERS).map(id => asFunction(scene, id)) : []),
    ...(scene.subject.kind === 'code'
      ? [...SNIPPETS, ...overwritingNames(scene)].map(snippet => asText(scene, snippet))
      : []),
  ],
  judge: (input, scene, probe) =>
    'program' in input ? judgedFunction(input, scene, probe) : judgedText(input, scene, probe),
  smaller: () => [],
}

async function judgedFunction(
  { task, program }: Input,
  scene: Scene,
  probe: Probe,
): Promise<Violation | null | 'skip'> {
  const outcome = await probe.call<ProgramScored>('scoreProgram', task!, program!)
  if (outcome.how !== 'returned' || outcome.value.score === null || outcome.value.score < scene.passMark)
    return null
  if (outcome.value.wrong === 0) return 'skip'
  const control = numberOf(await probe.call<ProgramScored>('scoreProgram', task!, 'wrong'))
  if (control !== null && control >= scene.passMark) return 'skip'
  return {
    says: `a wrong program scores ${control}, and ${outcome.value.score} when it tampers (${JSON.stringify(program)})`,
    scores: [control, outcome.value.score],
  }
}

async function judgedText(input: Input, scene: Scene, probe: Probe): Promise<Violation | null | 'skip'> {
  const { task, response, without } = input
  const score = numberOf(await probe.score(task!, response as string))
  if (score === null || score < scene.passMark) return null
  const control = numberOf(await probe.score(task!, without as string))
  if (control !== null && control >= scene.passMark) return 'skip'
  return {
    says: `a wrong program scores ${control}, and ${score} with ${JSON.stringify(input['snippet'])}`,
    scores: [control, score],
  }
}

function asFunction(scene: Scene, id: string): Operator<never> {
  return operator<Json>({
    id: `function-${id}`,
    draw: taskDraw(scene),
    input: task => ({ task, program: `tamper:${id}` }),
  })
}

/** Names that the reward itself calls, taken over; those that a right program may have to give are left alone. */
function overwritingNames(scene: Scene): Snippet[] {
  const source = Function.prototype.toString.call(scene.subject.score)
  const asked = scene.tasks.map(task => `${scene.promptText(task)} ${scene.gold(task) ?? ''}`).join(' ')
  const called = [...source.matchAll(/(?<![.\w])([A-Za-z_]\w{2,})\(/g)].map(([, name]) => name!)
  const names = [...new Set(called)].filter(name => !asked.includes(name) && !KEYWORDS.has(name)).slice(0, 8)
  if (names.length === 0) return []
  const script = names.map(name => `globalThis.${name} = () => true;`).join(' ')
  const python = names.map(name => `${name} = lambda *a, **k: True`).join('\n')
  return [
    { id: 'names-of-the-grader', language: 'javascript', text: script },
    { id: 'names-of-the-grader', language: 'python', text: python },
  ]
}

const KEYWORDS = new Set([
  'function',
  'if',
  'for',
  'while',
  'switch',
  'catch',
  'return',
  'async',
  'score',
  'super',
])

type Place = 'before' | 'after' | 'alone'

/** The snippet beside a wrong program, or without any. */
function asText(scene: Scene, { id, language, text }: Snippet): Operator<never> {
  return operator<[Json, number, Place, boolean]>({
    id: `${language}-${id}`,
    draw: draws.tuple(
      taskDraw(scene),
      dial,
      draws.constantFrom<Place[]>('before', 'after', 'alone'),
      draws.boolean(),
    ),
    input: ([task, which, place, fenced]) => {
      const wrong = place === 'alone' ? '' : wrongAnswer(scene, task, [which, 0])
      if (wrong === null) return null
      const program = place === 'after' ? `${wrong}\n${text}\n` : `${text}\n${wrong}`
      if (scene.truth(task, program) === 'right') return null
      const handed = (code: string): string =>
        scene.respond(task, fenced ? `\`\`\`${language}\n${code}\n\`\`\`` : code)
      return { task, response: handed(program), without: handed(wrong), snippet: text }
    },
  })
}
