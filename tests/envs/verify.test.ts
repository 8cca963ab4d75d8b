/** @file Verifying answers: the labelled corpus, the laws that verdicts obey, and what is done about hostile texts. */
import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { verify, Verifier, verifySimple } from '../../envs/math/verify/verify.ts'

const test = suite('verify')
const verifier = new Verifier()
test.after(() => verifier.close())

interface Pair {
  gold: string
  answer: string
  equal: boolean | null
  class: string
  half: 'development' | 'held-out'
}

const pairs = readFileSync(new URL('../golden/verify-corpus.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Pair)

const verdict = async (gold: string, answer: string): Promise<boolean | null> =>
  (await verifier.verify(gold, answer)).equal

const simple = (gold: string, answer: string): boolean | null | undefined => verifySimple(gold, answer)?.equal

test('the corpus: no different pair is called equal, and at least 98 % of the equal ones are', async () => {
  assert.ok(pairs.length >= 1_200)
  const found: string[] = []
  let [equal, recognised] = [0, 0]
  for (const { gold, answer, ...pair } of pairs) {
    const said = await verdict(gold, answer)
    if (pair.equal === true) equal++
    if (pair.equal === true && said === true) recognised++
    if (pair.equal !== true && said === true) found.push(`${pair.class}: ${gold} | ${answer}`)
    if (pair.equal !== null && said === null) found.push(`not judged: ${gold} | ${answer.slice(0, 80)}`)
    if (pair.equal === null && said !== null) found.push(`judged: ${gold} | ${answer}`)
  }
  assert.equal(found, [])
  assert.ok(recognised / equal >= 0.98, `${recognised} of ${equal}`)
})

test('each class of the corpus has pairs of both labels, and both halves are there', () => {
  for (const half of ['development', 'held-out'])
    for (const equal of [true, false])
      assert.ok(pairs.filter(pair => pair.half === half && pair.equal === equal).length >= 500)
})

const integer = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
const fractionText = fc
  .tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: 2, max: 99 }))
  .map(([num, den]) => `\\frac{${num}}{${den}}`)
const polynomial = fc
  .array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 4 })
  .map(factors => factors.map((c, i) => `(${i + 2}x${c < 0 ? c : `+${c}`}y)`).join(''))
const gold = fc.oneof(
  integer.map(String),
  fractionText,
  polynomial,
  fc.constantFrom(
    '[1,2)',
    '\\{1,2,3\\}',
    '(1,\\sqrt{2})',
    'x>3',
    'y=2x+3',
    '5 cm',
    '30%',
    'Tuesday',
    'B',
    '3:4',
  ),
)

test('a reference equals itself, boxed, marked, after reasoning and with blanks around it', () => {
  const wrap = fc.constantFrom<(text: string) => string>(
    text => text,
    text => `\\boxed{${text}}`,
    text => `<answer>${text}</answer>`,
    text => `I tried 12 and 13 first.\n\n**Answer:** $${text}$`,
    text => `<think>perhaps \\boxed{0}</think>\nThe final answer is $${text}$.`,
    text => `\u200b  ${text} \n`,
  )
  fc.assert(
    fc.property(gold, wrap, (text, around) => assert.is(simple(text, around(text)), true)),
    {
      numRuns: 150,
    },
  )
})

test('no other integer is equal, however near, in any notation', () => {
  const notation = fc.constantFrom<(n: bigint) => string>(
    String,
    n => `${n}.0`,
    n => `\\boxed{${n}}`,
    n => `${n - 1n}+1`,
    n => `\\frac{${2n * n}}{2}`,
    n => n.toLocaleString('en'),
  )
  const change = fc.oneof(
    fc.bigInt({ min: 1n, max: 3n }),
    fc.bigInt({ min: -(10n ** 12n), max: -1n }),
    fc.constant(10n ** 15n),
  )
  fc.assert(
    fc.property(integer, change, notation, (n, by, write) => {
      assert.is(simple(String(n), write(n + by)), false)
      assert.is(simple(String(n), write(n)), true)
    }),
    { numRuns: 200 },
  )
})

test('a change that no double can show is seen: in numbers, roots, functions and towers', async () => {
  for (const text of [
    '1',
    '\\sqrt{2}',
    '\\pi',
    '\\cos x',
    'e^{x}',
    '\\ln 3',
    '9^{9^9}',
    '\\frac{x}{y}',
    '\\sqrt{x^2+1}',
  ])
    for (const change of ['+10^{-12}', '+10^{-25}', '-10^{-40}', '(1+10^{-30})'])
      assert.is(
        await verdict(text, change.startsWith('(') ? `(${text})${change}` : text + change),
        false,
        text + change,
      )
})

