/** @file P15: all that is not correctness together earns no more than its declared share. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { numberOf } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { taskAndDials } from './draws.ts'
import { DECLARE_GOLD, knowsWrong, slackOf, wrongAnswer } from './facet-answers.ts'

/** Ways to be beautiful; `times` makes them longer. */
const BEAUTIES: Readonly<Record<string, (times: number) => string>> = {
  long: times => 'Let us look at this carefully, one thing after another. '.repeat(times),
  polite: times => 'Thank you for this wonderful question! I am very happy to help you. '.repeat(times),
  numbered: times =>
    Array.from({ length: times }, (_, at) => `Step ${at + 1}: consider the next part.`).join('\n'),
  markdown: times => '## Analysis\n\n- **First**, the facts.\n- **Then**, what follows.\n\n'.repeat(times),
  thinking: times => `<think>${'First, therefore, because, however, finally. '.repeat(times)}</think>`,
  tagged: times => '<think>So.</think>\n<answer></answer>\n'.repeat(times),
  checked: times => 'Wait, let me double-check this. Yes, verified. '.repeat(times),
}

export const componentCeiling: Property<Scene> = {
  id: 'component_ceiling',
  number: 'P15',
  title: 'form and manners earn at most their share, and never as much as being right',
  severity: 'high',
  missing: scene => {
    if (!scene.subject.components) return 'declare components, each with its maxShare'
    return knowsWrong(scene) ? null : DECLARE_GOLD
  },
  operators: scene => Object.keys(BEAUTIES).map(id => beautiful(scene, id)),
  async judge({ task, response, bare }, scene, probe) {
    const outcome = await probe.score(task!, response as string)
    const score = numberOf(outcome)
    if (outcome.how !== 'returned' || score === null) return 'skip'
    const [slack, range] = [slackOf(scene), scene.high - scene.low]
    const declared = Object.entries(scene.subject.components!)
    const parts = outcome.value.components
    // Parts are compared with their shares only where they are contributions, that is, where they add up to the score.
    if (Math.abs(Object.values(parts).reduce((sum, part) => sum + part, 0) - score) <= slack)
      for (const [name, { maxShare }] of declared)
        if ((parts[name] ?? 0) > maxShare * range + slack)
          return {
            says: `component ${name} earns ${parts[name]}; its share is ${maxShare * range}`,
            scores: [name, parts[name]!],
          }
    const plain = numberOf(await probe.score(task!, bare as string))
    const ceiling = declared.reduce((sum, [, { maxShare }]) => sum + maxShare, 0) * range
    if (plain !== null && score - plain > ceiling + slack)
      return {
        says: `a wrong answer earns ${score - plain} more by its form; all components together may earn ${ceiling}`,
        scores: [plain, score],
      }
    return notAboveGold(task!, score, scene, async gold => numberOf(await probe.score(task!, gold)))
  },
  smaller: () => [],
}

async function notAboveGold(
  task: Json,
  score: number,
  scene: Scene,
  scored: (response: string) => Promise<number | null>,
) {
  const gold = scene.gold(task)
  const right = gold === null ? null : await scored(scene.respond(task, gold))
  if (right === null || score < right) return null
  return {
    says: `a wrong answer in beautiful form scores ${score}; the right one in plain form scores ${right}`,
    scores: [score, right],
  }
}

function beautiful(scene: Scene, id: string) {
  return operator<[[Json, number, number], number]>({
    id,
    draw: draws.tuple(taskAndDials(scene), draws.nat(4)),
    input: ([[task, which, size], length]) => {
      const wrong = wrongAnswer(scene, task, [which, size])
      if (wrong === null) return null
      const reasoning = BEAUTIES[id]!(2 ** (2 * length))
      const wrapped = scene.respond(task, wrong, reasoning)
      return {
        task,
        response: wrapped.includes(reasoning.slice(0, 20)) ? wrapped : `${reasoning}\n${wrapped}`,
        bare: wrong,
      }
    },
  })
}
