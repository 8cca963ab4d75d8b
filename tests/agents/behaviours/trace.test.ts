import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { keepOnly, strip } from '../../../agents/behaviours/ablate.ts'
import type { Content } from '../../../agents/behaviours/prime.ts'
import { prime, primeAll } from '../../../agents/behaviours/prime.ts'
import type { Line } from '../../../agents/behaviours/trace.ts'
import {
  BEHAVIOUR_OF,
  BEHAVIOURS,
  isWork,
  parseLine,
  parseTrace,
  printTrace,
} from '../../../agents/behaviours/trace.ts'
import { finalSteps } from '../../../agents/behaviours/tree.ts'
import { faultsOf, faultsOfText } from '../../../agents/behaviours/validate.ts'
import { isInvalid } from '../../../envs/env.ts'
import { traces } from './random-traces.ts'

const EXAMPLE = `analyze: given 48, 18
sub 1: 48 mod 18
do 1: 48 mod 18 = 13
check 1: 48 mod 18 = 13, wrong
fix 1: 48 mod 18 = 12
do 1: the answer may be 18
check 3: the answer may be 18, wrong
alt 2: 18 mod 12 = 6
sub 2: 12 mod 6
do 2: 12 mod 6 = 0
answer: 6
`

function parsed(text: string): Line[] {
  const trace = parseTrace(text)
  assert.not(isInvalid(trace))
  return trace as Line[]
}

/** Content that always has something to say. */
const talkative: Content = {
  analysis: () => ['given something', 'asked something'],
  subtask: (step, _before, inside) => (inside < 2 && inside > 0 ? null : `the part with ${step}`),
  claim: step => ({ text: `${step} holds`, right: !step.startsWith('bad') }),
  slip: step => `bad ${step}`,
  deadEnd: step => `bad way to ${step}`,
}

const test = suite('behaviour traces')

test('printing and parsing are inverse', () => {
  assert.is(printTrace(parsed(EXAMPLE)), EXAMPLE)
  fc.assert(fc.property(traces, trace => assert.equal(parsed(printTrace(trace)), trace)))
})

test('parsing never throws, and says what it expected', () => {
  fc.assert(fc.property(fc.string(), text => void parseTrace(text)))
  for (const [line, expected] of [
    ['so 48 mod 18', /expected a line like/],
    ['check 1: fine', /", right" or ", wrong"/],
    ['check: a, right', /check with a number/],
    ['answer 2: 6', /answer without a number/],
    ['do 1:', /something behind do/],
  ] as const) {
    const read = parseLine(line)
    assert.ok(isInvalid(read) && expected.test(read.invalid), line)
  }
})

test('random traces of the generator are valid; each condition that is broken is a fault', () => {
  fc.assert(fc.property(traces, trace => assert.equal(faultsOf(trace), [])))
  const broken: [string, RegExp][] = [
    ['sub 2: a\nanswer: 1', /subtask 1, got 2/],
    ['sub 1: a\ndo: b\nanswer: 1', /number of a subtask/],
    ['sub 1: a\ndo 2: b\nanswer: 1', /stands before it, got 2 of 1/],
    ['do 1: b\nanswer: 1', /got 1 of 0/],
    ['do: b\ncheck 2: b, right\nanswer: 1', /earlier step of work, got 2; those so far are 1 to 1/],
    ['do 1: b\nsub 1: a\nanswer: 1', /got 1 of 0/],
    ['fix 1: b\nanswer: 1', /there are none yet/],
    ['do: a\nalt 2: b\nanswer: 1', /earlier state, got 2/],
    ['do: a\nanalyze: b\nanswer: 1', /before all work/],
    ['answer: 1\ndo: a', /behind the answer/],
    ['do: a', /expected an answer/],
    ['do: a\nfine\nanswer: 1', /line 2: expected a line like/],
  ]
  for (const [text, expected] of broken) {
    const faults = faultsOfText(text)
    assert.is(faults.length, 1, text)
    assert.match(faults[0]!.why, expected)
  }
})

test('verdicts are held against the truth', () => {
  const judge = (text: string): boolean | null =>
    text.includes('13') ? false : text.includes('may') ? null : true
  assert.equal(faultsOf(parsed(EXAMPLE), { judge }), [])
  const lying = parsed(EXAMPLE.replace('= 13, wrong', '= 13, right'))
  assert.match(faultsOf(lying, { judge })[0]!.why, /verdict is right, and what it says is false/)
})

test('what is left in the end', () => {
  assert.equal(finalSteps(parsed(EXAMPLE)), {
    steps: ['48 mod 18 = 12', '18 mod 12 = 6', '12 mod 6 = 0'],
    answer: '6',
  })
  // An alt that goes back into a way that was dropped takes it up again.
  assert.equal(finalSteps(parsed('do: a\ndo: b\nalt 1: c\nalt 2: d')).steps, ['a', 'b', 'd'])
  assert.equal(finalSteps(parsed('do: a\ndo: b\nfix 1: c\ndo: d')).steps, ['c', 'd'])
})

