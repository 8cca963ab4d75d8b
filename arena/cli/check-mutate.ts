/** @file `ludus check --mutate`: how many small faults of a reward the facts it declares would let the checks find. */
import { relative } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../envs/errors.ts'
import type { JudgedMutant, MutationReport } from '../../rewards/checks/mutants/report.ts'
import { mutationReportSchema } from '../../rewards/checks/mutants/report.ts'
import { mutationScore } from '../../rewards/checks/mutants/score.ts'
import { counted, sentence } from '../../rewards/checks/reports/shown.ts'
import { wilson } from '../../rewards/shares.ts'
import type { CheckCommandOptions } from './check-options.ts'
import { withProgress } from './check-reports.ts'
import type { Paint } from './colour.ts'
import { painter } from './colour.ts'
import { MODULE_FILE } from './env-argument.ts'
import { print, printJson } from './output.ts'

export const mutationOutputSchema = mutationReportSchema.extend({
  /** 95 % interval of the score. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /** 0: at or above --mutation-min, or none was asked for; 1: below. */
  exit: z.union([z.literal(0), z.literal(1)]),
})

/** Facts about answers, which any reward of answers can declare. */
const FACTS = /^declare (oracle|solutions|neutral|equal|forGold|prompt|answer|gold|components|choices)\b/
/** What was changed in a normaliser shows only in other spellings of an answer. */
const SPELLINGS: readonly string[] = ['neutral_transforms', 'equivalent_form']
const NORMALISERS = /^drop-(?!.*(anchor|guard|negation|abs))/

export async function checkMutants(words: readonly string[], options: CheckCommandOptions): Promise<void> {
  const match = words.length === 1 ? MODULE_FILE.exec(words[0]!) : null
  if (!match)
    throw new UsageError('--mutate: expected file.ts or file.ts#export, whose source can be changed')
  const [, file = '', name] = match
  const report = await withProgress(`${file} `, options, progress =>
    mutationScore(file, {
      seed: options.seed,
      ...(name !== undefined && { name }),
      ...(options.budget !== undefined && { budgetMs: options.budget * 1000 }),
      progress: (share, { status, line }) => progress(share, `line ${line} ${status}`),
    }),
  )
  const { killed, survived, score } = report
  const { low, high } = wilson(killed, killed + survived)
  const interval: [number, number] | null = score === null ? null : [low, high]
  // What nothing could be measured of is not above any mark.
  const below = options.mutationMin !== undefined && (score ?? 0) < options.mutationMin
  const exit = below ? 1 : 0
  if (options.json) printJson({ ...report, interval, exit })
  else
    print(mutationText(report, { interval, exit, min: options.mutationMin, paint: painter(process.stdout) }))
  process.exitCode = exit
}

interface Outcome {
  interval: [number, number] | null
  exit: number
  min: number | undefined
  paint: Paint
}

function mutationText(report: MutationReport, { interval, exit, min, paint }: Outcome): string {
  const { subject, seed, mutants, killed, survived, equivalent, invalid, score, failing, notRun } = report
  const file = relative('', report.file)
  const survivors = mutants.filter(({ status }) => status === 'survived')
  const counts = `${killed} killed, ${survived} survived, ${equivalent} equivalent, ${invalid} invalid`
  const shown =
    score === null
      ? 'nothing to measure'
      : `${score.toFixed(2)} [${interval!.map(each => each.toFixed(2)).join(', ')}]`
  const blocks = [
    `${paint('bold', `mutants of ${sentence(subject, 80)}`)}   ${file}   seed ${seed}   ${counted(mutants.length, 'mutant')}`,
    `${paint('bold', 'SCORE')}  ${shown}   ${counts}`,
    ...(survivors.length > 0
      ? [
          `${paint('bold', 'SURVIVED')}\n${survivors.map(each => survivorText(each, { file, notRun, paint })).join('\n')}`,
        ]
      : []),
    ...(failing.length > 0
      ? [
          `${paint('bold', 'FAILS ALREADY')}  ${failing.join(', ')}: these find something in the reward as it is, and could kill nothing`,
        ]
      : []),
    ...(survivors.length > 0 && notRun.length > 0
      ? [`${paint('bold', 'COULD KILL SURVIVORS')}\n${lacking(notRun).join('\n')}`]
      : []),
    `exit ${exit}${min === undefined ? '' : ` (mutation-min ${min})`}`,
  ]
  return blocks.join('\n\n')
}

function survivorText(
  { operator, line, before, after, cut }: JudgedMutant,
  { file, notRun, paint }: { file: string; notRun: MutationReport['notRun']; paint: Paint },
): string {
  const spelling = NORMALISERS.test(operator) ? notRun.find(({ id }) => SPELLINGS.includes(id)) : undefined
  return [
    `  ${file}:${line}  ${operator}${cut ? ', time ran out' : ''}`,
    `    ${paint('red', `- ${sentence(before, 120)}`)}`,
    `    ${paint('green', `+ ${after === '' ? '(nothing)' : sentence(after, 120)}`)}`,
    ...(spelling ? [`    to kill it, ${sentence(spelling.why, 100)}`] : []),
  ].join('\n')
}

/** Facts to declare, those that most properties wait for first. */
function lacking(notRun: MutationReport['notRun']): string[] {
  const byWhy = new Map<string, string[]>()
  for (const { id, why } of notRun) byWhy.set(why, [...(byWhy.get(why) ?? []), id])
  const facts = [...byWhy].filter(([why]) => FACTS.test(why)).toSorted(([, a], [, b]) => b.length - a.length)
  const rest = byWhy.size - facts.length
  return [
    ...facts.map(([why, ids]) => `  ${sentence(why, 100)}: ${ids.join(', ')}`),
    ...(rest > 0
      ? [`  ${counted(rest, 'fact')} about other kinds of rewards; ludus check --list names them`]
      : []),
  ]
}
