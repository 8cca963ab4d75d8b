/** @file Calls into the parts of a subject beside `score`: batches, components, judges, programs, workspaces. */
import { isDeepStrictEqual } from 'node:util'
import type { MaybePromise } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { programNamed } from './programs.ts'
import { plain } from './scored.ts'
import type { Scored } from './probe.ts'
import type { Program, RewardSubject } from './subject.ts'

type Pair = { task: Json; response: string }

/** A program's score, and what the program itself gave. */
export interface ProgramScored extends Scored {
  calls: number
  /** Calls whose output differed from the honest program's on the same input. */
  wrong: number
}

export const facetOperations = {
  scoreBatch: async ({ scoreBatch }: RewardSubject<Json>, [pairs]: [Pair[]]) =>
    Array.from(await scoreBatch!(pairs), plain),
  combine: ({ combine }: RewardSubject<Json>, [parts]: [Record<string, number>]) => combine!.total(parts),
  judgeParse: ({ judge }: RewardSubject<Json>, [text]: [string]) => judge!.parse(text),
  scoreProgram: (subject: RewardSubject<Json>, [task, name]: [Json, string]) =>
    scoredProgram(subject, task, name),
  scoreWorkspace: async (
    { workspace }: RewardSubject<Json>,
    [task, files]: [Json, Record<string, string>],
  ): Promise<Scored> => plain(await workspace!.score(task, files)),
  reachable: async ({ reachable }: RewardSubject<Json>, [task]: [Json]): Promise<string[]> => [
    ...(await reachable!(task)),
  ],
}

async function scoredProgram(
  { program }: RewardSubject<Json>,
  task: Json,
  name: string,
): Promise<ProgramScored> {
  const tally = { calls: 0, wrong: 0 }
  const candidate = programNamed(name, () => program!.honest(task))
  const counted = counting(candidate, program!.honest(task), tally)
  const { score, components } = plain(await program!.score(task, counted))
  return { score, components, ...tally }
}

/** Runs `candidate` and notes whether it did as the honest program does. */
function counting(candidate: Program, honest: Program, tally: { calls: number; wrong: number }): Program {
  const same = isDeepStrictEqual
  const copy = structuredClone
  return (input, work) => {
    tally.calls++
    const expected = settled(() => honest(copy(input), () => {}))
    tally.wrong++
    const output = candidate(input, work) as MaybePromise<unknown>
    // A promise cannot be looked into here; what comes of it is the reward's to judge.
    if (expected === FAILED || same(output, expected)) tally.wrong--
    return output
  }
}

const FAILED = Symbol('failed')

function settled(f: () => unknown): unknown {
  try {
    return f()
  } catch {
    return FAILED
  }
}