test('verdicts are symmetric between expressions', () => {
  const text = fc.oneof(
    fractionText,
    polynomial,
    integer.map(String),
    fc.constantFrom('x>3', '(3,\\infty)', '1,2', '{2,1}'),
  )
  fc.assert(
    fc.property(text, text, (a, b) => assert.is(simple(a, b), simple(b, a))),
    { numRuns: 150 },
  )
})

test('several candidates are the list of them, and equal no single reference', async () => {
  for (const answer of [
    '7 or 8',
    '8 or 7',
    'either 7 or 8',
    '7, 8',
    '\\boxed{7} or 8',
    '7 or \\boxed{8}',
    '7 (possibly 8)',
    'The answer is 7 (alternatively 8).',
    '\\boxed{7}, \\boxed{8}',
    '$7$ or $8$',
    'maybe 7',
    'Answer: 7\nor 8',
    'not \\boxed{7}',
    '7±1',
    '7 eight',
  ])
    assert.is(await verdict('7', answer), false, answer)
  assert.is(await verdict('7, 8', 'x = 8 or x = 7'), true)
})

test('the last declaration counts; one that is taken back does not', async () => {
  assert.is(await verdict('8', '\\boxed{7} wait, that is wrong: \\boxed{8}'), true)
  for (const answer of [
    '\\boxed{8} … \\boxed{7}',
    '\\boxed{8}. Wait, it is 7.',
    'The answer is 8.\nWait, that is wrong.',
    'The answer is 8. No, the answer is 7.',
    '<think>\\boxed{8}</think>',
    '<think>\\boxed{8}',
    'I considered 8.\nSo it is 7.',
    '<answer>8</answer><answer>7</answer>',
  ])
    assert.is(await verdict('8', answer), false, answer)
})

test('an empty, undefined or unreadable reference is not judged, not even against itself', async () => {
  for (const text of ['', '  ', '\\boxed{}', 'nan', '\\frac{1}{0}', 'x^', '((1', '0/0', '9^{9^{9^9}}'])
    for (const answer of [text, '5', '']) assert.is(await verdict(text, answer), null, `${text} | ${answer}`)
})

test('a restated question is no answer to it', () => {
  assert.is(simple('x=5', '2x=10'), false)
  assert.is(simple('x>2', '3x-1>5'), false)
  assert.is(verifySimple('579', '123+456', { evaluated: true })?.equal, false)
  assert.is(verifySimple('579', 'x = 123+456 = 579', { evaluated: true })?.equal, true)
  assert.is(verifySimple('1/2', '50%', { evaluated: true })?.equal, true)
})

test('percent is exact unless asked otherwise', () => {
  assert.is(simple('28%', '28'), false)
  assert.is(simple('28%', '0.28'), true)
  assert.is(verifySimple('28%', '28', { loosePercent: true })?.equal, true)
})

test('a decimal stands for an irrational number only where it is rounded rightly to six digits or more', () => {
  for (const answer of ['3.14159', '3.1415927', '3.14159265358979'])
    assert.is(simple('\\pi', answer), true, answer)
  for (const answer of ['3.14', '3.1416', '3.14160', '3.141592', '3', '22/7'])
    assert.is(simple('\\pi', answer), false, answer)
  assert.is(simple('22/7', '3.142857142857'), false)
})

test('no text throws, as reference or as reply', async () => {
  const scrap = fc.constantFrom(
    '\\frac',
    '{',
    '}',
    '(',
    ']',
    '|',
    '^',
    '_',
    '\\boxed{',
    '1',
    'x',
    '\\text{',
    '»',
    '«',
    ',',
    '=',
    '\\cup',
    '<',
    '\\begin{pmatrix}',
    '\\\\',
    '&',
    '$',
    '%',
    '!',
    '\\sqrt[',
    'or',
    '\\foo',
    '°',
    '½',
    ':',
    '\\pm',
    'e',
    'constructor',
    '__proto__',
  )
  const junk = fc.oneof(
    fc.array(scrap, { maxLength: 12 }).map(parts => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 40 }),
  )
  await fc.assert(
    fc.asyncProperty(junk, junk, async (a, b) => {
      assert.is((await verifier.verify('5', a)).equal === null, false)
      await verifier.verify(a, b)
    }),
    { numRuns: 300 },
  )
})

