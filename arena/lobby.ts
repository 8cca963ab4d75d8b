/** @file The door of the arena: who a hello is from, and whether it may come in. */
import { randomBytes } from 'node:crypto'
import type { Hello, Refusal } from './protocol.ts'
import type { Link } from './remote.ts'
import { RemoteAgent } from './remote.ts'
import type { Store } from './store.ts'

/** Anybody may register; the registry is one small file. */
const MAX_AGENTS = 2000

export interface LobbyOptions {
  store: Store
  graceMs: number
  /** Names that agents of the house have. */
  reserved: (name: string) => boolean
  /** A remote agent came or went. */
  onChange: (agent: RemoteAgent) => void
}

export class Lobby {
  readonly #options: LobbyOptions
  readonly #remotes = new Map<string, RemoteAgent>()

  constructor(options: LobbyOptions) {
    this.#options = options
  }

  /** The agent of that name, whether or not it has ever come. */
  agent(name: string): RemoteAgent {
    const known = this.#remotes.get(name)
    if (known) return known
    const { graceMs, store, onChange } = this.#options
    const agent: RemoteAgent = new RemoteAgent(name, {
      graceMs,
      ticket: id => store.ticket(id),
      onChange: () => onChange(agent),
    })
    this.#remotes.set(name, agent)
    return agent
  }

  /** Lets the agent in over this link, or says why not. */
  async hello(hello: Hello, link: Link): Promise<RemoteAgent | { code: Refusal; message: string }> {
    const { agent: name, token, resume } = hello
    if (this.#options.reserved(name))
      return { code: 'name-taken', message: `an agent of the arena is called ${name}; choose another name` }
    const continued = this.#remotes.get(name)?.canResume(resume) ?? false
    const proven = token === undefined ? null : this.#options.store.authenticate(name, token)
    if (!continued && proven === false) return badToken(name)
    if (continued || proven) return this.#enter(hello, link, null)
    return this.#register(hello, link)
  }

  shutdown(reconnectAfterMs: number | null): void {
    for (const agent of this.#remotes.values()) agent.shutdown(reconnectAfterMs)
  }

  async #register(hello: Hello, link: Link) {
    const { store } = this.#options
    const made = hello.token === undefined ? randomBytes(24).toString('base64url') : null
    const token = hello.token ?? made!
    // Asked without a token for a name that has one.
    if (store.authenticate(hello.agent, token) !== null) return badToken(hello.agent)
    if (store.registered() >= MAX_AGENTS)
      return { code: 'full' as const, message: `${MAX_AGENTS} agents are registered; no more can be` }
    await store.register(hello.agent, token, '')
    return this.#enter(hello, link, made)
  }

  #enter({ agent: name, resume }: Hello, link: Link, agentToken: string | null): RemoteAgent {
    const agent = this.agent(name)
    agent.attach(link, { resume, agentToken })
    return agent
  }
}

function badToken(name: string) {
  return {
    code: 'bad-token' as const,
    message: `${name} is registered with another token; give that token, or choose another name`,
  }
}
