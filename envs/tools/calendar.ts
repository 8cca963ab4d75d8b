/**
 * @file `tools/calendar-v1`: book, move and cancel meetings by a policy.
 *
 * The calendar itself only refuses two meetings in one room at one time; the policy is the agent's to keep, and it differs
 * from task to task. Every final state that fulfils the request and the policy counts; where the policy forbids the
 * request, the right end is to decline with the reason and to change nothing.
 */
import { z } from 'zod'
import type { Json } from '../json.ts'
import { canonicalJson } from '../json.ts'
import { sketchedTasks } from '../sketched-tasks.ts'
import type { Booking, Ending, Policy, Room, Wish } from './booking-policy.ts'
import { endings, KINDS, REASONS } from './booking-policy.ts'
import type { CalendarTask } from './calendar-tasks.ts'
import { completeTask, sketchTask } from './calendar-tasks.ts'
import type { Call } from './call-form.ts'
import type { Reply } from './tool-env.ts'
import { finishCall } from './call-form.ts'
import { defineToolEnv, tool } from './tool-env.ts'

type World = {
  rooms: Room[]
  bookings: Booking[]
  next: number
  declined: (typeof REASONS)[number] | null
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'] as const
const MAX_BOOKINGS = 80
const RULES =
  'You keep the calendar of the meeting rooms. Carry out the request so that the policy is kept; the calendar itself does ' +
  'not check it. Change nothing else. If the policy forbids the request, change nothing and decline it with the reason that applies.'

const day = z.enum(DAYS)
const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[03]0$|^24:00$/, 'expected a full or half hour like 09:30')
  .describe('A full or half hour, e.g. 09:30')
const name = z.string().min(1).max(60)
const id = z.string().max(12).describe('The id of a booking')

const tools = {
  list_rooms: tool<CalendarTask, World, z.ZodObject>({
    about: 'Shows all rooms with their seats and whether they have a screen.',
    args: z.strictObject({}),
    reads: true,
    run: ({ rooms }) => ({ result: rooms }),
  }),
  list_bookings: tool({
    about: 'Shows the bookings of a day, by time.',
    args: z.strictObject({ day }),
    reads: true,
    run: ({ bookings }: World, args) => ({
      result: bookings
        .filter(each => each.day === DAYS.indexOf(args.day))
        .toSorted(byTime)
        .map(shown),
    }),
  }),
  find_free: tool({
    about:
      'Shows when each room with enough seats is free on a day for that many minutes. The policy is not considered.',
    args: z.strictObject({
      day,
      minutes: z.number().int().min(30).max(1440),
      seats: z.number().int().min(1).max(100),
    }),
    reads: true,
    run: ({ rooms, bookings }: World, args) => ({
      result: rooms
        .filter(({ seats }) => seats >= args.seats)
        .map(({ name: room }) => ({
          room,
          free: freeTimes(bookings, { room, day: DAYS.indexOf(args.day) }, args.minutes / 30),
        })),
    }),
  }),
  create_booking: tool({
    about: 'Books a room.',
    args: z.strictObject({
      title: name,
      owner: name,
      people: z.number().int().min(1).max(100),
      kind: z.enum(KINDS),
      room: name,
      day,
      start: time,
      end: time,
    }),
    run: (world: World, { start, end, day: on, ...rest }) => {
      const booking: Booking = {
        id: `b${world.next}`,
        ...rest,
        day: DAYS.indexOf(on),
        start: slotOf(start),
        end: slotOf(end),
      }
      const { title } = booking
      if (world.bookings.some(each => each.title === title))
        return { error: `there is a booking called ${title} already` }
      if (world.bookings.length >= MAX_BOOKINGS)
        return { error: `the calendar holds ${MAX_BOOKINGS} bookings, and no more` }
      return placed({ ...world, next: world.next + 1 }, world.bookings, booking)
    },
  }),
  move_booking: tool({
    about: 'Moves a booking to another room or time.',
    args: z.strictObject({ id, room: name, day, start: time, end: time }),
    run: (world: World, { id: wanted, room, day: on, start, end }) => {
      const booking = world.bookings.find(each => each.id === wanted)
      if (!booking) return { error: `there is no booking ${wanted}` }
      const others = world.bookings.filter(each => each !== booking)
      return placed(world, others, {
        ...booking,
        room,
        day: DAYS.indexOf(on),
        start: slotOf(start),
        end: slotOf(end),
      })
    },
  }),
  cancel_booking: tool({
    about: 'Cancels a booking.',
    args: z.strictObject({ id }),
    run: (world: World, { id: wanted }) => {
      if (!world.bookings.some(each => each.id === wanted)) return { error: `there is no booking ${wanted}` }
      return {
        world: { ...world, bookings: world.bookings.filter(each => each.id !== wanted) },
        result: null,
      }
    },
  }),
  decline: tool({
    about:
      'Declines the request, for good: too_late (the notice is too short), outside_hours, too_long, no_room (none that fits is ' +
      'free), protected (a booking that may not be changed).',
    args: z.strictObject({ reason: z.enum(REASONS) }),
    run: (world: World, { reason }) =>
      world.declined === null
        ? { world: { ...world, declined: reason }, result: null }
        : { error: 'the request has been declined already' },
  }),
}

