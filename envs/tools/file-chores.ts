/** @file Chores on files: what is asked, the files before, every right way they can be after, and calls that lead there. */
import type { Rng } from '../rng.ts'
import type { Call } from './call-form.ts'

type Texts = { [path: string]: string }

export type Chore = { words: string; before: Texts; after: Texts[]; calls: Call[] }

/** How many files matter, and whether some look as if they did. */
type Size = { count: number; traps: boolean }

const NAMES = ['berg', 'dahl', 'falk', 'holm', 'krug', 'lind', 'moser', 'novak', 'ott', 'rask']
const SERVICES = ['billing', 'search', 'mail', 'login', 'stock', 'images']

const call = (tool: string, args: Call['args']): Call => ({ tool, args })

/** Files go into folders by what they say; open ones stay. */
function tidy(rng: Rng, { count, traps }: Size): Chore {
  const byYear = rng.int(0, 1) === 1
  const files = Array.from({ length: count + 2 }, (_, i) => {
    const [client, year] = [rng.pick(NAMES.slice(0, 3)), rng.int(2020, 2022)]
    const open = traps && i % 4 === 1
    const path = `/inbox/${rng.pick(['invoice', 'letter', 'receipt'])}-${i + 10}.txt`
    const text = `Client: ${client}\nYear: ${year}\nStatus: ${open ? 'open' : 'closed'}\nSum: ${rng.int(10, 900)}\n`
    return { path, text, folder: `/inbox/${byYear ? year : client}`, open }
  })
  const moved = files.filter(({ open }) => !open)
  const target = ({ path, folder }: { path: string; folder: string }) => path.replace('/inbox', folder)
  const folders = [...new Set(moved.map(({ folder }) => folder))]
  return {
    words:
      `Move every file of /inbox into a folder named after its ${byYear ? 'year, such as /inbox/2021' : 'client, such as /inbox/berg'}` +
      `; the ${byYear ? 'year' : 'client'} is in the file itself. The file names stay the same.` +
      (traps ? ' Files with the status open stay directly in /inbox.' : ''),
    before: Object.fromEntries(files.map(({ path, text }) => [path, text])),
    after: [Object.fromEntries(files.map(file => [file.open ? file.path : target(file), file.text]))],
    calls: [
      call('grep', { text: byYear ? 'Year: ' : 'Client: ', path: '/inbox' }),
      call('grep', { text: 'Status: open', path: '/inbox' }),
      ...folders.map(path => call('mkdir', { path })),
      ...moved.map(file => call('move', { from: file.path, to: target(file) })),
    ],
  }
}

/** A module gets another name, and so does every import of it. */
function renameModule(rng: Rng, { count, traps }: Size): Chore {
  const [from, to, ...others] = rng.shuffle([
    'cart',
    'money',
    'tax',
    'user',
    'note',
    'store',
    'route',
    'clock',
  ])
  const folders = ['lib', 'app', 'app/pages']
  const numbers = rng.shuffle(Array.from({ length: count + 3 }, (_, i) => i))
  const files = numbers.map((number, i) => {
    const folder = folders[i % 3]!
    const up = folder === 'lib' ? '.' : `${'../'.repeat(folder.split('/').length)}lib`
    const imports = i < count
    const lines = [
      `import { ${others[0]} } from '${up}/${others[0]}.ts'`,
      ...(imports ? [`import { ${from} } from '${up}/${from}.ts'`] : []),
      ...(traps && i % 2 ? [`import { ${from}Format } from '${up}/${from}-format.ts'`] : []),
      ...(traps && i % 3 === 0 ? [`// ${from}.ts was written first`] : []),
      `export const value${number} = ${rng.int(1, 99)}`,
    ]
    return { path: `/src/${folder}/part-${number}.ts`, text: `${lines.join('\n')}\n`, imports }
  })
  const modules = [from!, others[0]!, ...(traps ? [`${from}-format`] : [])].map(name => ({
    path: `/src/lib/${name}.ts`,
    text: `export const ${name.replace('-format', 'Format')} = ${rng.int(100, 999)}\n`,
    imports: false,
  }))
  const all = [...files, ...modules]
  const [old, fresh] = [`/${from}.ts'`, `/${to}.ts'`]
  return {
    words:
      `Rename the module /src/lib/${from}.ts to /src/lib/${to}.ts, and change the path in every import of it under /src. ` +
      `Imported names, comments and other modules stay as they are.`,
    before: Object.fromEntries(all.map(({ path, text }) => [path, text])),
    after: [
      Object.fromEntries(
        all.map(({ path, text }) => [
          path.replace(`/lib/${from}.ts`, `/lib/${to}.ts`),
          text.replaceAll(old, fresh),
        ]),
      ),
    ],
    calls: [
      call('grep', { text: old, path: '/src' }),
      ...files
        .filter(({ imports }) => imports)
        .map(({ path }) => call('replace', { path, before: old, after: fresh })),
      call('move', { from: `/src/lib/${from}.ts`, to: `/src/lib/${to}.ts` }),
    ],
  }
}

