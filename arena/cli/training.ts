/** @file Running a recipe with progress bars: what `ludus train` and `ludus demo` share. */
import type { Accuracy } from '../../agents/evaluate.ts'
import type { Recipe } from '../../agents/recipes/recipe.ts'
import type { Progress, RunOptions, RunResult } from '../../agents/recipes/run.ts'
import { runRecipe } from '../../agents/recipes/run.ts'
import type { ProgressBar } from './progress.ts'
import { startProgress } from './progress.ts'

const LABELS: Record<Progress['stage'], string> = {
  clone: 'Cloning the expert     ',
  improve: 'Improving by search+RL ',
}

/** Runs the recipe; one bar per stage. */
export async function trainWithBars(
  recipe: Recipe,
  options: Omit<RunOptions, 'onProgress'>,
  { silent }: { silent: boolean },
): Promise<RunResult> {
  let bar: ProgressBar | null = null
  let stage: Progress['stage'] | null = null
  const onProgress = ({ stage: current, completed, total, remark }: Progress): void => {
    if (current !== stage) {
      bar?.stop()
      bar = startProgress(LABELS[current], total, { silent })
      stage = current
    }
    bar!.update(completed, remark)
  }
  try {
    return await runRecipe(recipe, { ...options, onProgress })
  } finally {
    ;(bar as ProgressBar | null)?.stop()
  }
}

const ROWS: [keyof RunResult & ('before' | 'expert' | 'cloned' | 'trained' | 'searched'), string][] = [
  ['before', 'untrained policy'],
  ['expert', 'its teacher, a fallible expert'],
  ['cloned', 'after behaviour cloning'],
  ['trained', 'after search-fed RL'],
  ['searched', 'with best-of-N at test time'],
]

/** Accuracies with their intervals, a line per stage. */
export function accuracyTable(result: RunResult): string {
  return ROWS.map(([key, label]) => `${label.padEnd(32)} ${bar(result[key])} ${figures(result[key])}`).join(
    '\n',
  )
}

function figures({ accuracy, low, high }: Accuracy): string {
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
  return `${percent(accuracy).padStart(7)}  (95 % interval ${percent(low)} to ${percent(high)})`
}

const BAR_WIDTH = 24

function bar({ accuracy }: Accuracy): string {
  const filled = Math.round(accuracy * BAR_WIDTH)
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
}
