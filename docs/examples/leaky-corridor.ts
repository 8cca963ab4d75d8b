/**
 * @file A corridor whose reward leaks: each step to the right is paid, and no step back is charged. `ludus check` finds it:
 *
 *     npx ludus check docs/examples/leaky-corridor.ts --adversary --learn --html report.html
 */
import { defineEnv, drawnTasks, isInvalid, outcome, process } from 'ludus/envs'
import { z } from 'zod'

type Params = { length: number; start: number }
type State = { at: number; out: boolean }
type Facts = { step: number; out: boolean }
type Action = 'L' | 'R' | 'X'

const ID = 'tools/leaky-corridor-v1'
const MOVES: Record<Action, number> = { L: -1, R: 1, X: 0 }
const action = z.enum(['L', 'R', 'X'])

export const corridor = defineEnv<Params, State, { at: number; exit: number }, Action, Facts>({
  id: ID,
  title: 'Walk to the exit of a corridor, and leave',
  action,
  observation: z.object({ at: z.number(), exit: z.number() }),
  tasks: drawnTasks({
    env: ID,
    levels: [
      { level: 1, title: 'a short corridor' },
      { level: 2, title: 'a long corridor' },
    ],
    draw: (rng, level) => ({ length: 3 * level + rng.int(0, 2), start: rng.int(0, 1) }),
    identity: ({ length, start }) => [length, start],
  }),
  maxSteps: 40,
  start: ({ params }) => ({ at: params.start, out: false }),
  observe: ({ params }, { at }) => ({ at, exit: params.length }),
  step({ params }, { at }, move) {
    const after = isInvalid(move) ? at : Math.min(params.length, Math.max(0, at + MOVES[move]))
    const out = move === 'X' && at === params.length
    const facts = { step: after - at, out }
    return { state: { at: after, out }, facts, ...(out && { end: { kind: 'terminated', reason: 'out' } }) }
  },
  rewards: {
    out: outcome((facts, { end }) => (end ? Number(facts.out) : null), 0.2),
    // The leak: a step back should cost what a step forward pays, so that walking to and fro earns nothing.
    progress: process(
      (facts, { task }) => Math.max(0, facts.step) / (task.params.length - task.params.start),
    ),
  },
  text: {
    prompt: ({ at, exit }) => [{ role: 'user', content: `${at} of ${exit}` }],
    parse: reply => (action.safeParse(reply.trim()).success ? (reply.trim() as Action) : { invalid: reply }),
    render: move => `${move}\n`,
    stepEnd: '\n',
  },
  solve: ({ params }) => [...Array.from({ length: params.length - params.start }, () => 'R' as const), 'X'],
  legalActions: ({ params }, { at }) => (at === params.length ? ['L', 'R', 'X'] : ['L', 'R']),
  // The oracle, which the reward does not see: who is out has reached the goal, everybody else must still walk and leave.
  stepLabel: ({ params }, { at, out }, stepsLeft) => out || params.length - at + 1 <= stepsLeft,
})
