/** @file Counted steps of Python programs cannot be hidden. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { DEFAULT_LIMITS } from '../../envs/code/program.ts'
import { PythonSandbox } from '../../envs/code/python-bubblewrap.ts'
import { needs } from '../needs.ts'
import { bubblewrap } from './bubblewrap.ts'

const test = suite('hidden steps')
const sandbox = new PythonSandbox()

/** Each does a thousand rounds and tries to be counted less. */
const UNCOUNTED: readonly [name: string, code: string][] = [
  ['no trace', 'import sys\ndef solve(x):\n    sys.settrace(None)\n    for _ in range(1000): pass'],
  [
    'no trace of this frame',
    'import sys\ndef solve(x):\n    sys._getframe().f_trace = None\n    for _ in range(1000): pass',
  ],
  [
    'the frame of an error',
    'def solve(x):\n    try: 1 / 0\n    except Exception as e: e.__traceback__.tb_frame.f_trace = None\n    for _ in range(1000): pass',
  ],
  [
    'the frame of a generator',
    'def g():\n    for _ in range(1000): yield\ndef solve(x):\n    it = g()\n    it.gi_frame.f_trace_lines = False\n    for _ in it: pass',
  ],
  [
    'a thread',
    'import threading\ndef work():\n    for _ in range(1000): pass\ndef solve(x):\n    t = threading.Thread(target=work)\n    t.start()\n    t.join()',
  ],
  [
    'a recursion to the limit, which ends a trace',
    'def deep():\n    deep()\ndef solve(x):\n    try: deep()\n    except RecursionError: pass\n    for _ in range(1000): pass',
  ],
  [
    'a trace taken back by a destructor',
    'import sys\nclass D:\n    def __del__(s):\n        sys.settrace(None)\ndef solve(x):\n    D()\n    for _ in range(1000): pass',
  ],
  [
    'ctypes',
    'def solve(x):\n    import ctypes\n    ctypes.pythonapi.PyEval_SetTrace(None, None)\n    for _ in range(1000): pass',
  ],
  [
    'a forged line with the nonce of a frame',
    'import os, sys\ndef solve(x):\n    f = sys._getframe(1)\n    while "nonce" not in f.f_locals: f = f.f_back\n    os.write(3, (f.f_locals["nonce"] + \'{"output":"1","steps":1}\').encode())\n    os._exit(0)',
  ],
  [
    'a frame that a hook is given',
    'import sys\nframes = []\nsys.addaudithook(lambda e, a: frames.append(a))\ndef solve(x):\n    sys._getframe()\n    for _ in range(1000): pass',
  ],
]
for (const [name, code] of UNCOUNTED)
  needs(
    test,
    `not by ${name}`,
    bubblewrap,
  )(async () => {
    const program = { code, entry: 'solve', inputs: ['[1]'], countSteps: true }
    const result = await sandbox.run(program, DEFAULT_LIMITS.python)
    const [first] = result.cases
    assert.ok(!first || 'error' in first || first.steps! >= 1000, JSON.stringify(result))
  })

test.after(() => sandbox.close())
test.run()
