import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { o1Roadmap } from '../../../agents/recipes/o1-roadmap.ts'
import type { Recipe } from '../../../agents/recipes/recipe.ts'
import type { RunOptions } from '../../../agents/recipes/run.ts'
import { runRecipe } from '../../../agents/recipes/run.ts'
import { findRecipe } from '../../../agents/recipes/presets.ts'
import { UsageError } from '../../../envs/errors.ts'
import { findEnv } from '../../../envs/registry.ts'

const root = mkdtempSync(join(tmpdir(), 'ludus-run-'))
const env = findEnv('math/addition-v1')
const tiny: Recipe = {
  ...o1Roadmap,
  policy: {
    ...o1Roadmap.policy,
    initialisation: { ...o1Roadmap.policy.initialisation, steps: 4, batchSize: 16 },
  },
  learning: { ...o1Roadmap.learning, iterations: 2, tasksPerIteration: 4 },
}
const options = (name: string, more: Partial<RunOptions> = {}): RunOptions => ({
  env,
  levels: [1],
  seed: 1,
  dir: join(root, name),
  evalTasks: 32,
  ...more,
})
const message = (error: unknown): string => (error as Error).message

const test = suite('running a recipe')
test.after(() => rmSync(root, { recursive: true, force: true }))

test('every stage leaves a checkpoint, and the same settings give the same figures', async () => {
  const first = await runRecipe(tiny, options('a'))
  const second = await runRecipe(tiny, options('b'))
  for (const stage of ['untrained', 'cloned', 'trained'])
    assert.ok(existsSync(join(root, 'a', stage, 'model.safetensors')), stage)
  assert.equal(first, second)
  const weights = (run: string): Buffer => readFileSync(join(root, run, 'trained', 'model.safetensors'))
  assert.equal(weights('a'), weights('b'))
  assert.ok(first.costs.trainedTokens > 0 && first.costs.environmentSteps > 0)
})

test('a complete run is not trained again', async () => {
  const first = await runRecipe(tiny, options('again'))
  const second = await runRecipe(tiny, options('again'))
  assert.is(second.costs.trainedTokens, 0)
  assert.equal(second.trained, first.trained)
})

test('a run that was stopped goes on behind its last complete stage', async () => {
  const whole = await runRecipe(tiny, options('whole'))
  const stop = new AbortController()
  const stopped = options('stopped', {
    signal: stop.signal,
    onProgress: ({ stage }) => {
      if (stage === 'improve') stop.abort(new Error('stopped in the middle'))
    },
  })
  try {
    await runRecipe(tiny, stopped)
    assert.unreachable()
  } catch (error) {
    assert.is(message(error), 'stopped in the middle')
  }
  assert.ok(existsSync(join(root, 'stopped', 'cloned', 'config.json')))
  assert.not(existsSync(join(root, 'stopped', 'trained', 'config.json')))
  const stages: string[] = []
  const resumed = await runRecipe(
    tiny,
    options('stopped', { onProgress: ({ stage }) => void stages.push(stage) }),
  )
  assert.not(stages.includes('clone'))
  assert.equal(resumed.trained, whole.trained)
  const weights = (run: string): Buffer => readFileSync(join(root, run, 'trained', 'model.safetensors'))
  assert.equal(weights('stopped'), weights('whole'))
})

test('a folder of another run is refused and left alone', async () => {
  await runRecipe(tiny, options('taken'))
  const before = readFileSync(join(root, 'taken', 'run.json'), 'utf8')
  for (const other of [options('taken', { seed: 2 }), options('taken', { levels: [2] })]) {
    try {
      await runRecipe(tiny, other)
      assert.unreachable()
    } catch (error) {
      assert.instance(error, UsageError)
      assert.match(message(error), /holds a run with other settings .* choose another folder or remove it/)
    }
  }
  assert.is(readFileSync(join(root, 'taken', 'run.json'), 'utf8'), before)
  writeFileSync(join(root, 'taken', 'run.json'), '{"recipe"')
  try {
    await runRecipe(tiny, options('taken'))
    assert.unreachable()
  } catch (error) {
    assert.match(message(error), /run\.json: expected JSON; the file is damaged or half-written/)
  }
})

test('learning can be paid by the whole return instead of the outcome', async () => {
  const weights = (run: string): Buffer => readFileSync(join(root, run, 'trained', 'model.safetensors'))
  await runRecipe(tiny, options('by-outcome'))
  await runRecipe({ ...tiny, reward: 'return' }, options('by-return'))
  assert.not.equal(weights('by-return'), weights('by-outcome'))
})

test('an environment without reference solutions is refused', async () => {
  const { solve: _, ...unsolved } = env
  try {
    await runRecipe(tiny, options('unsolved', { env: unsolved }))
    assert.unreachable()
  } catch (error) {
    assert.match(message(error), /has no reference solutions, so there is no expert to clone/)
  }
})

test('an unknown recipe is named with those that are known', () => {
  assert.throws(() => findRecipe('o2'), /unknown recipe "o2"; known are o1-roadmap/)
})

test.run()
