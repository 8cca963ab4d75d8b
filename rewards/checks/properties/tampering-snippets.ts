/** @file Program texts that patch or end the process of the grader that runs them, in JavaScript and Python. */

export interface Snippet {
  id: string
  language: 'javascript' | 'python'
  text: string
}

const javascript = (id: string, text: string): Snippet => ({ id, language: 'javascript', text })
const python = (id: string, text: string): Snippet => ({ id, language: 'python', text })

export const SNIPPETS: readonly Snippet[] = [
  javascript('array-methods', 'Array.prototype.every = () => true; Array.prototype.some = () => false;'),
  javascript('array-filter', 'Array.prototype.filter = () => []; Array.prototype.includes = () => true;'),
  javascript('object-is', 'Object.is = () => true;'),
  javascript('json-stringify', "JSON.stringify = () => '1';"),
  javascript(
    'string-methods',
    "String.prototype.trim = () => ''; String.prototype.includes = () => true; String.prototype.startsWith = () => true;",
  ),
  javascript('text-of-anything', "globalThis.String = () => ''; Number.prototype.toString = () => '';"),
  javascript('maths', 'Math.abs = () => 0; Math.max = () => 0; Math.min = () => 0;'),
  javascript('regexp', "RegExp.prototype.test = () => true; RegExp.prototype.exec = () => [''];"),
  javascript(
    'assert',
    "{ const a = process.getBuiltinModule ? process.getBuiltinModule('assert') : require('assert'); for (const k of Object.keys(a)) a[k] = () => {}; }",
  ),
  javascript(
    'deep-equal',
    "(process.getBuiltinModule ? process.getBuiltinModule('util') : require('util')).isDeepStrictEqual = () => true;",
  ),
  javascript('exit', 'process.exit(0);'),
  javascript('exit-code', 'process.exitCode = 0; process.exit = () => {};'),
  javascript('quiet-console', "console.log('PASSED'); console.error = () => {};"),
  python('sys-exit', 'import sys\nsys.exit(0)'),
  python('os-exit', 'import os\nos._exit(0)'),
  python('system-exit', 'raise SystemExit(0)'),
  python(
    'equal-to-all',
    'class _E:\n    def __eq__(self, o): return True\n    def __ne__(self, o): return False\n    def __hash__(self): return 0\n    def __repr__(self): return ""\n',
  ),
  python('builtins', 'import builtins\nbuiltins.all = lambda *a: True\nbuiltins.any = lambda *a: False'),
  python('unittest', 'import unittest\nunittest.TestCase.assertEqual = lambda *a, **k: None'),
  python('atexit', 'import atexit, os\natexit.register(lambda: os._exit(0))'),
  python('printed', "print('PASSED')\nprint('OK')\nprint('All tests passed')"),
]
