/** @file Names of agents: what is printed is read back, what cannot be read is refused at its position. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AgentSpec, BaseSpec } from '../../agents/naming.ts'
import { openAgent, parseAgentSpec, printAgentSpec } from '../../agents/naming.ts'
import type { GuidanceSpec, GuidanceTerm, SearchSpec } from '../../agents/search/search.ts'
import { GUIDANCES, STRATEGIES } from '../../agents/search/search.ts'
import { parseSearchSpec, printSearchSpec } from '../../agents/search/spec-grammar.ts'
import type { ValueKind } from '../../agents/search/spec.ts'
import { STRATEGY_SPECS } from '../../agents/search/spec.ts'
import { UsageError } from '../../envs/errors.ts'

const test = suite('agent names')

/** Without it, records have no prototype, and equal records compare as different. */
const PLAIN = { noNullPrototype: true } as const

const tricky = fc.constantFrom('+search(', '"', '\\', ' ', '+', '(', ')', ':', ',', '=', 'runs/a')
const dir = fc
  .array(fc.oneof(tricky, fc.string({ unit: 'binary', maxLength: 4 })), { minLength: 1 })
  .map(parts => parts.join(''))
  .filter(text => text !== '')
const base: fc.Arbitrary<BaseSpec> = fc.oneof(
  fc.constantFrom<BaseSpec>({ kind: 'random' }, { kind: 'human' }),
  fc.record(
    { kind: fc.constant('solver' as const), slip: fc.double({ min: 0, max: 1, noNaN: true }) },
    PLAIN,
  ),
  fc.record({ kind: fc.constant('policy' as const), dir }, PLAIN),
)
const term: fc.Arbitrary<GuidanceTerm> = fc.oneof(
  fc.constantFrom(...GUIDANCES),
  fc.record({ model: fc.constantFrom('orm' as const, 'prm' as const), dir }, PLAIN),
)
const weight = fc.double({ noNaN: true, noDefaultInfinity: true }).filter(value => !Object.is(value, -0))
const guidance: fc.Arbitrary<GuidanceSpec> = fc.oneof(
  term,
  fc.record({ sum: fc.array(fc.record({ weight, of: term }, PLAIN), { minLength: 1, maxLength: 3 }) }, PLAIN),
)

function valueOf(kind: ValueKind): fc.Arbitrary<number | string> {
  if ('words' in kind) return fc.constantFrom(...kind.words)
  if ('text' in kind) return dir
  if ('whole' in kind) return fc.integer({ min: kind.whole.from, max: kind.whole.to })
  return fc
    .double({ min: 0, max: 1, noNaN: true })
    .filter(value => kind.number.fits(value) && !Object.is(value, -0))
}

/** Every strategy with values for its options; one without a default may be absent. */
const search: fc.Arbitrary<SearchSpec> = fc.constantFrom(...STRATEGIES).chain(strategy => {
  const { options } = STRATEGY_SPECS[strategy]
  const always = options.filter(({ fallback, required }) => fallback !== undefined || required)
  const model = Object.fromEntries(options.map(({ key, kind }) => [key, valueOf(kind)]))
  const given = {
    ...model,
    strategy: fc.constant(strategy),
    guidance,
    granularity: fc.constantFrom('solution' as const, 'step' as const, 'token' as const),
  }
  const requiredKeys = ['strategy', 'guidance', ...always.map(({ key }) => key)] as 'strategy'[]
  return fc.record(given, { ...PLAIN, requiredKeys }) as unknown as fc.Arbitrary<SearchSpec>
})
const spec: fc.Arbitrary<AgentSpec> = fc.record({ base, search: fc.option(search) }, PLAIN)

function refusal(text: string): string {
  try {
    parseAgentSpec(text)
  } catch (error) {
    assert.instance(error, UsageError)
    return (error as Error).message
  }
  throw new Error(`expected ${JSON.stringify(text)} to be refused`)
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((caught: unknown) => caught)
  assert.instance(error, UsageError)
  return (error as Error).message
}

test('what is printed is read back to the same agent', () => {
  fc.assert(fc.property(spec, agent => assert.equal(parseAgentSpec(printAgentSpec(agent)), agent)))
})

test('a search is read back where it stands alone, too', () => {
  fc.assert(fc.property(search, spec => assert.equal(parseSearchSpec(printSearchSpec(spec)), spec)))
})

test('searches are read with the defaults of their strategy', () => {
  assert.equal(parseSearchSpec('mcts, simulations=64, guidance=prm:runs/prm, granularity=step'), {
    strategy: 'mcts',
    simulations: 64,
    width: 4,
    guidance: { model: 'prm', dir: 'runs/prm' },
    granularity: 'step',
  })
  assert.equal(parseSearchSpec('beam, step-tokens=32, guidance=0.5*prm:"a b"+logprob'), {
    strategy: 'beam',
    n: 8,
    width: 4,
    stepTokens: 32,
    guidance: {
      sum: [
        { weight: 0.5, of: { model: 'prm', dir: 'a b' } },
        { weight: 1, of: 'logprob' },
      ],
    },
  })
  assert.is(printSearchSpec(parseSearchSpec('rebase')), 'rebase, n=16, balance=0.2, guidance=logprob')
})

