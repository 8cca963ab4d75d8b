/** @file The `ludus` command: one subcommand per file, one place that turns errors into exit codes. */
import { Command, CommanderError } from 'commander'
import { readFileSync } from 'node:fs'
import { UsageError } from '../../envs/errors.ts'
import { envsCommand } from './envs.ts'

/** Exit codes: 0 fine, 1 findings or a failed gate, 2 usage or environment error. */
const EXIT_USAGE = 2

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('ludus')
    .description('Simulate agentic environments, train agents in them, and rank them in an arena.')
    .version(packageVersion())
    .showHelpAfterError('(add --help for what is possible)')
    .exitOverride()
  for (const command of [envsCommand()]) program.addCommand(inherit(command))
  await program.parseAsync(argv)
}

/** Subcommands do not inherit `exitOverride` when added ready-made. */
function inherit(command: Command): Command {
  command.exitOverride().showHelpAfterError('(add --help for what is possible)')
  command.commands.forEach(child => inherit(child))
  return command
}

function packageVersion(): string {
  const built = !import.meta.url.endsWith('.ts')
  const file = new URL(built ? '../../../package.json' : '../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

try {
  await main(process.argv)
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE
  else if (error instanceof UsageError) {
    process.stderr.write(`ludus: ${error.message}\n`)
    process.exitCode = EXIT_USAGE
  } else throw error
}
