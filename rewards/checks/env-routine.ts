/**
 * @file Routines that wait only for what is a promise, so that an environment without promises is run in one go: the guard
 * of a call can then end an endless loop in it.
 */
import type { MaybePromise } from '../../envs/env.ts'

/** Yields what is waited for, and is given what came of it. */
export type Routine<T> = Generator<unknown, T, unknown>

/** `const step = yield* wait(face.step(action))` */
export function* wait<T>(value: MaybePromise<T>): Routine<T> {
  return (yield value) as T
}

export function run<T>(routine: Routine<T>): MaybePromise<T> {
  return onward(routine, routine.next())
}

function onward<T>(routine: Routine<T>, from: IteratorResult<unknown, T>): MaybePromise<T> {
  let at = from
  while (at.done !== true) {
    if (at.value instanceof Promise)
      return at.value.then(
        value => onward(routine, routine.next(value)),
        (error: unknown) => onward(routine, routine.throw(error)),
      )
    at = routine.next(at.value)
  }
  return at.value
}