const ID = 'tools/calendar-v1'
const LEVELS = [
  'Book a room on a given morning or afternoon',
  'Book with a screen, in a fuller week',
  'Move, cancel or book, with titles that look alike',
  'Some requests have to be declined',
  'Board meetings that take the place of others',
]

export const calendar = defineToolEnv<CalendarTask, World>({
  id: ID,
  title: 'Book, move and cancel meetings by a policy',
  group: 'scheduling',
  rules: RULES,
  maxSteps: 16,
  tasks: sketchedTasks({
    env: ID,
    levels: LEVELS.map((title, i) => ({ level: i + 1, title })),
    sketch: sketchTask,
    identity: ({ rooms, policy }) => canonicalJson([rooms, policy]),
    complete: completeTask,
  }),
  request: params => `${wordsOf(params.wish)}\nPolicy:\n${policyText(params.policy)}`,
  world: ({ rooms, bookings }) => ({ rooms, bookings, next: bookings.length + 1, declined: null }),
  tools,
  view: viewOf,
  goals: params => endings(params, params.wish).map(ending => ({ view: viewOf(ending) })),
  reachable(params, world, stepsLeft) {
    const right = endings(params, params.wish)
    // A request is declined for good, and each other call puts one booking right at most.
    const open = right.filter(({ declined }) => world.declined === null || declined === world.declined)
    const fewest = Math.min(...open.map(ending => callsBetween(world, ending)))
    return open.length === 0 || fewest + 1 > stepsLeft ? false : null
  },
  solve,
  suggest,
})

/** One line per booking, by title: ids do not matter. */
function viewOf({ bookings, declined }: Ending): {
  bookings: { [title: string]: string }
  declined: string | null
} {
  return { bookings: Object.fromEntries(bookings.map(each => [each.title, lineOf(each)])), declined }
}

function lineOf({ room, day: on, start, end, owner, people, kind }: Booking): string {
  return `${room} ${DAYS[on]} ${timeOf(start)}-${timeOf(end)} ${owner} ${people} ${kind}`
}

function callsBetween(from: Ending, to: Ending): number {
  const [a, b] = [viewOf(from), viewOf(to)]
  const titles = new Set([...Object.keys(a.bookings), ...Object.keys(b.bookings)])
  const changed = [...titles].filter(title => a.bookings[title] !== b.bookings[title])
  return changed.length + Number(a.declined !== b.declined)
}

function placed(world: World, others: readonly Booking[], booking: Booking): Reply<World> {
  if (!world.rooms.some(room => room.name === booking.room))
    return { error: `there is no room ${booking.room}` }
  if (booking.start >= booking.end) return { error: 'expected the end after the start' }
  const clash = others.find(each => each.room === booking.room && overlap(each, booking))
  if (clash) return { error: `${booking.room} is taken by ${clash.title} at that time` }
  const bookings = [...others, booking].toSorted((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)))
  return { world: { ...world, bookings }, result: shown(booking) }
}

function overlap(
  a: Pick<Booking, 'day' | 'start' | 'end'>,
  b: Pick<Booking, 'day' | 'start' | 'end'>,
): boolean {
  return a.day === b.day && a.start < b.end && b.start < a.end
}

/** Free stretches of at least `length` half hours, between 07:00 and 20:00. */
function freeTimes(
  bookings: readonly Booking[],
  { room, day: on }: { room: string; day: number },
  length: number,
): string[] {
  const free: string[] = []
  let from = 14
  const taken = bookings.filter(each => each.room === room && each.day === on).toSorted(byTime)
  for (const { start, end } of [...taken, { start: 40, end: 40 }]) {
    if (Math.min(start, 40) - from >= length) free.push(`${timeOf(from)}-${timeOf(Math.min(start, 40))}`)
    from = Math.max(from, end)
  }
  return free
}

function shown({ day: on, start, end, ...rest }: Booking): Json {
  return { ...rest, day: DAYS[on]!, start: timeOf(start), end: timeOf(end) }
}

function byTime(a: Booking, b: Booking): number {
  return a.start - b.start || (a.room < b.room ? -1 : 1)
}

function timeOf(slot: number): string {
  return `${String(Math.floor(slot / 2)).padStart(2, '0')}:${slot % 2 ? '30' : '00'}`
}

