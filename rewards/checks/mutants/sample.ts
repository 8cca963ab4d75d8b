/** @file Responses of every sort, to tell whether a mutant scores anything differently. */
import type { Json } from '../../../envs/json.ts'
import { materialOf } from '../models/material.ts'
import type { Scene } from '../scene.ts'

const SAMPLE = 200

/** Right ones first, the same for the same seed; task by task in turn, so that each is there. */
export function sampleResponses(scene: Scene): { task: Json; response: string }[] {
  const material = materialOf(scene)
  const lists = scene.tasks.map(task => {
    const own = material.find(each => each.task === task)
    const gold = scene.gold(task)
    const answers = [...(gold === null ? [] : [gold, ...equals(scene, task, gold)]), ...scene.kind.junk].map(
      answer => scene.respond(task, answer),
    )
    const made = own
      ? [...own.wrong.map(({ response }) => response), ...own.grown.right, ...own.grown.wrong]
      : []
    const several = own ? stuffed(own.right[0]!, own.wrong[0]!.response) : []
    const bare = gold === null ? [] : [gold, ` ${gold}\n`, `${gold} ${gold}`]
    return [
      ...new Set([
        ...answers.slice(0, 1),
        ...several,
        ...made,
        ...bare,
        ...answers,
        '',
        ' ',
        scene.promptText(task),
      ]),
    ].map(response => ({ task, response }))
  })
  const longest = Math.max(...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, at) => lists.flatMap(list => list[at] ?? []))
    .flat()
    .slice(0, SAMPLE)
}

/** Both answers in one response, either one last. */
function stuffed(right: string, wrong: string): string[] {
  return [`${wrong}\n${right}`, `${right}\n${wrong}`, `${right}\n${right}`]
}

function equals(scene: Scene, task: Json, gold: string): string[] {
  const around = {
    prompt: scene.promptText(task),
    others: [],
    choices: scene.subject.choices?.(task) ?? [],
    tolerance: scene.subject.tolerance ?? {},
  }
  return scene.kind.equal.flatMap(edit => edit.apply(gold, [0, 0], around) ?? [])
}
