/** @file The `ludus` command: one subcommand per file, one place that turns errors into exit codes. */
import { Command, CommanderError } from 'commander'
import { UsageError } from '../../envs/errors.ts'
import { arenaCommand } from './arena.ts'
import { benchCommand } from './bench.ts'
import { checkCommand } from './check.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { envsCommand } from './envs.ts'
import { evalCommand } from './eval.ts'
import { graphCommand } from './graph.ts'
import { InterruptedError } from './interrupt.ts'
import { leaderboardCommand } from './leaderboard.ts'
import { newCommand } from './new.ts'
import { note } from './output.ts'
import { playCommand } from './play.ts'
import { replayCommand } from './replay.ts'
import { rolloutCommand } from './rollout.ts'
import { trainCommand } from './train.ts'
import { verifyCommand } from './verify.ts'
import { packageVersion } from './version.ts'

/** Exit codes: 0 fine, 1 findings or a failed gate, 2 usage or environment error. */
const EXIT_USAGE = 2
/** What shells report of a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130

const COMMANDS = [
  demoCommand,
  envsCommand,
  playCommand,
  rolloutCommand,
  replayCommand,
  newCommand,
  trainCommand,
  evalCommand,
  arenaCommand,
  leaderboardCommand,
  doctorCommand,
  verifyCommand,
  checkCommand,
  graphCommand,
  benchCommand,
]

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('ludus')
    .description('Simulate agentic environments, train agents in them, and rank them in an arena.')
    .version(packageVersion())
  for (const command of COMMANDS) program.addCommand(command())
  configure(program)
  await program.parseAsync(argv)
}

/** Commands that are added ready-made inherit no settings. */
function configure(command: Command): void {
  command.exitOverride().configureOutput({
    outputError: (text, write) =>
      write(
        `ludus: ${text
          .trim()
          .replace(/^error: /, '')
          .replace(/\s+/g, ' ')} (add --help for what is possible)\n`,
      ),
  })
  command.commands.forEach(configure)
}

/** The file system said no to a path, which came from the person at the terminal. */
function isFileError(error: unknown): error is NodeJS.ErrnoException & { path: string } {
  return error instanceof Error && 'syscall' in error && 'path' in error && typeof error.path === 'string'
}

// A reader that has seen enough (`| head`) is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  await main(process.argv)
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE
  else if (error instanceof UsageError || error instanceof InterruptedError) {
    note(`ludus: ${error.message}`)
    process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_INTERRUPTED
  } else if (isFileError(error)) {
    note(
      `ludus: ${error.path}: ${error.syscall} failed (${error.code}); choose another place, or mend this one`,
    )
    process.exitCode = EXIT_USAGE
  } else throw error
}
