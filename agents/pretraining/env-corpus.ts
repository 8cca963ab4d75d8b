/**
 * @file Corpora that environments generate: problems with worked solutions, mixed by environment and level, and plain facts of
 * arithmetic. Held-out texts are of the validation split, so the test split stays unseen by every stage.
 */
import type { EnvDef, Split } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import type { Json } from '../../envs/json.ts'
import type { Rng } from '../../envs/rng.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import type { EmitOptions } from '../behaviours/emit.ts'
import { behaviourDemonstration } from '../behaviours/emit.ts'
import type { Demonstration } from '../policy.ts'
import { questionOf } from '../policies/question.ts'
import type { Corpus } from './corpus.ts'

export interface EnvCorpusOptions {
  /** Default: all levels. */
  levels?: readonly number[]
  /** How often each level is drawn, relative to the others; default: equally often. */
  levelWeights?: readonly number[]
  seed?: number
  heldOutSize?: number
  /** Chance of the environment's typical mistake in a solution; default 0. */
  slip?: number
  /** Solutions as traces of behaviours, see `emitTrace`. */
  behaviours?: EmitOptions
}

/** The problem and solution number `i`, as a question and what should be answered to it. */
export function demonstrationOf(
  envs: readonly EnvDef[],
  split: Split,
  i: number,
  options: EnvCorpusOptions = {},
): Demonstration {
  const rng = rngAt('env-corpus', split, options.seed ?? 0, i)
  const env = rng.pick(envs)
  const task = taskAt(env, { split, level: drawnLevel(env, rng, options), index: i })
  if (options.behaviours) return behaviourDemonstration(env, task, rng, options.behaviours)
  if (!env.solve) throw new UsageError(`${env.id} has no reference solutions, so there is nothing to read`)
  const state = env.start(task)
  if (state instanceof Promise)
    throw new UsageError(`${env.id} starts asynchronously; corpora need a synchronous start`)
  const slip = options.slip ?? 0
  const actions = env.solve(task, slip > 0 ? { slip, rng } : undefined) as Json[]
  return {
    prompt: env.text.prompt(env.observe(task, state)),
    completion: actions.map(action => env.text.render(action)).join(''),
  }
}

/** Problems of environments with their solutions behind them. Throws UsageError where one has none. */
export function envCorpus(envs: readonly EnvDef[], options: EnvCorpusOptions = {}): Corpus {
  if (envs.length === 0) throw new UsageError('envCorpus: expected at least one environment, got none')
  const text = (split: Split, i: number): string => {
    const { prompt, completion } = demonstrationOf(envs, split, i, options)
    // As policies read it later: the answer right behind the question.
    return questionOf(prompt) + completion
  }
  // Shows at once what cannot be read.
  text('train', 0)
  return {
    name: `envs(${envs.map(({ id }) => id).join(', ')})`,
    train: i => text('train', i),
    heldOut: i => text('validation', i),
    heldOutSize: options.heldOutSize ?? 2 ** 30,
  }
}

/** Sums, differences, products and exact quotients, several a text. Which facts are held out follows from the facts alone. */
export function arithmeticFacts({ largest = 99, perText = 8, seed = 0 } = {}): Corpus {
  const text = (heldOut: boolean, i: number): string => {
    const rng = rngAt('arithmetic', String(heldOut), seed, i)
    const facts: string[] = []
    while (facts.length < perText) {
      const [a, b] = [rng.int(0, largest), rng.int(0, largest)]
      const isHeldOut = rngAt('arithmetic fact', Math.min(a, b), Math.max(a, b)).int(0, 9) === 0
      if (isHeldOut === heldOut) facts.push(fact(rng.int(0, 3), a, b))
    }
    return facts.map(line => `${line}\n`).join('')
  }
  return {
    name: `arithmetic to ${largest}`,
    train: i => text(false, i),
    heldOut: i => text(true, i),
    heldOutSize: 2 ** 30,
  }
}

function fact(kind: number, a: number, b: number): string {
  if (kind === 0) return `${a} + ${b} = ${a + b}`
  if (kind === 1) return `${Math.max(a, b)} - ${Math.min(a, b)} = ${Math.abs(a - b)}`
  if (kind === 2 || b === 0) return `${a} * ${b} = ${a * b}`
  return `${a * b} / ${b} = ${a}`
}

function drawnLevel(env: EnvDef, rng: Rng, { levels, levelWeights }: EnvCorpusOptions): number {
  const known = env.tasks.levels.map(({ level }) => level)
  const offered = levels ? levels.filter(level => known.includes(level)) : known
  if (offered.length === 0)
    throw new UsageError(`${env.id}: expected levels of ${known.join(', ')}, got ${levels?.join(', ')}`)
  const weights = offered.map((_, i) => levelWeights?.[i] ?? 1)
  let at = rng.float() * weights.reduce((sum, weight) => sum + weight, 0)
  return offered[weights.findIndex(weight => (at -= weight) < 0)] ?? offered.at(-1)!
}
