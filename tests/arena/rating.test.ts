import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import { rngAt } from '../../envs/rng.ts'
import type { Outcome, Rating } from '../../arena/rating.ts'
import { rate } from '../../arena/rating.ts'

const numbers = z.array(z.number())
const golden = z
  .array(
    z.object({
      name: z.string(),
      ridge: z.number(),
      rows: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
      rating: numbers,
      low: numbers,
      high: numbers,
      rankLow: numbers,
      rankHigh: numbers,
      misfit: numbers,
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('../golden/rating.json', import.meta.url), 'utf8')))

for (const league of golden)
  test(`agrees with scipy: ${league.name}`, () => {
    const outcomes = league.rows.map(([agent, item, task, score]) => ({
      agent: `a${agent}`,
      item: `i${item}`,
      task: `t${task}`,
      score,
    }))
    const { agents, items } = rate(outcomes, { ridge: league.ridge })
    for (const { name, ...got } of agents) {
      const i = Number(name.slice(1))
      for (const key of ['rating', 'low', 'high', 'rankLow', 'rankHigh'] as const)
        near(got[key], league[key][i]!, `${name} ${key}`)
    }
    for (const { id, ...got } of items) {
      const i = Number(id.slice(1))
      for (const key of ['rating', 'low', 'high'] as const)
        near(got[key], league[key][agents.length + i]!, `${id} ${key}`)
      near(got.misfit, league.misfit[i]!, `${id} misfit`)
    }
  })

const leagues = fc
  .record({ seed: fc.nat(), agents: fc.integer({ min: 2, max: 5 }), items: fc.integer({ min: 1, max: 3 }) })
  .map(({ seed, agents, items }) => simulate({ seed, agents, items, tasks: 12, effect: 0.5 }).outcomes)

test('the order of the outcomes does not matter', () => {
  fc.assert(
    fc.property(leagues, fc.nat(), (outcomes, seed) => {
      const [one, other] = [rate(outcomes), rate(rngAt(seed).shuffle(outcomes))]
      for (const [i, agent] of one.agents.entries()) {
        near(other.agents.find(({ name }) => name === agent.name)!.rating, agent.rating, agent.name)
        near(other.agents[i]!.high, agent.high, `${i} high`)
      }
    }),
    { numRuns: 40 },
  )
})

test('swapping solved and failed mirrors the scale', () => {
  fc.assert(
    fc.property(leagues, outcomes => {
      const mirrored = rate(outcomes.map(row => ({ ...row, score: 1 - row.score })))
      for (const { name, rating, low } of rate(outcomes).agents) {
        const twin = mirrored.agents.find(agent => agent.name === name)!
        near(twin.rating, 2000 - rating, name)
        near(twin.high, 2000 - low, name)
      }
    }),
    { numRuns: 40 },
  )
})

test('differences are antisymmetric', () => {
  fc.assert(
    fc.property(leagues, outcomes => {
      const rating = rate(outcomes)
      const [there, back] = [rating.difference('a0', 'a1'), rating.difference('a1', 'a0')]
      near(there.rating, -back.rating, 'difference')
      near(there.low, -back.high, 'bound')
    }),
    { numRuns: 40 },
  )
})

test('one more solved task never lowers a rating', () => {
  fc.assert(
    fc.property(leagues, fc.nat(), (outcomes, at) => {
      const row = outcomes[at % outcomes.length]!
      const better = outcomes.map(other => (other === row ? { ...other, score: 1 } : other))
      const gain = ratingOf(rate(better), row.agent) - ratingOf(rate(outcomes), row.agent)
      assert.ok(gain >= -1e-6, `the rating fell by ${-gain}`)
    }),
    { numRuns: 60 },
  )
})

test('finds the truth of a large league', () => {
  const { outcomes, truth } = simulate({ seed: 7, agents: 5, items: 4, tasks: 400, effect: 0 })
  const rating = rate(outcomes)
  for (const [name, expected] of truth)
    assert.ok(
      Math.abs(ratingOf(rating, name) - expected) < 40,
      `${name}: ${ratingOf(rating, name)} for ${expected}`,
    )
})

test('95 % intervals of agents, differences and levels hold the truth about 95 % of the time', () => {
  const hits = { agent: 0, difference: 0, item: 0 }
  const tries = { agent: 0, difference: 0, item: 0 }
  for (let seed = 0; seed < 150; seed++) {
    const { outcomes, truth, levels } = simulate({ seed, agents: 6, items: 3, tasks: 40, effect: 1 })
    const rating = rate(outcomes)
    for (const { name, low, high } of rating.agents) count('agent', low, truth.get(name)!, high)
    const gap = rating.difference('a0', 'a3')
    count('difference', gap.low, truth.get('a0')! - truth.get('a3')!, gap.high)
    for (const { id, low, high } of rating.items) count('item', low, levels.get(id)!, high)
  }
  function count(kind: keyof typeof hits, low: number, value: number, high: number): void {
    tries[kind]++
    if (low <= value && value <= high) hits[kind]++
  }
  for (const kind of ['agent', 'difference', 'item'] as const) {
    const coverage = hits[kind] / tries[kind]
    assert.ok(
      coverage > 0.915 && coverage < 0.985,
      `${kind}: ${(100 * coverage).toFixed(1)} % of ${tries[kind]}`,
    )
  }
})

