/**
 * @file The Python that runs a program's cases inside a guest process; the same text for every backend.
 *
 * Defines `run_job(job, emit, printed)`: `emit(text)` hands over lines for reply.ts, `printed()` is what the program has
 * written to standard output. Everything used after the program's code has begun was looked up before, with a copy of
 * the builtins, so that a program which changes modules or builtins deceives itself only.
 *
 * Clocks stand still, because rewards must not hang on them. With `countSteps` the lines and calls of the program are
 * counted by a trace function; an audit hook, which Python cannot remove, then refuses every way to stop the trace
 * or to reach a frame, and a case whose trace was lost (a recursion to the very limit ends it) is an error.
 */
export const GUEST = String.raw`
import _json, builtins, sys

class Reading:
    strict, object_hook, object_pairs_hook, memo = True, None, None, {}
    parse_float, parse_int, parse_constant = float, int, float

scan = _json.make_scanner(Reading)

def loads(text):
    return scan(text.lstrip(), 0)[0]

def freeze():
    import time
    now = 1704067200
    for name in ('time', 'monotonic', 'perf_counter', 'process_time', 'thread_time'):
        value = now if name == 'time' else 0
        setattr(time, name, lambda value=float(value): value)
        setattr(time, name + '_ns', lambda value=value * 10**9: value)
    gmtime, strftime, asctime = time.gmtime, time.strftime, time.asctime
    def at(seconds=None):
        return gmtime(now if seconds is None else seconds)
    time.gmtime = time.localtime = at
    time.strftime = lambda form, moment=None: strftime(form, at() if moment is None else moment)
    time.asctime = lambda moment=None: asctime(at() if moment is None else moment)
    time.ctime = lambda seconds=None: asctime(at(seconds))
    time.sleep = lambda seconds: None
    # datetime's C half has a clock of its own; the half in Python asks time.
    sys.modules['_datetime'] = None
    builtins.exit = builtins.quit = sys.exit

def make_run_job():
    clip = str.__getitem__
    name_clip, message_clip = slice(None, 40), slice(None, 300)
    settrace, gettrace = sys.settrace, sys.gettrace
    recursion_limit, set_recursion_limit = sys.getrecursionlimit(), sys.setrecursionlimit

    def refuse(value):
        raise TypeError('expected a value with a JSON form, got ' + type(value).__name__)

    def encoder(encode_string):
        encode = _json.make_encoder(None, refuse, encode_string, None, ':', ',', False, False, False)
        return lambda value: ''.join(encode(value, 0))

    dumps, ascii_dumps = encoder(_json.encode_basestring), encoder(_json.encode_basestring_ascii)

    def describe(error):
        try:
            name = clip(type.__dict__['__name__'].__get__(type(error)), name_clip)
            return name + ': ' + clip(str(error), message_clip)
        except BaseException:
            return 'Exception: one that cannot be described'

    FRAMES = ('tb_frame', 'gi_frame', 'cr_frame', 'ag_frame')
    REFUSED = {
        'sys.setprofile', 'sys._getframe', 'sys._current_frames', 'sys._current_exceptions',
        'sys.addaudithook', 'sys.monitoring.register_callback', 'gc.get_objects', 'gc.get_referrers',
        'gc.get_referents', 'code.__new__',
    }
    REFUSED_IMPORTS = ('ctypes', '_ctypes', '_testcapi', '_testinternalcapi', '_interpreters', '_xxsubinterpreters')
    own = globals()
    guarding = expected = False
    steps = 0

    def trace(frame, event, argument):
        nonlocal steps
        if event == 'call':
            if frame.f_globals is own:
                return None
            steps += 1
        elif event == 'line':
            steps += 1
        return trace

    def guard(event, arguments):
        if guarding and (
            event in REFUSED
            or event == 'sys.settrace' and not expected
            or event.startswith('ctypes.')
            or event == 'import' and arguments[0] in REFUSED_IMPORTS
            or event == 'object.__getattr__' and arguments[1] in FRAMES
        ):
            raise ValueError(event + ' is not available while steps are counted')

    def set_trace(function):
        nonlocal expected
        expected = True
        settrace(function)
        expected = False

    def counted(call):
        nonlocal steps
        steps = 0
        set_trace(trace)
        try:
            return call()
        finally:
            kept = gettrace() is trace
            set_trace(None)
            if not kept:
                raise RuntimeError('the count of steps was lost')

    def run_job(job, emit, printed):
        nonlocal guarding
        nonce, code, name, room = job['nonce'], job['code'], job['entry'], job['room']
        count = job['countSteps']
        inputs = None if name is None else [loads(text) for text in job['inputs']]
        if count:
            sys.addaudithook(guard)
            guarding = True
            if hasattr(sys, 'monitoring'):
                del sys.monitoring

        def case(key, text):
            line = {key: text}
            if count:
                line['steps'] = steps
            emit(nonce + ascii_dumps(line) + '\n')

        def last(status, error):
            set_recursion_limit(recursion_limit)
            stdout = '' if name is None else printed()[:10000].decode('utf-8', 'replace')
            emit(nonce + ascii_dumps({'status': status, 'error': error, 'stdout': stdout}) + '\n')

        def too_long():
            last('output-limit', 'OutputLimit: the output is longer than allowed')

        main = type(sys)('__main__')
        main.__dict__['__builtins__'] = builtins
        sys.modules['__main__'] = main
        scope = main.__dict__

        def load():
            exec(compile(code, '<program>', 'exec', dont_inherit=True), scope)

        if name is None:
            failure = None
            try:
                counted(load) if count else load()
            except SystemExit:
                pass
            except MemoryError:
                return last('out-of-memory', 'MemoryError: out of memory')
            except BaseException as error:
                failure = describe(error)
            output = printed()
            if len(output) > room:
                return too_long()
            case('output', output.decode('utf-8', 'replace')) if failure is None else case('error', failure)
            return last('ok', None)

        try:
            load()
        except MemoryError:
            return last('out-of-memory', 'MemoryError: out of memory')
        except BaseException as error:
            return last('exception', describe(error))
        entry = scope.get(name)
        if not callable(entry):
            return last('exception', 'NameError: expected a function named ' + name)
        for arguments in inputs:
            call = lambda: dumps(entry(*arguments))
            try:
                text = counted(call) if count else call()
            except MemoryError:
                return last('out-of-memory', 'MemoryError: out of memory')
            except BaseException as error:
                case('error', describe(error))
                continue
            room -= len(text)
            if room < 0:
                return too_long()
            case('output', text)
        last('ok', None)

    return run_job
`
