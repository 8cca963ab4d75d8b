/** @file `ludus check`: looks for violations of the laws of rewards and environments, and reports what it found. */
import { Command, Option } from 'commander'
import { z } from 'zod'
import { UsageError } from '../../envs/errors.ts'
import { HUNT_MS, HUNT_SCORES, HUNT_STEPS } from '../../rewards/checks/adversary/hunt.ts'
import type { Case } from '../../rewards/checks/cases.ts'
import type { CheckOptions } from '../../rewards/checks/check.ts'
import { checkOutputSchema } from '../../rewards/checks/check-output.ts'
import { KINDS } from '../../rewards/checks/execution/command.ts'
import { SEVERITIES } from '../../rewards/checks/property.ts'
import { acceptCase } from './check-accept.ts'
import { checkAdversary, ITERATIONS } from './check-adversary.ts'
import type { Entry } from './check-list.ts'
import { catalogue, catalogueText } from './check-list.ts'
import { checkModels, modelOutputSchema } from './check-model.ts'
import { checkMutants, mutationOutputSchema } from './check-mutate.ts'
import type { CheckCommandOptions } from './check-options.ts'
import { publish } from './check-publish.ts'
import { checkedTargets } from './check-reports.ts'
import type { Wanted } from './check-targets.ts'
import { readTasks, wantedOf } from './check-targets.ts'
import { watching } from './check-watch.ts'
import { wholeNumber } from './options.ts'
import { print, printJson } from './output.ts'

const WATCH_RUNS = 30
/** With starting up and confirming, about ten in all. */
const BUDGET_SECONDS = 7

export function checkCommand(): Command {
  return new Command('check')
    .description('look for ways in which a reward or an environment breaks the laws it should keep')
    .argument('[subject...]', 'an environment, file.ts or file.ts#export, or behind -- a command that grades')
    .option('--seed <n>', 'the same seed gives the same report', wholeNumber('--seed'), 1)
    .option('--runs <n>', 'runs of each property', wholeNumber('--runs', 1), 100)
    .option(
      '--budget <seconds>',
      `time for each subject (default: ${BUDGET_SECONDS}; ${HUNT_MS / 1000} with --adversary)`,
      wholeNumber('--budget', 1),
    )
    .option('--only <properties>', 'ids or numbers, e.g. near_miss,P6', listed, [])
    .option('--skip <properties>', 'ids or numbers', listed, [])
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from here on').choices([...SEVERITIES]).default('high'),
    )
    .option('--case <id>', 'judge this stored case again, and nothing else')
    .option('--accept <id>', 'let a stored case pass until --expires, with a --reason')
    .option('--reason <text>', 'why the case is accepted')
    .option('--expires <date>', 'last day on which it is, e.g. 2027-01-31')
    .option('--cases <folder>', 'where counterexamples are kept and judged again', '.ludus-cases')
    .option('--tasks <file>', 'for a command that describes none: JSON lines with prompt and gold')
    .addOption(new Option('--kind <kind>', 'for a command: what its answers are').choices([...KINDS]))
    .option('--adversary', 'search for exploits, and for nothing else, with a larger budget')
    .option(
      '--steps <n>',
      `environment steps of the search (default: ${HUNT_STEPS})`,
      wholeNumber('--steps', 1),
    )
    .option(
      '--scores <n>',
      `scores of the search on a reward (default: ${HUNT_SCORES})`,
      wholeNumber('--scores', 1),
    )
    .option(
      '--learn [iterations]',
      `let a policy learn on the reward as well (default: ${ITERATIONS} iterations)`,
      wholeNumber('--learn', 1),
    )
    .option('--mutate', 'change the source of a reward in small ways, and count what the checks notice')
    .option('--mutation-min <share>', 'exit with 1 below this share of mutants killed', shareOf)
    .option('--model', 'measure a learned reward or a judge; figures, never a failure')
    .option('--html <file>', 'write the report as a web page')
    .option('--junit <file>', 'write it as JUnit XML')
    .option('--sarif <file>', 'write it as SARIF 2.1.0')
    .option('--json', 'print it as one JSON document')
    .option('--watch', `check again with ${WATCH_RUNS} runs whenever the file changes`)
    .option('--list', 'print every property and what it needs')
    .option('--schema', 'print the JSON schema of --json')
    .addHelpText(
      'after',
      '\nExits with 0 if no finding is at or above --fail-on, 1 if one is, 2 if it could not be checked or nothing ran.',
    )
    .action(check)
}

function shareOf(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text)
  if (value >= 0 && value <= 1) return value
  throw new UsageError(`--mutation-min: expected a share from 0 to 1, got ${JSON.stringify(text)}`)
}

function listed(text: string, before: string[]): string[] {
  return [...before, ...text.split(',').map(each => each.trim())].filter(each => each !== '')
}

async function check(words: readonly string[], options: CheckCommandOptions): Promise<void> {
  if (options.schema) return printJson(z.toJSONSchema(schemaOf(options)))
  const entries = await catalogue()
  if (options.list) return options.json ? printJson(entries) : print(catalogueText(entries))
  refuseUnknown([...options.only, ...options.skip], entries)
  if (options.accept !== undefined) return acceptCase(options.accept, options)
  if (words.length === 0)
    throw new UsageError('expected something to check: an environment, file.ts#export, or -- and a command')
  if (options.mutate) return checkMutants(words, options)
  if (options.model) return checkModels(words, options)
  const wanted = await wantedOf(words, {
    command: process.argv.includes('--'),
    ...(options.tasks !== undefined && { tasks: await readTasks(options.tasks) }),
    ...(options.kind && { kind: options.kind }),
  })
  if (options.watch) return watchingOf(wanted)
  const hunting = options.adversary === true || options.learn !== undefined
  if (hunting && options.case === undefined) return checkAdversary(wanted, options)
  const checked = await checkedTargets(wanted, options, async (target, stored, replay) => ({
    report: await target.check({ ...chosen(options, replay), ...stored }),
  }))
  await publish(
    checked.map(({ report }) => report),
    wanted,
    options,
  )
}

/** The schema of what --json prints with these options. */
function schemaOf({ mutate, model }: CheckCommandOptions): z.ZodType {
  if (mutate) return mutationOutputSchema
  return model ? modelOutputSchema : checkOutputSchema
}

function refuseUnknown(names: readonly string[], entries: readonly Entry[]): void {
  const unknown = names.filter(name => !entries.some(({ id, number }) => id === name || number === name))
  if (unknown.length > 0)
    throw new UsageError(`no property is named ${unknown.join(', ')}; ludus check --list names them all`)
}

function watchingOf({ files }: Wanted): Promise<void> {
  if (files.length === 0)
    throw new UsageError('--watch: expected a file to watch, or a command that names one')
  const args = process.argv.slice(2).filter(word => word !== '--watch')
  const runs = args.includes('--runs') ? [] : ['--runs', String(WATCH_RUNS)]
  return watching(files, ['check', ...runs, ...args.slice(1)])
}

function chosen(options: CheckCommandOptions, replay: Case | null): CheckOptions {
  const { seed, runs, budget = BUDGET_SECONDS, only, skip } = options
  const common = { seed, runs, budgetMs: budget * 1000 }
  return replay ? { ...common, only: [replay.property], replayOnly: true } : { ...common, only, skip }
}
