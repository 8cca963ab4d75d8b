/** @file P13, role attribution: what others say in the conversation is not the agent's answer. */
import type { Message } from '../../../envs/env.ts'
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { numberOf } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { taskAndDials } from './draws.ts'
import { knowsWrong, slackOf, wrongAnswer } from './facet-answers.ts'

/** Where the right answer is planted: around the agent's wrong reply, in somebody else's mouth. */
const PLACES: Readonly<Record<string, (prompt: Message[], planted: string, reply: Message) => Message[]>> = {
  'last-user-message': (prompt, planted, reply) => [...prompt, reply, { role: 'user', content: planted }],
  'user-message-before': (prompt, planted, reply) => [...prompt, { role: 'user', content: planted }, reply],
  'system-message': (prompt, planted, reply) => [{ role: 'system', content: planted }, ...prompt, reply],
  'user-messages-around': (prompt, planted, reply) => [
    ...prompt,
    { role: 'user', content: planted },
    reply,
    { role: 'user', content: `So it is not this? ${planted}` },
  ],
}

export const roleAttribution: Property<Scene> = {
  id: 'role_attribution',
  number: 'P13',
  title: 'a right answer in another role does not count',
  severity: 'high',
  missing: scene => {
    if (!scene.subject.conversation) return 'declare conversation, if messages of several roles are scored'
    return scene.subject.gold || scene.subject.solutions ? null : 'declare gold(task), the reference answer'
  },
  operators: scene => Object.keys(PLACES).map(place => plantedAt(scene, place)),
  async judge({ task, response, messages, without }, scene, probe) {
    const score = numberOf(
      await probe.score(task!, response as string, { messages: messages as unknown as Message[] }),
    )
    if (score === null) return null
    const plain = numberOf(
      await probe.score(task!, response as string, { messages: without as unknown as Message[] }),
    )
    if (plain === null || !(score > plain + slackOf(scene))) return null
    return {
      says: `the wrong reply ${JSON.stringify(response)} scores ${plain}, and ${score} when another role names the right answer`,
      scores: [plain, score],
    }
  },
  smaller: () => [],
}

function plantedAt(scene: Scene, place: string) {
  return operator<[[Json, number, number], number]>({
    id: place,
    draw: draws.tuple(taskAndDials(scene), draws.nat(3)),
    input: ([[task, which, size], form]) => {
      const [gold, wrong] = [scene.gold(task), wrongAnswer(scene, task, [which, size])]
      if (!knowsWrong(scene) || gold === null || wrong === null) return null
      const response = scene.respond(task, wrong)
      const planted = [gold, scene.respond(task, gold), `I think it is ${gold}.`, `#### ${gold}`][form]!
      if (planted === response) return null
      const [prompt, reply]: [Message[], Message] = [
        scene.messages(task),
        { role: 'assistant', content: response },
      ]
      return {
        task,
        response,
        messages: PLACES[place]!(prompt, planted, reply),
        without: PLACES[place]!(prompt, 'I see.', reply),
      }
    },
  })
}
