/**
 * @file Tables of attacks on a sandbox, and the canaries that none may reach.
 *
 * Every attack is a program that is asked for `x -> x * 7919 + 13` and tries to pass, to escape or to do harm instead.
 * None may: give a right answer, show a canary, touch the canary file or port, outlive its deadline, or make the sandbox
 * itself fail, which would turn a bad mark into no mark. After each one an honest program must still pass.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Language, Limits, Program, RunResult, RunStatus } from '../../envs/code/program.ts'
import { DEFAULT_LIMITS } from '../../envs/code/program.ts'

export interface Attack {
  name: string
  code: string
  /** How it has to end, where that is certain. */
  status?: RunStatus | readonly RunStatus[]
  /** What every case has to give, where that is certain; '[]' where each of several tries has to fail. */
  output?: string
  /** Whole programs are run with this on standard input. */
  stdin?: string
  /** For what only a deadline ends; the others end by themselves, however slow the machine is. */
  deadlineMs?: number
}

const INPUTS = [2, 3, 5, 8]
const answer = (x: number): string => String(x * 7919 + 13)
const HONEST: Record<Language, string> = {
  javascript: 'const solve = x => x * 7919 + 13',
  python: 'def solve(x):\n    return x * 7919 + 13',
}
const SHORT: Record<Language, Partial<Limits>> = {
  // Loops end by the count of interrupts; the deadline is for what never looks up.
  javascript: { deadlineMs: 8_000, outputChars: 5_000, interrupts: 300 },
  python: { deadlineMs: 400, outputChars: 5_000 },
}

/** What must stay out of reach: a variable, a file and a port of this process, and what other programs were given. */
export class Canaries {
  readonly secret = randomBytes(12).toString('hex')
  readonly folder = mkdtempSync(join(tmpdir(), 'ludus-canary-'))
  readonly file = join(this.folder, 'canary.txt')
  #connections = 0
  readonly #server = createServer(socket => {
    this.#connections++
    socket.on('error', () => {})
    socket.end(this.secret)
  })

  constructor() {
    // Readable by everybody: only the sandbox keeps a guest out.
    chmodSync(this.folder, 0o755)
    writeFileSync(this.file, this.secret)
    chmodSync(this.file, 0o666)
    process.env['LUDUS_CANARY'] = this.secret
  }

  async listen(): Promise<void> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    this.#server.unref()
  }

  /** `FILE`, `FOLDER` and `PORT` in an attack stand for the canaries. */
  place(code: string): string {
    const { port } = this.#server.address() as AddressInfo
    return code
      .replaceAll('@FILE', this.file)
      .replaceAll('@FOLDER', this.folder)
      .replaceAll('@PORT', String(port))
  }

  check(result: RunResult): void {
    assert.not.ok(JSON.stringify(result).includes(this.secret), 'a canary was shown')
    assert.is(readFileSync(this.file, 'utf8'), this.secret, 'the canary file was changed')
    assert.is(this.#connections, 0, 'the canary port was reached')
  }

  close(): void {
    delete process.env['LUDUS_CANARY']
    this.#server.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export interface Target {
  run: (program: Program, limits: Limits) => Promise<RunResult>
  language: Language
  /** What a run may take beyond its deadline, on a busy machine. */
  lateMs: number
  /** Whether programs follow each other in one process, in which one could find what another left. */
  shared: boolean
}

/** Runs the attack, and an honest program after it and, where it could leave something, before it. That one carries a canary that the attack may find in what it left. */
export async function withstand(
  { run, language, lateMs, shared }: Target,
  attack: Attack,
  canaries: Canaries,
): Promise<void> {
  if (shared) await beHonest(run, language, canaries.secret)
  const limits = { ...DEFAULT_LIMITS[language], ...SHORT[language] }
  if (attack.deadlineMs !== undefined) limits.deadlineMs = attack.deadlineMs
  const inputs = attack.stdin === undefined ? INPUTS.map(x => JSON.stringify([x])) : [attack.stdin]
  const entry = attack.stdin === undefined ? { entry: 'solve' } : {}
  const started = performance.now()
  const result = await run({ language, code: canaries.place(attack.code), inputs, ...entry }, limits)
  const took = performance.now() - started
  const words = JSON.stringify(result).slice(0, 400)
  assert.is.not(result.status, 'sandbox-error', words)
  assert.ok(JSON.stringify(result).length < 40_000, 'the result is larger than allowed')
  assert.ok(took < limits.deadlineMs + lateMs, `took ${took} ms`)
  result.cases.forEach((entryOf, i) => {
    if ('output' in entryOf) assert.is.not(entryOf.output, answer(INPUTS[i]!), `passed: ${words}`)
  })
  canaries.check(result)
  if (attack.output !== undefined)
    for (const entryOf of result.cases) assert.equal(entryOf, { output: attack.output })
  if (attack.status !== undefined)
    assert.ok([attack.status].flat().includes(result.status), `expected ${String(attack.status)}: ${words}`)
  await beHonest(run, language, canaries.secret)
}

async function beHonest(run: Target['run'], language: Language, secret: string): Promise<void> {
  const comment = language === 'python' ? '#' : '//'
  const code = `${HONEST[language]}\n${comment} ${secret}`
  const inputs = INPUTS.map(x => JSON.stringify([x]))
  const { status, error, cases } = await run(
    { language, code, entry: 'solve', inputs },
    DEFAULT_LIMITS[language],
  )
  assert.is(status, 'ok', `an honest program failed: ${error}`)
  assert.equal(
    cases,
    INPUTS.map(x => ({ output: answer(x) })),
  )
}

/** Python: a solve that tries each expression and tells what did not fail. */
export function tries(...expressions: string[]): string {
  const lines = expressions.map(
    words => `    try:\n        got.append(str(${words}))\n    except BaseException as e:\n        pass\n`,
  )
  return `import os, sys\ndef solve(x):\n    got = []\n${lines.join('')}    return got`
}
