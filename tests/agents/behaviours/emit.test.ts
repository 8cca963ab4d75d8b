import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { claimsAbout } from '../../../agents/behaviours/claims.ts'
import { derivationContent } from '../../../agents/behaviours/derivation-content.ts'
import {
  actionsOf,
  behaviourDemonstration,
  emitTrace,
  judgeOf,
  modeOf,
} from '../../../agents/behaviours/emit.ts'
import { BehaviourMeter, frequencies } from '../../../agents/behaviours/meter.ts'
import { answerOf, behaviourPrompt, prompted, readG1 } from '../../../agents/behaviours/prompts.ts'
import { moveJudge } from '../../../agents/behaviours/puzzle-content.ts'
import { atTrace } from '../../../agents/behaviours/thinking-env.ts'
import type { Behaviour, Line } from '../../../agents/behaviours/trace.ts'
import { BEHAVIOUR_OF, BEHAVIOURS, isWork, printTrace } from '../../../agents/behaviours/trace.ts'
import { finalSteps } from '../../../agents/behaviours/tree.ts'
import { faultsOf } from '../../../agents/behaviours/validate.ts'
import { advance, begin } from '../../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../../envs/env.ts'
import type { Json } from '../../../envs/json.ts'
import { isTrue } from '../../../envs/math/statement.ts'
import { mathEnvs } from '../../../envs/math/catalogue.ts'
import { rngAt } from '../../../envs/rng.ts'
import { taskAt } from '../../../envs/tasks.ts'

const named = (...names: string[]): EnvDef[] =>
  names.map(name => mathEnvs.find(env => env.id === `math/${name}-v1`)!)
const FAMILIES = named(
  'gcd',
  'linear-equation',
  'shopping',
  'fractions',
  'division',
  'quadratic-equation',
  'chinese-remainder',
  'determinant',
  'matrix-product',
  'anagrams',
  'derivative-at',
  'dice-probability',
)
const PUZZLES = named('subset-sum', 'countdown', 'tower-of-hanoi', 'twenty-four', 'n-queens')

function* tasksOf(envs: readonly EnvDef[], perLevel = 3): Generator<[EnvDef, Task]> {
  for (const env of envs)
    for (const { level } of env.tasks.levels)
      for (let index = 0; index < perLevel; index++)
        yield [env, taskAt(env, { split: 'train', level, index })]
}

const streamOf = ({ env, level, index }: Task) => rngAt('emit test', env, level, index)

async function played(env: EnvDef, task: Task, actions: readonly string[]) {
  let position = await begin(env, task)
  const rewards = []
  let total = 0
  for (const action of actions) {
    const taken = await advance(env, task, position, action)
    position = taken.position
    rewards.push(taken.rewards)
    total += taken.reward
  }
  return { rewards, total, end: position.end }
}

const kindsIn = (trace: readonly Line[]): Set<Behaviour | null> =>
  new Set(trace.map(line => BEHAVIOUR_OF[line.kind]))

const test = suite('behaviours of environments')

test('traces of the solver earn the full outcome, and lose only what their slips cost', async () => {
  for (const [env, task] of tasksOf(FAMILIES)) {
    const trace = emitTrace(env, task, streamOf(task))
    const { rewards, total, end } = await played(env, task, actionsOf(env, trace))
    const where = `${env.id} ${task.level}/${task.index}\n${printTrace(trace)}`
    assert.is(end?.reason, 'right', where)
    assert.is(rewards.at(-1)!['correct'], 1, where)
    const slips = trace.filter(line => line.kind === 'fix').length
    assert.ok(Math.abs(total - (1.2 - 0.05 * slips)) < 1e-9, `${total} with ${slips} slips: ${where}`)
  }
})

test('traces keep the grammar, and what their checks say is as they say', () => {
  for (const [env, task] of tasksOf([...FAMILIES, ...PUZZLES])) {
    const trace = emitTrace(env, task, streamOf(task))
    const needsAnswer = modeOf(env) === 'derivation'
    assert.equal(faultsOf(trace, { judge: judgeOf(env, task), needsAnswer }), [], printTrace(trace))
    // The judge knows what each of them says: none is beyond it.
    for (const line of trace)
      if (line.kind === 'check')
        assert.ok(/ (is allowed|leads nearer)$/.test(line.text) || judgeOf(env, task)(line.text, []) !== null)
  }
})

