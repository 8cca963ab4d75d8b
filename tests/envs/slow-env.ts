/** @file An environment that can be slow on purpose, for the tests of cancelling. */
import { z } from 'zod'
import { defineEnv } from '../../envs/define-env.ts'
import { isInvalid, outcome } from '../../envs/env.ts'

const levels = [{ level: 1, title: 'all' }]
const LATE_MS = 60_000

/** Counts its steps. `wait` waits for the signal and is then not judged; `hang` never comes back; `throw` is a bug. */
export const slow = defineEnv({
  id: 'test/slow-v1',
  title: 'Be slow on purpose',
  action: z.string(),
  observation: z.object({ steps: z.number() }),
  tasks: { levels, at: (_split, index) => ({ index }) },
  maxSteps: 5,
  start: () => ({ steps: 0 }),
  observe: (_task, { steps }) => ({ steps }),
  async step(_task, { steps }, action, { signal }) {
    if (action === 'hang') for (;;);
    if (action === 'throw') throw new Error('a bug of the author')
    const judged = action !== 'wait' || !(await fired(signal))
    return { state: { steps: steps + 1 }, facts: { judged, understood: !isInvalid(action) } }
  },
  rewards: { correct: outcome(({ judged }, { end }) => (end && judged ? 1 : null)) },
  text: {
    prompt: () => [],
    parse: reply => reply,
    render: action => action,
    stepEnd: '',
  },
})

/** True once the signal fires. */
function fired(signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise(resolve => {
    const late = setTimeout(() => resolve(false), LATE_MS)
    signal?.addEventListener('abort', () => {
      clearTimeout(late)
      resolve(true)
    })
  })
}
