/** @file As many jobs at once as there are slots; the others wait their turn, or until their caller gives up. */

export class Slots<T> {
  readonly all: readonly T[]
  readonly #idle: T[]
  readonly #waiting: ((slot: T) => void)[] = []

  constructor(all: readonly T[]) {
    this.all = all
    this.#idle = [...all]
  }

  /** @throws the signal's reason if it aborts before there is a slot; later it is the work's own matter. */
  async use<R>(work: (slot: T) => Promise<R>, signal?: AbortSignal): Promise<R> {
    signal?.throwIfAborted()
    const slot = this.#idle.shift() ?? (await this.#turn(signal))
    try {
      return await work(slot)
    } finally {
      const next = this.#waiting.shift()
      if (next) next(slot)
      else this.#idle.unshift(slot)
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const proceed = (slot: T): void => {
        signal?.removeEventListener('abort', leave)
        resolve(slot)
      }
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1)
        reject(signal!.reason)
      }
      this.#waiting.push(proceed)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }
}
