/** @file `ludus check --model`: how far a learned reward or a judge can be trusted. Figures, never a gate. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../envs/errors.ts'
import { importUserModule } from '../../envs/user-module.ts'
import { checkRewardModel } from '../../rewards/checks/models/check.ts'
import type { Figure, ModelReport } from '../../rewards/checks/models/report.ts'
import { modelReportSchema } from '../../rewards/checks/models/report.ts'
import type { RewardModelSubject } from '../../rewards/checks/models/subject.ts'
import { counted, quoted, sentence } from '../../rewards/checks/reports/shown.ts'
import type { CheckCommandOptions } from './check-options.ts'
import { withProgress } from './check-reports.ts'
import type { Paint } from './colour.ts'
import { painter } from './colour.ts'
import { MODULE_FILE } from './env-argument.ts'
import { print, printJson } from './output.ts'

export const modelOutputSchema = z.object({ version: z.literal(1), models: z.array(modelReportSchema) })

export async function checkModels(words: readonly string[], options: CheckCommandOptions): Promise<void> {
  const models: ModelReport[] = []
  for (const subject of await subjectsIn(words))
    models.push(
      await withProgress(`${subject.name} `, options, progress =>
        checkRewardModel(subject, { seed: options.seed, progress: share => progress(share) }),
      ),
    )
  if (options.json) return printJson({ version: 1, models })
  const paint = painter(process.stdout)
  for (const model of models) print(`${modelText(model, paint)}\n`)
}

async function subjectsIn(words: readonly string[]): Promise<RewardModelSubject[]> {
  const match = words.length === 1 ? MODULE_FILE.exec(words[0]!) : null
  if (!match) throw new UsageError('--model: expected file.ts or file.ts#export')
  const [, file = '', name] = match
  if (!existsSync(file))
    throw new UsageError(`${file}: expected a file that exports a reward model, found none`)
  const exported = Object.entries(await importUserModule(resolve(file)))
  const found = exported.filter(([key, value]) => (name === undefined || key === name) && isModel(value))
  if (found.length > 0) return found.map(([, value]) => value as RewardModelSubject)
  throw new UsageError(
    `${words[0]}: expected a RewardModelSubject { name, tasks, score or prefer }, found ${exported.map(([key]) => key).join(', ') || 'no exports'}`,
  )
}

function isModel(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { name, tasks, score, prefer } = value as Record<string, unknown>
  const judges = typeof score === 'function' || typeof prefer === 'function'
  return typeof name === 'string' && tasks !== undefined && judges
}

function modelText(report: ModelReport, paint: Paint): string {
  const { subject, seed, tasks, calls, unscored, verdicts, notRun } = report
  const counts = `${counted(tasks, 'task')}, ${counted(calls, 'call')}, ${unscored} without a score`
  return [
    `${paint('bold', `reward model ${sentence(subject, 80)}`)}   seed ${seed}   ${counts}`,
    `${paint('bold', 'VERDICTS')} (95 % intervals)\n${verdicts.map(each => `  ${sentence(each)}`).join('\n')}`,
    ...tables(report).map(
      ([title, lines]) => `${paint('bold', title)}\n${lines.map(each => `  ${each}`).join('\n')}`,
    ),
    ...(notRun.length > 0
      ? [`${paint('bold', 'NOT RUN')}\n${notRun.map(({ figure, why }) => `  ${figure}: ${why}`).join('\n')}`]
      : []),
    'figures only: they fail nothing',
  ].join('\n\n')
}

function tables({ sensitivity, injection, bestOfN }: ModelReport): [string, string[]][] {
  const found: [string, string[]][] = []
  if (sensitivity)
    found.push(
      [
        'ERRORS: right above wrong, by kind of error',
        rows(sensitivity.errors.map(({ kind, accuracy }) => [kind, shown(accuracy)])),
      ],
      [
        'CHANGES THAT KEEP THE MEANING: how far they move the score, and what they cost in right above wrong',
        rows(
          sensitivity.transforms.map(({ id, moved, loss }) => [
            id,
            `moves ${shown(moved)}  costs ${shown(loss)}`,
          ]),
        ),
      ],
    )
  if (injection)
    found.push([
      'INJECTION: wrong responses lifted over the pass mark',
      rows(injection.payloads.map(({ payload, rate }) => [quoted(payload, 50), shown(rate)])),
    ])
  if (bestOfN)
    found.push([
      'BEST OF N by the model: what it thinks, and what is right',
      bestOfN.curve.map(
        ({ n, proxy, gold }) =>
          `n ${String(n).padStart(3)}   proxy ${proxy.toFixed(3)}   gold ${gold.toFixed(3)}`,
      ),
    ])
  return found.filter(([, lines]) => lines.length > 0)
}

function rows(lines: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...lines.map(([name]) => name.length))
  return lines.map(([name, text]) => `${name.padEnd(width)}  ${text}`)
}

function shown({ value, low, high, n }: Figure): string {
  return `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] of ${n}`
}
