/** @file The ways the checks call into the process part of a reward. */
import type { Json } from '../../envs/json.ts'
import type { ProcessFacts } from './process-subject.ts'
import type { RewardSubject } from './subject.ts'

type Subject = RewardSubject<Json>
type Label = 0 | 1 | null

export const processOperations = {
  stepScores: (subject: Subject, [task, steps]: [Json, string[]]) => facts(subject).score(task, steps),
  textScores: (subject: Subject, [task, text]: [Json, string]) => facts(subject).scoreText!(task, text),
  stepAggregate: (subject: Subject, [scores]: [number[]]) => facts(subject).aggregate!.of(scores),
  labelsThere: (subject: Subject, [labels]: [Label[]]) => {
    const { encode, decode } = facts(subject).labels!
    return [...decode(encode(labels) as never)]
  },
  firstErrorOf: (subject: Subject, [labels]: [Label[]]) => facts(subject).labels!.firstError!(labels),
  firstErrorScore: (subject: Subject, [pairs]: [{ predicted: number; actual: number }[]]) =>
    facts(subject).firstErrorScore!(pairs),
}

function facts({ process }: Subject): ProcessFacts<Json> {
  return process!
}