/** Errors from several logs become one list. */
function report(rng: Rng, { count, traps }: Size): Chore {
  const [own, ...rest] = rng.shuffle(SERVICES)
  const minutes = rng.shuffle(Array.from({ length: 200 }, (_, i) => i))
  const lines = Array.from({ length: 3 * count }, (_, i) => {
    const service = i < count ? own! : rng.pick(rest)
    const level = i < count || i % 3 === 0 ? 'ERROR' : rng.pick(['INFO', 'WARN'])
    const time = `${String(8 + Math.floor(minutes[i]! / 60)).padStart(2, '0')}:${String(minutes[i]! % 60).padStart(2, '0')}`
    const code = rng.int(400, 599)
    const words = traps && level === 'INFO' ? `retried after ERROR of ${own}` : 'request ended'
    return { time, service, level, code, text: `${time} ${level} ${service}: ${words} (code ${code})` }
  })
  const inOrder = lines.toSorted((a, b) => (a.time < b.time ? -1 : 1))
  const days = [0, 1, 2].map(part => inOrder.filter((_, i) => i % 3 === part))
  const before = Object.fromEntries(
    days.map((entries, i) => [
      `/logs/server-${i + 1}.log`,
      `${entries.map(({ text }) => text).join('\n')}\n`,
    ]),
  )
  const wanted = inOrder.filter(({ service, level }) => service === own && level === 'ERROR')
  const codes = rng.int(0, 1) === 1
  const text = wanted.map(entry => (codes ? `${entry.time} ${entry.code}` : entry.text)).join('\n')
  return {
    words:
      `Collect the lines with the level ERROR of the service ${own} from all logs in /logs and write them to ` +
      `/logs/${own}.txt, earliest first, ` +
      (codes ? `each as its time and its code with a space between, such as 09:05 412.` : 'each as it is.'),
    before,
    after: [{ ...before, [`/logs/${own}.txt`]: text }],
    calls: [
      call('grep', { text: ` ERROR ${own}: `, path: '/logs' }),
      call('write', { path: `/logs/${own}.txt`, text: `${text}\n` }),
    ],
  }
}

