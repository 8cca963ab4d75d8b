/**
 * @file Runs a recipe on an environment: initialise the policy, improve it by search and RL, measure every stage.
 *
 * A checkpoint is written when a stage is complete (`untrained`, `cloned`, `trained`); a run that is started again in
 * the same folder goes on behind the last complete stage.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EnvDef, Task } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import { atSolution, splitSteps } from '../../envs/granularity.ts'
import type { Json } from '../../envs/json.ts'
import { hashJson } from '../../envs/json.ts'
import type { Coordinate } from '../../envs/rng.ts'
import { rngAt } from '../../envs/rng.ts'
import { environmentReward, verifierReward } from '../../rewards/reward.ts'
import type { Accuracy } from '../evaluate.ts'
import { evaluate, policyCompleter, tasksOf } from '../evaluate.ts'
import { behaviorCloning } from '../learning/bc.ts'
import type { Group } from '../learning/grpo.ts'
import { grpo } from '../learning/grpo.ts'
import type { Costs } from '../ledger.ts'
import { Ledger } from '../ledger.ts'
import type { Device } from '../nn/runtime/device-choice.ts'
import type { NeuralOptions } from '../policies/neural.ts'
import { NeuralPolicy } from '../policies/neural.ts'
import type { Demonstration } from '../policy.ts'
import { firstPrompts } from '../prompt.ts'
import { bestOfN } from '../search/best-of-n.ts'
import type { Candidate, Problem, SearchOptions, SearchResult } from '../search/search.ts'
import { demonstration, textLimits } from './demonstration.ts'
import type { Recipe } from './recipe.ts'

export interface RunOptions {
  env: EnvDef
  levels: readonly number[]
  seed: number
  /** Where checkpoints go. */
  dir: string
  /** Held-out tasks per evaluation. */
  evalTasks: number
  onProgress?: (progress: Progress) => void
  /** Where networks compute; default: cpu. */
  device?: Device
  /** Stops the run with the signal's reason; complete stages are kept. */
  signal?: AbortSignal
}

export interface Progress {
  stage: 'clone' | 'improve'
  completed: number
  total: number
  /** What the last step showed, for people. */
  remark: string
}

/** Held-out accuracy on the way. */
export interface CurvePoint {
  stage: Progress['stage']
  step: number
  flops: number
  accuracy: number
}

export interface RunResult {
  /** Accuracies on the same held-out tasks; the policies at temperature 0. */
  before: Accuracy
  /** The fallible expert that is cloned. */
  expert: Accuracy
  cloned: Accuracy
  trained: Accuracy
  /** The trained policy under the recipe's search. */
  searched: Accuracy
  curve: CurvePoint[]
  /** What training and evaluation on the way have cost; 0 for stages that were complete already. */
  costs: Costs
}

const CURVE_EVERY = 25
const CURVE_TASKS = 128

interface Context extends RunOptions {
  recipe: Recipe
  /** Longest completion that occurs, in tokens, its end included. */
  maxTokens: number
  ledger: Ledger
  curve: CurvePoint[]
}

/** Throws UsageError if the environment cannot demonstrate or `dir` holds another run. */
export async function runRecipe(recipe: Recipe, options: RunOptions): Promise<RunResult> {
  const { env, levels, seed, dir, evalTasks } = options
  claimFolder(dir, { recipe: hashJson(recipe as unknown as Json), env: env.id, levels: [...levels], seed })
  const limits = await textLimits(env, levels)
  const context: Context = {
    ...options,
    recipe,
    maxTokens: limits.maxTokens,
    ledger: new Ledger(),
    curve: [],
  }
  const heldOut = tasksOf(env, { split: 'test', levels, count: evalTasks })
  const greedy = (policy: NeuralPolicy): Promise<Accuracy> =>
    evaluate(
      env,
      heldOut,
      policyCompleter(policy, env, { temperature: 0, maxTokens: limits.maxTokens, seed: [] }),
    )

  const untrained = NeuralPolicy.create(
    { ...recipe.policy.shape, maxPositionEmbeddings: limits.maxPositions },
    limits.alphabet,
    rngAt(recipe.name, seed, 'weights'),
    neuralOptions(context),
  )
  let policy = await stage(context, 'untrained', untrained, async () => {})
  try {
    const before = await greedy(policy)
    const expert = await evaluate(env, heldOut, tasks => expertTexts(context, tasks))
    policy = await stage(context, 'cloned', policy, clone)
    const cloned = await greedy(policy)
    policy = await stage(context, 'trained', policy, improve)
    const trained = await greedy(policy)
    const searched = await evaluate(env, heldOut, tasks => searchedTexts(context, policy, tasks))
    const { curve, ledger } = context
    return { before, expert, cloned, trained, searched, curve, costs: ledger.costs() }
  } finally {
    await policy.close()
  }
}

function neuralOptions({ ledger, device = 'cpu', dir }: Context): NeuralOptions {
  return { ledger, device, reports: dir }
}

/** Run a stage and save its checkpoint, or load the checkpoint if the stage is complete already. */
async function stage(
  context: Context,
  name: string,
  policy: NeuralPolicy,
  run: (context: Context, policy: NeuralPolicy) => Promise<void>,
): Promise<NeuralPolicy> {
  const dir = join(context.dir, name)
  if (existsSync(join(dir, 'config.json'))) {
    await policy.close()
    return NeuralPolicy.load(dir, neuralOptions(context))
  }
  await run(context, policy)
  await policy.save(dir)
  return policy
}

