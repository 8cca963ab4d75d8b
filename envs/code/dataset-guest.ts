/**
 * @file The Python program around a candidate from a data set: it runs the candidate in a namespace of its own, evaluates
 * calls there, and writes the results down with their types.
 *
 * Test code that could not be rewritten into calls runs here as well, as weaker evidence: with built-ins kept from before
 * the candidate, on results copied into plain values, and with a word as its record that only a passed check returns.
 * A candidate that searches the interpreter's memory could find that word, so such rows are named in the report.
 */
import { ENCODER } from './python-value.ts'

/** The name of the function that the sandbox calls: `run_check(kind, text, word)`. */
export const GUEST_ENTRY = 'run_check'

interface Candidate {
  code: string
  /** Runs before the candidate, in its namespace: imports, helper functions, the prompt. */
  setup: string
  /** The function that tests call `candidate`. */
  entry: string
}

export function guestProgram({ code, setup, entry }: Candidate): string {
  return `${ENCODER}
import builtins
import json
def make_runner():
    kept = dict(vars(builtins))
    kinds, text, loads = isinstance, type, json.loads
    plain = (bool, int, float, str, bytes, type(None))
    def copy(value, depth=0):
        kind = text(value)
        if depth > 50:
            return object()
        if kind in plain:
            return value
        if kind in (list, tuple, set, frozenset):
            return kind([copy(item, depth + 1) for item in value])
        if kinds(value, dict):
            return {copy(key, depth + 1): copy(item, depth + 1) for key, item in dict.items(value)}
        return object()
    def run(source, namespace):
        exec(source, namespace)
    setup = ${JSON.stringify(setup)}
    entry = ${JSON.stringify(entry)}
    namespace = {'__name__': 'candidate'}
    run(setup, namespace)
    run(${JSON.stringify(code)}, namespace)
    if entry in namespace:
        namespace['candidate'] = namespace[entry]
    def called(*args, **named):
        return copy(namespace['candidate'](*args, **named))
    def ${GUEST_ENTRY}(kind, source, word):
        if kind == 'call':
            return encode(eval(source, namespace))
        if kind == 'method':
            target = namespace['Solution']() if 'Solution' in namespace else None
            function = getattr(target, entry) if target is not None else namespace[entry]
            return encode(function(*[loads(line) for line in source.split('\\n') if line.strip()]))
        scope = {'__name__': 'check', '__builtins__': kept}
        run(setup, scope)
        if entry:
            scope[entry] = scope['candidate'] = called
        run(source, scope)
        if 'check' in scope:
            scope['check'](called)
        return word
    return ${GUEST_ENTRY}
${GUEST_ENTRY} = make_runner()
`
}
