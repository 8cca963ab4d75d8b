/** @file Every family of worked lines and every puzzle keeps the contract. */
import fc from 'fast-check'
import type { EnvDef, Task } from '../../envs/env.ts'
import { listEnvs } from '../../envs/registry.ts'
import type { EnvCase } from '../contracts/env-suite.ts'
import { environmentSuite } from '../contracts/env-suite.ts'

/** These have cases of their own. */
const ELSEWHERE = ['math/addition-v1', 'math/countdown-v1']

const piece = fc.constantFrom(
  '1',
  '23',
  'x',
  ' + ',
  '-',
  '*',
  '/',
  '(',
  ')',
  '[',
  ']',
  ', ',
  ' = ',
  'answer: ',
  ' to ',
  'A',
)
const line = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join('')),
  fc.string({ maxLength: 30 }).filter(text => !/[\n\r]/.test(text)),
)

for (const env of listEnvs())
  if (env.id.startsWith('math/') && !ELSEWHERE.includes(env.id)) environmentSuite(caseOf(env))

function caseOf(env: EnvDef): EnvCase {
  const shown = (params: Task['params']): string => {
    const task = taskOf(env, params)
    return JSON.stringify(env.observe(task, env.start(task) as never))
  }
  return {
    env,
    fitting: line,
    identity: shown,
    secrets: params => {
      const task = taskOf(env, params)
      const rules = env.text.prompt(env.observe(task, env.start(task) as never))[0]!.content
      const question = shown(params).replaceAll(' ', '')
      // A line may restate what the question says; anything longer that it does not say is the reference's own.
      return (env.solve!(task) as string[]).filter(
        text => text.length >= 12 && !question.includes(text.replaceAll(' ', '')) && !rules.includes(text),
      )
    },
    distinct: 0.5,
    labelDepth: 0, // tests/envs/families-*.test.ts and puzzles.test.ts look for ways by brute force
    labelLevel: 1,
    completeFrom: Infinity,
    runs: 10,
  }
}

function taskOf(env: EnvDef, params: Task['params']): Task {
  return { env: env.id, split: 'train', index: 0, level: 1, params }
}