/** Policy initialisation: behaviour cloning of the fallible expert on training tasks. */
async function clone(context: Context, policy: NeuralPolicy): Promise<void> {
  const { env, levels, recipe, seed } = context
  const { initialisation, expertSlip } = recipe.policy
  const demonstrate = (i: number): Demonstration =>
    demonstration(env, { levels, index: i, slip: expertSlip, seed: [recipe.name, seed] })
  await policy.resetOptimizer()
  await behaviorCloning(policy, demonstrate, initialisation, async ({ step, loss }) => {
    const remark = `loss ${loss.toFixed(3)}`
    await report(context, policy, {
      stage: 'clone',
      completed: step + 1,
      total: initialisation.steps,
      remark,
    })
  })
}

/** Learning: GRPO on the groups of candidates that best-of-N draws. The optimiser starts anew with the objective. */
async function improve(context: Context, policy: NeuralPolicy): Promise<void> {
  const { recipe } = context
  await policy.resetOptimizer()
  await grpo(
    policy,
    iteration => searchGroups(context, policy, iteration),
    recipe.learning,
    async ({ iteration, meanReturn, zeroVariance }) => {
      const remark = `return ${meanReturn.toFixed(2)}, ${(100 * zeroVariance).toFixed(0)} % groups without signal`
      const total = recipe.learning.iterations
      await report(context, policy, { stage: 'improve', completed: iteration + 1, total, remark })
    },
  )
}

async function searchGroups(context: Context, policy: NeuralPolicy, iteration: number): Promise<Group[]> {
  const { env, levels, recipe, maxTokens } = context
  const count = recipe.learning.tasksPerIteration
  // Far from the demonstrations' indices, so that learning sees fresh tasks.
  const tasks = tasksOf(env, { split: 'train', levels, count, first: FRESH_TASKS + iteration * count })
  const problems = await problemsOf(context, tasks, ['improve', iteration])
  const results = await search(context, policy, problems, { ...recipe.search, maxTokens, greedyFirst: false })
  return Promise.all(
    results.map(async ({ candidates }, i) => ({
      prompt: problems[i]!.prompt,
      candidates,
      returns: await candidateReturns(context, tasks[i]!, candidates),
    })),
  )
}

/** What each candidate is worth to learning; the verifier's scores are not asked for twice. */
async function candidateReturns(
  { env, recipe }: Context,
  task: Task,
  candidates: readonly Candidate[],
): Promise<(number | null)[]> {
  if (recipe.reward === 'outcome' && recipe.search.guidance === 'verifier')
    return candidates.map(({ score }) => score)
  const rewardModel = recipe.reward === 'outcome' ? verifierReward : environmentReward
  const attempts = candidates.map(({ text }) => ({ task, actions: [text] }))
  return (await rewardModel(atSolution(env)).judge(attempts)).map(({ outcome }) => outcome)
}

/** The recipe's search under the environment's verdict, on the ledger. */
async function search(
  { env, ledger }: Context,
  policy: NeuralPolicy,
  problems: readonly Problem[],
  options: SearchOptions,
): Promise<SearchResult[]> {
  const results = await bestOfN(policy, env, problems, options, verifierReward(atSolution(env)))
  for (const { candidates } of results)
    for (const { text } of candidates) ledger.stepped(splitSteps(env, text).length)
  return results
}

const FRESH_TASKS = 10_000_000

async function report(context: Context, policy: NeuralPolicy, progress: Progress): Promise<void> {
  context.signal?.throwIfAborted()
  context.onProgress?.(progress)
  if (progress.completed % CURVE_EVERY !== 0) return
  const { env, levels, curve, ledger, maxTokens } = context
  const tasks = tasksOf(env, { split: 'validation', levels, count: CURVE_TASKS })
  const complete = policyCompleter(policy, env, { temperature: 0, maxTokens, seed: [] })
  const { accuracy } = await evaluate(env, tasks, complete)
  curve.push({ stage: progress.stage, step: progress.completed, flops: ledger.costs().flops, accuracy })
}

async function expertTexts({ env, recipe, seed }: Context, tasks: readonly Task[]): Promise<string[]> {
  return tasks.map(task => {
    const rng = rngAt(recipe.name, seed, 'expert', task.split, task.level, task.index)
    const actions = env.solve!(task, { slip: recipe.policy.expertSlip, rng })
    return actions.map(action => env.text.render(action)).join('')
  })
}

async function searchedTexts(
  context: Context,
  policy: NeuralPolicy,
  tasks: readonly Task[],
): Promise<string[]> {
  const { recipe, maxTokens } = context
  const problems = await problemsOf(context, tasks, ['search'])
  const results = await search(context, policy, problems, { ...recipe.search, maxTokens, greedyFirst: true })
  return results.map(({ candidates, chosen }) => candidates[chosen]!.text)
}

async function problemsOf(
  { env, recipe, seed }: Context,
  tasks: readonly Task[],
  purpose: readonly Coordinate[],
): Promise<Problem[]> {
  const prompts = await firstPrompts(env, tasks)
  return tasks.map((task, i) => ({
    prompt: prompts[i]!,
    task,
    seed: [recipe.name, seed, ...purpose, task.split, task.level, task.index],
  }))
}

/** One folder, one run: a folder of a different run is refused, not overwritten. */
function claimFolder(dir: string, identity: Json): void {
  const file = join(dir, 'run.json')
  if (!existsSync(file)) {
    mkdirSync(dir, { recursive: true })
    writeFileSync(file, JSON.stringify(identity, null, 2) + '\n')
    return
  }
  if (hashJson(readJson(file)) !== hashJson(identity))
    throw new UsageError(
      `${dir} holds a run with other settings (see ${file}); choose another folder or remove it`,
    )
}

function readJson(file: string): Json {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Json
  } catch {
    throw new UsageError(
      `${file}: expected JSON; the file is damaged or half-written; remove the folder to start over`,
    )
  }
}
