/** @file Contestants that take turns, so that what else the machine does falls on all of them alike. */

export interface Contestant {
  name: string
  /** Milliseconds of each of some runs. */
  run(): Promise<readonly number[]>
}

/** Milliseconds of a contestant's runs. */
export interface Times {
  median: number
  best: number
}

/** Each contestant's runs, over rounds in which every one has its turn; the first round warms up. */
export async function takeTurns(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<Map<string, Times>> {
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]))
  for (let round = 0; round <= rounds; round++)
    for (const { name, run } of round % 2 === 0 ? contestants : contestants.toReversed()) {
      const measured = await run()
      if (round > 0) times.get(name)!.push(...measured)
    }
  return new Map([...times].map(([name, list]) => [name, { median: median(list), best: Math.min(...list) }]))
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

export function thousands(value: number): string {
  return value >= 10_000 ? `${(value / 1000).toFixed(1)}k` : `${(value / 1000).toFixed(2)}k`
}
