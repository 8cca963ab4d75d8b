/** @file P24: a batch is scored as its members are, in any order, junk among them or not. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { shorterList } from '../minimise.ts'
import type { Probe, Scored } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { taskDraw } from './draws.ts'
import { palette, slackOf } from './facet-answers.ts'

type Pair = { task: Json; response: string }

export const batchEqualsSingle: Property<Scene> = {
  id: 'batch_equals_single',
  number: 'P24',
  title: 'a batch is scored as its members are',
  severity: 'high',
  missing: ({ subject }) => (subject.scoreBatch ? null : 'declare scoreBatch(pairs)'),
  operators: scene =>
    (['batch', 'with-junk', 'repeated', 'one-answer-for-all', 'large'] as const).map(id =>
      batches(scene, id),
    ),
  async judge({ pairs }, scene, probe) {
    const singles = await alone(pairs as unknown as Pair[], probe)
    if (singles === null) return 'skip'
    const orders = [singles.map((_, at) => at), singles.map((_, at) => singles.length - 1 - at)]
    for (const order of orders) {
      const wrong = await compared(order, { pairs: pairs as unknown as Pair[], singles }, scene, probe)
      if (wrong !== null) return wrong
    }
    return null
  },
  *smaller({ pairs }) {
    for (const fewer of shorterList(pairs as Json[])) if (fewer.length > 0) yield { pairs: fewer }
  },
}

/** The score of each by itself; null where one of them has none, which other properties look at. */
async function alone(pairs: readonly Pair[], probe: Probe): Promise<(number | null)[] | null> {
  const scores: (number | null)[] = []
  for (const { task, response } of pairs) {
    const outcome = await probe.score(task, response)
    if (outcome.how !== 'returned') return null
    scores.push(outcome.value.score)
  }
  return scores
}

async function compared(
  order: readonly number[],
  { pairs, singles }: { pairs: readonly Pair[]; singles: readonly (number | null)[] },
  scene: Scene,
  probe: Probe,
) {
  const outcome = await probe.call<Scored[]>('scoreBatch', order.map(at => pairs[at]!) as unknown as Json)
  if (outcome.how !== 'returned')
    return {
      says: `a batch of ${order.length} ${outcome.how}; each by itself is scored`,
      scores: [outcome.how],
    }
  const batch = outcome.value.map(({ score }) => score)
  if (batch.length !== order.length)
    return { says: `a batch of ${order.length} gives ${batch.length} scores`, scores: ['length'] }
  const at = order.findIndex((from, place) => !equal(batch[place]!, singles[from]!, slackOf(scene)))
  if (at < 0) return null
  return {
    says: `number ${at + 1} of a batch of ${order.length} scores ${batch[at]}; by itself it scores ${singles[order[at]!]}`,
    scores: [batch[at]!, singles[order[at]!]!],
  }
}

function equal(a: number | null, b: number | null, slack: number): boolean {
  return Object.is(a, b) || (a !== null && b !== null && Math.abs(a - b) <= slack)
}

type Mixture = 'large' | 'batch' | 'with-junk' | 'repeated' | 'one-answer-for-all'

function batches(scene: Scene, id: Mixture) {
  const { junk } = scene.kind
  return operator<[Json, number][]>({
    id,
    // Larger than the chunks that batches are cut into, and seldom a multiple of one.
    draw: draws.array(draws.tuple(taskDraw(scene), draws.nat(30)), {
      minLength: 1,
      maxLength: id === 'large' ? 40 : 6,
      size: 'max',
    }),
    ...(id === 'large' && { runs: 12 }),
    input: members => {
      const shared = scene.gold(members[0]![0])
      if (id === 'one-answer-for-all' && shared === null) return null
      const pairs = members.map(([task, at], place) => {
        if (id === 'one-answer-for-all') return { task, response: scene.respond(task, shared!) }
        if (id === 'with-junk' && place % 2 === 1)
          return { task, response: scene.respond(task, junk[at % junk.length]!) }
        const all = palette(scene, task)
        return { task, response: all[at % all.length]! }
      })
      return { pairs: (id === 'repeated' ? [...pairs, ...pairs] : pairs) as unknown as Json }
    },
  })
}
