/** @file What earns how much without understanding anything, and what the reference earns: always in the report. */
import type { Json } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import { mean95 } from './mean-interval.ts'
import { numberOf } from './probe.ts'
import type { Probe } from './probe.ts'
import type { Baseline } from './report.ts'
import type { Scene } from './scene.ts'

/** Tasks on which constant answers are compared; the best few are then measured on all. */
const SCREENED_ON = 8
const FINALISTS = 3
const CONSTANTS = 24
/** A baseline that gets no answer this often in a row is given up. */
const SILENT = 3
const REFUSAL = 'I am sorry, but I cannot help with that.'
const WORDS =
  'the a of number answer is seven river because green 12 0 -3 maybe run total 100 yes no left 7 true sum'.split(
    ' ',
  )

type Respond = (task: Json, at: number) => string | null

/** A policy over responses, measured on every task. */
export async function rewardBaselines(scene: Scene, probe: Probe, late: () => boolean): Promise<Baseline[]> {
  const baselines: Baseline[] = []
  for (const [name, respond] of Object.entries(policies(scene)))
    baselines.push(await measured({ name, respond, scene, probe, late }))
  // Behind `submit`, where people look for it.
  baselines.splice(3, 0, await constantBest(scene, probe, late))
  return baselines.filter(({ runs, detail }) => runs > 0 || detail !== 'does not apply')
}

function policies(scene: Scene): Record<string, Respond> {
  const { gold, respond, promptText, seed } = scene
  const goldOr = (task: Json, change: (answer: string) => string): string | null => {
    const answer = gold(task)
    return answer === null ? null : respond(task, change(answer))
  }
  return {
    empty: () => '',
    refuse: () => REFUSAL,
    submit: task => respond(task, ''),
    echo: task => promptText(task) || null,
    random: (task, at) => respond(task, babble(seed, at)),
    gold: task => goldOr(task, answer => answer),
    'half of gold': task => goldOr(task, answer => answer.slice(0, Math.floor(answer.length / 2))),
  }
}

function babble(seed: number, at: number): string {
  const rng = rngAt('check', 'babble', seed, at)
  return Array.from({ length: rng.int(1, 12) }, () => rng.pick(WORDS)).join(' ')
}

interface Measuring {
  name: string
  respond: Respond
  scene: Scene
  probe: Probe
  late(): boolean
  tasks?: readonly Json[]
}

async function measured({
  name,
  respond,
  scene,
  probe,
  late,
  tasks = scene.tasks,
}: Measuring): Promise<Baseline> {
  const scores: number[] = []
  let [asked, silent, cut] = [0, 0, false]
  for (const [at, task] of tasks.entries()) {
    const response = respond(task, at)
    if (response === null) continue
    if (late() || silent >= SILENT) {
      cut = true
      break
    }
    asked++
    const outcome = await probe.score(task, response)
    const score = numberOf(outcome)
    silent = outcome.how === 'returned' ? 0 : silent + 1
    if (score !== null && Number.isFinite(score)) scores.push(score)
  }
  const remarks = [
    asked === 0 && !cut && 'does not apply',
    asked > scores.length && `${asked - scores.length} without a score`,
    cut && 'cut short',
  ].filter(each => each !== false)
  return { name, ...mean95(scores, scene), runs: scores.length, detail: remarks.join(', ') }
}

/** The best of what other tasks have as answers, and of junk: chosen on a few tasks, its mean taken on all. */
async function constantBest(scene: Scene, probe: Probe, late: () => boolean): Promise<Baseline> {
  const few = scene.tasks.slice(0, SCREENED_ON)
  const answers = constants(scene)
  const screened: { answer: string; mean: number }[] = []
  for (const answer of answers) {
    const { mean } = await measured({ ...always(answer, scene), scene, probe, late, tasks: few })
    screened.push({ answer, mean: mean ?? -Infinity })
  }
  const finalists = screened.toSorted((a, b) => b.mean - a.mean).slice(0, FINALISTS)
  let best: Baseline | null = null
  for (const { answer } of finalists) {
    const found = await measured({ ...always(answer, scene), scene, probe, late })
    if (best === null || (found.mean ?? -Infinity) > (best.mean ?? -Infinity))
      best = { ...found, detail: [JSON.stringify(answer), found.detail].filter(Boolean).join(', ') }
  }
  return best ?? { name: 'constant best', mean: null, interval: null, runs: 0, detail: 'does not apply' }
}

function always(answer: string, scene: Scene): Pick<Measuring, 'name' | 'respond'> {
  return { name: 'constant best', respond: task => scene.respond(task, answer) }
}

/** Golds evenly spread over the tasks, and junk. */
function constants({ tasks, gold, kind }: Scene): string[] {
  const golds = [...new Set(tasks.map(gold).filter(each => each !== null))]
  const stride = Math.max(1, Math.ceil(golds.length / (CONSTANTS / 2)))
  const spread = golds.filter((_, at) => at % stride === 0)
  return [...new Set([...spread, ...kind.junk])].slice(0, CONSTANTS)
}