test('what is left of a trace is the reference solution', async () => {
  for (const [env, task] of tasksOf([...FAMILIES, ...PUZZLES], 2)) {
    const { steps, answer } = finalSteps(emitTrace(env, task, streamOf(task)))
    const solution = env.solve!(task) as string[]
    const left = [...steps, ...(answer === null ? [] : [`answer: ${answer}`])]
    // The way that countdown drew its target on may pass it before its end.
    assert.equal(left, solution.slice(0, left.length))
    assert.ok((await played(env, task, left)).end !== null)
  }
})

test('puzzles are played from whole traces, and tries inside the text cost nothing', async () => {
  const tried = new Set<string>()
  for (const [env, task] of tasksOf(PUZZLES)) {
    const whole = atTrace(env)
    // A model's whole reply is one action.
    assert.is(whole.text.stepEnd, '')
    const trace = emitTrace(env, task, streamOf(task))
    if (kindsIn(trace).has('alternatives')) tried.add(env.id)
    const { total, rewards } = await played(whole, task, [printTrace(trace)])
    assert.is(rewards[0]!['correct'], 1)
    assert.ok(Math.abs(total - 1.2) < 1e-9)
    const spoilt = emitTrace(env, task, streamOf(task), { wrong: true })
    assert.is((await played(whole, task, [printTrace(spoilt)])).rewards[0]!['correct'], 0)
  }
  assert.is(tried.size, PUZZLES.length)
})

test('a move that neither gains nor loses is not nearer', () => {
  for (const [env, task] of tasksOf(named('tower-of-hanoi'))) {
    const standing = moveJudge(env, task)
    const found = (env.legalActions!(task, env.start(task) as Json) as string[]).map(move =>
      standing(move, []),
    )
    assert.ok(found.includes('nearer') && found.includes('no nearer'), found.join())
    assert.is(standing('A to A', []), 'not allowed')
  }
})

test('each behaviour has its switch', () => {
  const always = { slips: 0.5, deadEnds: 0.5, checks: 1 }
  const shown = new Set<Behaviour | null>()
  for (const [env, task] of tasksOf(named('gcd', 'shopping', 'subset-sum'), 2)) {
    for (const kind of kindsIn(emitTrace(env, task, streamOf(task), always))) shown.add(kind)
    for (const behaviour of BEHAVIOURS) {
      const others = new Set(BEHAVIOURS.filter(other => other !== behaviour))
      assert.not(
        kindsIn(emitTrace(env, task, streamOf(task), { ...always, behaviours: others })).has(behaviour),
      )
    }
    const bare = emitTrace(env, task, streamOf(task), { behaviours: new Set<Behaviour>(['completion']) })
    assert.is(bare.filter(isWork).length, (env.solve!(task) as string[]).length - (env.answer ? 1 : 0))
  }
  assert.is(shown.size, BEHAVIOURS.length + 1)
})

test('priming with wrong answers shows the same behaviours and earns nothing', async () => {
  const shown = new Set<Behaviour | null>()
  for (const [env, task] of tasksOf(FAMILIES, 2)) {
    const trace = emitTrace(env, task, streamOf(task), { wrong: true })
    const { rewards } = await played(env, task, actionsOf(env, trace))
    assert.is(rewards.at(-1)!['correct'], 0, printTrace(trace))
    for (const kind of kindsIn(trace)) shown.add(kind)
  }
  assert.is(shown.size, BEHAVIOURS.length + 1)
})

test('the same stream gives the same trace; demonstrations are what an environment reads', () => {
  const [env] = FAMILIES as [EnvDef]
  const task = taskAt(env, { split: 'train', level: 2, index: 3 })
  const one = behaviourDemonstration(env, task, streamOf(task))
  assert.equal(one, behaviourDemonstration(env, task, streamOf(task)))
  assert.is(one.completion, printTrace(emitTrace(env, task, streamOf(task))))
  assert.match(one.prompt.at(-1)!.content, /greatest common divisor/)
})

