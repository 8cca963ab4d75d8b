/** @file `ludus envs`: what there is to play. */
import { Command } from 'commander'
import type { EnvDef } from '../../envs/env.ts'
import { maxReturn } from '../../envs/env.ts'
import { listEnvs } from '../../envs/registry.ts'
import { print, printJson } from './output.ts'

export function envsCommand(): Command {
  return new Command('envs')
    .description('list the environments with domain, levels and reward terms')
    .option('--json', 'print one JSON document')
    .action((options: { json?: true }) => {
      const envs = listEnvs().map(describe)
      if (options.json) return printJson(envs)
      for (const env of envs) {
        print(`${env.id.padEnd(20)} ${env.title}`)
        print(
          `${''.padEnd(20)} levels ${env.levels.map(entry => entry.level).join(' ')}, return up to ${env.maxReturn}`,
        )
        for (const [name, term] of Object.entries(env.terms))
          print(`${''.padEnd(20)} ${term.kind.padEnd(8)} ${name}, weight ${term.weight}`)
      }
    })
}

function describe(env: EnvDef) {
  const [domain] = env.id.split('/')
  const terms = Object.entries(env.rewards).map(
    ([name, { kind, weight }]) => [name, { kind, weight }] as const,
  )
  return {
    id: env.id,
    domain,
    title: env.title,
    levels: env.tasks.levels,
    maxSteps: env.maxSteps,
    maxReturn: maxReturn(env),
    terms: Object.fromEntries(terms),
  }
}
