/** @file `ludus new env`: a file to start from, which plays at once. */
import { Command, Option } from 'commander'
import { writeFile } from 'node:fs/promises'
import { UsageError } from '../../envs/errors.ts'
import { print, printJson } from './output.ts'
import { TEMPLATES } from './templates.ts'

interface NewFlags {
  kind: keyof typeof TEMPLATES
  out?: string
  json?: true
}

export function newCommand(): Command {
  return new Command('new').description('write a file to start from').addCommand(
    new Command('env')
      .description(
        'write an environment that plays at once: a task with one reply, tools, worked lines, or in full',
      )
      .argument('<name>', 'its name: small letters, digits and hyphens, e.g. reverse-words')
      .addOption(
        new Option('--kind <kind>', 'what it is made of').choices(Object.keys(TEMPLATES)).default('task'),
      )
      .option('--out <file>', 'where it goes; default: <name>.ts')
      .option('--json', 'print one JSON document')
      .action(write),
  )
}

async function write(name: string, { kind, out, json }: NewFlags): Promise<void> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new UsageError(`expected a name like reverse-words, got ${JSON.stringify(name)}`)
  const file = out ?? `${name}.ts`
  await writeFile(file, TEMPLATES[kind](name), { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new UsageError(`${file} exists already; choose another name, or --out`)
    throw error
  })
  const shown = /^[./]/.test(file) ? file : `./${file}`
  const next = [
    `ludus play ${shown}`,
    `ludus rollout ${shown} --agent solver -n 100 --out solved.jsonl`,
    `ludus rollout ${shown} --agent random -n 100 --out random.jsonl`,
  ]
  if (json) return printJson({ file, kind, next })
  print(`${file} is written. Next:`)
  for (const command of next) print(`  npx ${command}`)
}
