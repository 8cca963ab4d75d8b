/** @file At most so many calls at the same time; the others wait in the order in which they came. */

/** A function that runs what it is given as soon as one of `limit` slots is free. */
export function limited(limit: number): <T>(call: () => Promise<T>) => Promise<T> {
  let free = limit
  const waiting: (() => void)[] = []
  return async call => {
    if (free > 0) free--
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await call()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
