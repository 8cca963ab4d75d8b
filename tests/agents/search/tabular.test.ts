/** @file Tree search over listed actions: against a plain implementation, against the exact solution, and its bookkeeping. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dirichlet, NO_PARENT, PuctTree, ROOT, UNVISITED } from '../../../agents/search/puct-tree.ts'
import { TabularSearch } from '../../../agents/search/tabular.ts'
import type { Position } from '../../../envs/dynamics.ts'
import { advance, begin } from '../../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import type { Json } from '../../../envs/json.ts'
import { findEnv } from '../../../envs/registry.ts'
import { rngAt } from '../../../envs/rng.ts'
import { taskAt } from '../../../envs/tasks.ts'
import { LETTERS, wordEnv } from './word-env.ts'

const test = suite('tabular search')
const taskNumber = (index: number): Task => taskAt(wordEnv, { split: 'train', index, level: 1 })

/** A prior from a table over states. */
function prior(state: Json, actions: readonly Json[]): number[] {
  const rng = rngAt('prior', JSON.stringify(state))
  const weights = actions.map(() => 0.1 + rng.float())
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map(weight => weight / sum)
}

const guess = (state: Json): number => rngAt('value', JSON.stringify(state)).float() / 4

/** PUCT once more, as plainly as it can be written: objects, recursion, nothing shared. */
interface PlainNode {
  position: Position
  earned: number
  prior: number
  visits: number
  sum: number
  children: { action: Json; node: PlainNode }[] | null
}

async function plainSearch(
  env: EnvDef,
  task: Task,
  { simulations, cBase, cInit }: { simulations: number; cBase: number; cInit: number },
): Promise<PlainNode> {
  const node = (position: Position, earned: number, p: number): PlainNode => {
    return { position, earned, prior: p, visits: 0, sum: 0, children: null }
  }
  const simulate = async (at: PlainNode): Promise<number> => {
    let value: number
    if (at.position.end) value = at.earned
    else if (at.children === null) {
      const actions = env.legalActions!(task, at.position.state)
      const priors = prior(at.position.state, actions)
      at.children = await Promise.all(
        actions.map(async (action, i) => {
          const taken = await advance(env, task, at.position, action)
          return { action, node: node(taken.position, at.earned + taken.reward, priors[i]!) }
        }),
      )
      value = at.earned + guess(at.position.state)
    } else {
      const c = cInit + Math.log((at.visits + cBase + 1) / cBase)
      const score = ({ node: child }: { node: PlainNode }): number =>
        (child.visits > 0 ? child.sum / child.visits : 0) +
        (child.prior * c * Math.sqrt(at.visits)) / (1 + child.visits)
      let best = at.children[0]!
      for (const child of at.children) if (score(child) > score(best) + 1e-12) best = child
      value = await simulate(best.node)
    }
    at.visits += 1
    at.sum += value
    return value
  }
  const root = node(await begin(env, task), 0, 1)
  for (let i = 0; i < simulations; i++) await simulate(root)
  return root
}

test('visits and values are those of a plain implementation, in every node', async () => {
  const countdown = findEnv('math/countdown-v1')
  const defaults = { cBase: 19652, cInit: 1.25 }
  const cases: [EnvDef, Task, number, typeof defaults][] = [
    [wordEnv, taskNumber(5), 400, defaults],
    [countdown, taskAt(countdown, { split: 'train', index: 3, level: 1 }), 300, defaults],
    ...Array.from({ length: 60 }, (_, i): [EnvDef, Task, number, typeof defaults] => {
      const rng = rngAt('constants', i)
      return [wordEnv, taskNumber(i % 27), rng.int(1, 80), { cBase: rng.int(1, 60), cInit: rng.float() / 4 }]
    }),
  ]
  for (const [env, task, simulations, constants] of cases) {
    const search = new TabularSearch(env, task, { prior, value: guess, ...constants })
    search.run(simulations)
    const compare = (node: number, plain: PlainNode): void => {
      const known = search.visits(node)
      assert.is(known.length, plain.children?.length ?? 0)
      for (const [i, { action, node: child }] of (plain.children ?? []).entries()) {
        assert.equal(known[i]!.action, action)
        assert.is(known[i]!.visits, child.visits)
        assert.ok(Math.abs(search.tree.valueSums[search.tree.firstChild[node]! + i]! - child.sum) < 1e-9)
        compare(search.tree.firstChild[node]! + i, child)
      }
    }
    compare(ROOT, await plainSearch(env, task, { simulations, ...constants }))
  }
})

/** The best return from here, by trying everything. */
async function solve(
  env: EnvDef,
  task: Task,
  position: Position,
): Promise<{ best: number; actions: Json[] }> {
  if (position.end) return { best: 0, actions: [] }
  let found = { best: -Infinity, actions: [] as Json[] }
  for (const action of env.legalActions!(task, position.state)) {
    const taken = await advance(env, task, position, action)
    const rest = await solve(env, task, taken.position)
    if (taken.reward + rest.best > found.best)
      found = { best: taken.reward + rest.best, actions: [action, ...rest.actions] }
  }
  return found
}

