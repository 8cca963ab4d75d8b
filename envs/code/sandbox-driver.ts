/** @file The first code inside a QuickJS guest: it runs the program's cases and writes down what came of them. */

/** Characters of standard output that are kept where it is not the result. */
const STDOUT_CHARS = 10_000

/** Characters of an error's class and of its message that are kept. */
const NAME_CHARS = 40
const MESSAGE_CHARS = 300

/**
 * Runs before the guest's code and keeps every intrinsic it uses, so that a guest which changes prototypes or globals
 * deceives itself only. What it writes down is a string that grows, never an array or an object: those have prototypes.
 * Evaluates to `[load, run, program, collect]`; `collect` gives the lines that reply.ts reads. The nonce that marks
 * them is in a closure that no guest function is called from by name.
 */
export const DRIVER = `(() => {
  'use strict'
  const { parse, stringify } = JSON
  const { apply } = Reflect
  const { slice, indexOf } = String.prototype
  const string = String
  const Failure = Error
  const evaluate = eval
  const clip = (text, length) => (text.length > length ? apply(slice, text, [0, length]) : text)
  const describe = error => {
    try {
      if (typeof error !== 'object' || error === null) return 'Thrown: ' + clip(string(error), ${MESSAGE_CHARS})
      return clip(string(error.name), ${NAME_CHARS}) + ': ' + clip(string(error.message), ${MESSAGE_CHARS})
    } catch {
      return 'Error: one that cannot be described'
    }
  }

  let mark, entry, inputs, position, room, lines = '', stdout = '', stdoutRoom = ${STDOUT_CHARS}
  let status = 'ok', failure = 'null', overflow = false, whole = false, stdin = ''
  const stop = (kind, words) => {
    status = kind
    failure = stringify(words)
  }
  const add = (key, text) => {
    lines += mark + '{"' + key + '":' + stringify(text) + '}\\n'
  }
  const tooLong = () => stop('output-limit', 'OutputLimit: the output is longer than allowed')

  const write = text => {
    const words = string(text)
    if (words.length > stdoutRoom) overflow = true
    stdout += clip(words, stdoutRoom)
    stdoutRoom -= words.length > stdoutRoom ? stdoutRoom : words.length
    if (overflow && whole) throw new Failure('the output is longer than allowed')
  }
  const show = value => {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return string(value)
    const text = stringify(value)
    return typeof text === 'string' ? text : string(value)
  }
  const log = (...values) => {
    let line = ''
    for (let i = 0; i < values.length; i++) line += (i > 0 ? ' ' : '') + show(values[i])
    write(line + '\\n')
  }
  const silent = () => {}
  globalThis.console = { log, info: log, debug: log, warn: silent, error: silent }

  const load = (nonce, code, name, texts, limit) => {
    mark = nonce
    inputs = parse(texts)
    position = 0
    room = limit
    try {
      entry = evaluate(code + '\\n;typeof ' + name + ' === "function" ? ' + name + ' : undefined')
      if (typeof entry !== 'function') stop('exception', 'ReferenceError: expected a function named ' + name)
    } catch (error) {
      stop('exception', describe(error))
    }
  }
  const run = count => {
    for (let i = 0; i < count && status === 'ok' && position < inputs.length; i++) {
      try {
        const output = stringify(apply(entry, undefined, parse(inputs[position++])))
        const text = typeof output === 'string' ? output : 'undefined'
        if (text.length > room) return tooLong()
        room -= text.length
        add('output', text)
      } catch (error) {
        const words = describe(error)
        if (words === 'InternalError: out of memory') return stop('out-of-memory', words)
        add('error', words)
      }
    }
  }
  const program = (nonce, code, text, limit) => {
    mark = nonce
    stdin = text
    whole = true
    stdoutRoom = limit
    globalThis.write = write
    globalThis.readAll = () => {
      const rest = stdin
      stdin = ''
      return rest
    }
    globalThis.readLine = () => {
      if (stdin === '') return null
      const end = apply(indexOf, stdin, ['\\n'])
      const line = end < 0 ? stdin : apply(slice, stdin, [0, end])
      stdin = end < 0 ? '' : apply(slice, stdin, [end + 1])
      return line
    }
    try {
      evaluate(code)
      if (overflow) tooLong()
      else add('output', stdout)
    } catch (error) {
      const words = describe(error)
      if (words === 'InternalError: out of memory') stop('out-of-memory', words)
      else if (overflow) tooLong()
      else add('error', words)
    }
    stdout = ''
  }
  const collect = () =>
    lines + mark + '{"status":"' + status + '","error":' + failure + ',"stdout":' + stringify(stdout) + '}\\n'
  return [load, run, program, collect]
})()`
