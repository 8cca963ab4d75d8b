/** @file Does a trace keep its own grammar? Every behaviour has one condition that a machine can check. */
import { isInvalid } from '../../envs/env.ts'
import type { Behaviour, Line, Trace } from './trace.ts'
import { BEHAVIOUR_OF, isWork, parseTrace } from './trace.ts'
import type { Node } from './tree.ts'
import { textsBefore, workTree } from './tree.ts'

export interface Fault {
  /** From 0, in the trace. */
  at: number
  behaviour: Behaviour | null
  why: string
}

/**
 * Truth of what is written, e.g. an environment's `verifyStep` on one line; null: it says nothing that can be checked. `before`
 * are the steps of work on whose state it is written.
 */
export type Judge = (text: string, before: readonly string[]) => boolean | null

export interface ValidateOptions {
  /** Also checks that verdicts are true. */
  judge?: Judge
  /** A trace without an answer is a fault. Default: true. */
  needsAnswer?: boolean
}

/** All faults, in the order of the lines; none: the trace is valid. */
export function faultsOf(trace: Trace, { judge, needsAnswer = true }: ValidateOptions = {}): Fault[] {
  const nodes = workTree(trace)
  const faults: Fault[] = []
  const subs = trace.filter(line => line.kind === 'sub').length
  let [work, announced] = [0, 0]
  for (const [at, line] of trace.entries()) {
    const why = faultOf(line, { work, announced, subs }) ?? untrue(line, nodes, judge)
    const late = trace.slice(0, at).some(before => before.kind === 'answer')
    const found = late ? 'nothing stands behind the answer' : why
    if (found !== null) faults.push({ at, behaviour: BEHAVIOUR_OF[line.kind], why: found })
    if (isWork(line)) work++
    if (line.kind === 'sub') announced++
  }
  if (needsAnswer && !trace.some(line => line.kind === 'answer'))
    faults.push({ at: trace.length, behaviour: null, why: 'expected an answer at the end, got none' })
  return faults
}

/** The same for text. A text that is no trace has one fault. */
export function faultsOfText(text: string, options: ValidateOptions = {}): Fault[] {
  const trace = parseTrace(text)
  return isInvalid(trace) ? [{ at: 0, behaviour: null, why: trace.invalid }] : faultsOf(trace, options)
}

interface Standing {
  /** Steps of work and subtasks before the line, and the subtasks of the whole trace. */
  work: number
  announced: number
  subs: number
}

function faultOf(line: Line, { work, announced, subs }: Standing): string | null {
  const steps = work === 0 ? 'there are none yet' : `those so far are 1 to ${work}`
  switch (line.kind) {
    case 'analyze':
      return work > 0 ? 'the analysis stands before all work' : null
    case 'sub':
      return line.sub === announced + 1 ? null : `expected subtask ${announced + 1}, got ${line.sub}`
    case 'do':
      if (line.sub === null) return subs > 0 ? 'expected the number of a subtask, got none' : null
      return line.sub >= 1 && line.sub <= announced
        ? null
        : `expected a subtask that stands before it, got ${line.sub} of ${announced}`
    case 'alt':
      return line.state <= work ? null : `expected an earlier state, got ${line.state}; ${steps}`
    case 'check':
    case 'fix':
      return line.step >= 1 && line.step <= work
        ? null
        : `expected the number of an earlier step of work, got ${line.step}; ${steps}`
    case 'answer':
      return null
  }
}

function untrue(line: Line, nodes: readonly Node[], judge: Judge | undefined): string | null {
  if (line.kind !== 'check' || !judge) return null
  const node = nodes[line.step - 1]!
  const holds = judge(line.text, textsBefore(nodes, node))
  if (holds === null || holds === (line.verdict === 'right')) return null
  return `the verdict is ${line.verdict}, and what it says is ${holds ? 'true' : 'false'}`
}