test('an agent that never failed is provisional, and its interval is wide', () => {
  const { outcomes } = simulate({ seed: 3, agents: 3, items: 2, tasks: 50, effect: 0 })
  const champion = outcomes
    .filter(row => row.agent === 'a0')
    .map(row => ({ ...row, agent: 'champion', score: 1 }))
  const { agents } = rate([...outcomes, ...champion])
  const { name, provisional, low, high, rating } = agents[0]!
  assert.is(name, 'champion')
  assert.ok(provisional)
  assert.not.ok(agents[1]!.provisional)
  assert.ok(Number.isFinite(rating) && high - low > 400, `interval ${low} to ${high}`)
})

test('an agent that never failed does not shift the others', () => {
  const { outcomes } = simulate({ seed: 3, agents: 3, items: 2, tasks: 50, effect: 0 })
  const champion = outcomes
    .filter(row => row.agent === 'a0')
    .map(row => ({ ...row, agent: 'champion', score: 1 }))
  const joined = rate([...outcomes, ...champion])
  for (const { name, rating } of rate(outcomes).agents)
    assert.ok(Math.abs(ratingOf(joined, name) - rating) < 5, `${name} moved from ${rating}`)
})

test('equal agents share their ranks, clearly different ones do not', () => {
  const { outcomes } = simulate({ seed: 9, agents: 1, items: 3, tasks: 60, effect: 0 })
  const twin = outcomes.map(row => ({ ...row, agent: 'twin' }))
  const weak = outcomes.map((row, i) => ({ ...row, agent: 'weak', score: i % 20 === 0 ? 1 : 0 }))
  const ranks = rate([...outcomes, ...twin, ...weak]).agents.map(({ rankLow, rankHigh }) => [
    rankLow,
    rankHigh,
  ])
  assert.equal(ranks, [
    [1, 2],
    [1, 2],
    [3, 3],
  ])
})

test('a level whose tasks behave against their difficulty shows as misfit', () => {
  // In a league of agents that are hardly different it cannot show: in this one they are.
  const { worst, next } = misfits(3)
  assert.is(worst.id, 'i1')
  assert.ok(worst.misfit > 1.3 && next.misfit < 1.2, `${worst.misfit} and ${next.misfit}`)
  const leagues = Array.from({ length: 12 }, (_, seed) => misfits(seed))
  assert.ok(leagues.filter(league => league.worst.id === 'i1').length >= 11)
  const gap = leagues.reduce((sum, league) => sum + league.worst.misfit - league.next.misfit, 0) / 12
  assert.ok(gap > 0.3, `the misfit stands out by ${gap} on average`)
})

/** The two largest misfits of a league in which level i1 has been turned upside down. */
function misfits(seed: number) {
  const { outcomes } = simulate({ seed, agents: 6, items: 6, tasks: 30, effect: 0 })
  const order = rate(outcomes).agents.map(agent => agent.name)
  const upsideDown = outcomes.map(row =>
    row.item === 'i1' ? { ...row, score: Number(order.indexOf(row.agent) >= 3) } : row,
  )
  const [worst, next] = rate(upsideDown).items.sort((a, b) => b.misfit - a.misfit)
  return { worst: worst!, next: next! }
}

/** A league with known truth on the display scale. `effect` is the spread of difficulty inside a level. */
function simulate(options: { seed: number; agents: number; items: number; tasks: number; effect: number }) {
  const rng = rngAt('league', options.seed)
  const normal = (): number => {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += rng.float()
    return sum
  }
  const theta = Array.from({ length: options.agents }, normal)
  const difficulty = Array.from({ length: options.items }, normal)
  const outcomes: Outcome[] = []
  for (const [i, level] of difficulty.entries())
    for (let t = 0; t < options.tasks; t++) {
      const hardness = level + options.effect * normal()
      for (const [a, strength] of theta.entries()) {
        const solved = rng.float() < 1 / (1 + Math.exp(hardness - strength))
        outcomes.push({ agent: `a${a}`, item: `i${i}`, task: `${i}/${t}`, score: Number(solved) })
      }
    }
  return { outcomes, ...shown(theta, difficulty, options.effect) }
}

/**
 * Mixing tasks of different difficulty flattens the curve: the fit sees about √(1 + effect²/2.9) of the spread
 * (logistic-normal approximation with c = 16√3/15π, c² = 1/2.89).
 */
function shown(theta: number[], difficulty: number[], effect: number) {
  const mean = theta.reduce((sum, value) => sum + value, 0) / theta.length
  const scale = 400 / Math.LN10 / Math.sqrt(1 + effect ** 2 / 2.89)
  const place = (value: number): number => 1000 + scale * (value - mean)
  return {
    truth: new Map(theta.map((value, a) => [`a${a}`, place(value)])),
    levels: new Map(difficulty.map((value, i) => [`i${i}`, place(value)])),
  }
}

function ratingOf({ agents }: Rating, name: string): number {
  return agents.find(agent => agent.name === name)!.rating
}

function near(got: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(got - expected) < 1e-6 * Math.max(1, Math.abs(expected)),
    `${what}: expected ${expected}, got ${got}`,
  )
}

test.run()