test('each behaviour can be taken out of the example', () => {
  const trace = parsed(EXAMPLE)
  const without = (behaviour: (typeof BEHAVIOURS)[number]): string => printTrace(strip(trace, behaviour))
  assert.is(
    without('correction'),
    `analyze: given 48, 18
sub 1: 48 mod 18
do 1: 48 mod 18 = 12
do 1: the answer may be 18
check 2: the answer may be 18, wrong
alt 1: 18 mod 12 = 6
sub 2: 12 mod 6
do 2: 12 mod 6 = 0
answer: 6
`,
  )
  assert.is(
    without('alternatives'),
    `analyze: given 48, 18
sub 1: 48 mod 18
do 1: 48 mod 18 = 13
check 1: 48 mod 18 = 13, wrong
fix 1: 48 mod 18 = 12
do 1: 18 mod 12 = 6
sub 2: 12 mod 6
do 2: 12 mod 6 = 0
answer: 6
`,
  )
  assert.is(without('completion'), 'analyze: given 48, 18\nanswer: 6\n')
  assert.not.match(without('decomposition'), /sub|do \d/)
  assert.not.match(without('evaluation'), /check/)
  assert.is(
    printTrace(keepOnly(trace, new Set(['completion']))),
    'do: 48 mod 18 = 12\ndo: 18 mod 12 = 6\ndo: 12 mod 6 = 0\nanswer: 6\n',
  )
})

test('a way that was taken up again after it had been replaced goes with it', () => {
  const trace = parsed('do: a\nalt 0: b\ndo: c\nalt 1: x\nfix 3: d\nanswer: 1\n')
  assert.is(printTrace(strip(trace, 'correction')), 'alt 0: b\ndo: d\nanswer: 1\n')
})

test('what is replaced already gets no second wrong try', () => {
  const trace = parsed('do: a\nfix 1: b\ndo: c\nanswer: 1\n')
  assert.is(
    printTrace(prime(trace, 'correction', talkative)),
    'do: a\nfix 1: b\ndo: bad c\nfix 3: c\nanswer: 1\n',
  )
})

test('ablation breaks no trace, takes out all of the behaviour, and leaves the final way', () => {
  fc.assert(
    fc.property(traces, fc.constantFrom(...BEHAVIOURS), (trace, behaviour) => {
      const rest = strip(trace, behaviour)
      assert.equal(faultsOf(rest), [])
      assert.not(rest.some(line => BEHAVIOUR_OF[line.kind] === behaviour))
      if (behaviour !== 'completion') assert.equal(finalSteps(rest), finalSteps(trace))
      assert.equal(strip(rest, behaviour), rest)
    }),
    { numRuns: 3000 },
  )
})

test('priming breaks no trace, keeps its final way, and ablation takes it out again', () => {
  fc.assert(
    fc.property(traces, fc.constantFrom(...BEHAVIOURS), (trace, behaviour) => {
      const bare = strip(trace, behaviour)
      const primed = prime(bare, behaviour, talkative)
      assert.equal(faultsOf(primed), [])
      assert.equal(finalSteps(primed).answer, finalSteps(bare).answer)
      assert.equal(finalSteps(primed).steps, finalSteps(bare).steps)
      if (behaviour === 'completion') return
      // A step that is replaced already gets no second wrong try before it.
      const replaced = bare.some(line => line.kind === 'alt' || line.kind === 'fix')
      const detour = behaviour === 'alternatives' || behaviour === 'correction'
      const shown =
        behaviour === 'analysis' || (bare.some(line => line.kind === 'do') && !(detour && replaced))
      if (shown) assert.ok(primed.some(line => BEHAVIOUR_OF[line.kind] === behaviour))
    }),
    { numRuns: 3000 },
  )
  const plain = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '1'), minLength: 1 }), { minLength: 1 })
  fc.assert(
    fc.property(plain, fc.constantFrom(...BEHAVIOURS), (steps, behaviour) => {
      if (behaviour === 'completion') return
      const trace: Line[] = [
        ...steps.map((text): Line => ({ kind: 'do', sub: null, text })),
        { kind: 'answer', text: '1' },
      ]
      assert.equal(strip(prime(trace, behaviour, talkative), behaviour), trace)
      const all = primeAll(trace, new Set(BEHAVIOURS), talkative)
      assert.equal(faultsOf(all), [])
      assert.equal(keepOnly(all, new Set(['completion'])), trace)
      assert.ok(all.filter(isWork).length >= 2 * steps.length)
    }),
  )
})

test.run()
