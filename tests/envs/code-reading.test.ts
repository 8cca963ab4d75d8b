/** @file Programs that are read and not run: the interpreter agrees with the real languages; answers, inputs, tests, stacks. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { input } from '../../envs/code/input.ts'
import { mutants } from '../../envs/code/mutation.ts'
import { output } from '../../envs/code/output.ts'
import type { Language } from '../../envs/code/program.ts'
import { missingLanguage } from '../../envs/code/programming.ts'
import { sharedSandbox } from '../../envs/code/sandbox.ts'
import type { Size } from '../../envs/code/script-draw.ts'
import { drawScript } from '../../envs/code/script-draw.ts'
import { writeScript } from '../../envs/code/script-text.ts'
import { resultText } from '../../envs/code/script.ts'
import type { Instruction, Stack } from '../../envs/code/stack-machine.ts'
import { INSTRUCTIONS, isReachable, runAll } from '../../envs/code/stack-machine.ts'
import { stackMachine } from '../../envs/code/stack.ts'
import { testWriting } from '../../envs/code/test-writing.ts'
import type { EnvDef } from '../../envs/env.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import { needs } from '../needs.ts'
import { playCode } from './code-play.ts'

const test = suite('programs that are read')
const lacking = await missingLanguage('python')
const python = { missing: lacking ?? '', there: () => lacking === null }

for (const language of ['javascript', 'python'] as const)
  needs(test, `scripts and their mutants mean in ${language} what the interpreter says`, {
    ...(language === 'python' ? python : { missing: '', there: () => true }),
  })(async () => {
    let compared = 0
    for (let i = 0; i < 45; i++) compared += await compareOne(i, language)
    assert.ok(compared > 500, `compared ${compared} results`)
  })

async function compareOne(i: number, language: Language): Promise<number> {
  const rng = rngAt('scripts', i)
  const script = drawScript(rng, ((i % 3) + 1) as Size)
  const lists = Array.from({ length: 10 }, () =>
    Array.from({ length: rng.int(0, 8) }, () => rng.int(-20, 30)),
  )
  let compared = 0
  for (const one of [script, rng.pick(mutants(script))]) {
    const known = lists.filter(xs => resultText(one, xs, language) !== null)
    const run = await sharedSandbox().run({
      code: writeScript(one, language),
      language,
      entry: 'solve',
      inputs: known.map(xs => JSON.stringify([xs])),
    })
    const expected = known.map(xs => ({ output: resultText(one, xs, language) }))
    assert.equal(run.cases, expected, writeScript(one, language))
    compared += known.length
  }
  return compared
}

test('remainders of negative numbers are those of the language', () => {
  const script = [
    {
      kind: 'return' as const,
      value: {
        kind: 'binary' as const,
        op: '%' as const,
        a: { kind: 'item' as const, list: 'xs', index: { kind: 'number' as const, value: 0 } },
        b: { kind: 'number' as const, value: 3 },
      },
    },
  ]
  assert.is(resultText(script, [-4], 'javascript'), '-1')
  assert.is(resultText(script, [-4], 'python'), '2')
  assert.is(resultText(script, [], 'python'), null)
})

const single = async (
  env: EnvDef<never, never, never, string>,
  task: never,
  reply: string,
): Promise<number> => (await playCode(env, task, [reply])).total

test('outputs: exact values on the last line, and no hedging', async () => {
  for (let level = 1; level <= 6; level++) {
    const task = taskAt(output, { split: 'test', index: level, level })
    const right = output.solve!(task)[0]!
    const earns = (reply: string): Promise<number> => single(output as never, task as never, reply)
    assert.is(await earns(right), 1)
    assert.is(await earns(`It starts at 3.\nThen 7.\n  ${right}  \n`), 1)
    for (const wrong of [
      `${right} or 7`,
      `${right}\n999999`,
      `"${right}"`,
      `${right}0`,
      `is ${right}`,
      '{}',
      'NaN',
    ])
      assert.is(await earns(wrong), 0, wrong)
  }
})

test('inputs: every list that does it counts, and only lists', async () => {
  const task = taskAt(input, { split: 'test', index: 2, level: 1 })
  const { script, target, witness, language } = task.params
  const earns = (reply: string): Promise<number> => single(input as never, task as never, reply)
  assert.is(await earns(JSON.stringify(witness)), 1)
  assert.is(await earns(JSON.stringify(witness.map(String))), 0)
  const rng = rngAt('other inputs')
  let others = 0
  for (let i = 0; i < 3000; i++) {
    const xs = Array.from({ length: rng.int(1, 5) }, () => rng.int(-30, 30))
    const does = resultText(script, xs, language) === target
    if (does) others++
    if (does || i < 50) assert.is(await earns(JSON.stringify(xs)), Number(does))
  }
  assert.ok(others > 0, 'another right list was found')
  for (const reply of [
    '',
    'null',
    target,
    '["1"]',
    '[1.5]',
    '[1e9]',
    `[${Array(21).fill(1).join()}]`,
    '[[1]]',
    '{"length":1}',
  ])
    assert.is(await earns(reply || ' '), 0, reply)
})

test('tests: they have to be right, few, and find every wrong program', async () => {
  const task = taskAt(testWriting, { split: 'test', index: 3, level: 2 })
  const best = testWriting.solve!(task)[0]!
  const play = async (tests: unknown) => (await playCode(testWriting, task, [tests])).rows[0]!
  assert.equal(await play(best), { correct: 1, killed: 1, invalid: 0 })
  const wrong = [...best, { input: [1, 2, 3], output: [9, 9, 9, 9] }]
  assert.equal(await play(wrong), { correct: 0, killed: 0, invalid: 0 })
  const tooMany = Array.from({ length: task.params.allowed + 1 }, () => best[0]!)
  assert.equal(await play(tooMany.slice(0, 10)), { correct: 0, killed: 0, invalid: 0 })
  const some = await play(best.slice(0, 1))
  assert.ok(some['correct'] === 0 && some['killed']! > 0 && some['killed']! < 1)
  for (const nothing of [[], 'ok', null, [{ input: [] }], [{ input: ['1'], output: 1 }]])
    assert.equal(await play(nothing), { correct: 0, killed: 0, invalid: -1 })
})

test('stack: reachability is what trying all programs finds', () => {
  const starts: Stack[] = [
    [2, 5, 3],
    [-1, 4, 7],
  ]
  const all = new Map<string, number>()
  const visit = (stacks: readonly Stack[], depth: number): void => {
    const name = JSON.stringify(stacks)
    all.set(name, Math.min(depth, all.get(name) ?? depth))
    if (depth === 3) return
    for (const instruction of INSTRUCTIONS) {
      const after = runAll(stacks, instruction)
      if (after) visit(after, depth + 1)
    }
  }
  visit(starts, 0)
  for (const [name, depth] of [...all].filter((_, i) => i % 7 === 0)) {
    const targets = JSON.parse(name) as Stack[]
    for (let left = 0; left <= 3; left++)
      assert.is(isReachable(starts, targets, left, 1e6), left >= depth, `${name} in ${left}`)
  }
  assert.is(isReachable(starts, [[9999], [9999]], 5, 50), null, 'not decided within the limit')
})

test('stack: a program that only suits the examples is not right', async () => {
  let special = 0
  for (let index = 0; index < 40; index++) {
    const task = taskAt(stackMachine, { split: 'test', index, level: 1 })
    const { starts, goals } = task.params
    const found = searchProgram(starts.slice(0, 1), goals.slice(0, 1), 3)
    assert.ok(found)
    const general = JSON.stringify(
      found.reduce<Stack[] | null>(
        (now, word) => now && runAll(now, word),
        starts.map(s => [...s]),
      ),
    )
    const right = general === JSON.stringify(goals)
    if (!right) special++
    const { rows } = await playCode(stackMachine, task, [...found, 'halt'])
    assert.is(rows.at(-1)!['correct'], Number(right))
    const { total } = await playCode(stackMachine, task, stackMachine.solve!(task))
    assert.ok(Math.abs(total - 1.2) < 1e-9)
  }
  assert.ok(special > 0, 'some program suited the first example alone')
})

test('stack: every hidden stack counts', async () => {
  const task = taskAt(stackMachine, { split: 'test', index: 1, level: 2 })
  for (let i = 0; i < task.params.goals.length; i++) {
    const goals = task.params.goals.with(i, [...task.params.goals[i]!, 1])
    const { rows } = await playCode(
      stackMachine,
      { ...task, params: { ...task.params, goals } },
      stackMachine.solve!(task),
    )
    assert.is(rows.at(-1)!['correct'], 0, `stack ${i}`)
  }
})

function searchProgram(
  stacks: readonly Stack[],
  goals: readonly Stack[],
  depth: number,
): Instruction[] | null {
  if (JSON.stringify(stacks) === JSON.stringify(goals)) return []
  if (depth === 0) return null
  for (const instruction of INSTRUCTIONS) {
    const after = runAll(stacks, instruction)
    const rest = after && searchProgram(after, goals, depth - 1)
    if (rest) return [instruction, ...rest]
  }
  return null
}

test.run()
