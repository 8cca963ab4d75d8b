/** @file The environments of code keep the contract, in JavaScript and, where this machine can run it, in Python. */
import fc from 'fast-check'
import { suite } from 'uvu'
import { runPipeline } from '../../envs/code/pipeline.ts'
import type { Step } from '../../envs/code/pipeline.ts'
import type { Json } from '../../envs/json.ts'
import { canonicalJson } from '../../envs/json.ts'
import { findEnv } from '../../envs/registry.ts'
import { rngAt } from '../../envs/rng.ts'
import { filled } from '../contracts/arbitraries.ts'
import type { EnvCase } from '../contracts/env-suite.ts'
import { environmentSuite } from '../contracts/env-suite.ts'
import { needs } from '../needs.ts'

/** Inputs of the test's own: long and short lists, of scattered numbers and of numbers that are often equal. */
const PROBES = Array.from({ length: 250 }, (_, i) => {
  const rng = rngAt('probes of the contract test', i)
  const [low, width] = [rng.int(-20, 20), rng.pick([1, 4, 12, 40])]
  return Array.from({ length: rng.int(0, 12) }, () => low + rng.int(0, width))
})

const code = fc.oneof(
  fc.constantFrom(
    '',
    'function solve(xs) { return xs }',
    'const solve = xs => xs.reverse()',
    'solve = 1',
    'def solve(xs):\n    return xs',
    'print(1)',
    '// try',
    '# submit',
  ),
  fc.string({ maxLength: 40 }).filter(text => !text.includes('```')),
)
const program = filled({ code, submit: fc.boolean() })
const reply = fc.oneof(
  fc.constantFrom('0', '[]', '[1,2]', '1\n2', 'null', '-5'),
  // A blank text holds no step.
  fc.string({ minLength: 1, maxLength: 30 }).filter(text => text.trim() !== ''),
)
const list = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 6 })
const line = fc.integer({ min: 1, max: 60 })
const debugCall = fc.oneof(
  filled({ tool: fc.constant('run'), input: list }),
  filled({
    tool: fc.constant('look'),
    line,
    expression: fc.constantFrom('total', 'xs', '1/0', ')'),
    input: list,
  }),
  filled({ tool: fc.constant('edit'), line, text: fc.constantFrom('', 'return 1', '}') }),
  filled({ tool: fc.constant('submit') }),
)

type Fields = Record<string, Json>
const fieldsOf = (params: Json): Fields => params as Fields
const named =
  (...names: string[]) =>
  (params: Json): string =>
    canonicalJson(names.map(name => fieldsOf(params)[name] ?? null))
const hidden = (params: Json): string[] =>
  (fieldsOf(params)['tests'] as Json[][]).filter(xs => xs.length > 2).map(xs => JSON.stringify(xs))
const held =
  (name: string) =>
  (params: Json): string[] => [JSON.stringify(fieldsOf(params)[name])]
const behaviour = (params: Json): string =>
  JSON.stringify(PROBES.map(xs => runPipeline(fieldsOf(params)['steps'] as unknown as Step[], xs)))
/** Inputs that are tests but not shown as examples, as the problem writes them. */
const hiddenCalls = (params: Json): string[] => {
  const written = (name: string): string[] =>
    (fieldsOf(params)[name] as Json[]).map(each => `solve(${JSON.stringify(each)})`)
  return written('tests').filter(text => !written('examples').includes(text))
}

type Kept = Pick<EnvCase, 'fitting' | 'identity' | 'secrets'> & Partial<EnvCase>

const FAMILIES: Record<string, Kept> = {
  function: {
    fitting: program,
    identity: behaviour,
    secrets: params => [...held('steps')(params), ...hidden(params)],
  },
  examples: {
    fitting: program,
    identity: behaviour,
    secrets: params => [...held('steps')(params), ...hidden(params)],
  },
  repair: {
    fitting: program,
    identity: named('script'),
    secrets: params => [...held('script')(params), ...hidden(params)],
  },
  output: { fitting: reply, identity: named('script'), secrets: held('script') },
  input: { fitting: reply, identity: named('script'), secrets: held('witness') },
  stack: {
    fitting: fc.constantFrom('dup', 'drop', 'halt', 'add', 'push1'),
    identity: named('starts', 'goals'),
    secrets: held('program'),
    labelDepth: 4,
    completeFrom: 0,
  },
  tests: {
    fitting: fc.array(filled({ input: list, output: fc.oneof(list, fc.integer()) }), {
      minLength: 1,
      maxLength: 4,
    }),
    identity: behaviour,
    secrets: params =>
      (fieldsOf(params)['cover'] as Json[][]).filter(xs => xs.length > 3).map(xs => JSON.stringify(xs)),
  },
  faster: { fitting: program, identity: named('problem', 'constants'), secrets: hiddenCalls },
  debug: { fitting: debugCall, identity: named('script'), secrets: hidden, undecided: true },
  stdio: { fitting: program, identity: behaviour, secrets: held('steps') },
}

const IDS: Record<string, (keyof typeof FAMILIES)[]> = {
  'code/$-v2': ['function'],
  'code/$-v1': ['output', 'input', 'stack', 'tests'],
  'code/$-js-v1': ['examples', 'repair', 'faster', 'debug', 'stdio'],
  'code/$-py-v1': ['function', 'examples', 'repair', 'faster', 'debug', 'stdio'],
}
/** Of the host: no sandbox is asked, so a step costs microseconds. */
const ON_HOST = ['output', 'input', 'stack', 'tests']

const test = suite('contract of code')
const known = await Promise.all(
  Object.entries(IDS).flatMap(([pattern, families]) =>
    families.map(async family => {
      const env = findEnv(pattern.replace('$', family))
      return { env, family, missing: (await env.missing?.()) ?? null }
    }),
  ),
)
for (const { env, family, missing } of known)
  if (missing === null)
    environmentSuite({
      env,
      distinct: 0.9,
      labelDepth: 0,
      labelLevel: 1,
      completeFrom: Infinity,
      ...(ON_HOST.includes(family)
        ? {}
        : env.id.includes('-py-')
          ? { solved: 8, runs: 3 }
          : { solved: 20, runs: 6 }),
      ...FAMILIES[family]!,
    })
  else needs(test, env.id, { missing, there: () => false })(() => {})
test.run()