test('what the environment does not find false is neither slip nor dead end', () => {
  const [env] = FAMILIES as [EnvDef]
  const task = taskAt(env, { split: 'train', level: 1, index: 0 })
  const chances = { task, rng: rngAt('lenient'), slips: 1, deadEnds: 1 }
  for (const verdict of [true, null]) {
    const content = derivationContent({ env: { ...env, verifyStep: () => verdict }, ...chances })
    assert.is(content.slip('48 mod 18 = 12', []), null)
    assert.is(content.deadEnd('48 mod 18 = 12', []), null)
  }
  const strict = derivationContent({ env, ...chances })
  assert.ok(strict.slip('48 mod 18 = 12', []) !== null && strict.deadEnd('48 mod 18 = 12', []) !== null)
})

test('environments without lines are refused', () => {
  assert.throws(() => modeOf(named('addition')[0]!), /steps of another form/)
})

test('claims about lines are true of true lines, and undo their last operation', () => {
  for (const [line, claim] of [
    ['48 mod 18 = 12', '2*18 + 12 = 48'],
    ['total = 3*7 = 21', '21 / 7 = 3'],
    ['30 - 21 = 9', '9 + 21 = 30'],
    ['7 - -5 = 12', '12 + (-5) = 7'],
    ['7.5 / 3 = 2.5', '2.5 * 3 = 7.5'],
    ['row 1: 2 + 3 = 5', '5 - 3 = 2'],
    ['x^2 = 4*x', '4*x = x^2'],
  ] as const)
    assert.is(claimsAbout(line)[0], claim)
  for (const line of ['48 mod 18 = 12', '3*7 = 21', '7 - -5 = 12', '7.5 / 3 = 2.5', '0 * 0 = 0'])
    for (const claim of claimsAbout(line)) assert.is(isTrue(claim), true, claim)
  for (const line of ['nothing', 'a >= b', '= 3']) assert.equal(claimsAbout(line), [])
})

test('the meter counts valid lines, with intervals, and verdicts that are not true as faults', () => {
  const texts = [
    'analyze: a\ndo: 1 + 1 = 2\ncheck 1: 2 - 1 = 1, right\nanswer: 2',
    'do: 1 + 1 = 3\ncheck 1: 1 + 1 = 3, right\ncheck 4: x, wrong\nfix 1: 1 + 1 = 2',
    'I analyze: this and check 1 thing',
    '',
  ]
  const measured = frequencies(
    texts,
    texts.map(() => (text: string) => isTrue(text)),
  )
  assert.is(measured.analysis.share, 0.25)
  assert.is(measured.completion.share, 0.5)
  assert.is(measured.evaluation.share, 0.25)
  assert.is(measured.evaluation.faultsPerText, 0.5)
  assert.is(measured.correction.perText, 0.25)
  assert.ok(measured.completion.low < 0.5 && measured.completion.high > 0.5)
  assert.is(frequencies(texts).evaluation.perText, 0.5)
  const meter = new BehaviourMeter()
  meter.observe(0, texts)
  meter.observe(10, texts.slice(0, 1))
  assert.equal(meter.curve('analysis'), [
    { step: 0, share: 0.25 },
    { step: 10, share: 1 },
  ])
  assert.is(frequencies([]).analysis.share, 0)
})

test('prompts ask for the behaviours that are switched on, in front of the rules', () => {
  const asked = behaviourPrompt(new Set<Behaviour>(['evaluation', 'completion']))
  assert.match(asked, /check 3/)
  assert.not.match(asked, /analyze|sub 1|alt 3|fix 3/)
  const [system, user] = prompted(
    [
      { role: 'system', content: 'rules' },
      { role: 'user', content: 'question' },
    ],
    asked,
  )
  assert.ok(system!.content.startsWith(asked) && system!.content.endsWith('rules'))
  assert.is(user!.content, 'question')
})

test('replies of the presets are read', () => {
  const steps = '{"title": "a", "content": "say {x}", "next_action": "continue"} noise {"bad": 1} {oops}\n'
  const last = '{"title": "b", "content": "answer: 6", "next_action": "final_answer"}'
  assert.is(readG1(steps + last).length, 2)
  assert.is(answerOf(steps + last), 'answer: 6')
  assert.is(answerOf('<thinking>x\ny</thinking>\nanswer: 6'), '\nanswer: 6')
  assert.is(answerOf('thought without a mark at its beginning</think>6'), '6')
  assert.is(answerOf('```json\n{"a": 1}\n```'), '{"a": 1}')
  assert.is(answerOf('<think>cut'), '')
  assert.is(answerOf('plain'), 'plain')
})

test.run()
