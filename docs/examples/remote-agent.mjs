/**
 * @file An agent in another program, with nothing but a WebSocket: it reads the question, adds, and answers column by
 * column. The same few messages work from any language.
 *
 *     node docs/examples/remote-agent.mjs http://127.0.0.1:8321 adder
 */
import WebSocket from 'ws'

const [url, agent] = process.argv.slice(2)
if (!url || !agent) {
  process.stderr.write('usage: node remote-agent.mjs <url of the arena> <name>\n')
  process.exit(2)
}

const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/socket`, 'arena.v1.json')
const send = message => socket.send(JSON.stringify(message))

socket.on('open', () => send({ type: 'hello', agent }))
socket.on('error', error => process.stderr.write(`${error.message}\n`))
socket.on('message', frame => {
  const message = JSON.parse(frame)
  if (message.seq > 0) send({ type: 'ack', seq: message.seq })
  if (message.type === 'welcome' && message.agentToken)
    process.stderr.write(`token of ${agent}, for the next visit: ${message.agentToken}\n`)
  if (message.type === 'turn') {
    const { match, turn, observation } = message
    send({ type: 'act', match, turn, actId: `${match}-${turn}`, action: nextColumn(observation) })
  }
  if (message.type === 'refused') process.stderr.write(`${message.message}\n`)
  if (message.type === 'shutdown') socket.close()
})

/** The sum of the next column from the right, with the carry of the one before, as two digits. */
function nextColumn({ question, columns }) {
  const [a, b] = question.slice(0, -1).split('+')
  const digit = number => Number(number.at(-1 - columns.length) ?? 0)
  const carry = Number(columns.at(-1)?.[0] ?? 0)
  return String(digit(a) + digit(b) + carry).padStart(2, '0')
}
