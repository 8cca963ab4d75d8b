/**
 * @file What a property is: a law, the operators that make inputs for it, and a judge of one literal input.
 *
 * Inputs are plain JSON and complete: a stored input is judged again without drawing anything. Each operator is hunted by
 * itself, so that every operator runs, and a finding names the operator that found it.
 */
import type { Json } from '../../envs/json.ts'
import type { Draw } from './fast-check.ts'
import type { Probe } from './probe.ts'

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info'
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']

/** All that is needed to judge once: task, response, and what else the property asks for. */
export type Input = { [key: string]: Json }

export interface Violation {
  /** One sentence: what came and what should have come. */
  says: string
  /** Scores seen, in the order in which `says` speaks of them; equal patterns are one cause. */
  scores?: readonly (number | string | null)[]
  /** Changes the property's severity. */
  severity?: Severity
}

export interface Operator<D = unknown> {
  /** Unique within its property. */
  id: string
  draw: Draw<D>
  /** The input of this draw; null where the operator does not apply. */
  input(drawn: D): Input | null | Promise<Input | null>
  /** Runs at most; for operators without anything to draw: 1. */
  runs?: number
}

/** `S` is the scene: a subject with its tasks drawn. */
export interface Property<S> {
  /** The name in the field, e.g. `near_miss`. */
  id: string
  /** Number in the catalogue, e.g. `P8`. */
  number: string
  title: string
  severity: Severity
  /** Statistical: reported with its figures, never a reason to fail unless asked for. */
  statistical?: boolean
  /** Why it cannot be run on this subject, naming the fact to declare; null if it can. */
  missing(scene: S): string | null
  /** `probe` is for operators that search for their input by calls of their own. */
  operators(scene: S, probe: Probe): readonly Operator<never>[]
  /** null: the input keeps the law. 'skip': the input does not apply, e.g. the oracle does not know. */
  judge(input: Input, scene: S, probe: Probe): Promise<Violation | null | 'skip'>
  /** Smaller inputs to try, best first. Default: shorter `response`. */
  smaller?(input: Input, scene: S): Iterable<Input>
}

/** Keeps the type of what an operator draws out of lists of operators. */
export function operator<D>(made: Operator<D>): Operator<never> {
  return made as unknown as Operator<never>
}
