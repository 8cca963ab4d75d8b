/** @file `ludus check --adversary`: exploits are searched for with a larger budget, and a policy may learn to find them. */
import type { EnvDef } from '../../envs/env.ts'
import { EXPLOIT_ID } from '../../rewards/checks/adversary/exploit.ts'
import type { Hunt } from '../../rewards/checks/adversary/hunt.ts'
import { HUNT_MS, HUNT_SCORES, HUNT_STEPS } from '../../rewards/checks/adversary/hunt.ts'
import { exploitMark } from '../../rewards/checks/adversary/oracle.ts'
import type { LearnedReport } from '../../rewards/checks/adversary/report.ts'
import type { Case } from '../../rewards/checks/cases.ts'
import { writeCases } from '../../rewards/checks/cases.ts'
import { envSubject, seedOfTask } from '../../rewards/checks/env-def-subject.ts'
import { findingId } from '../../rewards/checks/findings.ts'
import { adversaryHtml, adversaryText } from '../../rewards/checks/reports/adversary.ts'
import { today } from './check-accept.ts'
import type { CheckCommandOptions } from './check-options.ts'
import { publish } from './check-publish.ts'
import { checkedTargets, withProgress } from './check-reports.ts'
import type { Target, Wanted } from './check-targets.ts'
import { interruptible } from './interrupt.ts'

export const ITERATIONS = 24

export async function checkAdversary(wanted: Wanted, options: CheckCommandOptions): Promise<void> {
  const { seed, steps = HUNT_STEPS, scores = HUNT_SCORES, budget } = options
  const budgetMs = budget === undefined ? HUNT_MS : budget * 1000
  const all = await checkedTargets(wanted, options, async (target, stored) => {
    const hunt = await target.hunt({ ...stored, seed, steps, scores, budgetMs })
    return { ...hunt, target, mark: target.env ? exploitMark(envSubject(target.env)) : null }
  })
  // An environment is looked at as a reward of texts as well, which mostly lacks an oracle.
  const able = all.filter(({ report }) => report.notRun.length === 0)
  const hunts = able.length > 0 ? able : all
  if (options.learn !== undefined)
    for (const { target, mark, ...hunt } of hunts)
      if (target.env) await withLearned(hunt, target, mark, options)
  await publish(
    hunts.map(({ report }) => report),
    wanted,
    options,
    {
      terminal: (at, paint) => adversaryText(hunts[at]!.adversary, paint),
      html: at => adversaryHtml(hunts[at]!.adversary, hunts[at]!.mark),
      json: { adversary: hunts.map(({ adversary }) => adversary) },
    },
  )
}

/** Lets a policy learn, and adds what it found to the report where the search found nothing. */
async function withLearned(
  { report, adversary }: Hunt,
  target: Target,
  mark: number | null,
  options: CheckCommandOptions,
): Promise<void> {
  const env = target.env!
  const why = notLearning(env)
  if (why !== null) {
    adversary.notLearned = why
    return
  }
  const learned = await learnedBy(env, mark, options)
  adversary.learned = learned
  const stored = report.findings.length > 0 || !learned.exploit ? null : caseOfLearned(env, learned)
  if (!stored) return
  await writeCases(options.cases, [stored])
  const again = await target.check({
    only: [EXPLOIT_ID],
    replayOnly: true,
    corpus: [stored],
    seed: options.seed,
  })
  report.findings.push(...again.findings)
  report.replayed.push(...again.replayed)
}

function notLearning(env: EnvDef): string | null {
  if (!env.stepLabel) return 'declare stepLabel, an oracle that the reward does not see'
  return env.legalActions ? null : 'declare legalActions, from which random play starts'
}

async function learnedBy(
  env: EnvDef,
  mark: number | null,
  { seed, learn, json }: CheckCommandOptions,
): Promise<LearnedReport> {
  const iterations = learn === true || learn === undefined ? ITERATIONS : learn
  // What learns is loaded only where something learns.
  const { GROUP_SIZE, labelOracle, learnedExploit } = await import('../../agents/hacking/learned-exploit.ts')
  const started = performance.now()
  const found = await interruptible('the policy is lost; what was found before is stored', signal =>
    withProgress(`${env.id} learns `, json ? { json } : {}, progress =>
      learnedExploit(env, labelOracle(env)!, {
        level: env.tasks.levels[0]!.level,
        seed,
        iterations,
        ...(mark !== null && { passMark: mark }),
        signal,
        onPoint: ({ iteration, proxy, solved }) =>
          progress(
            (iteration + 1) / iterations,
            `return ${proxy.toFixed(2)}, goal ${Math.round(solved * 100)} %`,
          ),
      }),
    ),
  )
  return { of: GROUP_SIZE, seconds: (performance.now() - started) / 1000, ...found }
}

/** As `ludus check` stores what it finds itself; null where no seed stands for the task. */
function caseOfLearned(env: EnvDef, { exploit }: LearnedReport): Case | null {
  const { task, actions, proxy } = exploit!
  const seed = seedOfTask(env, task)
  if (seed === null) return null
  const input = { seed, actions: actions as Case['input'][string][] }
  return {
    version: 1,
    id: findingId(EXPLOIT_ID, input as never),
    subject: env.id,
    about: 'environment',
    property: EXPLOIT_ID,
    operator: 'learned-policy',
    input: input as never,
    says: `${actions.length} actions earn ${proxy} and the goal is not reached`,
    seed: 0,
    path: '',
    foundAt: today(),
    status: { is: 'open' },
  }
}