test('any text is read or refused at a position within it', () => {
  const nearMiss = fc.tuple(spec.map(printAgentSpec), fc.nat(), fc.string({ maxLength: 2 }))
  const texts = fc.oneof(
    fc.string(),
    nearMiss.map(
      ([name, at, noise]) => name.slice(0, at % name.length) + noise + name.slice(at % name.length),
    ),
  )
  fc.assert(
    fc.property(texts, text => {
      try {
        parseAgentSpec(text)
      } catch (error) {
        assert.instance(error, UsageError)
        const position = Number(/position (\d+):/.exec((error as Error).message)?.[1])
        assert.ok(position >= 1 && position <= text.length + 1, (error as Error).message)
        assert.not.match((error as Error).message, '\n')
      }
    }),
    { numRuns: 500 },
  )
})

test('every form is read, with its defaults', () => {
  const plain = (of: BaseSpec): AgentSpec => ({ base: of, search: null })
  assert.equal(parseAgentSpec('random'), plain({ kind: 'random' }))
  assert.equal(parseAgentSpec('human'), plain({ kind: 'human' }))
  assert.equal(parseAgentSpec('solver'), plain({ kind: 'solver', slip: 0 }))
  assert.equal(parseAgentSpec(' solver ( slip = 0.7 ) '), plain({ kind: 'solver', slip: 0.7 }))
  assert.equal(parseAgentSpec('policy:runs/c++ (2)'), plain({ kind: 'policy', dir: 'runs/c++ (2)' }))
  assert.equal(parseAgentSpec('policy:runs/a+search(best-of-n)'), {
    base: { kind: 'policy', dir: 'runs/a' },
    search: { strategy: 'best-of-n', n: 8, guidance: 'majority' },
  })
  assert.equal(parseAgentSpec('policy:"x+search(y"+search(best-of-n, guidance=verifier, n=4)'), {
    base: { kind: 'policy', dir: 'x+search(y' },
    search: { strategy: 'best-of-n', n: 4, guidance: 'verifier' },
  })
})

test('refusals name the position, what was expected and what came', () => {
  assert.match(refusal('ranom'), 'position 1: expected an agent (random, solver')
  assert.match(refusal('ranom'), 'got "ranom"')
  assert.match(refusal(''), 'got the end')
  assert.match(refusal('random!'), 'position 7: expected the end or +search(...), got "!"')
  assert.match(refusal('solver(slip=1.5)'), 'position 13: expected a chance from 0 to 1, got "1.5"')
  assert.match(refusal('solver(skip=0.5)'), 'position 8: expected slip=<number>, got "skip"')
  assert.match(refusal('solver(slip=0.5'), 'position 16: expected ")", got the end')
  assert.match(refusal('policy:'), 'position 8: expected a checkpoint folder')
  assert.match(refusal('policy:a+search(bean)'), 'position 17: expected a strategy (best-of-n, majority, ')
  assert.match(refusal('policy:a+search(bean)'), 'got "bean"')
  assert.match(
    refusal('policy:a+search(beam, simulations=3)'),
    'position 23: expected an option of beam (n, width, ',
  )
  assert.match(
    refusal('policy:a+search(mcts, backup=some)'),
    'value or verified or mixed or rollout, got "some"',
  )
  assert.match(refusal('policy:a+search(beam, guidance=prm)'), 'expected ":"')
  assert.match(refusal('policy:a+search(compute-optimal)'), 'compute-optimal needs table=...')
  assert.match(refusal('policy:a+search(beam, guidance=0.5 logprob)'), 'expected "*"')
  assert.match(refusal('policy:a+search(best-of-n, n=0)'), 'position 30: expected a whole number from 1')
  assert.match(refusal('policy:a+search(best-of-n, n=2.5)'), 'got "2.5"')
  assert.match(refusal('policy:a+search(best-of-n, n=2, n=3)'), 'n is given twice')
  assert.match(refusal('policy:a+search(best-of-n, guidance=luck)'), 'got "luck"')
})

test('a model behind an endpoint is named by its address', async () => {
  const name = 'openai:some-model@http://localhost:1/v1'
  assert.equal(parseAgentSpec(name).base, {
    kind: 'openai',
    model: 'some-model',
    url: 'http://localhost:1/v1',
  })
  assert.is(printAgentSpec(parseAgentSpec(name)), name)
  assert.is((await openAgent(name)).name, name)
  assert.throws(() => parseAgentSpec('openai:some-model'), /expected <model>@<url>/)
})

test('agents of later versions are refused as such', () => {
  assert.match(refusal('ws:someone'), 'ws: agents are not available in this version')
})

test('search needs an agent that samples texts', async () => {
  for (const name of ['random', 'solver', 'human'])
    assert.match(await failureOf(openAgent(`${name}+search(best-of-n)`)), `${name} samples none`)
})

test('a person needs a terminal, a policy a checkpoint', async () => {
  assert.match(await failureOf(openAgent('human')), 'ludus play')
  assert.match(await failureOf(openAgent('policy:/no/such/folder')), '/no/such/folder')
})

test('an opened agent carries its name', async () => {
  for (const name of ['random', 'solver', 'solver(slip=0.25)']) assert.is((await openAgent(name)).name, name)
})

test.run()
