import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import WebSocket from 'ws'
import type { Agent } from '../../agents/agent.ts'
import type { Acknowledged, Connection } from '../../arena/client.ts'
import { connectAgent } from '../../arena/client.ts'
import { encode } from '../../arena/codec.ts'
import type { ClientMessage, ServerMessage } from '../../arena/protocol.ts'
import { CLOSE, SUBPROTOCOLS } from '../../arena/protocol.ts'
import type { Arena, ArenaOptions } from '../../arena/run.ts'
import { openArena } from '../../arena/run.ts'
import { planSeason } from '../../arena/schedule.ts'
import { ADDITION, adder, nextColumn, pause, removeFolders, temporaryFolder, until } from '../arena/league.ts'

test.after(removeFolders)
const season = { envs: [{ env: ADDITION, levels: [3] }], tasks: 4 }
const TOKEN = 'a-token-that-is-long-enough'

async function withArena(
  options: Partial<ArenaOptions>,
  run: (arena: Arena) => Promise<void>,
): Promise<void> {
  const arena = await openArena({ dir: temporaryFolder(), graceMs: 2000, ...options })
  try {
    await run(arena)
  } finally {
    await arena.close()
  }
}

/** A wire between client and arena that can be cut. */
async function proxyTo(url: string): Promise<{ url: string; cut(): void; refuse: boolean; close(): void }> {
  const sockets = new Set<Socket>()
  const state = { url: '', refuse: false, cut, close: () => void (cut(), server.close()) }
  const server = createServer(client => {
    if (state.refuse) return void client.destroy()
    const upstream = connect(Number(new URL(url).port), '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => (client.destroy(), upstream.destroy(), sockets.delete(socket)))
    }
    client.pipe(upstream).pipe(client)
  })
  function cut(): void {
    for (const socket of sockets) socket.destroy()
  }
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return state
}

for (const format of ['json', 'msgpack'] as const)
  test(`a remote agent plays over ${format}, and its results agree with the log`, () =>
    withArena({}, async arena => {
      const connection = connectAgent(adder('far'), { url: arena.url, format })
      const { played } = await arena.run(season, { agents: ['far'] })
      await arena.close()
      const results = await connection.finished
      assert.is(played, 4)
      assert.is(results.length, 4)
      assert.ok(results.every(({ result }) => result.cause === 'solved'))
      assert.is(new Set(results.map(({ match }) => match)).size, 4)
    }))

test('a connection cut in the middle of matches is resumed, and every match is completed once', () =>
  withArena({}, async arena => {
    const proxy = await proxyTo(arena.url)
    let [turns, drops] = [0, 0]
    const agent: Agent = {
      name: 'far',
      open: () => ({
        act: async ({ observation }) => {
          // Once before answering, once while the answer is on its way.
          if (++turns === 3 || turns === 8) proxy.cut()
          await pause(10)
          return { action: nextColumn(observation) }
        },
      }),
    }
    const connection = connectAgent(agent, { url: proxy.url, onRetry: () => drops++ })
    await arena.run(season, { agents: ['far'] })
    const board = arena.board()
    await arena.close()
    const results = await connection.finished
    proxy.close()
    assert.ok(drops >= 2)
    assert.is(board.agents[0]!.solved, 4)
    assert.is(turns, 12, 'no turn was asked twice')
    assert.equal(new Set(results.map(({ match }) => match)).size, 4)
    assert.is(results.length, 4)
  }))

test('an agent that stays away longer than the grace period forfeits as disconnect', () =>
  withArena({ graceMs: 150 }, async arena => {
    const proxy = await proxyTo(arena.url)
    const causes: string[] = []
    const agent: Agent = {
      name: 'far',
      open: () => ({
        act: async ({ observation }) => {
          if (causes.length === 0 && !proxy.refuse) {
            proxy.refuse = true
            proxy.cut()
          }
          return { action: nextColumn(observation) }
        },
      }),
    }
    const connection = connectAgent(agent, { url: proxy.url })
    const run = arena.run(season, {
      agents: ['far'],
      onProgress: ({ result }) => {
        if (result) causes.push(result.cause)
      },
    })
    await until(() => causes.length > 0, 'the forfeit')
    assert.ok(
      causes.every(cause => cause === 'disconnect'),
      causes.join(),
    )
    await pause(100)
    const forfeits = causes.length
    proxy.refuse = false
    assert.is((await run).played, 4)
    assert.equal(
      causes.slice(forfeits),
      causes.slice(forfeits).map(() => 'solved'),
    )
    await connection.close()
    proxy.close()
  }))

