/** @file No test is left out in silence: uvu runs neither a suite that was not told to, nor what stands beside `only`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { projectFiles, ROOT } from './files.ts'

const test = suite('test files')

/** Suites that many files share register themselves and run. */
const SHARED = /import \{ (environmentSuite|familySuite|toolSuite) \} from/

/** What is wrong with a test file, in words. */
function problemsOf(code: string): string[] {
  const suites = [...code.matchAll(/^\s*const (\w+) = suite[(<]/gm)].map(([, name]) => name!)
  const names = /import \{[^}]*\btest\b[^}]*\} from 'uvu'/.test(code) ? [...suites, 'test'] : suites
  return [
    ...(names.length === 0 && !SHARED.test(code) ? ['has no suite'] : []),
    ...names
      .filter(name => !new RegExp(`\\b${name}\\.run\\(\\)`).test(code))
      .map(name => `${name} is never run`),
    ...names.filter(name => new RegExp(`\\b${name}\\.only\\(`).test(code)).map(name => `${name}.only`),
    ...names
      .filter(name => new RegExp(`\\b${name}\\.skip\\(`).test(code))
      .map(name => `${name}.skip gives no reason; use needs()`),
  ]
}

test('every suite runs, whole', () => {
  const files = projectFiles().filter(file => /^tests\/.*\.test\.tsx?$/.test(file))
  const problems = files.flatMap(file =>
    problemsOf(readFileSync(join(ROOT, file), 'utf8')).map(problem => `${file}: ${problem}`),
  )
  assert.equal(problems, [])
})

test('a suite that is not run, skipped or alone would be found', () => {
  const head = ['const ', "it = suite('x')\n"].join('')
  assert.equal(problemsOf(`${head}it('y', () => {})`), ['it is never run'])
  assert.equal(problemsOf(`${head}it.${'only'}('y', () => {})\nit.run()`), ['it.only'])
  assert.equal(problemsOf(`${head}it.${'skip'}('y', () => {})\nit.run()`).length, 1)
  assert.equal(problemsOf(`${head}it('y', () => {})\nit.run()`), [])
})

test.run()
