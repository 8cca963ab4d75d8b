/** @file Held-out bugs of environments: shaping, sub-goals, tools, order, overlapping calls, task shares. */
import type { Json } from '../../envs/json.ts'
import type { EnvFace, EnvFault, EnvSubject } from '../../rewards/checks/env-subject.ts'
import type { EnvExhibit } from './entry.ts'
import type { World } from './plain-env.ts'
import { faceOf } from './plain-env.ts'

interface Entry {
  id: string
  property: string
  minimal: number
}

function pair<S extends Json>(
  entry: Entry,
  facts: Omit<EnvSubject<Json>, 'name' | 'make'>,
  faulty: World<S>,
  fixed: World<S>,
): EnvExhibit {
  const subject = (name: string, world: World<S>): EnvSubject<never> =>
    ({ ...facts, name, make: () => faceOf(world) }) as unknown as EnvSubject<never>
  return { ...entry, faultyEnv: subject(entry.id, faulty), fixedEnv: subject(`${entry.id}, fixed`, fixed) }
}

// ---- a line of cells with potential-based shaping

type Cell = { at: number; steps: number; shaped: number }
const GOAL = 4
const DISCOUNT = 0.9
const distance = (at: number): number => Math.abs(GOAL - at)

function line(shaping: (before: number, after: number, ends: boolean) => number): World<Cell> {
  return {
    start: seed => ({ at: seed % 3, steps: 0, shaped: 0 }),
    next(state, action) {
      const move = action === 'right' ? 1 : action === 'left' ? -1 : 0
      const at = Math.min(GOAL, Math.max(0, state.at + move))
      const steps = state.steps + 1
      const [terminated, late] = [at === GOAL, steps >= 20]
      const shaped = shaping(state.at, at, terminated)
      const next = { at, steps, shaped }
      return {
        state: next,
        reward: Number(terminated) + shaped,
        terminated,
        truncated: late && !terminated,
        reply: shaped,
      }
    },
    look: state => ({ at: state.at, steps: state.steps }),
  }
}

const potential = (at: number): number => (at === GOAL ? 0 : 1 - distance(at) / 8)
const telescoping = line((before, after) => DISCOUNT * potential(after) - potential(before))
const SHAPED: Omit<EnvSubject<Json>, 'name' | 'make'> = {
  actions: ['left', 'right', 'wait'],
  horizon: 20,
  shaping: {
    potential: state => potential((state as Cell).at),
    discount: DISCOUNT,
    part: step => (step.observation as { reply?: number }).reply ?? 0,
  },
}
const cellOf = (state: Json): Cell => ((state as { state?: Cell }).state ?? state) as Cell
const towards = (before: number, after: number): number => (distance(after) < distance(before) ? 0.3 : 0)

const SHAPING: EnvExhibit[] = [
  pair(
    { id: 'heldout-terminal-potential', property: 'shaping_telescopes', minimal: 4 },
    SHAPED,
    line((before, after) => DISCOUNT * (1 - distance(after) / 8) - (1 - distance(before) / 8)),
    telescoping,
  ),
  pair(
    { id: 'heldout-shaping-undiscounted', property: 'shaping_telescopes', minimal: 1 },
    SHAPED,
    line((before, after) => potential(after) - potential(before)),
    telescoping,
  ),
  pair(
    { id: 'heldout-pays-approach', property: 'shaping_keeps_optimum', minimal: 2 },
    {
      ...SHAPED,
      enumerable: { seed: 0, maxStates: 500 },
      stateKey: state => String(cellOf(state).at),
    },
    line((before, after) => towards(before, after)),
    telescoping,
  ),
]

// ---- three jobs in a kitchen

type Kitchen = { chopped: boolean; boiled: boolean; served: boolean; steps: number }
type Marks = (kitchen: Kitchen) => number

function kitchen(marks: Marks, lawful: (state: Kitchen) => boolean = () => true): World<Kitchen> {
  return {
    start: () => ({ chopped: false, boiled: false, served: false, steps: 0 }),
    next(state, action) {
      const next = { ...state, steps: state.steps + 1 }
      if (action === 'chop') next.chopped = true
      if (action === 'boil' && lawful(next)) next.boiled = true
      if (action === 'serve' && next.chopped && next.boiled) next.served = true
      const reward = marks(next) - marks(state)
      return { state: next, reward, terminated: next.served, truncated: !next.served && next.steps >= 10 }
    },
    look: state => ({ ...state }),
  }
}

const jobs = ({ chopped, boiled, served }: Kitchen): number =>
  [chopped, boiled, served].filter(Boolean).length
const thirds: Marks = state => jobs(state) / 3
const COOKING: Omit<EnvSubject<Json>, 'name' | 'make'> = {
  actions: ['chop', 'boil', 'serve', 'wait'],
  horizon: 10,
  returnRange: [0, 1],
  passMark: 0.9,
  reference: () => ['chop', 'boil', 'serve'],
  goalReached: state => (state as Kitchen).served,
}
const rinse = (state: Kitchen): boolean => state.chopped

