/**
 * @file `npm run bundle:gpu [-- folder]`: one folder that runs the GPU benchmark on a Linux machine without network.
 *
 * In it: `run.sh`, and an archive with Node, the bundled code, onnxruntime for linux-x64, and the few system libraries that
 * a bare machine may lack. run.sh uses those only where the system has none.
 */
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../../../envs/errors.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const HERE = 'tests/bench/gpu'
const LIMIT_MIB = 60
const ARCHIVE = 'payload.tar.gz'

const ENTRIES = ['run.ts', 'check.ts', 'check-worker.ts'].map(name => `${HERE}/${name}`)
/** Loaded by what the entries import, each from a file of its own beside them. */
const LOADED = ['agents/nn/runtime/device-probe.ts']
/** Packages that are not bundled because they load a library from their own folder. */
const PACKAGES = ['onnxruntime-node', 'onnxruntime-common']
const LIBRARIES = ['libvulkan.so.1', 'libstdc++.so.6', 'libgcc_s.so.1']
const LIBRARY_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib']

try {
  const target = resolve(process.argv[2] ?? join(ROOT, '.ludus/gpu-bundle'))
  await pack(target)
  process.stdout.write(`${target}: ${sizeMib(target).toFixed(1)} MiB; run it by ./run.sh [out-dir]\n`)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`bundle:gpu: ${error.message}\n`)
  process.exitCode = 2
}

async function pack(target: string): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new UsageError(
      `expected linux-x64, whose Node goes into the bundle, got ${process.platform}-${process.arch}`,
    )
  if (existsSync(target) && readdirSync(target).length > 0 && !existsSync(join(target, ARCHIVE)))
    throw new UsageError(`expected an empty folder or an older bundle at ${target}; name another one`)
  const stage = mkdtempSync(join(tmpdir(), 'ludus-gpu-'))
  try {
    await fill(stage)
    rmSync(target, { recursive: true, force: true })
    mkdirSync(target, { recursive: true })
    copyFileSync(join(ROOT, HERE, 'run.sh'), join(target, 'run.sh'))
    execFileSync('tar', ['-C', stage, '-I', 'gzip -9', '-cf', join(target, ARCHIVE), '.'])
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
  const mib = sizeMib(target)
  if (mib > LIMIT_MIB)
    throw new UsageError(`expected at most ${LIMIT_MIB} MiB, got ${mib.toFixed(1)} MiB in ${target}`)
}

async function fill(stage: string): Promise<void> {
  await bundleCode(join(stage, 'app'))
  for (const name of PACKAGES) copyPackage(name, join(stage, 'app/node_modules', name))
  for (const name of LIBRARIES) copyLibrary(name, join(stage, 'lib', `${name}.d`))
  copyFileSync(process.execPath, join(stage, 'node'))
}

function sizeMib(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 2 ** 20
}

/** All files side by side: each finds its workers and child processes relative to itself. */
async function bundleCode(outdir: string): Promise<void> {
  const workers = readdirSync(join(ROOT, 'agents/nn'))
    .filter(name => name.endsWith('-worker.ts'))
    .map(name => `agents/nn/${name}`)
  await build({
    absWorkingDir: ROOT,
    entryPoints: [...ENTRIES, ...LOADED, ...workers].map(path => ({
      in: path,
      out: basename(path, '.ts'),
    })),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: PACKAGES,
    conditions: ['ludus-source'],
    // CommonJS packages that are bundled ask for Node's own modules by require.
    banner: {
      js: "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
  writeFileSync(join(outdir, 'package.json'), '{ "type": "module" }\n')
}

function copyPackage(name: string, to: string): void {
  const from = join(ROOT, 'node_modules', name)
  const foreign = /\/bin\/napi-v6\/(?!linux(\/|$))|\/linux\/(?!x64(\/|$))|\.(map|d\.ts)$|\/(lib|script)(\/|$)/
  cpSync(from, to, { recursive: true, filter: path => !foreign.test(path.slice(from.length)) })
}

function copyLibrary(name: string, folder: string): void {
  const file = LIBRARY_FOLDERS.map(each => join(each, name)).find(path => existsSync(path))
  if (!file)
    throw new UsageError(
      `expected ${name} on this system, to put it into the bundle; install libvulkan1, libstdc++6`,
    )
  mkdirSync(folder, { recursive: true })
  copyFileSync(file, join(folder, name))
}
