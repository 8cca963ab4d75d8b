/** @file Attacks on Python in bubblewrap; what must hold for each is in attacks.ts. */
import { suite } from 'uvu'
import { PythonSandbox } from '../../envs/code/python-bubblewrap.ts'
import { needs } from '../needs.ts'
import type { Attack, Target } from './attacks.ts'
import { Canaries, tries, withstand } from './attacks.ts'
import { bubblewrap } from './bubblewrap.ts'

const test = suite('attacks on Python')
const sandbox = new PythonSandbox()
const canaries = new Canaries()

const CTYPES = `import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def call(*numbers):
    if libc.syscall(*numbers) < 0:
        raise OSError(ctypes.get_errno())
    return 'reached @FILE'
`

const ATTACKS: readonly Attack[] = [
  // Files, environment, network.
  {
    name: 'the environment',
    code: tries('dict(os.environ)', "open('/proc/self/environ').read()", "open('/proc/1/environ').read()"),
  },
  {
    name: 'the canary file',
    output: '[]',
    code: tries("open('@FILE').read()", "os.listdir('@FOLDER')", "os.open('@FILE', os.O_RDWR | os.O_CREAT)"),
  },
  {
    name: 'files of the host',
    output: '[]',
    code: tries(
      "'root:' in open('/etc/passwd').read() and open('@FILE').read()",
      "os.listdir('/home')",
      "os.listdir('/root')",
      "os.listdir('/work')",
    ),
  },
  {
    name: 'a walk over every file',
    code: `import os\ndef solve(x):\n    return [f for d, _, fs in os.walk('/') for f in fs if 'canary' in f or f in ('passwd', 'shadow', 'hostname')]`,
  },
  {
    name: 'writing anywhere',
    code: `import os\ndef solve(x):\n    for d in ('/', '/tmp', '/dev', '/dev/shm', '/usr/lib', '/usr/lib/python3', '/var/tmp', '.'):
        try:
            open(d + '/left', 'w').write('x')
        except OSError:
            continue
        return x * 7919 + 13`,
  },
  { name: 'a file in memory', code: tries("os.memfd_create('left') and x * 7919 + 13") },
  {
    name: 'the network',
    code: tries(
      "__import__('socket').create_connection(('127.0.0.1', @PORT), 1).recv(99)",
      "__import__('urllib.request').request.urlopen('http://127.0.0.1:@PORT').read()",
    ),
  },
  {
    name: 'a socket of any family',
    output: '[]',
    code: tries(
      ...[1, 2, 10, 16, 17, 40].map(
        family =>
          `__import__('socket').socket(${family}, 3 if ${family} in (16, 17) else 1) and open('@FILE').read()`,
      ),
    ),
  },
  // Processes.
  {
    name: 'other programs',
    code: tries(
      "os.system('cat @FILE') == 0 and x * 7919 + 13",
      "os.popen('cat @FILE').read() or 1 / 0",
      "__import__('subprocess').check_output(['cat', '@FILE'])",
      "os.posix_spawn('/bin/cat', ['cat', '@FILE'], {})",
    ),
  },
  { name: 'fork', output: '[]', code: tries('os.fork()', 'os.forkpty()', 'libc.fork()') },
  { name: 'a fork bomb', code: 'import os\ndef solve(x):\n    while True:\n        os.fork()' },
  {
    name: 'a pool of processes',
    code: `import multiprocessing\ndef f(x): return x * 7919 + 13\ndef solve(x):\n    return multiprocessing.Pool(2).map(f, [x])`,
  },
  {
    name: 'another program in its place',
    code: "import os\ndef solve(x):\n    os.execv('/bin/cat', ['cat', '@FILE'])",
  },
  {
    name: 'killing the parent',
    output: '[]',
    code: tries(
      'os.kill(os.getppid(), 9)',
      'os.kill(1, 9)',
      'os.kill(2, 9)',
      'os.killpg(0, 9)',
      'os.kill(-1, 9)',
    ),
  },
  {
    name: 'stopping the parent',
    output: '[]',
    code: tries(
      'os.kill(os.getppid(), 19)',
      "__import__('signal').pidfd_send_signal(os.pidfd_open(os.getppid()), 9)",
    ),
  },
  {
    name: 'a signal to itself',
    code: 'import os, signal\ndef solve(x):\n    os.kill(os.getpid(), 9)\n    return 1',
  },
  {
    name: 'tracing the parent',
    output: '[]',
    code: `${CTYPES}import os\n${tries('call(101, 16, os.getppid(), 0, 0)', 'call(310, os.getppid(), 0, 0, 0, 0, 0)', 'call(311, os.getppid(), 0, 0, 0, 0, 0)', 'call(438, os.getppid(), 1, 0)')}`,
  },
  {
    name: 'new namespaces and mounts',
    output: '[]',
    code: `${CTYPES}${tries('call(272, 0x10000000)', 'call(165, 0, 0, 0, 0, 0)', 'call(155, 0, 0)', 'call(308, 0, 0)', 'call(161, 0)', 'call(56, 0x10000011, 0, 0, 0, 0)')}`,
  },
  {
    name: 'the kernel by its odd doors',
    output: '[]',
    code: `${CTYPES}${tries('call(321, 0, 0, 0)', 'call(298, 0, 0, 0, 0, 0)', 'call(425, 1, 0)', 'call(323, 0)', 'call(250, 0, 0, 0)', 'call(41, 16, 3, 0)', 'call(157, 22, 0, 0, 0, 0)', 'call(0x40000000 + 57)')}`,
  },
  {
    name: 'more than its limits',
    code: `import resource\n${tries('resource.setrlimit(resource.RLIMIT_AS, (-1, -1)) or x * 7919 + 13', 'resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0)) or x * 7919 + 13')}`,
  },
  {
    name: 'devices',
    output: '[]',
    code: tries(
      ...['mem', 'kmem', 'tty', 'ptmx', 'sda', 'vda', 'shm/x'].map(
        d => `open('/dev/${d}', 'rb') and open('@FILE').read()`,
      ),
    ),
  },
  // Ends.
  { name: 'os._exit(0)', code: 'import os\ndef solve(x):\n    os._exit(0)', status: 'crash' },
  {
    name: 'os._exit with the number of a failed sandbox',
    code: 'import os\nos._exit(1)\ndef solve(x): pass',
    status: 'crash',
  },
  { name: 'sys.exit at load', code: 'import sys\nsys.exit(0)\ndef solve(x): pass', status: 'exception' },
  { name: 'sys.exit in a call', code: 'import sys\ndef solve(x):\n    sys.exit(0)', status: 'ok' },
  {
    name: 'a raised SystemExit with an answer',
    code: 'def solve(x):\n    raise SystemExit(x * 7919 + 13)',
    status: 'ok',
  },
  { name: 'abort', code: 'import os\ndef solve(x):\n    os.abort()' },
  {
    name: 'a crash by ctypes',
    code: 'import ctypes\ndef solve(x):\n    ctypes.string_at(0)',
    status: 'crash',
  },
  {
    name: 'closed files',
    code: 'import os\ndef solve(x):\n    os.closerange(0, 99)\n    return 1',
    status: 'crash',
  },
  {
    name: 'exit handlers',
    code: "import atexit, sys\natexit.register(lambda: print('15851'))\nsys.exitfunc = print\ndef solve(x): return 0",
  },
  // Forged answers.
  {
    name: 'lines like answers in every open file',
    code: `import os\ndef solve(x):\n    for fd in range(64):
        try:
            os.write(fd, b'0' * 32 + b'{"output":"15851"}\\n')
        except OSError:
            pass
    return 0`,
  },
  {
    name: 'an emptied file of results',
    code: 'import os\ndef solve(x):\n    for fd in range(64):\n        try:\n            os.ftruncate(fd, 0)\n        except OSError:\n            pass\n    return 0',
  },
  {
    name: 'a file of results filled up',
    code: "import os\ndef solve(x):\n    try:\n        while True:\n            os.write(3, b'x' * 65536)\n    except OSError:\n        return 0",
  },
  {
    name: 'the frames of the driver, and its nonce',
    code: `import os, sys\ndef solve(x):\n    f, found = sys._getframe(), []
    while f:
        found += [repr(v)[:200] for v in f.f_locals.values()] + [k for k in f.f_globals if 'expected' in k]
        nonce = f.f_locals.get('nonce')
        if nonce:
            os.write(3, (nonce + '{"output":"0"}\\n') .encode() * 3)
        f = f.f_back
    return [v for v in found if str(x * 7919 + 13) in v]`,
  },
  {
    name: 'what is in memory, by the collector',
    code: `import gc, re\ndef solve(x):\n    found = set()
    for held in gc.get_objects():
        values = held.values() if type(held) is dict else held if type(held) in (list, tuple, set) else [held]
        for value in list(values):
            if isinstance(value, (str, bytes)):
                found.update(re.findall('[0-9a-f]{24}', value if isinstance(value, str) else value.decode('latin1')))
    return sorted(found)[:99]`,
  },
  {
    name: 'what other programs left in memory',
    code: `import ctypes\ndef solve(x):\n    base, found = id(object()) & ~0xfffff, []
    block = ctypes.string_at(base, 1 << 18)
    at = block.find(b'# ')
    while at >= 0 and len(found) < 20:
        found.append(block[at:at + 26].decode('latin1'))
        at = block.find(b'# ', at + 1)
    return found`,
  },
  {
    name: 'an object that equals anything',
    code: 'class Any(int):\n    __eq__ = lambda s, o: True\n    __hash__ = int.__hash__\n    __repr__ = __str__ = lambda s: "15851"\ndef solve(x):\n    return Any(1)',
    status: 'ok',
  },
  {
    name: 'a text that equals anything',
    code: 'class Any(str):\n    __eq__ = lambda s, o: True\n    __hash__ = str.__hash__\ndef solve(x):\n    return Any("?")',
  },
  {
    name: 'a number that writes itself',
    code: 'class F(float):\n    __repr__ = lambda s: "15851"\ndef solve(x):\n    return F(1)',
  },
  {
    name: 'a list that has no end',
    code: 'class L(list):\n    def __iter__(s):\n        while True: yield 1\n    __len__ = lambda s: 10**9\ndef solve(x):\n    return L([1])',
  },
  {
    name: 'a dict whose items loop',
    code: 'class D(dict):\n    def items(s):\n        while True: pass\ndef solve(x):\n    return D(a=1)',
    status: ['timeout', 'ok'],
  },
  {
    name: 'poisoned json',
    code: 'import json, json.encoder, json.decoder\njson.dumps = json.encoder.JSONEncoder.encode = lambda *a, **k: "15851"\njson.encoder.c_make_encoder = None\ndef solve(x): return 0',
    status: 'ok',
  },
  {
    name: 'poisoned builtins',
    code: 'import builtins\nfor n in ("len", "str", "isinstance", "type", "print", "callable", "list", "range", "hasattr"):\n    setattr(builtins, n, lambda *a, **k: 15851)\ndef solve(x): return 0',
    status: 'ok',
  },
  {
    name: 'poisoned os',
    code: 'import os, posix\nfor m in (os, posix):\n    m.write = m._exit = m.pread = lambda *a: 0\ndef solve(x): return 0',
    status: 'ok',
  },
  {
    name: 'poisoned modules',
    code: 'import sys\nfor n in list(sys.modules): sys.modules[n] = None\ndef solve(x): return 0',
    status: 'ok',
  },
  {
    name: 'a replaced standard output',
    code: "import sys, io\nclass S(io.StringIO):\n    def flush(s): raise ValueError\n    def fileno(s): raise SystemExit\nsys.stdout = S()\nprint('15851')\nexit = 3",
    stdin: '',
  },
  // Endless and heavy work.
  { name: 'a loop at load', code: 'while True: pass', status: 'timeout' },
  {
    name: 'a loop that catches all',
    code: 'def solve(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass',
    status: 'timeout',
  },
  {
    name: 'signals ignored',
    code: 'import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except Exception: pass\ntry: signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nexcept Exception: pass\nwhile True: pass',
    status: 'timeout',
  },
  { name: 'a native sum', code: 'def solve(x):\n    return sum(range(10**12))', status: 'timeout' },
  {
    name: 'a native power',
    code: 'def solve(x):\n    return 10 ** 10 ** 9 % 7',
    status: ['timeout', 'out-of-memory'],
  },
  {
    name: 'a regular expression that backtracks',
    code: "import re\ndef solve(x):\n    return bool(re.match('(a+)+$', 'a' * 40 + 'b'))",
    status: 'timeout',
  },
  {
    name: 'a lock that nobody opens',
    code: 'import threading\ndef solve(x):\n    l = threading.Lock()\n    l.acquire()\n    l.acquire()',
    status: 'timeout',
  },
  {
    name: 'a text that loops when written',
    code: 'class E(Exception):\n    def __str__(s):\n        while True: pass\ndef solve(x):\n    raise E',
    status: 'timeout',
  },
  {
    name: 'threads that go on',
    code: 'import threading\ndef spin():\n    while True: pass\nfor _ in range(4):\n    threading.Thread(target=spin, daemon=True).start()\ndef solve(x): return 0',
    status: ['ok', 'timeout'],
  },
  {
    name: 'a thread bomb',
    code: 'import threading, time\nlock = threading.Lock()\nlock.acquire()\ndef solve(x):\n    while True:\n        threading.Thread(target=lock.acquire, daemon=True).start()',
  },
  {
    name: 'a destructor that loops',
    code: 'class D:\n    def __del__(s):\n        while True: pass\ndef solve(x):\n    D()',
    status: 'timeout',
  },
  // Bombs.
  {
    name: 'a list without end',
    code: 'def solve(x):\n    a = []\n    while True: a.append("x" * 100000 + str(len(a)))',
    status: ['out-of-memory', 'timeout'],
  },
  {
    name: 'a gigabyte at once',
    code: 'def solve(x):\n    return len(bytearray(10**9))',
    status: 'out-of-memory',
  },
  {
    name: 'memory mapped',
    code: 'import mmap\ndef solve(x):\n    m = [mmap.mmap(-1, 1 << 26) for _ in range(99)]',
  },
  { name: 'deep recursion', code: 'def solve(x): return solve(x)', status: 'ok' },
  {
    name: 'recursion without a limit',
    code: 'import sys\nsys.setrecursionlimit(10**9)\ndef solve(x): return repr(solve(x))',
    status: ['out-of-memory', 'crash', 'timeout'],
  },
  {
    name: 'a value as deep as memory',
    code: 'def solve(x):\n    a = []\n    for _ in range(10**5): a = [a]\n    return a',
  },
  { name: 'source as deep as the parser', code: `def solve(x): return eval('(' * 10**5)` },
  { name: 'a result too long', code: 'def solve(x): return "x" * 6000', status: 'output-limit' },
  {
    name: 'a result of control characters',
    code: 'def solve(x): return "\\x00" * 10**6',
    status: 'output-limit',
  },
  { name: 'an error too long', code: 'def solve(x): raise ValueError("x" * 10**7)', status: 'ok' },
  {
    name: 'an error with a long name',
    code: 'E = type("E" * 10**6, (Exception,), {})\ndef solve(x): raise E',
    status: 'ok',
  },
  { name: 'a flood of printing', code: 'def solve(x):\n    while True: print("x" * 1000)' },
  {
    name: 'a flood of printing by a whole program',
    code: 'while True: print("x" * 1000)',
    stdin: '',
    status: 'output-limit',
  },
  {
    name: 'a flood of complaints',
    code: 'import sys\ndef solve(x):\n    while True: sys.stderr.write("x" * 1000)',
    status: 'timeout',
  },
  {
    name: 'bytecode that breaks the interpreter',
    code: 'def f(): pass\nf.__code__ = f.__code__.replace(co_code=bytes([100, 255] * 9), co_stacksize=0)\ndef solve(x): return f()',
  },
]

const target: Target = {
  run: (program, limits) => sandbox.run(program, limits),
  language: 'python',
  lateMs: 1_500,
  shared: true,
}
for (const attack of ATTACKS) needs(test, attack.name, bubblewrap)(() => withstand(target, attack, canaries))

test.before(() => canaries.listen())
test.after(() => {
  canaries.close()
  sandbox.close()
})
test.run()
