/** @file A second blind set of held-out bugs: environments of tools and desks. */
import type { Json } from '../../envs/json.ts'
import type { EnvSubject } from '../../rewards/checks/env-subject.ts'
import type { EnvExhibit } from './entry.ts'
import type { World } from './plain-env.ts'
import { faceOf } from './plain-env.ts'

type Desk = { found: boolean; paid: boolean; sent: boolean; steps: number }

interface Faults {
  /** An error of the tool pays like a success. */
  errorPays?: boolean
  /** Sending is graded when time is up, handed in or not. */
  gradesAtLimit?: boolean
  /** Looking around uncovers, and pays, each time. */
  lookPays?: boolean
  /** Paying pays again after a refund. */
  refundLoop?: boolean
  /** Reward 2 for both jobs at once. */
  doublePay?: boolean
  /** A failed call changes nothing but is reported as a step without end. */
  badCallsFree?: boolean
}

const LIMIT = 8

function desk(faults: Faults): World<Desk> {
  return {
    start: () => ({ found: false, paid: false, sent: false, steps: 0 }),
    next(state, action) {
      const known = ['find', 'pay', 'refund', 'look', 'submit', 'wait'].includes(action as string)
      const next = { ...state, steps: state.steps + (known || !faults.badCallsFree ? 1 : 0) }
      let reward = 0
      let reply: Json = 'ok'
      if (action === 'find') next.found = true
      if (action === 'pay' && !state.found) {
        reply = 'error: find the customer first'
        if (faults.errorPays) reward += 0.5
      }
      if (action === 'pay' && state.found) {
        if (!state.paid) reward += faults.doublePay ? 1.5 : faults.refundLoop ? 0.5 : 0
        next.paid = true
      }
      if (action === 'refund') next.paid = false
      if (action === 'look' && faults.lookPays) reward += 0.2
      const late = next.steps >= LIMIT
      const submits = action === 'submit'
      next.sent = submits
      if ((submits || (late && faults.gradesAtLimit)) && next.paid) reward += faults.refundLoop ? 0.5 : 1
      return { state: next, reward, terminated: submits, truncated: late && !submits, reply }
    },
    look: state => ({ ...state }),
  }
}

const FACTS: Omit<EnvSubject<Json>, 'name' | 'make'> = {
  actions: ['find', 'pay', 'refund', 'look', 'submit', 'wait'],
  horizon: LIMIT,
  returnRange: [0, 1],
  reference: () => ['find', 'pay', 'submit'],
  goalReached: state => (state as Desk).sent && (state as Desk).paid,
}

function env(
  id: string,
  property: string,
  minimal: number,
  faults: Faults,
  more: Partial<EnvSubject<Json>>,
): EnvExhibit {
  const subject = (name: string, with_: Faults): EnvSubject<never> =>
    ({ ...FACTS, ...more, name, make: () => faceOf(desk(with_)) }) as unknown as EnvSubject<never>
  return { id, property, minimal, faultyEnv: subject(id, faults), fixedEnv: subject(`${id}, fixed`, {}) }
}

const failed = (observation: Json): boolean =>
  String((observation as { reply?: string } | null)?.reply).startsWith('error')

export const HELDOUT_SECOND_ENVS: readonly EnvExhibit[] = [
  env('heldout-error-text-pays', 'tool_failure_is_not_success', 1, { errorPays: true }, { failed }),
  env(
    'heldout-graded-at-limit',
    'unsubmitted_is_not_success',
    8,
    { gradesAtLimit: true },
    { submit: 'submit' },
  ),
  env('heldout-look-pays', 'harmless_action_invariance', 4, { lookPays: true }, { readOnly: ['look'] }),
  env(
    'heldout-refund-loop',
    'cycle_gain',
    3,
    { refundLoop: true },
    {
      stateKey: state => {
        const { found, paid } = state as Desk
        return `${found} ${paid}`
      },
    },
  ),
  env('heldout-double-pay', 'bounded', 2, { doublePay: true }, {}),
  env('heldout-bad-calls-free', 'termination', 8, { badCallsFree: true }, {}),
]
