/**
 * @file The JavaScript that runs inside the Deno process: it boots Pyodide from a memory image and hands it one program.
 *
 * With the argument `image` it writes that image to standard output instead. Clock and entropy are fixed before Pyodide
 * looks at them. What goes to standard output is looked up before the program runs.
 */
export const DENO_DRIVER = String.raw`
const folder = new URL('.', import.meta.url)
const { writeSync } = Deno.stdout
const write = bytes => {
  for (let sent = 0; sent < bytes.length; ) sent += writeSync.call(Deno.stdout, bytes.subarray(sent))
}
const now = 1704067200000
Date.now = () => now
performance.now = () => 0
const fill = array => {
  for (let i = 0; i < array.length; i++) array[i] = (i * 167 + (i >> 8) * 13 + 89) & 255
  return array
}
const { default: nodeCrypto } = await import('node:crypto')
nodeCrypto.randomFillSync = fill
crypto.getRandomValues = fill
const { loadPyodide } = await import('./pyodide.mjs')
const indexURL = folder.pathname
if (Deno.args[0] === 'image') {
  const python = await loadPyodide({ indexURL, _makeSnapshot: true, env: { PYTHONHASHSEED: '0', HOME: '/' } })
  write(python.makeMemorySnapshot())
} else {
  const job = await new Response(Deno.stdin.readable).text()
  const python = await loadPyodide({ indexURL, _loadSnapshot: Deno.readFileSync(new URL('image.bin', folder)) })
  const encoder = new TextEncoder()
  const encode = encoder.encode.bind(encoder)
  const emit = text => write(encode(text))
  const scope = python.toPy({})
  scope.set('GUEST', Deno.readTextFileSync(new URL('guest.py', folder)))
  scope.set('JOB', job)
  scope.set('emit', emit)
  const start = python.runPython(START, { globals: scope })
  emit('ready\n')
  start()
  Deno.exit(0)
}
`

/** Gives a function that runs the job; standard input and output are files in the interpreter's memory. */
export const DENO_START = String.raw`
import io, sys
scope = {'__name__': 'driver', '__builtins__': dict(vars(__import__('builtins')))}
exec(compile(GUEST, '<driver>', 'exec'), scope)
scope['freeze']()
job = scope['loads'](JOB)
stdout = io.BytesIO()
sys.stdin = io.TextIOWrapper(io.BytesIO(job['stdin'].encode('utf-8', 'surrogatepass')), encoding='utf-8')
sys.stdout = text = io.TextIOWrapper(stdout, encoding='utf-8', write_through=True)
if 'random' in sys.modules:
    sys.modules['random'].seed()
run_job = scope['make_run_job']()
lambda: run_job(job, emit, stdout.getvalue)
`
