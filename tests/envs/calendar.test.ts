/** @file The calendar's acceptable endings, against the policy written a second time from its text. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { advance, begin } from '../../envs/dynamics.ts'
import type { EnvDef } from '../../envs/env.ts'
import { taskAt } from '../../envs/tasks.ts'
import { calendar } from '../../envs/tools/calendar.ts'

type Entry = { room: string; day: number; start: number; end: number; kind: string; people: number }
const env = calendar as unknown as EnvDef

/** The eight rules as a person reads them, for one booking among others. */
function keepsPolicy(text: string, entry: Entry, others: Entry[], room: { seats: number }): boolean {
  const number = (pattern: RegExp): number => Number(pattern.exec(text)![1])
  const clock = (pattern: RegExp): number => {
    const [hours, minutes] = pattern.exec(text)![1]!.split(':')
    return Number(hours) + Number(minutes) / 60
  }
  const [from, to] = [entry.start / 2, entry.end / 2]
  if (from < clock(/used from ([\d:]+)/) || to > clock(/used from [\d:]+ to ([\d:]+)/)) return false
  if (to - from > number(/at most ([\d.]+) hours,/)) return false
  if (entry.day * 24 + from < clock(/it is Mon ([\d:]+)/) + number(/at least (\d+) hours/)) return false
  if (entry.people > room.seats) return false
  if (room.seats > number(/more than (\d+) seats/) && entry.people < number(/for at least (\d+) people/))
    return false
  const cleaning = clock(/is cleaned from ([\d:]+)/)
  if (text.includes(`${entry.room} is cleaned`) && from < cleaning + 1 && to > cleaning) return false
  const pause = text.includes(`In ${entry.room} half an hour`) ? 0.5 : 0
  return others.every(
    other =>
      other.room !== entry.room ||
      other.day !== entry.day ||
      from >= other.end / 2 + pause ||
      to + pause <= other.start / 2,
  )
}

test('exactly the places that the policy allows are accepted', async () => {
  const seen = { yes: 0, no: 0 }
  for (const level of [1, 2])
    for (let index = 0; index < 25; index++) {
      const task = taskAt(env, { split: 'train', level, index })
      const { rooms, bookings, wish } = task.params as unknown as {
        rooms: { name: string; seats: number; screen: boolean }[]
        bookings: Entry[]
        wish: {
          booking: { title: string; owner: string; people: number; kind: string }
          length: number
          screen: boolean
          window: { day: number; from: number; to: number }
        }
      }
      const first = await begin(env, task)
      const { request } = env.observe(task, first.state) as { request: string }
      const { day, from, to } = wish.window
      for (const room of rooms)
        for (let start = from - 2; start + wish.length <= to + 2; start++) {
          const entry: Entry = { ...wish.booking, room: room.name, day, start, end: start + wish.length }
          const right =
            start >= from &&
            entry.end <= to &&
            (room.screen || !wish.screen) &&
            keepsPolicy(request, entry, bookings, room)
          const args = { ...wish.booking, ...place(entry) }
          const { position } = await advance(env, task, first, { tool: 'create_booking', args })
          const { rewards } = await advance(env, task, position, { tool: 'finish', args: {} })
          assert.is(rewards['correct'], Number(right), `${level} ${index} ${JSON.stringify(args)} ${request}`)
          seen[right ? 'yes' : 'no']++
        }
    }
  assert.ok(seen.yes > 100 && seen.no > 100, JSON.stringify(seen))
})

test('every kind of ending occurs where it belongs', () => {
  const tools = new Set<string>()
  for (const level of [3, 4, 5])
    for (let index = 0; index < 60; index++) {
      const calls = env.solve!(taskAt(env, { split: 'train', level, index })) as {
        tool: string
        args: { reason?: string }
      }[]
      for (const { tool, args } of calls) tools.add(`${tool} ${args.reason ?? ''}`.trim())
      const writes = calls.filter(({ tool }) => /create|move/.test(tool)).map(({ tool }) => tool)
      if (writes.length === 2) tools.add('displaced')
    }
  for (const expected of [
    'displaced',
    'cancel_booking',
    'move_booking',
    'decline too_late',
    'decline outside_hours',
    'decline too_long',
    'decline no_room',
    'decline protected',
  ])
    assert.ok(tools.has(expected), `${expected} never occurs among ${[...tools].join(', ')}`)
})

function place({ room, day, start, end }: Entry): { room: string; day: string; start: string; end: string } {
  const clock = (slot: number): string =>
    `${String(Math.floor(slot / 2)).padStart(2, '0')}:${slot % 2 ? '30' : '00'}`
  return { room, day: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'][day]!, start: clock(start), end: clock(end) }
}

test.run()