test('the clock runs on while an agent is away', () =>
  withArena({ clock: { actionMs: 150, matchMs: 1000 } }, async arena => {
    const proxy = await proxyTo(arena.url)
    const agent: Agent = {
      name: 'far',
      open: () => ({ act: () => (proxy.cut(), (proxy.refuse = true), { action: '00' }) }),
    }
    const connection = connectAgent(agent, { url: proxy.url })
    const causes: string[] = []
    await arena.run(
      { ...season, tasks: 1 },
      { agents: ['far'], onProgress: ({ result }) => result && causes.push(result.cause) },
    )
    assert.equal(causes, ['timeout'])
    await connection.close()
    proxy.close()
  }))

test('a restarted client takes its matches over in a new session', () =>
  withArena({}, async arena => {
    let first: Connection | null = null
    const stuck: Agent = { name: 'far', open: () => ({ act: () => new Promise<never>(() => {}) }) }
    first = connectAgent(stuck, { url: arena.url, token: TOKEN })
    const run = arena.run(season, { agents: ['far'] })
    await pause(100)
    const second = connectAgent(adder('far'), { url: arena.url, token: TOKEN })
    const { played } = await run
    assert.is(played, 4)
    assert.is(arena.board().agents[0]!.solved, 4)
    await first.close().catch(() => {})
    await second.close()
  }))

