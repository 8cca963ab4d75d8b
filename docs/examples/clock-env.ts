/**
 * @file An environment of your own, complete: what time is it some minutes later?
 *
 *     npx ludus play docs/examples/clock-env.ts
 *     node --conditions=ludus-source --import tsx docs/examples/clock-env.ts
 */
import { rollout, solverAgent } from 'ludus/agents'
import { defineEnv, drawnTasks, isInvalid, outcome, taskAt } from 'ludus/envs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

type Params = { start: number; minutes: number }
type State = { answer: string | null }
type Facts = { right: boolean }

const ID = 'math/clock-v1'
const time = z.string().regex(/^\d\d:\d\d$/, 'expected a time like 09:05')
const shown = (minutes: number): string =>
  [Math.floor(minutes / 60) % 24, minutes % 60].map(part => String(part).padStart(2, '0')).join(':')

export const clock = defineEnv<Params, State, string, string, Facts>({
  id: ID,
  title: 'What time is it some minutes later?',
  action: time,
  observation: z.string(),
  tasks: drawnTasks({
    env: ID,
    levels: [
      { level: 1, title: 'within the hour' },
      { level: 2, title: 'up to a day later' },
    ],
    draw: (rng, level) => ({ start: rng.int(0, 1439), minutes: rng.int(1, level === 1 ? 59 : 1439) }),
    identity: ({ start, minutes }) => [start, minutes],
  }),
  maxSteps: 1,
  start: () => ({ answer: null }),
  observe: ({ params }) => `It is ${shown(params.start)}. What time is it ${params.minutes} minutes later?`,
  step: ({ params }, _state, answer) => ({
    state: { answer: isInvalid(answer) ? null : answer },
    facts: { right: answer === shown(params.start + params.minutes) },
    end: { kind: 'terminated', reason: 'answered' },
  }),
  rewards: { correct: outcome(facts => Number(facts.right)) },
  text: {
    prompt: question => [{ role: 'user', content: question }],
    parse: reply => (time.safeParse(reply.trim()).success ? reply.trim() : { invalid: reply }),
    render: answer => `${answer}\n`,
    stepEnd: '\n',
  },
  solve: ({ params }) => [shown(params.start + params.minutes)],
})

// Only where this file itself is run, and not where it is loaded to be played.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tasks = Array.from({ length: 20 }, (_, index) => taskAt(clock, { split: 'test', level: 2, index }))
  const episodes = await rollout(clock, solverAgent(), tasks)
  const mean = episodes.reduce((sum, episode) => sum + episode.return, 0) / episodes.length
  process.stdout.write(
    `${ID}: the reference solution earns ${mean.toFixed(2)} of 1.00 on ${episodes.length} tasks\n`,
  )
}