const KITCHENS: EnvExhibit[] = [
  pair(
    // boiling takes back what chopping earned
    { id: 'heldout-second-job-costs', property: 'monotone_progress', minimal: 2 },
    { ...COOKING, subGoals: state => jobs(state as Kitchen) },
    kitchen(state => (state.served ? 1 : state.boiled ? 0.2 : state.chopped ? 0.4 : 0)),
    kitchen(thirds),
  ),
  pair(
    // each job gives half and serving nothing: full marks before the end
    { id: 'heldout-full-before-served', property: 'partial_le_full', minimal: 2 },
    COOKING,
    kitchen(state => (Number(state.chopped) + Number(state.boiled)) / 2),
    kitchen(thirds),
  ),
  pair(
    // boiling counts only after chopping, which nobody asked for
    { id: 'heldout-order-demanded', property: 'alternative_route', minimal: 3 },
    { ...COOKING, commuting: true },
    kitchen(thirds, rinse),
    kitchen(thirds),
  ),
]

// ---- an order desk whose tool can fail

type Desk = { refunded: boolean; steps: number }

function desk(fault: EnvFault | null, counted: boolean): World<Desk> {
  let uses = 0
  const answer = (): Json => {
    const broken = fault !== null && uses++ === fault.at
    if (!broken) return { ok: true }
    return fault.how === 'garbage' ? 'ÿ' : { error: fault.how }
  }
  return {
    start: () => ({ refunded: false, steps: 0 }),
    next(state, action) {
      const steps = state.steps + 1
      const truncated = steps >= 5
      if (action !== 'refund') return { state: { ...state, steps }, reward: 0, truncated }
      const reply = answer()
      const went = (reply as { ok?: boolean }).ok === true
      if (!went && !counted) return { state: { ...state, steps }, reward: 0, truncated, reply }
      return { state: { refunded: went, steps }, reward: 1, terminated: true, reply }
    },
    look: state => ({ ...state }),
  }
}

const broke = (observation: Json): boolean => {
  const { reply } = observation as { reply?: { ok?: boolean } | string }
  return reply !== undefined && (typeof reply === 'string' || reply.ok !== true)
}

function desks(entry: Entry): EnvExhibit {
  const subject = (name: string, counted: boolean): EnvSubject<never> =>
    ({
      name,
      make: () => faceOf(desk(null, counted)),
      actions: ['refund', 'wait'],
      horizon: 5,
      returnRange: [0, 1],
      reference: () => ['refund'],
      goalReached: (state: Json) => (state as Desk).refunded,
      parts: ['payments'],
      failed: broke,
      makeFaulty: (fault: EnvFault) => faceOf(desk(fault, counted)),
    }) as unknown as EnvSubject<never>
  return { ...entry, faultyEnv: subject(entry.id, true), fixedEnv: subject(`${entry.id}, fixed`, false) }
}

// ---- a counter with overlapping calls

function counter(locked: boolean): EnvSubject<never> {
  const concurrent = async (
    _face: EnvFace,
    actions: readonly Json[],
    order: readonly number[],
  ): Promise<Json> => {
    let stock = 0
    if (locked) for (const at of order) stock += Number(actions[at])
    else {
      const read = actions.map(() => stock)
      for (const at of order) stock = read[at]! + Number(actions[at])
    }
    return Promise.resolve(stock)
  }
  const world: World<{ stock: number }> = {
    start: () => ({ stock: 0 }),
    next: (state, action) => ({
      state: { stock: state.stock + (typeof action === 'number' ? action : 0) },
      reward: 0,
    }),
    look: state => ({ ...state }),
  }
  const make = (): EnvFace => faceOf(world)
  return {
    name: `counter, ${locked}`,
    make,
    actions: [1, 2, 3],
    horizon: null,
    concurrent,
  } as unknown as EnvSubject<never>
}

// ---- levels whose difficulty is declared

function levels(hard: (seed: number) => boolean): EnvSubject<never> {
  const world: World<{ hard: boolean; steps: number }> = {
    start: seed => ({ hard: hard(seed), steps: 0 }),
    next: state => ({ state: { ...state, steps: state.steps + 1 }, reward: 0, truncated: state.steps >= 2 }),
    look: state => ({ ...state }),
  }
  const distribution = { hard: { holds: (state: Json) => (state as { hard: boolean }).hard, share: 0.25 } }
  return {
    name: 'levels',
    make: () => faceOf(world),
    actions: ['go'],
    horizon: 3,
    distribution,
  } as unknown as EnvSubject<never>
}

const mixed = (seed: number): number => (Math.imul(seed + 1, 0x9e3779b1) ^ (seed >>> 7)) >>> 0

export const HELDOUT_WORLDS: readonly EnvExhibit[] = [
  ...SHAPING,
  ...KITCHENS,
  desks({ id: 'heldout-error-reply-pays', property: 'tool_failure_is_not_success', minimal: 1 }),
  {
    id: 'heldout-lost-update',
    property: 'concurrency',
    minimal: 2,
    faultyEnv: counter(false),
    fixedEnv: counter(true),
  },
  {
    id: 'heldout-level-redraw',
    property: 'declared_distribution',
    minimal: 1,
    faultyEnv: levels(seed => mixed(seed) % 4 < 2),
    fixedEnv: levels(seed => mixed(seed) % 4 < 1),
  },
]