/** Speaks the protocol by hand. */
class Peer {
  readonly socket: WebSocket
  readonly heard: ServerMessage[] = []
  code = 0
  constructor(url: string) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/socket`, SUBPROTOCOLS.json)
    this.socket.on('message', (payload: Buffer) =>
      this.heard.push(JSON.parse(payload.toString()) as ServerMessage),
    )
    this.socket.on('close', code => (this.code = code))
    this.socket.on('error', () => {})
  }
  async say(message: ClientMessage | string): Promise<void> {
    if (this.socket.readyState === WebSocket.CONNECTING)
      await new Promise(resolve => this.socket.once('open', resolve))
    this.socket.send(typeof message === 'string' ? message : encode('json', message))
  }
  async hear<T extends ServerMessage['type']>(
    type: T,
    count = 1,
  ): Promise<Extract<ServerMessage, { type: T }>> {
    const heard = () => this.heard.filter(message => message.type === type)
    await until(() => heard().length >= count, `${count} ${type}`)
    return heard()[count - 1] as Extract<ServerMessage, { type: T }>
  }
  async closed(): Promise<number> {
    await until(() => this.code !== 0, 'the close')
    return this.code
  }
}

test('a name belongs to its token, and the names of the house are taken', () =>
  withArena({}, async arena => {
    arena.register(adder('house'))
    const owner = new Peer(arena.url)
    await owner.say({ type: 'hello', agent: 'far', token: TOKEN })
    await owner.hear('welcome')
    for (const [name, reason] of [
      ['far', /another token/],
      ['house', /choose another name/],
    ] as const) {
      const thief = connectAgent(adder(name), { url: arena.url, token: 'some-other-token-instead' })
      const refused = await thief.finished.catch((error: unknown) => error)
      assert.match((refused as Error).message, reason)
    }
    owner.socket.close()
  }))

test('actions are idempotent, and late or strange ones are told so', () =>
  withArena({ perAgent: 1 }, async arena => {
    const peer = new Peer(arena.url)
    await peer.say({ type: 'hello', agent: 'hand', token: TOKEN })
    await peer.hear('welcome')
    const run = arena.run({ ...season, tasks: 1 }, { agents: ['hand'] })
    const { match, observation, messages, stepEnd } = await peer.hear('turn')
    assert.ok(messages.length > 0 && stepEnd === ';')
    const column = nextColumn(observation)
    const act = { type: 'act' as const, match, turn: 0, actId: 'one', text: `${column};` }
    await peer.say(act)
    await peer.say(act)
    await peer.say({ ...act, actId: 'two' })
    await peer.say({ ...act, turn: 9, actId: 'three' })
    await peer.say({ ...act, match: 'elsewhere', actId: 'four' })
    await peer.hear('acked', 5)
    const statuses = peer.heard.flatMap(message => (message.type === 'acked' ? [message.status] : []))
    assert.equal(statuses, ['accepted', 'accepted', 'stale-turn', 'stale-turn', 'unknown-match'])
    for (const turn of [1, 2]) {
      const { observation: seen } = await peer.hear('turn', turn + 1)
      await peer.say({ type: 'act', match, turn, actId: `t${turn}`, action: nextColumn(seen) })
    }
    const { result } = await peer.hear('matchEnd')
    assert.is(result.cause, 'solved')
    await peer.say({ ...act, actId: 'five' })
    assert.is((await peer.hear('acked', 8)).status, 'too-late')
    await run
    const told = JSON.stringify(peer.heard)
    const [planned] = planSeason({ ...season, tasks: 1 }, ['hand'])
    assert.is.not(match, planned!.id, 'a plain hash could be enumerated')
    for (const secret of ['"split"', '"index"', '"level"', '"params"', 'trajectory'])
      assert.not.ok(told.includes(secret), secret)
    const seqs = peer.heard.map(message => message.seq).filter(seq => seq > 0)
    assert.equal(
      seqs,
      seqs.map((_, i) => i + 1),
    )
    peer.socket.close()
  }))

test('a resumed connection fences the old one and is sent what was not acknowledged', () =>
  withArena({}, async arena => {
    const old = new Peer(arena.url)
    await old.say({ type: 'hello', agent: 'hand' })
    const { sid, resumeToken, agentToken, epoch } = await old.hear('welcome')
    assert.ok(agentToken, 'the arena made a token')
    const run = arena.run({ ...season, tasks: 1 }, { agents: ['hand'] })
    const turn = await old.hear('turn')
    const fresh = new Peer(arena.url)
    await fresh.say({ type: 'hello', agent: 'hand', resume: { sid, resumeToken, lastSeq: turn.seq - 1 } })
    assert.is((await fresh.hear('welcome')).epoch, epoch + 1)
    assert.equal(await fresh.hear('turn'), turn)
    assert.is(await old.closed(), CLOSE.superseded)
    const forged = new Peer(arena.url)
    await forged.say({
      type: 'hello',
      agent: 'hand',
      resume: { sid, resumeToken: 'x'.repeat(24), lastSeq: 0 },
    })
    assert.is((await forged.hear('refused')).code, 'bad-token')
    await fresh.say({ type: 'bye' })
    assert.is(await fresh.closed(), CLOSE.bye)
    assert.is((await run).played, 1)
  }))

test('what is not the protocol closes the connection with its code, and the arena stays', () =>
  withArena({}, async arena => {
    for (const [message, code] of [
      ['garbage', CLOSE.malformed],
      ['{"type":"act"}', CLOSE.malformed],
      ['{"type":"ack","seq":1}', CLOSE.helloExpected],
      ['x'.repeat(300_000), CLOSE.tooBig],
    ] as const) {
      const peer = new Peer(arena.url)
      await peer.say(message)
      assert.is(await peer.closed(), code, message.slice(0, 20))
    }
    const binary = new Peer(arena.url)
    await new Promise(resolve => binary.socket.once('open', resolve))
    binary.socket.send(Buffer.from([0x80]))
    assert.is(await binary.closed(), CLOSE.wrongFrame)
    assert.is(await (await fetch(`${arena.url}/healthz`)).text(), 'ok\n')
  }))

test('pages of other origins and other paths get no socket', () =>
  withArena({ allowedOrigins: ['https://friend.example'] }, async arena => {
    const status = (path: string, origin?: string): Promise<number> =>
      new Promise(resolve => {
        const socket = new WebSocket(
          arena.url.replace('http', 'ws') + path,
          SUBPROTOCOLS.json,
          origin ? { origin } : {},
        )
        socket.on('open', () => (socket.close(), resolve(101)))
        socket.on(
          'unexpected-response',
          (request, response) => (request.destroy(), resolve(response.statusCode ?? 0)),
        )
        socket.on('error', () => {})
      })
    assert.is(await status('/socket', 'https://evil.example'), 403)
    assert.is(await status('/socket', 'null'), 403)
    assert.is(await status('/elsewhere'), 404)
    assert.is(await status('/socket', arena.url), 101)
    assert.is(await status('/socket', 'https://friend.example'), 101)
  }))

test('a busy port is named, with what to do', () =>
  withArena({}, async arena => {
    const port = Number(new URL(arena.url).port)
    const outcome = await openArena({ dir: temporaryFolder(), port }).catch((error: unknown) => error)
    assert.match((outcome as Error).message, `port ${port}`)
    assert.match((outcome as Error).message, '--port')
  }))

test('the arena restarts on its folder, and the client comes back to finish the season', async () => {
  const dir = temporaryFolder()
  const results: Acknowledged[] = []
  let arena = await openArena({ dir })
  const port = Number(new URL(arena.url).port)
  const connection = connectAgent(adder('far', { pauseMs: 5 }), {
    url: arena.url,
    onResult: result => results.push(result),
  })
  const wide = { ...season, tasks: 30 }
  void arena.run(wide, { agents: ['far'] })
  await until(() => results.length >= 5, 'some results')
  await arena.close({ reconnectAfterMs: 10 })
  arena = await openArena({ dir, port })
  assert.is((await arena.run(wide, { agents: ['far'] })).played, 30)
  assert.is(arena.board().matches, 30)
  await arena.close()
  assert.ok((await connection.finished).length <= 30)
  assert.is(new Set(results.map(({ match }) => match)).size, results.length)
})

test.run()
