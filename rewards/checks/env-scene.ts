/** @file An environment subject made ready: defaults filled in, references and walks at hand. */
import type { Json } from '../../envs/json.ts'
import type { Choice } from './env-operations.ts'
import { envOperations } from './env-operations.ts'
import type { EnvSubject } from './env-subject.ts'
import type { Executor } from './execution/executor.ts'
import { inline } from './execution/inline.ts'

export interface EnvScene {
  subject: EnvSubject<Json>
  seed: number
  /** Seeds of the episodes that are tried; 0 is the simplest. */
  seeds: readonly number[]
  /** Which optional methods its environments have. */
  can: { snapshot: boolean; restore: boolean; clone: boolean; state: boolean; return: boolean }
  /** Steps that walks take at most, unless they run into the limit on purpose. */
  reach: number
  invalid: readonly Json[]
  /** Does this return count as solved? null: the subject does not tell. */
  passes: ((total: number) => boolean) | null
  /** What solves the task of this seed; null where the author gives none. */
  reference(seed: number): Promise<readonly Json[] | null>
  /** What only looks, in the task of this seed. */
  readOnly(seed: number): Promise<readonly Json[]>
  /** A walk that chooses among the legal actions, up to the end; null where the environment does not let it. */
  walk(seed: number, choices: readonly Choice[]): Promise<{ actions: Json[]; ended: boolean } | null>
}

const SEEDS = 20
const REACH = 40
const INVALID: readonly Json[] = ['', 'no such action', null, {}]
/** Plays take many steps in one call; this many times the time of one step. */
export const STEPS_PER_CALL = 4
const DEFAULT_STEP_MS = 1000

export function stepTimeout({ timeoutMs = DEFAULT_STEP_MS }: Pick<EnvSubject<never>, 'timeoutMs'>): number {
  return timeoutMs
}

export async function envSceneOf(
  subject: EnvSubject<Json>,
  seed: number,
  executor: Executor = inline(subject, envOperations),
): Promise<EnvScene> {
  const ask = <V>(operation: string, ...args: Json[]) =>
    asked<V>(executor, operation, args, STEPS_PER_CALL * stepTimeout(subject))
  const nothing = { snapshot: false, restore: false, clone: false, state: false, return: false }
  return {
    subject,
    seed,
    seeds: Array.from({ length: SEEDS }, (_, i) => i),
    can: { ...nothing, ...(await ask<EnvScene['can']>('abilities')) },
    reach: Math.min(subject.horizon ?? REACH, REACH),
    invalid: (subject.invalidActions as readonly Json[] | undefined) ?? INVALID,
    passes: passesOf(subject),
    reference: perSeed(async at => (subject.reference ? await ask<Json[]>('reference', at) : null)),
    readOnly: perSeed(async at => (subject.readOnly ? ((await ask<Json[]>('readOnly', at)) ?? []) : [])),
    walk: (at, choices) => ask('walk', at, choices as unknown as Json),
  }
}

/** null where it threw or hung. */
async function asked<V>(
  executor: Executor,
  operation: string,
  args: Json[],
  timeoutMs: number,
): Promise<V | null> {
  const outcome = await executor.call(operation, args, timeoutMs)
  return outcome.how === 'returned' ? (outcome.value as V) : null
}

function perSeed<V>(ask: (seed: number) => Promise<V>): (seed: number) => Promise<V> {
  const known = new Map<number, Promise<V>>()
  return seed => {
    const found = known.get(seed) ?? ask(seed)
    known.set(seed, found)
    return found
  }
}

/** Without a pass mark, more than the middle: a draw between -1 and 1 is no success. */
function passesOf({ passMark, returnRange }: EnvSubject<Json>): EnvScene['passes'] {
  if (passMark !== undefined) return total => total >= passMark - 1e-9
  if (!returnRange) return null
  const middle = (returnRange[0] + returnRange[1]) / 2
  return total => total > middle + 1e-9
}
