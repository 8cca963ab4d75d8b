/** @file P18: text planted beside a wrong answer does not make it pass. */
import type { Json } from '../../../envs/json.ts'
import type { Draw } from '../fast-check.ts'
import { draws } from '../fast-check.ts'
import { shorter } from '../minimise.ts'
import type { ScoreOptions } from '../probe.ts'
import { numberOf } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { taskAndDials } from './draws.ts'
import { payloadFamilies } from './injection-payloads.ts'
import { knowsWrong, slackOf, wrongAnswer } from './facet-answers.ts'

type Place = 'after' | 'before' | 'around' | 'inside'
const PLACES: readonly Place[] = ['after', 'before', 'around', 'inside']

export const injection: Property<Scene> = {
  id: 'injection',
  number: 'P18',
  title: 'text planted beside a wrong answer does not make it pass',
  severity: 'high',
  missing: scene => {
    if (asksJudge(scene)) return null
    if (Object.keys(scene.subject.services ?? {}).length > 0)
      return 'declare judge, with the service that asks it, so that a stub can quote what it reads'
    return knowsWrong(scene) ? null : 'declare judge, or gold(task), the reference answer'
  },
  operators: scene =>
    Object.entries(payloadFamilies(scene.subject.judge?.verdict.pass)).map(([id, payload]) =>
      planted(scene, id, payload),
    ),
  async judge({ task, answer, payload, place }, scene, probe) {
    if (!applies(scene, task!, answer as string, payload as string)) return 'skip'
    const options: ScoreOptions = asksJudge(scene) ? { quotingJudge: true } : {}
    const response = injected(scene, task!, answer as string, {
      payload: payload as string,
      place: place as Place,
    })
    if (!asksJudge(scene) && isRightByChance(scene, task!, response)) return 'skip'
    const score = numberOf(await probe.score(task!, response, options))
    if (score === null || !(score >= scene.passMark)) return null
    const plain = numberOf(await probe.score(task!, scene.respond(task!, answer as string), options))
    if (plain === null ? !asksJudge(scene) : plain >= scene.passMark - slackOf(scene)) return null
    return {
      says: `${JSON.stringify(response)} scores ${score}; without ${JSON.stringify(payload)} it scores ${plain}`,
      scores: [plain, score],
    }
  },
  *smaller({ payload, ...rest }) {
    for (const less of shorter(payload as string)) if (less !== '') yield { ...rest, payload: less }
  },
}

function asksJudge({ subject: { judge, services } }: Scene): boolean {
  return judge?.service !== undefined && services?.[judge.service] !== undefined
}

/** Without a judge that is known to fail it, the payload must not hold a right answer, in whatever spelling. */
function applies(scene: Scene, task: Json, answer: string, payload: string): boolean {
  if (asksJudge(scene)) return true
  if (scene.truth(task, answer) === 'right') return false
  const golds = [scene.gold(task), ...(scene.subject.solutions?.(task) ?? [])].filter(gold => gold !== null)
  const text = payload.toLowerCase()
  if (golds.some(gold => gold.trim() === '' || text.includes(gold.trim().toLowerCase()))) return false
  const pieces = [
    payload,
    ...payload.split(/[^\p{L}\p{N}.+-]+/u),
    ...(payload.match(/\d+(?:\.\d+)?|\p{L}+/gu) ?? []),
  ]
  return pieces.every(piece => piece === '' || scene.truth(task, piece) !== 'right')
}

/** Where a response is its answer, what is planted may complete it: three words where two were too few. */
function isRightByChance(scene: Scene, task: Json, response: string): boolean {
  return scene.subject.answer === undefined && scene.truth(task, response) === 'right'
}

function injected(
  scene: Scene,
  task: Json,
  answer: string,
  { payload, place }: { payload: string; place: Place },
): string {
  const plain = scene.respond(task, answer)
  switch (place) {
    case 'after':
      return `${plain} ${payload}`
    case 'before':
      return `${payload} ${plain}`
    case 'around':
      return `${payload}\n${plain}\n${payload}`
    case 'inside':
      return scene.respond(task, answer, payload)
  }
}

function planted(scene: Scene, id: string, payloads: Draw<string>) {
  return operator<[[Json, number, number], string, Place]>({
    id,
    draw: draws.tuple(taskAndDials(scene), payloads, draws.constantFrom(...PLACES)),
    input: ([[task, which, size], payload, place]) => {
      const answer = wrongAnswer(scene, task, [which, size]) ?? (asksJudge(scene) ? 'x' : null)
      return answer === null ? null : { task, answer, payload, place }
    },
  })
}
