/**
 * @file Search puzzles: distances, labels and verdicts against breadth-first search over what the environment lets one do.
 *
 * The search knows nothing of the puzzles' own distances: it plays legal actions and looks at which positions are solved.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Position } from '../../envs/dynamics.ts'
import { advance, begin } from '../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import { maxReturn } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { latinSquare } from '../../envs/math/puzzles/latin-square.ts'
import { lightsOut } from '../../envs/math/puzzles/lights-out.ts'
import type { Rng } from '../../envs/rng.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import type { Subject } from './puzzle-subjects.ts'
import { cells, SUBJECTS, upTo } from './puzzle-subjects.ts'

const TASKS = 6

for (const subject of SUBJECTS) {
  const { env } = subject
  const test = suite(env.id)

  test('distances and labels are those of a search, null included', () => {
    for (const task of smallTasks(subject)) {
      const seen = { way: 0, none: 0 }
      for (const from of [env.start(task) as Json, ...(subject.elsewhere?.(task.params) ?? [])])
        for (const { state, distance } of search(subject, task, from).values()) {
          assert.is(
            labelled(env, task, state),
            distance,
            `${JSON.stringify(task.params)} ${JSON.stringify(state)}`,
          )
          seen[distance === null ? 'none' : 'way']++
        }
      assert.ok(seen.way > 1)
    }
  })

  test('the solver plays a shortest way, on every level for all there is', () => {
    for (const task of smallTasks(subject)) {
      const start = env.start(task) as Json
      assert.is(env.solve!(task).length, search(subject, task, start).get(key(start))!.distance)
    }
    for (const { level } of env.tasks.levels)
      for (let index = 0; index < 20; index++) {
        const task = taskAt(env, { split: 'validation', index, level })
        const lines = env.solve!(task) as string[]
        const { total, reason } = played(env, task, lines)
        assert.is(reason, 'solved')
        assert.ok(lines.length > 2, 'one or two moves are no puzzle')
        assert.ok(Math.abs(total - maxReturn(env)) < 1e-9)
      }
  })

  test('legal actions are all there are', () => {
    for (const task of smallTasks(subject)) {
      const rng = rngAt('legal', env.id, task.index)
      let position = begin(env, task) as Position
      for (let step = 0; step < 4 && !position.end; step++) {
        const [legal, possible] = [env.legalActions!(task, position.state), subject.lines(task.params)].map(
          lines =>
            (lines as string[])
              .flatMap(line => after(env, task, position.state, line) ?? [])
              .map(({ state }) => key(state)),
        )
        assert.is(legal!.length, env.legalActions!(task, position.state).length, 'each is legal')
        for (const state of possible!) assert.ok(legal!.includes(state), `${state} is missed`)
        position = (
          advance(env, task, position, rng.pick(env.legalActions!(task, position.state))) as {
            position: Position
          }
        ).position
      }
    }
  })

  test('in 200 corrupted solutions each verdict is that of a search', () => {
    const tasks = smallTasks(subject)
    const rng = rngAt('corruptions', env.id)
    const verdicts = { true: 0, false: 0 }
    for (const task of tasks) {
      const start = env.start(task) as Json
      const known = search(subject, task, start)
      for (let i = 0; i < 200 / tasks.length; i++) {
        let state = start
        for (const line of corrupted(subject, task, rng)) {
          const next = after(env, task, state, line)
          const expected = next !== null && reaches(known, next.state)
          assert.is(env.verifyStep!(task, state, line), expected, `${line} at ${JSON.stringify(state)}`)
          verdicts[`${expected}`]++
          if (next?.ended) break
          state = next?.state ?? state
        }
      }
    }
    assert.ok(verdicts.true > 50 && verdicts.false > 10, JSON.stringify(verdicts))
  })

  test('progress belongs to the position: cycles earn nothing, and no sum is above 1', () => {
    for (const task of smallTasks(subject)) {
      const known = new Map<string, number>()
      for (let walk = 0; walk < 5; walk++) {
        const rng = rngAt('walk', env.id, task.index, walk)
        let position = begin(env, task) as Position
        let sum = 0
        while (!position.end) {
          const line = rng.float() < 0.2 ? '?' : rng.pick(env.legalActions!(task, position.state))
          const taken = advance(env, task, position, line) as {
            position: Position
            rewards: Record<string, number>
          }
          position = taken.position
          sum += taken.rewards['progress']!
          assert.ok(Math.abs((known.get(key(position.state)) ?? sum) - sum) < 1e-9)
          assert.ok(sum > -1e-9 && sum < 1 + 1e-9 && (sum < 1 - 1e-9 || position.end?.reason === 'solved'))
          known.set(key(position.state), sum)
        }
      }
    }
  })

  test('the example of the rules is solved, and broken rules are charged and change nothing', () => {
    const [params, lines] = subject.example
    const task: Task = { env: env.id, split: 'train', index: 0, level: 1, params }
    for (const line of lines)
      assert.ok(env.text.prompt({ position: '' })[0]!.content.includes(`"${line}"`), line)
    assert.is(played(env, task, lines).reason, 'solved')
    const start = begin(env, task) as Position
    for (const line of subject.illegal) {
      const taken = advance(env, task, start, line) as { position: Position; rewards: Json }
      assert.equal(taken.rewards, { correct: null, progress: 0, invalid: -1 }, line)
      assert.equal(taken.position.state, start.state)
    }
  })

  test('a slip is one wrong or wasted move', () => {
    for (let index = 0; index < 20; index++) {
      const task = taskAt(env, { split: 'train', index, level: subject.level ?? 1 })
      const lines = env.solve!(task, { slip: 1, rng: rngAt('slip', index) }) as string[]
      let position = begin(env, task) as Position
      const distances = [labelled(env, task, position.state)]
      for (const line of lines) {
        if (position.end) break
        position = (advance(env, task, position, line) as { position: Position }).position
        distances.push(labelled(env, task, position.state))
      }
      const slips = distances.slice(1).filter((left, i) => left === null || left >= distances[i]!)
      assert.ok(slips.length > 0, `${lines.join('; ')} has no slip`)
      if (position.end?.reason === 'solved') assert.is(slips.length, 1)
    }
  })

  test('most tasks differ, and one script for all earns next to nothing', () => {
    for (const { level } of env.tasks.levels) {
      const at = (index: number): Task => taskAt(env, { split: 'train', index, level })
      const tasks = upTo(200).map(at)
      const share = new Set(tasks.map(({ params }) => key(params))).size / tasks.length
      assert.ok(share > 0.9, `level ${level}: only ${share} are distinct`)
      const others = upTo(10).map(i => at(1000 + i))
      const scripts = [
        ...others.map(task => env.solve!(task) as string[]),
        ...(env.legalActions!(others[0]!, env.start(others[0]!) as Json) as string[])
          .slice(0, 5)
          .map(line => Array.from({ length: env.maxSteps }, () => line)),
      ]
      for (const script of scripts) {
        const mean = tasks.slice(0, 40).reduce((sum, task) => sum + played(env, task, script).total, 0) / 40
        assert.ok(mean < 0.2, `level ${level}: ${script.slice(0, 9).join('; ')} earns ${mean}`)
      }
    }
  })

  test.run()
}

const lightsTest = suite('lights out')

lightsTest(
  'linear algebra agrees with a search over every board, those that cannot be solved included',
  () => {
    for (const [rows, columns] of [
      [2, 3],
      [3, 3],
      [4, 4],
    ] as const) {
      const env = lightsOut as unknown as EnvDef
      const params = { rows, columns, lit: 0b11 | (1 << columns) }
      const task: Task = { env: env.id, split: 'train', index: 0, level: 1, params }
      const presses = cells(rows, columns).map(line => after(env, task, 0, line)!)
      const distances = new Map([[0, 0]])
      for (const [board, distance] of distances)
        for (const { state } of presses)
          if (!distances.has(board ^ (state as number)))
            distances.set(board ^ (state as number), distance + 1)
      for (let board = 0; board < 2 ** (rows * columns); board++)
        assert.is(labelled(env, task, board), distances.get(board) ?? null, `${rows} by ${columns}: ${board}`)
    }
  },
)

lightsTest.run()

const latinTest = suite('Latin squares')

latinTest('have one completion each, on every level', () => {
  for (const { level } of latinSquare.tasks.levels)
    for (let index = 0; index < 50; index++) {
      const { size, givens, solution } = taskAt(latinSquare, { split: 'test', index, level }).params
      assert.equal(completions(size, givens), [solution])
    }
})

latinTest.run()

/** Every way to fill the empty cells, cell by cell. */
function completions(size: number, square: number[]): number[][] {
  const cell = square.indexOf(0)
  if (cell === -1) return [square]
  const clashes = (digit: number): boolean =>
    square.some(
      (other, at) =>
        other === digit && (at % size === cell % size || Math.floor(at / size) === Math.floor(cell / size)),
    )
  return upTo(size)
    .filter(digit => !clashes(digit))
    .flatMap(digit => completions(size, square.with(cell, digit)))
}

