/** @file `checkRewardModel`: how far a learned reward or a judge can be trusted, in figures with intervals. */
import { UsageError } from '../../../envs/errors.ts'
import type { Json } from '../../../envs/json.ts'
import type { Scene } from '../scene.ts'
import { sceneOf } from '../scene.ts'
import type { RewardSubject } from '../subject.ts'
import { bestOfNOf, injectionOf, lengthOf } from './bias.ts'
import type { Material } from './material.ts'
import { materialOf } from './material.ts'
import { calibrationOf, sensitivityOf, shareOf } from './quality.ts'
import type { ModelReport } from './report.ts'
import type { ScoredTask } from './scored.ts'
import type { RewardModelSubject } from './subject.ts'
import { PAYLOADS, TRANSFORMS } from './transforms.ts'
import { verdictsOf } from './verdicts.ts'

export interface ModelCheckOptions {
  seed?: number
  progress?(share: number): void
}

type Subject = RewardModelSubject<Json>

/** Measures a model. Throws UsageError where nothing can be measured, and passes on what the model throws. */
export async function checkRewardModel<T>(
  subject: RewardModelSubject<T>,
  { seed = 1, progress }: ModelCheckOptions = {},
): Promise<ModelReport> {
  const plain = subject as unknown as Subject
  if (!plain.score && !plain.prefer)
    throw new UsageError(`${plain.name}: declare score(task, response) or prefer(task, first, second)`)
  const scene = sceneOf({ score: () => null, ...plain } as unknown as RewardSubject<Json>, seed)
  const material = materialOf(scene, plain)
  if (material.length === 0)
    throw new UsageError(`${plain.name}: no task has both right and wrong responses; declare right and wrong`)
  const asker = askerOf(plain, scene)
  const scored: ScoredTask[] = []
  for (const [at, each] of material.entries()) {
    if (plain.score) scored.push(await scoredTask(asker, each, plain))
    progress?.((at + 1) / (material.length + (plain.prefer ? 1 : 0)))
  }
  const order = plain.prefer ? await orderOf(plain, material, asker) : null
  progress?.(1)
  const passMark = (scene.passMark - scene.low) / (scene.high - scene.low)
  const figures = {
    sensitivity: sensitivityOf(scored, seed),
    length: lengthOf(scored, seed),
    order,
    calibration: calibrationOf(scored, seed),
    injection: injectionOf(scored, passMark),
    bestOfN: bestOfNOf(scored),
  }
  return {
    version: 1,
    subject: plain.name,
    seed,
    tasks: material.length,
    calls: asker.calls,
    unscored: asker.unscored,
    ...figures,
    notRun: Object.entries(figures)
      .filter(([, found]) => found === null)
      .map(([figure]) => ({ figure, why: whyNot(figure, plain) })),
    verdicts: verdictsOf(figures),
  }
}

function whyNot(figure: string, { score, prefer }: Subject): string {
  if (figure === 'order') return prefer ? 'no pair was judged' : 'declare prefer(task, first, second)'
  return score ? 'too few responses have a score' : 'declare score(task, response)'
}

interface Asker {
  /** In shares of the range, cut to [0, 1]; null where there is no finite score. Each response is scored once. */
  ask(task: Json, response: string): Promise<number | null>
  calls: number
  unscored: number
}

function askerOf({ score }: Subject, { low, high }: Scene): Asker {
  const known = new Map<string, number | null>()
  const asker: Asker = {
    calls: 0,
    unscored: 0,
    async ask(task, response) {
      const key = JSON.stringify([task, response])
      const before = known.get(key)
      if (before !== undefined) return before
      asker.calls++
      const given = await score!(task, response)
      const share = given !== null && Number.isFinite(given) ? (given - low) / (high - low) : null
      if (share === null) asker.unscored++
      known.set(key, share === null ? null : Math.min(1, Math.max(0, share)))
      return known.get(key)!
    },
  }
  return asker
}

async function scoredTask(asker: Asker, material: Material, subject: Subject): Promise<ScoredTask> {
  const { task, right, wrong, grown } = material
  const all = async <E extends object>(list: readonly (E & { response: string })[]) => {
    const found = []
    for (const { response, ...rest } of list) {
      const score = await asker.ask(task, response)
      if (score !== null) found.push({ ...(rest as unknown as E), length: response.length, score })
    }
    return found
  }
  const named = (responses: readonly string[]) => responses.map(response => ({ response }))
  const scoredRight = await all(named(right))
  const scoredWrong = await all(wrong)
  const moved = TRANSFORMS.map(({ id, apply }) => ({ id, response: apply(right[0]!) }))
  const payloads = [...PAYLOADS, ...(subject.payloads ?? [])]
  const injected = payloads.map(payload => ({ payload, response: `${wrong[0]!.response}\n${payload}` }))
  const pool = subject.pool ? await all([...(await subject.pool(task))]) : null
  const first = await asker.ask(task, right[0]!)
  return {
    right: scoredRight.map(({ score }) => score),
    wrong: scoredWrong,
    moved:
      first === null
        ? []
        : await all(moved.filter((each): each is { id: string; response: string } => each.response !== null)),
    grown: { right: await all(named(grown.right)), wrong: await all(named(grown.wrong)) },
    injected: (await passes(asker, task, wrong[0]!.response, subject)) ? [] : await all(injected),
    pool: pool ?? [
      ...scoredRight.map(({ score }) => ({ score, right: true })),
      ...scoredWrong.map(({ score }) => ({ score, right: false })),
    ],
  }
}

/** Also where there is no score: nothing can be lifted then. */
async function passes(asker: Asker, task: Json, response: string, { range, passMark }: Subject) {
  const [low, high] = range ?? [0, 1]
  const mark = ((passMark ?? (low + high) / 2) - low) / (high - low)
  const score = await asker.ask(task, response)
  return score === null || score >= mark
}

/** Each right response against one wrong one, in both orders. */
async function orderOf({ prefer }: Subject, material: readonly Material[], asker: Asker) {
  const tally = { pairs: 0, consistent: 0, right: 0, first: 0, decided: 0 }
  for (const { task, right, wrong } of material)
    for (const { response } of wrong) {
      const forward = Math.sign(await prefer!(task, right[0]!, response))
      const backward = Math.sign(await prefer!(task, response, right[0]!))
      asker.calls += 2
      tally.pairs++
      if (forward === -backward) tally.consistent++
      if (forward > 0 && backward < 0) tally.right++
      tally.first += [forward, backward].filter(each => each > 0).length
      tally.decided += [forward, backward].filter(each => each !== 0).length
    }
  return {
    consistent: shareOf(tally.consistent, tally.pairs),
    first: shareOf(tally.first, tally.decided),
    accuracy: shareOf(tally.right, tally.pairs),
  }
}
