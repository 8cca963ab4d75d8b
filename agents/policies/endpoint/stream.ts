/** @file Server-sent events, as completions are streamed: `data: {…}` and at last `data: [DONE]`. */
import { ReplyError } from './replies.ts'

/** The JSON of every event. Throws ReplyError for an event that is cut or is none, or where the end was never announced. */
export function eventsOf(text: string): unknown[] {
  const events: unknown[] = []
  for (const block of text.split(/\r?\n\r?\n/)) {
    const payload = block
      .split(/\r?\n/)
      .filter(line => line.startsWith('data:'))
      .map(line => line.slice(5).replace(/^ /, ''))
      .join('\n')
    if (payload === '') continue
    if (payload.trim() === '[DONE]') return events
    events.push(parsed(payload))
  }
  throw new ReplyError('the stream broke off')
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    throw new ReplyError(`an event of the stream is not JSON: ${JSON.stringify(payload.slice(0, 60))}`)
  }
}
