/** @file A correct environment whose snapshots are texts, whose tools fail, and where several mails may be under way. */
import type { Json } from '../../../envs/json.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { EnvFace, EnvFault, EnvStep } from '../../../rewards/checks/env-subject.ts'
import { environment } from './subject.ts'

interface Post {
  staff: Record<string, string>
  wanted: string[]
  sent: string[]
  steps: number
  finished: boolean
}

const LIMIT = 12
const NAMES = ['ines', 'jonas', 'karla', 'leo']

function postOf(seed: number): Post {
  const rng = rngAt('post', seed)
  const rooms = rng.shuffle(['north', 'south', 'east', 'west'])
  const staff = Object.fromEntries(NAMES.map((name, i) => [name, rooms[i]!]))
  return { staff, wanted: rng.shuffle(NAMES).slice(0, 2).sort(), sent: [], steps: 0, finished: false }
}

/** Mail is sent once to each; a mail to anybody else spoils the errand. */
class PostOffice implements EnvFace<string> {
  #text = ''
  readonly #fault: EnvFault | null
  #uses = 0

  constructor(fault: EnvFault | null = null) {
    this.#fault = fault
  }

  reset(seed: number) {
    this.#text = JSON.stringify(postOf(seed))
    this.#uses = 0
    return { observation: this.#shown(null) }
  }

  step(action: string): EnvStep {
    const post = this.#post()
    if (post.finished || post.steps >= LIMIT) throw new Error('finished: reset first')
    post.steps++
    const [verb, name = ''] = typeof action === 'string' ? action.split(' ') : []
    const reply = this.#reply(post, verb ?? '', name)
    const terminated = verb === 'finish'
    post.finished = terminated
    this.#text = JSON.stringify(post)
    const right = terminated && post.sent.toSorted().join() === post.wanted.join()
    const truncated = !terminated && post.steps >= LIMIT
    return { observation: this.#shown(reply), reward: right ? 1 : 0, terminated, truncated }
  }

  #reply(post: Post, verb: string, name: string): Json {
    if (verb === 'finish') return 'finished'
    if (verb !== 'find' && verb !== 'send') return 'ERROR no such command'
    if (this.#fault?.part === verb && this.#uses++ === this.#fault.at) return 'ERROR out of order'
    if (!NAMES.includes(name)) return 'ERROR nobody of that name'
    if (verb === 'find') return `${name} sits in the ${post.staff[name]} wing`
    if (!post.sent.includes(name)) post.sent.push(name)
    return `sent to ${name}`
  }

  snapshot() {
    return this.#text
  }

  restore(snapshot: string) {
    this.#text = snapshot
  }

  clone() {
    const other = new PostOffice(this.#fault)
    other.#text = this.#text
    other.#uses = this.#uses
    return other
  }

  state(): Json {
    return this.#post() as unknown as Json
  }

  #post(): Post {
    if (this.#text === '') throw new Error('reset first')
    return JSON.parse(this.#text) as Post
  }

  #shown(reply: Json): Json {
    const { wanted, steps } = this.#post()
    return { task: `Write to ${wanted.join(' and ')}, then finish.`, reply, left: LIMIT - steps }
  }
}

/** Several commands are sent at once; they are carried out as they arrive, and the errand is judged afterwards. */
async function atOnce(
  face: EnvFace<string>,
  actions: readonly string[],
  order: readonly number[],
): Promise<Json> {
  const before = (await face.state!()) as unknown as Post
  if (before.finished || before.steps + actions.length >= LIMIT || actions.includes('finish'))
    return 'refused'
  for (const at of order) await face.step(actions[at]!)
  return (await face.step('finish')).reward
}

const mail = environment<string>({
  name: 'mail to two colleagues',
  make: () => new PostOffice() as EnvFace<string>,
  actions: [...NAMES.flatMap(name => [`find ${name}`, `send ${name}`]), 'finish'],
  horizon: LIMIT,
  returnRange: [0, 1],
  rewardRange: [0, 1],
  reference: seed => [...postOf(seed).wanted.map(name => `send ${name}`), 'finish'],
  goalReached: state => {
    const { wanted, sent } = state as unknown as Post
    return sent.toSorted().join() === wanted.join()
  },
  readOnly: NAMES.map(name => `find ${name}`),
  submit: 'finish',
  commuting: true,
  failed(observation) {
    const { reply } = observation as { reply?: Json }
    return typeof reply === 'string' && reply.startsWith('ERROR')
  },
  makeFaulty: fault => new PostOffice(fault) as EnvFace<string>,
  parts: ['find', 'send'],
  concurrent: atOnce,
  stateKey: state => {
    const { staff, wanted, sent, finished } = state as unknown as Post
    return JSON.stringify([staff, wanted, sent, finished])
  },
})

export const MAIL = [mail]