function smallTasks({ env, level, params }: Subject): Task[] {
  const drawn = level === null ? [] : upTo(TASKS).map(index => taskAt(env, { split: 'train', index, level }))
  const given = (params ?? []).map((each, index): Task => ({
    env: env.id,
    split: 'train',
    index,
    level: 1,
    params: each,
  }))
  return [...drawn, ...given]
}

type Found = Map<string, { state: Json; distance: number | null }>
const searched = new Map<string, Found>()

/** Every position that legal actions lead to, with the least number of them to a solved one. */
function search(subject: Subject, task: Task, from: Json): Found {
  const name = JSON.stringify([task.env, task.params, from])
  const known = searched.get(name)
  if (known) return known
  const found: Found = new Map([[key(from), { state: from, distance: null }]])
  const into = new Map<string, string[]>()
  const solved = new Set<string>()
  const ended = new Set<string>()
  for (const [at, { state }] of found) {
    if (ended.has(at) || subject.hopeless?.(state)) continue
    for (const line of subject.env.legalActions!(task, state) as string[]) {
      const next = after(subject.env, task, state, line)!
      const to = key(next.state)
      if (next.ended) ended.add(to)
      if (next.solved) solved.add(to)
      into.set(to, [...(into.get(to) ?? []), at])
      if (!found.has(to)) found.set(to, { state: next.state, distance: null })
    }
  }
  const queue = [...solved]
  for (const at of queue) found.get(at)!.distance = 0
  for (const at of queue)
    for (const before of into.get(at) ?? [])
      if (found.get(before)!.distance === null) {
        found.get(before)!.distance = found.get(at)!.distance! + 1
        queue.push(before)
      }
  searched.set(name, found)
  return found
}

