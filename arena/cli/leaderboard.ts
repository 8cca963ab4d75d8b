/** @file `ludus leaderboard`: the standing of an arena's folder, as text, JSON or a picture. */
import { Command } from 'commander'
import { writeFile } from 'node:fs/promises'
import type { Board } from '../board.ts'
import { readBoard } from '../store.ts'
import { scaleSvg } from '../web/scale.tsx'
import { note, print, printJson } from './output.ts'

export function leaderboardCommand(): Command {
  return new Command('leaderboard')
    .description('show the ratings of an arena, also while it runs')
    .requiredOption('--dir <folder>', 'folder of the arena')
    .option('--svg <file>', 'write agents and task levels on one scale as a picture')
    .option('--json', 'print one JSON document')
    .action(async ({ dir, svg, json }: { dir: string; svg?: string; json?: true }) => {
      const board = await readBoard(dir)
      if (svg !== undefined) {
        await writeFile(svg, scaleSvg(board))
        note(`wrote ${svg}`)
      }
      if (json) return printJson(board)
      printBoard(board)
    })
}

/** The board as text: agents by rank, then task levels. */
export function printBoard({ agents, items, matches }: Board): void {
  print(`rank   rating  95 % interval  solved      agent`)
  for (const { name, rating, low, high, rankLow, rankHigh, solved, played, provisional } of agents) {
    const rank = rankLow === rankHigh ? `${rankLow}` : `${rankLow}-${rankHigh}`
    const tally = `${solved}/${played}`
    print(
      `${rank.padEnd(6)} ${points(rating)}  ${points(low)} to ${points(high).padEnd(6)} ${tally.padEnd(11)} ${name}${provisional ? ' (provisional)' : ''}`,
    )
  }
  print('')
  for (const { title, rating, low, high } of items)
    print(
      `${''.padEnd(6)} ${points(rating)}  ${points(low)} to ${points(high).padEnd(6)} ${''.padEnd(11)} ${title}`,
    )
  print(`\n${matches} matches`)
}

function points(rating: number): string {
  return String(Math.round(rating)).padStart(5)
}
