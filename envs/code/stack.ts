/**
 * @file `code/stack-v1`: write a program for a small stack machine, one instruction at a time, seeing what each does to
 * the example stacks. The same program has to be right on hidden stacks too. Pure and synchronous, with exact step labels.
 */
import { z } from 'zod'
import { defineEnv } from '../define-env.ts'
import type { Style } from '../env.ts'
import { isInvalid, outcome, penalty, process } from '../env.ts'
import type { Rng } from '../rng.ts'
import { sketchedTasks } from '../sketched-tasks.ts'
import type { Instruction, Stack } from './stack-machine.ts'
import { INSTRUCTIONS, isReachable, nameOf, runProgram } from './stack-machine.ts'

const ID = 'code/stack-v1'
const EXAMPLES = 2
const HIDDEN = 4
/** Instructions beyond those of the reference program that there is room for. */
const SPARE = 3
const MAX_PROGRAM = 6
/** Joint states that a label may look at; beyond, it is not decided. */
const SEARCHED = 20_000
const SEARCHED_BY_DRAW = 2_000
const RULES =
  'Write a program for a stack machine that turns each start into its goal, the top of a stack being on the right. ' +
  'push1 puts a 1 on top; dup doubles the top, drop takes it away, neg changes its sign; swap exchanges the upper two, ' +
  'over puts a copy of the second on top, rot brings the third to the top; add, sub and mul replace the upper two a b by ' +
  'a+b, a-b, a*b. Write one instruction per line, then halt.'

type Params = { program: Instruction[]; starts: Stack[]; goals: Stack[] }
type State = { program: Instruction[]; credit: number; halted: boolean }
type Facts = {
  understood: boolean
  halted: boolean
  solved: boolean
  creditBefore: number
  creditAfter: number
}

const stack = z.array(z.number())
const observation = z.object({
  goals: z.array(stack).describe('What the example stacks have to become, the top on the right'),
  stacks: z.array(stack).nullable().describe('The example stacks now; null: an instruction has failed'),
  program: z.array(z.enum(INSTRUCTIONS)).describe('The instructions so far'),
})

const action = z.enum([...INSTRUCTIONS, 'halt']).describe('The next instruction; halt ends the program')

export const stackMachine = defineEnv<
  Params,
  State,
  z.infer<typeof observation>,
  z.infer<typeof action>,
  Facts
