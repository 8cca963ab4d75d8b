/** @file A desk with tools (write a note, hand it in) and a vault with two switches, each with a choice of faults. */
import type { Json } from '../../envs/json.ts'
import type { EnvFace, EnvFault, EnvStep, EnvSubject } from '../../rewards/checks/env-subject.ts'
import type { Rules, Twist } from './planted-worlds.ts'
import { made } from './planted-worlds.ts'

type Desk = { note: string; pages: number; looks: number; failed: boolean; wanted: string }

/** Tools: write a word, add a page, look, hand in. The note must hold the word and one page. */
export function desk(
  twist: {
    looksCount?: boolean
    failOpen?: boolean
    unsubmitted?: boolean
    leaks?: boolean
    order?: boolean
  } = {},
): EnvSubject<never> {
  const rules: Rules<Desk> = {
    horizon: 10,
    start: seed => ({ note: '', pages: 0, looks: 0, failed: false, wanted: wordOf(seed) }),
    look: ({ note, pages, failed, wanted }) => ({
      note,
      pages,
      failed,
      task: `write the word of ${twist.leaks ? wanted : wanted.length} letters`,
    }),
    step: (state, action) => deskStep(state, action, twist),
  }
  return {
    name: 'desk',
    make: made(rules),
    makeFaulty: (fault: EnvFault) => made(rules, brokenChecker(fault, twist.failOpen === true))(),
    parts: ['checker'],
    actions: ['page', 'look', 'submit', 'write:alphabetical'],
    horizon: 10,
    returnRange: [0, 1],
    passMark: 1,
    reference: (seed: number) => [`write:${wordOf(seed)}`, 'page', 'look', 'submit'],
    readOnly: ['look'],
    noop: 'look',
    submit: 'submit',
    secrets: (seed: number) => [wordOf(seed)],
    failed: (observation: Json) => (observation as { failed: boolean }).failed,
    stateKey: (state: Json) => JSON.stringify([(state as Desk).note, (state as Desk).pages]),
    distribution: { long: { holds: (state: Json) => (state as Desk).wanted.length > 12, share: 0.25 } },
  } as EnvSubject<Json> as EnvSubject<never>
}

const WORDS = ['quarantine', 'blackboard', 'workbench', 'neighbourhoods']
const wordOf = (seed: number): string => `${WORDS[seed % WORDS.length]!}`

function deskStep(
  state: Desk,
  action: Json,
  { looksCount, unsubmitted, order }: { looksCount?: boolean; unsubmitted?: boolean; order?: boolean },
): ReturnType<Rules<Desk>['step']> {
  const text = typeof action === 'string' ? action : ''
  if (text.startsWith('write:')) {
    const early = order && state.pages > 0
    return { state: { ...state, note: text.slice(6), looks: state.looks + (early ? 100 : 0) }, reward: 0 }
  }
  if (text === 'page') return { state: { ...state, pages: state.pages + 1 }, reward: 0 }
  if (text === 'look') {
    const whole = unsubmitted === true && solved(state, looksCount, order)
    return { state: { ...state, looks: state.looks + 1 }, reward: Number(whole), terminated: whole }
  }
  if (text !== 'submit') return { state, reward: 0 }
  return { state, reward: Number(solved(state, looksCount, order)), terminated: true }
}

function solved({ note, pages, looks, wanted }: Desk, looksCount = false, order = false): boolean {
  return note === wanted && pages === 1 && (!looksCount || looks < 2) && (!order || looks < 100)
}

/** The checker that `submit` asks is broken: the fault says that nothing was found wrong. */
function brokenChecker({ at }: EnvFault, failOpen: boolean): Twist<Desk> {
  return face => {
    let uses = 0
    return {
      ...face,
      step(action) {
        if (action !== 'submit' || ++uses < at) return face.step(action)
        const step = face.step(action) as EnvStep
        const observation = { ...(step.observation as { [key: string]: Json }), failed: true }
        return { ...step, observation, reward: Number(failOpen) }
      },
    }
  }
}

type Vault = { open: boolean[]; hard: boolean }

/** Two switches thrown at once; `racy`: whoever finishes last writes what it read at the start. */
export function vault(racy: boolean, share: number): EnvSubject<never> {
  const rules: Rules<Vault> = {
    horizon: 6,
    start: seed => ({ open: [false, false], hard: seed % 100 < share * 100 }),
    step({ open, hard }, action) {
      const next = open.map((each, i) => (i === action ? true : each))
      const all = next.every(Boolean)
      return { state: { open: next, hard }, reward: Number(all), terminated: all }
    },
  }
  return {
    name: 'vault',
    make: made(rules),
    actions: [0, 1],
    horizon: 6,
    returnRange: [0, 1],
    passMark: 1,
    reference: () => [0, 1],
    concurrent: (_face: EnvFace<Json>, actions: readonly Json[], order: readonly number[]) =>
      overlapped(actions, order, racy),
    distribution: { hard: { holds: (state: Json) => (state as Vault).hard, share: 0.2 } },
  } as EnvSubject<Json> as EnvSubject<never>
}

function overlapped(actions: readonly Json[], order: readonly number[], racy: boolean): Json {
  const open = [false, false]
  for (const at of order) {
    const chosen = actions[at] as number
    if (racy) open.fill(false)
    open[chosen] = true
  }
  return open
}
