/**
 * @file What a booking policy allows: which bookings may stand beside which, and every way to fulfil a request.
 *
 * Times are half hours since midnight, days are 0 (Monday) to 4 (Friday), and it is Monday, `now`. Nothing here is random.
 */

export const KINDS = ['team', 'customer', 'board'] as const
export const REASONS = ['too_late', 'outside_hours', 'too_long', 'no_room', 'protected'] as const

export type Room = { name: string; seats: number; screen: boolean }
export type Slot = { room: string; day: number; start: number; end: number }
export type Booking = Slot & {
  id: string
  title: string
  owner: string
  people: number
  kind: (typeof KINDS)[number]
}
export type Policy = {
  now: number
  open: number
  close: number
  /** Longest booking, in half hours; board meetings may take twice as long. */
  longest: number
  /** Hours between now and the start; board meetings need none. */
  notice: number
  /** Rooms with more seats than `large` are for groups of at least `group`. */
  large: number
  group: number
  /** This room is cleaned from `cleaning` on, for an hour. */
  cleaned: string
  cleaning: number
  /** In this room half an hour stays free between two bookings. */
  aired: string
}
export type Wish =
  | {
      kind: 'book'
      booking: Omit<Booking, keyof Slot | 'id'>
      length: number
      window: Window
      screen: boolean
    }
  | { kind: 'move'; title: string; window: Window }
  | { kind: 'cancel'; title: string }
/** Starts no earlier than `from`, ends no later than `to`. */
export type Window = { day: number; from: number; to: number }
export type Calendar = { rooms: Room[]; bookings: Booking[]; policy: Policy }
/** A final state: all bookings, or why the wish was declined (and nothing changed). */
export type Ending = { bookings: Booking[]; declined: Reason | null }
type Reason = (typeof REASONS)[number]
type Placed = Omit<Booking, 'id'>

/** Every acceptable ending. Empty where the wish breaks several rules at once, so that no single reason is right. */
export function endings({ rooms, bookings, policy }: Calendar, wish: Wish): Ending[] {
  const found = bookings.find(({ title }) => wish.kind !== 'book' && title === wish.title)
  if (found?.kind === 'customer') return [{ bookings, declined: 'protected' }]
  if (wish.kind === 'cancel') return [{ bookings: bookings.filter(each => each !== found), declined: null }]
  // A meeting that is in the window already need not be moved.
  if (found && found.day === wish.window.day && found.end > wish.window.from && found.start < wish.window.to)
    return []
  const others = bookings.filter(each => each !== found)
  const base = wish.kind === 'book' ? wish.booking : found!
  const length = wish.kind === 'book' ? wish.length : found!.end - found!.start
  const broken = brokenRules(policy, base.kind, { window: wish.window, length })
  if (broken.length > 0) return broken.length === 1 ? [{ bookings, declined: broken[0]! }] : []
  const fitting = rooms.filter(({ screen }) => screen || wish.kind === 'move' || !wish.screen)
  const wanted = slots(fitting, wish.window, length).map(slot => ({ ...base, ...slot }))
  const id = found?.id ?? NEW
  const free = wanted.filter(placed => allowed({ rooms, policy, bookings: others }, placed))
  if (free.length > 0)
    return free.map(placed => ({ bookings: [...others, { ...placed, id }], declined: null }))
  const displaced = base.kind === 'board' ? displacements({ rooms, policy, bookings: others }, wanted) : []
  return displaced.length > 0 ? displaced : [{ bookings, declined: 'no_room' }]
}

const NEW = 'new'

/** A board meeting takes the place of one team booking, which finds another place on its day. */
function displacements(calendar: Calendar, wanted: readonly Placed[]): Ending[] {
  const { bookings } = calendar
  return wanted.flatMap(placed => {
    const inTheWay = bookings.filter(
      each => each.room === placed.room && collide(calendar.policy, each, placed),
    )
    const [team] = inTheWay
    if (inTheWay.length !== 1 || team?.kind !== 'team') return []
    const meeting: Booking = { ...placed, id: NEW }
    const rest = bookings.filter(each => each !== team)
    if (!allowed({ ...calendar, bookings: rest }, placed)) return []
    const day: Window = { day: team.day, from: 0, to: 48 }
    return slots(calendar.rooms, day, team.end - team.start)
      .map(slot => ({ ...team, ...slot }))
      .filter(moved => allowed({ ...calendar, bookings: [...rest, meeting] }, moved))
      .map(moved => ({ bookings: [...rest, meeting, moved], declined: null }))
  })
}

/** Does displacing take more than one booking somewhere? Such tasks have too many endings to list. */
export function crowded({ rooms, bookings, policy }: Calendar, wish: Wish): boolean {
  if (wish.kind !== 'book' || wish.booking.kind !== 'board') return false
  return slots(rooms, wish.window, wish.length).some(slot => {
    const inTheWay = bookings.filter(each => each.room === slot.room && collide(policy, each, slot))
    return inTheWay.length > 1 && inTheWay.every(({ kind }) => kind === 'team')
  })
}

/** Rules that no slot of the window keeps, whatever the rooms. */
function brokenRules(
  policy: Policy,
  kind: Booking['kind'],
  { window, length }: { window: Window; length: number },
): Reason[] {
  const broken: Reason[] = []
  if (length > longest(policy, kind)) broken.push('too_long')
  const latest = Math.min(window.to, policy.close) - length
  const open = Math.max(window.from, policy.open) <= latest
  if (!open) broken.push('outside_hours')
  const start = open ? latest : window.to - length
  if (!inTime(policy, kind, { day: window.day, start })) broken.push('too_late')
  return broken
}

/** May this booking stand beside the others? */
export function allowed({ rooms, bookings, policy }: Calendar, placed: Placed): boolean {
  const room = rooms.find(({ name }) => name === placed.room)
  if (!room || placed.start < policy.open || placed.end > policy.close) return false
  if (placed.end - placed.start > longest(policy, placed.kind) || !inTime(policy, placed.kind, placed))
    return false
  if (room.seats < placed.people || (room.seats > policy.large && placed.people < policy.group)) return false
  const cleaned = placed.start < policy.cleaning + 2 && placed.end > policy.cleaning
  if (room.name === policy.cleaned && cleaned) return false
  return !bookings.some(each => each.room === placed.room && collide(policy, each, placed))
}

function longest(policy: Policy, kind: Booking['kind']): number {
  return kind === 'board' ? 2 * policy.longest : policy.longest
}

function inTime(policy: Policy, kind: Booking['kind'], { day, start }: Pick<Slot, 'day' | 'start'>): boolean {
  return kind === 'board' || day * 48 + start >= policy.now + 2 * policy.notice
}

/** Two bookings of one room that may not both stand. */
function collide({ aired }: Policy, a: Slot, b: Slot): boolean {
  const gap = a.room === aired ? 1 : 0
  return a.day === b.day && a.start < b.end + gap && b.start < a.end + gap
}

function slots(rooms: readonly Room[], { day, from, to }: Window, length: number): Slot[] {
  const starts = Array.from({ length: Math.max(0, to - length - from + 1) }, (_, i) => from + i)
  return rooms.flatMap(({ name }) => starts.map(start => ({ room: name, day, start, end: start + length })))
}