>({
  id: ID,
  title: 'Program a stack machine, one instruction at a time',
  group: 'small languages',
  action,
  observation,
  tasks: sketchedTasks<Instruction[], Params>({
    env: ID,
    levels: [3, 4, 5, 6].map(instructions => ({
      level: instructions - 2,
      title: `${instructions} instructions`,
      axes: { instructions, spare: SPARE },
    })),
    sketch: (rng, level) => Array.from({ length: level + 2 }, () => rng.pick(INSTRUCTIONS)),
    identity: program => nameOf(runProgram(PROBES, program) ?? []) || program.join(),
    complete: drawStacks,
  }),
  maxSteps: MAX_PROGRAM + SPARE + 1,
  start: () => ({ program: [], credit: 0, halted: false }),
  observe: ({ params: { starts, goals } }, { program }) => ({
    goals: goals.slice(0, EXAMPLES).map(goal => [...goal]),
    stacks: runProgram(starts.slice(0, EXAMPLES), program)?.map(now => [...now]) ?? null,
    program: [...program],
  }),

  step({ params }, state, move) {
    const credit = { creditBefore: state.credit, creditAfter: state.credit }
    if (isInvalid(move))
      return { state, facts: { understood: false, halted: false, solved: false, ...credit } }
    const program = move === 'halt' ? state.program : [...state.program, move]
    const halted = move === 'halt'
    const now = runProgram(params.starts, program)
    const solved = halted && now !== null && nameOf(now) === nameOf(params.goals)
    const alike = now === null ? 0 : likeness(now.slice(0, EXAMPLES), params)
    const creditAfter = solved ? 1 : Math.max(state.credit, alike / 2)
    const facts = { understood: true, halted, solved, creditBefore: state.credit, creditAfter }
    const next = { program, credit: creditAfter, halted }
    if (!halted) return { state: next, facts }
    return { state: next, facts, end: { kind: 'terminated', reason: solved ? 'solved' : 'failed' } }
  },

  rewards: {
    correct: outcome(({ solved }, { end }) => (end ? Number(solved) : null)),
    progress: process(({ creditBefore, creditAfter }) => creditAfter - creditBefore, 0.2),
    invalid: penalty(({ understood }) => (understood ? 0 : -1), 0.05),
  },

  text: {
    prompt: ({ goals, stacks, program }) => [
      { role: 'system', content: RULES },
      {
        role: 'user',
        content: stacks
          ? stacks.map((now, i) => `[${now.join(' ')}] to [${goals[i]!.join(' ')}]`).join('\n')
          : 'An instruction has failed.',
      },
      ...(program.length > 0
        ? [{ role: 'assistant' as const, content: program.map(line => `${line}\n`).join('') }]
        : []),
    ],
    parse: reply => {
      const word = action.safeParse(reply.trim())
      return word.success ? word.data : { invalid: reply.slice(0, 100) }
    },
    render: word => `${word}\n`,
    stepEnd: '\n',
  },

  solve: ({ params: { program } }, style) => [...slipped(program, style), 'halt'],
  legalActions: () => [...INSTRUCTIONS, 'halt'],

  stepLabel({ params }, { program, halted }, stepsLeft) {
    const now = runProgram(params.starts, program)
    if (now === null) return false
    const name = nameOf(now)
    if (halted) return name === nameOf(params.goals)
    if (stepsLeft < 1) return false
    return onTheWay(params, name, stepsLeft - 1) || isReachable(now, params.goals, stepsLeft - 1, SEARCHED)
  },
})

const PROBES: readonly Stack[] = [
  [3, -2, 7, 5],
  [-4, 9, 2, -6],
]

function drawStacks(program: Instruction[], rng: Rng): Params | null {
  const depth = rng.int(3, 4)
  const starts = Array.from({ length: EXAMPLES + HIDDEN }, () =>
    Array.from({ length: depth }, () => rng.int(-9, 9)),
  )
  const goals = runProgram(starts, program)
  if (goals === null || goals.some(goal => goal.length === 0)) return null
  // Never so short that anybody would hit it; whether three would do is too dear to ask of every candidate.
  const shorter = isReachable(starts, goals, 2, SEARCHED_BY_DRAW)
  return shorter === true ? null : { program, starts, goals: [...goals] }
}

/** Is this one of the states that the reference program passes through, with room for the rest of it? */
function onTheWay({ program, starts, goals }: Params, name: string, left: number): boolean {
  for (let at = Math.max(0, program.length - left); at <= program.length; at++)
    if (name === nameOf(at === program.length ? goals : runProgram(starts, program.slice(0, at))!))
      return true
  return false
}

/** How many numbers are in their places, from the bottom, out of all there are in either stack; above those at the start. */
function likeness(stacks: readonly Stack[], { starts, goals }: Params): number {
  const share = (given: readonly Stack[]): number => {
    const shares = given.map((now, i) => {
      const goal = goals[i]!
      const same = now.findIndex((value, at) => value !== goal[at])
      return (same < 0 ? now.length : same) / Math.max(now.length, goal.length)
    })
    return shares.reduce((sum, value) => sum + value, 0) / shares.length
  }
  const before = share(starts.slice(0, EXAMPLES))
  return before < 1 ? Math.max(0, (share(stacks) - before) / (1 - before)) : 0
}

function slipped(program: readonly Instruction[], style: Style | undefined): readonly Instruction[] {
  if (style === undefined || style.rng.float() >= style.slip) return program
  const at = style.rng.int(0, program.length - 1)
  return program.with(at, style.rng.pick(INSTRUCTIONS.filter(instruction => instruction !== program[at])))
}