test('with enough simulations the most visited line is the exact solution of every word', async () => {
  for (let index = 0; index < LETTERS.length ** 3; index++) {
    const task = taskNumber(index)
    const search = new TabularSearch(wordEnv, task)
    search.run(600)
    const exact = await solve(wordEnv, task, await begin(wordEnv, task))
    assert.equal(search.bestLine(), exact.actions, `word ${index}`)
  }
})

test('the tree adds up: a node has its children’s visits and the one that expanded it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(26), (simulations, index) => {
      const search = new TabularSearch(wordEnv, taskNumber(index), { prior })
      search.run(simulations)
      const { tree } = search
      assert.is(tree.visits[ROOT], simulations)
      assert.is(tree.parents[ROOT], NO_PARENT)
      for (let node = 0; node < tree.size; node++) {
        assert.is(tree.inFlight[node], 0)
        if (tree.firstChild[node] === UNVISITED) continue
        const visits = search.visits(node).reduce((sum, child) => sum + child.visits, 0)
        assert.is(tree.visits[node], visits + 1)
      }
    }),
    { numRuns: 30 },
  )
})

test('it stops when the first action can no longer change, and chooses as it would have', () => {
  for (let index = 0; index < 9; index++) {
    const whole = new TabularSearch(wordEnv, taskNumber(index), { prior })
    whole.run(300)
    const early = new TabularSearch(wordEnv, taskNumber(index), { prior })
    const taken = early.run(300, { settled: true })
    assert.ok(taken < 300, `${taken}`)
    assert.is(early.tree.mostVisited(ROOT), whole.tree.mostVisited(ROOT))
  }
})

test('one selection follows the formula to the digit', () => {
  const tree = new PuctTree({ cBase: 10, cInit: 2 })
  const first = tree.expand(ROOT, [0.5, 0.3, 0.2])
  // After 3 visits of the root, one of them the expansion: Q = (0.2, 0.9, unvisited).
  const walk = [0, 0.2, 0.9].map((value, i) => {
    tree.inFlight.fill(0)
    const leaf = i === 0 ? ROOT : first + i - 1
    for (let node = leaf; node !== NO_PARENT; node = tree.parents[node]!) tree.inFlight[node] = 1
    tree.backup(leaf, value)
    return leaf
  })
  assert.is(walk.length, 3)
  // c = 2 + ln(14/10), times √3: U = P·c·√3/(1+N) = (1.0117, 0.6070, 0.8094); Q + U = (1.2117, 1.5070, 0.8094).
  const c = (2 + Math.log(1.4)) * Math.sqrt(3)
  assert.ok(Math.abs((0.5 * c) / 2 - 1.0117) < 1e-3 && Math.abs((0.3 * c) / 2 - 0.607) < 1e-3)
  assert.is(tree.select(), first + 1)
  // In flight it counts as a visit worth 0: Q = 0.45, U = 0.3·(2 + ln 1.5)·√4/3; the first is higher now.
  assert.is(tree.select(), first)
  assert.ok(tree.bytes <= 80 * 64)
})

test('virtual loss spreads a batch over different leaves', () => {
  const tree = new PuctTree()
  tree.backup(tree.select(), 0)
  tree.expand(ROOT, [0.25, 0.25, 0.25, 0.25])
  assert.equal(
    [tree.select(), tree.select(), tree.select(), tree.select()].sort((a, b) => a - b),
    [1, 2, 3, 4],
  )
})

test('Dirichlet noise sums to 1, has the right mean and spread, and is the same for a seed', () => {
  const draws = Array.from({ length: 4000 }, (_, i) => dirichlet(rngAt('dirichlet', i), 0.3, 4))
  for (const draw of draws) assert.ok(Math.abs(draw.reduce((sum, part) => sum + part, 0) - 1) < 1e-9)
  const mean = draws.reduce((sum, [part]) => sum + part!, 0) / draws.length
  const variance = draws.reduce((sum, [part]) => sum + (part! - mean) ** 2, 0) / draws.length
  assert.ok(Math.abs(mean - 0.25) < 0.02, `${mean}`)
  // α(α₀ − α) / (α₀²(α₀ + 1)) with α = 0.3, α₀ = 1.2.
  assert.ok(Math.abs(variance - (0.3 * 0.9) / (1.44 * 2.2)) < 0.008, `${variance}`)
  assert.equal(dirichlet(rngAt('same'), 0.3, 5), dirichlet(rngAt('same'), 0.3, 5))
})

test('an environment that lists no actions, or answers later, is refused', () => {
  const { legalActions: _, ...silent } = wordEnv
  assert.throws(
    () => new TabularSearch(silent, taskNumber(0)),
    (error: Error) => error instanceof UsageError,
  )
  const later: EnvDef = { ...wordEnv, start: async task => wordEnv.start(task) }
  assert.throws(
    () => new TabularSearch(later, taskNumber(0)),
    (error: Error) => error instanceof UsageError,
  )
})

test.run()