/** One setting changes where another has a certain value. */
function configure(rng: Rng, { count, traps }: Size): Chore {
  const [key, value] = [rng.pick(['timeout', 'retries', 'workers']), rng.int(50, 90)]
  const files = Array.from({ length: count + 3 }, (_, i) => {
    const production = i < count
    const old = rng.int(10, 40)
    const lines = [
      `service = ${rng.pick(SERVICES)}`,
      `environment = ${production ? 'production' : rng.pick(['staging', 'test'])}`,
      ...(traps ? [`request_${key} = ${old}`] : []),
      `${key} = ${old}`,
      `port = ${rng.int(3000, 9000)}`,
      ...(traps && !production ? ['# next environment = production?'] : []),
    ]
    return {
      path: `/config/unit-${rng.int(100, 999)}-${i}.conf`,
      text: `${lines.join('\n')}\n`,
      production,
      old,
    }
  })
  const line = (number: number): string => `\n${key} = ${number}\n`
  return {
    words:
      `Set ${key} to ${value} in every file of /config whose environment is production. ` +
      `All other settings and files stay as they are.`,
    before: Object.fromEntries(files.map(({ path, text }) => [path, text])),
    after: [
      Object.fromEntries(
        files.map(({ path, text, production, old }) => [
          path,
          production ? text.replace(line(old), line(value)) : text,
        ]),
      ),
    ],
    calls: [
      call('grep', { text: 'environment = production', path: '/config' }),
      call('grep', { text: `${key} = `, path: '/config' }),
      ...files
        .filter(({ production }) => production)
        .map(({ path, old }) => call('replace', { path, before: line(old), after: line(value) })),
    ],
  }
}

/** Of files with the same text any one may stay. */
function unify(rng: Rng, { count, traps }: Size): Chore {
  // No two sentences have the same year, so only copies are the same.
  const years = rng.shuffle(Array.from({ length: 100 }, (_, i) => 1900 + i))
  const sentence = (): string =>
    `${rng.pick(['The lamp', 'A gate', 'This road', 'Her boat'])} ${rng.pick(['was', 'is', 'stays'])} ` +
    `${rng.pick(['green', 'closed', 'near the mill', 'older than the house'])} in ${years.pop()}.`
  const numbers = rng.shuffle(Array.from({ length: 90 }, (_, i) => i + 10))
  const path = (): string => `/texts/${rng.pick(['a', 'b', 'c'])}/text-${numbers.pop()}.txt`
  const groups = Array.from({ length: Math.ceil(count / 2) }, (_, i) => {
    const text = `${sentence()}\n${sentence()}\n`
    return { text, paths: Array.from({ length: i === 0 ? 3 : 2 }, path) }
  })
  const singles = Array.from({ length: 3 }, (_, i) => {
    const near = traps
      ? groups[i % groups.length]!.text.replace('.\n', `;${i}\n`)
      : `${sentence()}\n${i} of them\n`
    return { text: near, paths: [path()] }
  })
  const all = [...groups, ...singles]
  const before = Object.fromEntries(
    all.flatMap(({ text, paths }) => paths.map(name => [name, text] as const)),
  )
  const after = all.reduce<Texts[]>(
    (ways, { text, paths }) => ways.flatMap(way => paths.map(name => ({ ...way, [name]: text }))),
    [{}],
  )
  return {
    words:
      `Where several files below /texts have exactly the same text, keep one of them, whichever you like, and remove the ` +
      `others. Files that differ in anything stay.`,
    before,
    after,
    calls: [
      call('grep', { text: ' ', path: '/texts' }),
      ...groups.flatMap(({ paths }) => paths.slice(1).map(name => call('remove', { path: name }))),
    ],
  }
}

const KINDS = [tidy, renameModule, report, configure, unify]

export const SIZE_OF_LEVEL: readonly (Size & { chores: number })[] = [
  { chores: 1, count: 2, traps: false },
  { chores: 1, count: 4, traps: false },
  { chores: 1, count: 4, traps: true },
  { chores: 1, count: 7, traps: true },
  { chores: 2, count: 6, traps: true },
]

/** One chore, or two of different kinds in folders of their own. */
export function drawChore(rng: Rng, level: number): Chore {
  const size = SIZE_OF_LEVEL[level - 1]!
  const parts = rng
    .shuffle(KINDS)
    .slice(0, size.chores)
    .map(kind => kind(rng, size))
  return {
    words: parts.map(({ words }) => words).join('\n'),
    before: Object.assign({}, ...parts.map(({ before }) => before)) as Texts,
    after: parts.reduce<Texts[]>(
      (ways, part) => ways.flatMap(way => part.after.map(texts => ({ ...way, ...texts }))),
      [{}],
    ),
    calls: parts.flatMap(({ calls }) => calls),
  }
}
