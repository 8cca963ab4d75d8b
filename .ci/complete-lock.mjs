// Completes package-lock.json: `npm ci` refuses a lock without every optional platform package, and `npm install`
// leaves out those that the registry at hand does not serve. Run after every change of dependencies (npm run lock).
import { readFileSync, writeFileSync } from 'node:fs'

const SYSTEMS = [
  'android',
  'aix',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const PROCESSORS = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
]
const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))

/** What npm itself writes about a package of one platform, read from its name. */
function entry(name, version, dev) {
  const words = name.split(/[-/]/)
  const os = SYSTEMS.filter(system => words.includes(system))
  const cpu = PROCESSORS.filter(processor => words.includes(processor))
  const libc = name.includes('musl') ? ['musl'] : name.includes('gnu') ? ['glibc'] : []
  const listed = Object.entries({ cpu, libc, os }).filter(([, values]) => values.length > 0)
  return { version, ...(dev && { dev }), optional: true, ...Object.fromEntries(listed) }
}

const missing = []
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages))
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const places = [`node_modules/${name}`, `${path}/node_modules/${name}`]
    if (!places.some(place => place in lock.packages)) missing.push([places[0], entry(name, version, dev)])
  }
if (process.argv.includes('--check')) {
  for (const [place] of missing) console.error(`package-lock.json lacks ${place}; run npm run lock`)
  process.exitCode = missing.length > 0 ? 1 : 0
} else {
  Object.assign(lock.packages, Object.fromEntries(missing))
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(file, JSON.stringify(lock, null, 2) + '\n')
  console.log(`${missing.length} packages of other platforms added`)
}