function slotOf(text: string): number {
  return 2 * Number(text.slice(0, 2)) + Number(text.endsWith('30'))
}

function policyText(policy: Policy): string {
  const { now, open, close, notice, large, group, cleaned, cleaning, aired } = policy
  return [
    `Rooms are used from ${timeOf(open)} to ${timeOf(close)}.`,
    `A booking takes at most ${policy.longest / 2} hours, a board meeting at most ${policy.longest} hours.`,
    `A booking begins at least ${notice} hours from now (it is Mon ${timeOf(now)}); the same holds for the new time of one that is moved. Board meetings are exempt.`,
    `There is a seat for everybody. Rooms with more than ${large} seats are for at least ${group} people.`,
    `${cleaned} is cleaned from ${timeOf(cleaning)} to ${timeOf(cleaning + 2)} every day and cannot be used then.`,
    `In ${aired} half an hour stays free between two bookings.`,
    'Customer bookings are never moved or cancelled, whoever asks.',
    'Only if no fitting room is free, a board meeting takes the place of one team booking, which is moved to any allowed place on the same day with the same length.',
  ]
    .map((line, i) => `${i + 1}. ${line}`)
    .join('\n')
}

function wordsOf(wish: Wish): string {
  if (wish.kind === 'cancel') return `Cancel the booking "${wish.title}".`
  const { day: on, from, to } = wish.window
  const when = `on ${DAYS[on]}, not before ${timeOf(from)} and over by ${timeOf(to)}`
  if (wish.kind === 'move')
    return `Move the booking "${wish.title}" to another place ${when}, with the same length.`
  const { title, owner, people, kind } = wish.booking
  const screen = wish.screen ? ' with a screen' : ''
  return `Book a room${screen} for the ${kind} meeting "${title}" of ${owner} with ${people} people, ${wish.length * 30} minutes, ${when}.`
}

/** Looks at the rooms and the days in question, then writes what the first acceptable ending needs. */
function solve(params: CalendarTask): Call[] {
  const { wish, bookings } = params
  const { bookings: after, declined } = endings(params, wish)[0]!
  const on =
    wish.kind === 'cancel' ? bookings.find(({ title }) => title === wish.title)!.day : wish.window.day
  const reads: Call[] = [
    { tool: 'list_rooms', args: {} },
    ...(wish.kind === 'book' ? [DAYS[on]!] : DAYS).map(each => ({
      tool: 'list_bookings',
      args: { day: each },
    })),
  ]
  if (declined !== null) return [...reads, { tool: 'decline', args: { reason: declined } }, finishCall()]
  const cancelled = bookings.filter(({ title }) => !after.some(each => each.title === title))
  const moved = after.filter(each => bookings.some(old => old.id === each.id && lineOf(old) !== lineOf(each)))
  const made = after.filter(each => !bookings.some(old => old.id === each.id))
  return [
    ...reads,
    ...cancelled.map(each => ({ tool: 'cancel_booking', args: { id: each.id } })),
    ...moved.map(each => ({ tool: 'move_booking', args: { id: each.id, ...placeOf(each) } })),
    ...made.map(createCall),
    finishCall(),
  ]
}

function createCall(booking: Booking): Call {
  const { title, owner, people, kind } = booking
  return { tool: 'create_booking', args: { title, owner, people, kind, ...placeOf(booking) } }
}

function placeOf({ room, day: on, start, end }: Booking): Call['args'] {
  return { room, day: DAYS[on]!, start: timeOf(start), end: timeOf(end) }
}

/** Reading, and what somebody in a hurry would try: the first thing that the calendar takes. */
function suggest({ wish }: CalendarTask, { rooms, bookings, declined }: World): Call[] {
  const [first] = bookings
  const room = rooms[0]!.name
  const free = Array.from({ length: 5 }, (_, on) => ({ room, day: on, start: 20, end: 22 })).find(
    slot => !bookings.some(each => each.room === room && overlap(each, slot)),
  )
  const meeting =
    wish.kind === 'book' && !bookings.some(({ title }) => title === wish.booking.title) ? wish.booking : null
  return [
    { tool: 'list_rooms', args: {} },
    ...DAYS.map(each => ({ tool: 'list_bookings', args: { day: each } })),
    { tool: 'find_free', args: { day: 'Tue', minutes: 60, seats: 4 } },
    ...(free && meeting ? [createCall({ ...meeting, ...free, id: '' })] : []),
    ...(free && first
      ? [{ tool: 'move_booking', args: { id: first.id, ...placeOf({ ...first, ...free }) } }]
      : []),
    ...(first ? [{ tool: 'cancel_booking', args: { id: first.id } }] : []),
    ...(declined === null ? [{ tool: 'decline', args: { reason: 'no_room' } }] : []),
  ]
}
