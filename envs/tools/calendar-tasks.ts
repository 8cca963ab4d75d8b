/** @file Calendars, policies and wishes of `tools/calendar-v1`, drawn so that every task has a right end. */
import type { Rng } from '../rng.ts'
import type { Booking, Calendar, Ending, Policy, Room, Window, Wish } from './booking-policy.ts'
import { allowed, crowded, endings, REASONS } from './booking-policy.ts'

type Aim = Ending['declined']
export type CalendarTask = Calendar & { wish: Wish }

const TREES = ['Ash', 'Birch', 'Cedar', 'Elm', 'Hazel', 'Maple', 'Oak', 'Rowan']
const OWNERS = ['ada', 'ben', 'cleo', 'dora', 'emil', 'finn', 'gita', 'hugo']
const TOPICS = ['Budget', 'Design', 'Hiring', 'Launch', 'Prices', 'Quality', 'Safety', 'Travel']
/** Drawn for one policy before another is tried. */
const WEEKS = 8
const FORMS = ['review', 'review 2', 'planning', 'workshop', 'call']
const SIZES = [
  { rooms: 3, bookings: 6 },
  { rooms: 4, bookings: 14 },
  { rooms: 4, bookings: 16 },
  { rooms: 4, bookings: 18 },
  { rooms: 3, bookings: 20 },
]

/** What of a task is drawn first, and decides its split: no rooms and rules of one split are those of another. */
export interface Sketch {
  aim: Aim
  rooms: Room[]
  policy: Policy
}

export function sketchTask(rng: Rng, level: number): Sketch {
  const rooms = rng
    .shuffle(TREES)
    .slice(0, SIZES[level - 1]!.rooms)
    .map(tree => ({ name: tree, seats: rng.pick([4, 6, 8, 12, 16]), screen: rng.float() < 0.6 }))
  return { aim: drawAim(rng, level), rooms, policy: drawPolicy(rng, rooms) }
}

/** Bookings in those rooms, and a wish that has a right end; null if that is hard to find under this policy. */
export function completeTask({ aim, rooms, policy }: Sketch, rng: Rng, level: number): CalendarTask | null {
  for (let week = 0; week < WEEKS; week++) {
    const titles = rng.shuffle(TOPICS.flatMap(topic => FORMS.map(form => `${topic} ${form}`)))
    const focus = rng.int(1, 4)
    const scene = { rooms, policy, bookings: drawBookings(rng, level, { rooms, policy, focus, titles }) }
    for (let attempt = 0; attempt < 12; attempt++) {
      const wish = drawWish(rng, level, { ...scene, day: focus, title: titles.at(-1)! })
      if (wish && suits(level, scene, { wish, aim })) return { ...scene, wish }
    }
  }
  return null
}

type Week = { rooms: Room[]; policy: Policy; focus: number; titles: readonly string[] }

/** Most of them on one day, as many as the policy lets stand. */
function drawBookings(rng: Rng, level: number, { rooms, policy, focus, titles }: Week): Booking[] {
  let bookings: Booking[] = []
  for (let i = 0; i < SIZES[level - 1]!.bookings; i++) {
    const day = rng.float() < (level === 5 ? 0.9 : 0.6) ? focus : rng.int(0, 4)
    const drawn = drawBooking(rng, { rooms, day, title: titles[i]! })
    if (allowed({ rooms, policy: { ...policy, notice: 0 }, bookings }, drawn))
      bookings = [...bookings, { ...drawn, id: `b${bookings.length + 1}` }]
  }
  return bookings
}

/** Why the wish has to be declined; null if it can be fulfilled. */
function drawAim(rng: Rng, level: number): Aim {
  if (level === 4) return rng.float() < 0.6 ? rng.pick(REASONS) : null
  return level === 5 && rng.float() < 0.08 ? 'no_room' : null
}

/** Is there a right end, one that fits the level and the aim, and not too many of them? */
function suits(level: number, scene: Calendar, { wish, aim }: { wish: Wish; aim: Aim }): boolean {
  if (crowded(scene, wish)) return false
  const [right, ...others] = endings(scene, wish)
  if (right === undefined || others.length > 60 || right.declined !== aim) return false
  return level < 5 || aim !== null || scene.bookings.some(each => !right.bookings.includes(each))
}

function drawPolicy(rng: Rng, rooms: readonly Room[]): Policy {
  const [cleaned, aired] = rng.shuffle(rooms)
  return {
    now: rng.int(14, 18),
    open: rng.int(16, 19),
    close: rng.int(33, 37),
    longest: rng.int(3, 6),
    notice: rng.pick([4, 12, 24, 30]),
    large: rng.pick([8, 10, 12]),
    group: rng.int(4, 6),
    cleaned: cleaned!.name,
    cleaning: rng.int(23, 27),
    aired: aired!.name,
  }
}

function drawBooking(
  rng: Rng,
  { rooms, day: on, title }: { rooms: Room[]; day: number; title: string },
): Omit<Booking, 'id'> {
  const room = rng.pick(rooms)
  const start = rng.int(16, 34)
  return {
    title,
    owner: rng.pick(OWNERS),
    room: room.name,
    day: on,
    start,
    end: start + rng.int(2, 4),
    people: rng.int(2, room.seats),
    kind: rng.pick(['team', 'team', 'customer']),
  }
}

function drawWish(
  rng: Rng,
  level: number,
  { bookings, day: on, title }: Calendar & { day: number; title: string },
): Wish | null {
  const kind = level < 3 || level === 5 ? 'book' : rng.pick<Wish['kind']>(['book', 'move', 'move', 'cancel'])
  const from = rng.int(14, 30)
  const window: Window = { day: level === 4 && rng.float() < 0.3 ? 0 : on, from, to: from + rng.int(5, 8) }
  if (kind !== 'book') {
    if (bookings.length === 0) return null
    const { title: named } = rng.pick(bookings)
    return kind === 'cancel' ? { kind, title: named } : { kind, title: named, window }
  }
  const length = rng.int(2, level === 4 ? 7 : 4)
  const booking = {
    title,
    owner: rng.pick(OWNERS),
    people: rng.int(2, 9),
    kind: level === 5 ? 'board' : 'team',
  } as const
  if (level === 5)
    return { kind, booking, length, window: { day: on, from, to: from + length }, screen: rng.float() < 0.3 }
  return { kind, booking, length, window, screen: level > 1 && rng.float() < 0.5 }
}