function reaches(known: Found, state: Json): boolean {
  const found = known.get(key(state))
  assert.ok(found, `the search has missed ${JSON.stringify(state)}`)
  return found.distance !== null
}

/** What a line does; null if it is illegal. */
function after(env: EnvDef, task: Task, state: Json, line: string) {
  const taken = env.step(task, state, line, { rng: rngAt('unused'), step: 0 })
  assert.not.ok(taken instanceof Promise)
  const { state: next, facts, end } = taken as { state: Json; facts: unknown; end?: { reason: string } }
  const { legal, solved } = facts as { legal: boolean; solved: boolean }
  return legal ? { state: next, solved, ended: end !== undefined } : null
}

/** The distance as the labels tell it. */
function labelled(env: EnvDef, task: Task, state: Json): number | null {
  if (!env.stepLabel!(task, state, Infinity)) return null
  let moves = 0
  while (!env.stepLabel!(task, state, moves)) moves++
  return moves
}

/** A solution with one line replaced: by a legal one, by one of another place or task, or by none at all. */
function corrupted({ env, lines }: Subject, task: Task, rng: Rng): string[] {
  const plan = env.solve!(task) as string[]
  const at = rng.int(0, plan.length - 1)
  let state = env.start(task) as Json
  for (const line of plan.slice(0, at)) state = after(env, task, state, line)!.state
  const choices = rng.pick([env.legalActions!(task, state) as string[], lines(task.params), ['?', '']])
  return plan.with(at, rng.pick(choices))
}

function played(env: EnvDef, task: Task, lines: readonly string[]) {
  let position = begin(env, task) as Position
  let total = 0
  for (const line of lines) {
    if (position.end) break
    const taken = advance(env, task, position, line) as { position: Position; reward: number }
    position = taken.position
    total += taken.reward
  }
  return { total, reason: position.end?.reason ?? null }
}

function key(state: Json): string {
  return JSON.stringify(state)
}
