/**
 * @file The Python that runs inside bubblewrap: a parent that forks one child per program and never touches one itself.
 *
 * The parent reads only headers. A child reads its own program, gives up every other open file, sets its limits, puts
 * on the system-call filter and only then runs the program. Its results go to a file in memory, which the kernel copies
 * to the host after the child has ended. So no program, input or result is ever in the parent's memory, from which the
 * next child is a copy. The filter keeps a child from tracing, signalling or starting any process; nothing in the file
 * system can be written. That leaves a child no way to reach the parent or the next child.
 *
 * Arguments: the filter in hexadecimal, the same without threads (for programs whose steps are counted), the text of python-driver.ts, then names of modules to load beforehand.
 */
export const ZYGOTE = String.raw`
# The C halves of ctypes, json, os and struct: the rest of them would double the time to start.
import _ctypes, _struct, gc, posix as os, resource, select, sys

HEADER = _struct.Struct('>IIQI')    # bytes of the program, deadline in ms, address space in bytes, bytes of one file
ANSWER = _struct.Struct('>BBiI')    # whether the program was begun, whether it was late, wait status, bytes that follow
KEPT = 6                           # a child's files: input, output, errors, results, a second handle of the output

class Call(_ctypes.CFuncPtr):
    _flags_ = _ctypes.FUNCFLAG_CDECL
prctl = Call(_ctypes.dlsym(_ctypes.dlopen(None, 2), 'prctl'))
filters = [bytes.fromhex(text) for text in sys.argv[1:3]]
def sock_fprog(code):
    # The bytes of a bytes object are the last of it, before a closing zero.
    return _struct.pack('@HxxxxxxQ', len(code) // 8, id(code) + bytes.__basicsize__ - 1)
with_threads, without_threads = map(sock_fprog, filters)
leave = os._exit                   # a guest may replace what it finds in modules
prctl(4, 0, 0, 0, 0)               # not dumpable: no process of the same user may look inside

scope = {'__name__': 'driver', '__builtins__': dict(vars(__import__('builtins')))}
exec(compile(sys.argv[3], '<driver>', 'exec'), scope)
scope['freeze']()
run_job = scope['make_run_job']()
for name in sys.argv[4:]:
    __import__(name)
del sys.modules['_ctypes']
sys.argv = ['program.py']

def read_exactly(size):
    parts = []
    while size > 0:
        part = os.read(0, min(size, 1 << 20))
        if not part:
            leave(0)
        parts.append(part)
        size -= len(part)
    return b''.join(parts)

def limit(kind, value):
    resource.setrlimit(kind, (value, value))

def become_guest(size, deadline, memory, file_bytes, files, begun):
    job = scope['loads'](read_exactly(size).decode())
    stdin, stdout, results = files
    written = 0
    text = job['stdin'].encode('utf-8', 'surrogatepass')
    while written < len(text):
        written += os.write(stdin, text[written:])
    os.lseek(stdin, 0, 0)
    keep = [os.dup2(fd, 20 + i) for i, fd in enumerate((stdin, stdout, stdout, results, stdout))]
    os.dup2(begun, 5)
    os.dup2(os.open('/dev/null', os.O_RDWR), keep[2])
    for i, fd in enumerate(keep):
        os.dup2(fd, i)
    os.closerange(KEPT, 4096)
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_NOFILE, 64)
    limit(resource.RLIMIT_NPROC, 64)
    limit(resource.RLIMIT_FSIZE, file_bytes)
    limit(resource.RLIMIT_CPU, deadline // 1000 + 2)
    limit(resource.RLIMIT_STACK, 64 << 20)
    limit(resource.RLIMIT_AS, memory)
    prctl(38, 1, 0, 0, 0)
    if prctl(22, 2, without_threads if job['countSteps'] else with_threads) != 0:
        leave(1)
    if 'random' in sys.modules:
        sys.modules['random'].seed()   # from a fixed file now, as it is where the module is loaded later
    write, pread, flush, room = os.write, os.pread, sys.stdout.flush, job['room']
    def emit(text):
        rest = text.encode()
        while rest:
            rest = rest[write(3, rest):]
    def printed():
        try:
            flush()
            if sys.stdout.fileno() == 1:
                sys.stdout.flush()
        except BaseException:
            pass
        parts, size = [], 0
        while size <= room:
            part = pread(4, room + 1 - size, size)
            if not part:
                break
            parts.append(part)
            size += len(part)
        return b''.join(parts)
    os.write(5, b'!')
    os.close(5)
    run_job(job, emit, printed)

def serve():
    size, deadline, memory, file_bytes = HEADER.unpack(read_exactly(HEADER.size))
    files = [os.memfd_create(name) for name in ('stdin', 'stdout', 'results')]
    began, begun = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            become_guest(size, deadline, memory, file_bytes, files, begun)
        finally:
            leave(0)
    os.close(begun)
    ended = select.poll()
    handle = os.pidfd_open(child)
    ended.register(handle, select.POLLIN)
    late = not ended.poll(deadline)
    if late:
        os.kill(child, 9)
    _, status = os.waitpid(child, 0)
    whole = os.read(began, 1) == b'!'
    length = min(os.fstat(files[2]).st_size, file_bytes)
    os.write(1, ANSWER.pack(whole, late, status, length))
    offset = 0
    while offset < length:
        offset += os.sendfile(1, files[2], offset, length - offset)
    for fd in (*files, handle, began):
        os.close(fd)
    if not whole:
        leave(1)                    # what is left of its program would be read as the next header

gc.collect()
gc.freeze()
os.write(1, b'ready')
while True:
    serve()
`

/** Modules that programs of coding tasks use most: loaded once, not by each child. */
export const PRELOADED =
  'bisect collections copy functools heapq itertools math operator os random re string typing'.split(' ')
