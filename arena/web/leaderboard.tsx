/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/**
 * @file The leaderboard page, rendered on the server.
 *
 * It is whole without JavaScript. The script only listens for changes and then swaps `main` for a fresh one, so there
 * is one renderer, and names from outside are never anything but text nodes.
 */
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Board } from '../board.ts'
import { BOARD_PART_PATH, SOCKET_PATH, WATCH_PROTOCOL } from '../protocol.ts'
import { Scale } from './scale.tsx'
import { PAGE_STYLE, SCALE_STYLE } from './style.ts'

type Agent = Board['agents'][number]

const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 14V9h3v5zm4.5 0V3h3v11zM11 14V6h3v8z" fill="#0b63ce"/></svg>',
  )

const SCRIPT = `(() => {
  let pause = 500
  let asked = 0
  const refresh = async () => {
    const turn = ++asked
    const text = await (await fetch('${BOARD_PART_PATH}')).text()
    const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('main')
    if (fresh && turn === asked) document.querySelector('main').replaceWith(fresh)
  }
  const listen = () => {
    const scheme = location.protocol === 'https:' ? 'wss://' : 'ws://'
    const socket = new WebSocket(scheme + location.host + '${SOCKET_PATH}', '${WATCH_PROTOCOL}')
    socket.onopen = () => { pause = 500 }
    socket.onmessage = event => {
      const shown = document.querySelector('main').dataset.updated
      if (JSON.parse(event.data).updatedAt !== shown) refresh().catch(() => {})
    }
    socket.onclose = () => { setTimeout(listen, pause); pause = Math.min(pause * 2, 30000) }
  }
  listen()
})()`

/** The page as HTML. `nonce` is the one that the content security policy allows. */
export function leaderboardPage(board: Board, nonce: string): string {
  return '<!doctype html>' + renderToString(<Page board={board} nonce={nonce} />)
}

/** What the script swaps. Apart from the page, whose style has a nonce that the open page does not allow. */
export function leaderboardPart(board: Board): string {
  return renderToString(<Main board={board} />)
}

function Page({ board, nonce }: { board: Board; nonce: string }): VNode {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>ludus arena</title>
        <link rel="icon" href={ICON} />
        <noscript>
          <meta http-equiv="refresh" content="20" />
        </noscript>
        <style nonce={nonce} dangerouslySetInnerHTML={{ __html: PAGE_STYLE + SCALE_STYLE }} />
      </head>
      <body>
        <Main board={board} />
        <script nonce={nonce} dangerouslySetInnerHTML={{ __html: SCRIPT }} />
      </body>
    </html>
  )
}

function Main({ board }: { board: Board }): VNode {
  const { agents, items, matches, updatedAt } = board
  return (
    <main data-updated={updatedAt}>
      <h1>Arena</h1>
      <p class="sub">
        {plural(agents.length, 'agent')}, {plural(items.length, 'task level')},{' '}
        {plural(matches, 'match', 'matches')}
        {' · '}
        <time dateTime={updatedAt}>{updatedAt.slice(0, 19).replace('T', ' ')} UTC</time>
      </p>
      {matches === 0 ? <p class="empty">No match has been played yet.</p> : <Standings board={board} />}
    </main>
  )
}

function Standings({ board }: { board: Board }): VNode {
  return (
    <>
      <div class="wide">
        <Table board={board} />
      </div>
      <figure>
        <Scale board={board} />
      </figure>
      <footer>
        Ratings are a Rasch (Bradley–Terry) fit of agents against task levels over all matches; 1000 is the
        mean of the agents that are not provisional. Intervals are clustered on tasks, since all agents play
        the same ones. A rank range holds every rank that pairwise comparisons, corrected for their number,
        cannot exclude.
      </footer>
    </>
  )
}

function Table({ board }: { board: Board }): VNode {
  const columns = columnsOf(board)
  return (
    <table>
      <thead>
        <tr>
          <th class="rank" colSpan={5} />
          {columns.map(({ title, items }) => (
            <th class="group" colSpan={items.length}>
              {title}: solved by level
            </th>
          ))}
          <th />
        </tr>
        <tr>
          <th class="rank">Rank</th>
          <th class="name">Agent</th>
          <th>Rating</th>
          <th>95 % interval</th>
          <th>Solved</th>
          {columns.flatMap(({ items }) =>
            items.map(({ id, title }) => (
              <th class="cell" title={title}>
                {id.replace(/^.*#/, '')}
              </th>
            )),
          )}
          <th title="Mean time per action">Time</th>
        </tr>
      </thead>
      <tbody>
        {board.agents.map(agent => (
          <Row agent={agent} items={columns.flatMap(column => column.items.map(item => item.id))} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ agent, items }: { agent: Agent; items: readonly string[] }): VNode {
  const { name, rankLow, rankHigh, rating, low, high, solved, played, provisional, latencyMs, forfeits } =
    agent
  return (
    <tr>
      <td class="rank">{rankLow === rankHigh ? rankLow : `${rankLow}–${rankHigh}`}</td>
      <td class="name" title={name}>
        {name}
        {provisional && (
          <span class="badge" title="Has never failed or never solved: the rating is only a bound">
            provisional
          </span>
        )}
        {forfeits > 0 && (
          <span class="badge" title="Lost without an answer: timeout, crash or disconnect">
            {plural(forfeits, 'forfeit')}
          </span>
        )}
      </td>
      <td class="rating">{Math.round(rating)}</td>
      <td class="dim">
        {Math.round(low)} – {Math.round(high)}
      </td>
      <td>
        {solved} / {played}
      </td>
      {items.map(item => (
        <Cell tally={agent.byLevel.find(level => level.item === item)} />
      ))}
      <td class="dim">{duration(latencyMs)}</td>
    </tr>
  )
}

function Cell({ tally }: { tally: Agent['byLevel'][number] | undefined }): VNode {
  if (!tally) return <td class="cell dim">–</td>
  const percent = Math.round((100 * tally.solved) / tally.played)
  return (
    <td class={`cell h${Math.round(percent / 10)}`} title={`${tally.solved} of ${tally.played}`}>
      {percent}%
    </td>
  )
}

/** Levels under their environment, in the order of the levels. */
function columnsOf({ envs, items }: Board) {
  const level = (id: string): number => Number(id.replace(/^.*#/, ''))
  return envs.map(({ id, title }) => ({
    title,
    items: items.filter(item => item.id.startsWith(`${id}#`)).sort((a, b) => level(a.id) - level(b.id)),
  }))
}

function duration(ms: number): string {
  if (ms < 1) return '< 1 ms'
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