test('hostile texts are decided in time and never earn anything', async () => {
  await verdict('\\binom{3}{1}', '3')
  const hostile = [
    '|',
    '[',
    '(',
    '{',
    '\\{',
    '\\left(',
    '^',
    '-',
    '9',
    '.',
    '**',
    '\\boxed{',
    '<answer>',
    '$',
    '\\sqrt{',
    'a ',
    '\\frac{1}{1+',
    '1+',
    'answer is ',
    '#### ',
    '\\text{',
    '!',
    '\\foo',
    "x'",
    '\n',
    '5 or ',
    'e^{',
    '\\sin(',
    '9^{9^9}',
    '2500!',
    '\\ln(x+',
  ].flatMap(part => [30, 900, Math.floor(150_000 / part.length)].map(times => part.repeat(times)))
  let slowest = { ms: 0, text: '' }
  for (const text of hostile) {
    const start = performance.now()
    assert.is.not(await verdict('5', text), true, text.slice(0, 40))
    const ms = performance.now() - start
    if (ms > slowest.ms) slowest = { ms, text: text.slice(0, 20) }
  }
  // The bench holds the limit of 600 ms; here the machine may be busy with other tests.
  assert.ok(slowest.ms < 3_000, JSON.stringify(slowest))
})

test('a text too long is not cut and compared', async () => {
  const digits = '9'.repeat(100_000)
  assert.is(await verdict('5', digits), false)
  assert.is(await verdict(digits, digits), null)
})

test('a comparison that takes too much computing is given up, on every machine alike', () => {
  const sines = Array.from({ length: 20 }, (_, k) => `\\sin(x+${k})`)
  const verdict = verifySimple(sines.join(', '), sines.toReversed().join(', '))
  assert.is(verdict?.equal, false)
  assert.match(verdict?.reason ?? '', /too much computing/)
  assert.is(simple(sines.slice(0, 6).join(', '), sines.slice(0, 6).toReversed().join(', ')), true)
})

// Within the filter, but the parser takes hundreds of milliseconds over it.
const SLOW = `${"x'".repeat(740)}\\foo`

test('a parser that takes too long is ended, the spare takes over, and idle threads hold nobody up', async () => {
  const impatient = new Verifier({ timeoutMs: 25 })
  assert.is((await impatient.verify('5', SLOW)).equal, false)
  assert.is(impatient.endedThreads, 1)
  assert.is((await impatient.verify(SLOW, '5')).equal, null)
  assert.is(impatient.endedThreads, 2)
  let again: boolean | null = false
  for (let attempt = 0; attempt < 20 && again !== true; attempt++)
    again = (await impatient.verify('10', '\\dbinom{5}{2}')).equal
  assert.is(again, true)
  await impatient.close()
})

test('an aborted call is not judged, before and while it runs', async () => {
  const aborted = await verifier.verify('5', '5', { signal: AbortSignal.abort() })
  assert.is(aborted.equal, null)
  const patient = new Verifier({ timeoutMs: 10_000 })
  await patient.verify('10', '\\binom{5}{2}')
  const controller = new AbortController()
  const running = patient.verify('5', SLOW, { signal: controller.signal })
  setTimeout(() => controller.abort(), 10)
  assert.equal(await running, { equal: null, reason: 'aborted' })
  assert.is((await patient.verify('10', '\\binom{5}{2}')).equal, true)
  await patient.close()
})

test('many calls at once each get their own verdict', async () => {
  const numbers = Array.from({ length: 30 }, (_, n) => n)
  const verdicts = await Promise.all(
    numbers.map(n => verify(`\\binom{${n + 2}}{2}`, `\\dbinom{${n % 2 === 0 ? n + 2 : n + 3}}{2}`)),
  )
  assert.equal(
    verdicts.map(({ equal }) => equal),
    numbers.map(n => n % 2 === 0),
  )
})

test('what needs no LaTeX parser never waits for one', () => {
  for (const text of [
    '42',
    '-3/4',
    '\\frac{3}{4}',
    '(1,2)',
    '\\{1,2\\}',
    '2\\sqrt{3}',
    'x^2+1',
    '\\sin(x)',
    'Tuesday',
    '5 cm',
    '[0,1)\\cup(2,3]',
  ])
    assert.is(simple(text, text), true, text)
  assert.is(verifySimple('10', '\\binom{5}{2}'), null)
})

test.run()
