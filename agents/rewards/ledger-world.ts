/**
 * @file `tools/ledger-v1` in short texts, for a learned world model: an account is one letter, an amount its digits from the
 * right, as carries go. `B0C0051;` is B with nothing and C with 1500 cents.
 *
 * The question is the request, the accounts, the closed ones and the call; the answer is the accounts that change, those that
 * are closed, the result and the reward in hundredths.
 */
import { z } from 'zod'
import type { Json } from '../../envs/json.ts'
import type { Move, Prediction } from '../../rewards/world-model.ts'
import type { WorldText } from './learned-world.ts'

const NAMES = 'alice bob carol dave erin frank savings travel rent gifts taxes reserve'.split(' ')
const LETTERS = 'ABCDEFGHIJKL'

const stateSchema = z.object({
  accounts: z.record(z.string(), z.number()),
  closed: z.array(z.string()),
  result: z.json(),
  finished: z.boolean(),
})
type State = z.infer<typeof stateSchema>

const argsSchema = z.object({
  account: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  cents: z.number().optional(),
})
type Args = z.infer<typeof argsSchema>
const callSchema = z.object({ tool: z.string(), args: argsSchema })

/** One letter per tool. */
const TOOLS: Readonly<Record<string, string>> = {
  list_accounts: 'l',
  get_balance: 'g',
  transfer: 't',
  open_account: 'o',
  close_account: 'c',
  finish: 'f',
}

export const ledgerWorld: WorldText = {
  alphabet: `${LETTERS}0123456789;:/?!=+-ltgocfrydhzpenm`,
  question: ({ task, state, action }) => {
    const { accounts, closed } = stateSchema.parse(state)
    return `${goalOf(task.params)}:${accountsText(accounts)}/${lettersOf(closed)}:${callText(action)}=`
  },
  answer: ({ state: former }, { state, reward, end }) => {
    const [before, after] = [former, state].map(each => stateSchema.parse(each)) as [State, State]
    const changed = Object.entries(after.accounts).filter(([name, held]) => before.accounts[name] !== held)
    const closed = after.closed.filter(name => !before.closed.includes(name))
    const cents = Math.round(reward * 100)
    const result = resultText(after.result)
    return `${accountsText(Object.fromEntries(changed))}/${lettersOf(closed)}:${result}${end ? '!' : '+'}${cents}`
  },
  read: (move, text) => readAnswer(move, text),
  maxTokens: 80,
}

/** What the request comes down to: the amounts of each order with the letters of its accounts. */
function goalOf(params: Json): string {
  const { request } = z.object({ request: z.string() }).parse(params)
  return request
    .split('. ')
    .map(order => {
      const kind = order.startsWith('Open')
        ? 'o'
        : order.startsWith('Close')
          ? 'c'
          : /and close/.test(order)
            ? 'r'
            : 't'
      const amount = /Transfer (\d+)/.exec(order)?.[1]
      const names = order.match(/[a-z]+/g)?.filter(word => NAMES.includes(word)) ?? []
      return kind + names.map(letterOf).join('') + (amount ? digits(Number(amount)) : '')
    })
    .join(';')
}

function callText(action: Json): string {
  const call = callSchema.safeParse(action)
  if (!call.success) return '?'
  const { tool, args } = call.data
  const names = [args.from, args.to, args.account].filter(name => name !== undefined)
  return (
    (TOOLS[tool] ?? '?') + names.map(letterOf).join('') + (args.cents === undefined ? '' : digits(args.cents))
  )
}

function accountsText(accounts: State['accounts']): string {
  return Object.keys(accounts)
    .toSorted((a, b) => letterOf(a).localeCompare(letterOf(b)))
    .map(name => letterOf(name) + digits(accounts[name]!))
    .join('')
}

/** Why a call is refused, by letter: how the environment says so. `m` is followed by the letter of the account. */
const REFUSALS: Readonly<
  Record<string, { says: RegExp; text(args: Args, accounts: State['accounts']): string }>
> = {
  d: { says: /^expected two different/, text: () => 'expected two different accounts' },
  h: {
    says: / holds only /,
    text: ({ from }, accounts) => `${from} holds only ${from === undefined ? 0 : accounts[from]} cents`,
  },
  z: { says: / was closed /, text: ({ account }) => `${account} was closed and cannot be opened again` },
  p: { says: / is open already$/, text: ({ account }) => `${account} is open already` },
  e: { says: / is not empty$/, text: ({ account }) => `${account} is not empty` },
}

/** `y`: carried out; else the letter of the refusal, `n` for one that has none. */
function resultText(result: State['result']): string {
  const shown = z.object({ ok: z.boolean(), error: z.string().optional() }).safeParse(result)
  if (!shown.success || shown.data.ok) return 'y'
  const error = shown.data.error ?? ''
  const missing = /^there is no account (\S+)$/.exec(error)?.[1]
  if (missing !== undefined) return `m${letterOf(missing)}`
  return Object.keys(REFUSALS).find(letter => REFUSALS[letter]!.says.test(error)) ?? 'n'
}

function readAnswer({ action, state: before }: Move, text: string): Prediction | null {
  const parts = /^((?:[A-L]\d+)*)\/([A-L]*):(y|[dhzpen]|m[A-L?])([!+])(-?\d{1,4})$/.exec(text)
  if (!parts) return null
  const [, accountTexts, closedLetters, result, end, cents] = parts as unknown as [string, ...string[]]
  const changed: Record<string, number> = {}
  for (const [, letter, value] of accountTexts!.matchAll(/([A-L])(\d+)/g)) {
    const name = nameOf(letter!)
    if (name in changed) return null
    changed[name] = Number(Array.from(value!).reverse().join(''))
  }
  const former = stateSchema.parse(before)
  const gone = Array.from(closedLetters!, nameOf)
  const kept = Object.entries({ ...former.accounts, ...changed }).filter(([name]) => !gone.includes(name))
  // A refused call leaves the database as it was, whatever else the text says.
  const refused = result !== 'y'
  const known = refused ? former.accounts : Object.fromEntries(kept)
  const closed = refused ? former.closed : [...new Set([...former.closed, ...gone])].toSorted()
  return {
    state: { accounts: known, closed, result: resultOf(result!, action, known), finished: end === '!' },
    reward: Number(cents) / 100,
    end: end === '!' ? { kind: 'terminated', reason: 'predicted' } : null,
  }
}

/** The result that the environment writes of a call; a look shows what the model believes the accounts to be. */
function resultOf(result: string, action: Json, accounts: State['accounts']): Json {
  const call = callSchema.safeParse(action)
  const { tool, args }: { tool: string; args: Args } = call.success ? call.data : { tool: '', args: {} }
  if (result.startsWith('m')) return { ok: false, error: `there is no account ${nameOf(result[1]!)}` }
  if (result !== 'y') return { ok: false, error: REFUSALS[result]?.text(args, accounts) ?? 'not understood' }
  if (tool === 'list_accounts') return { ok: true, accounts: Object.keys(accounts).toSorted() }
  if (tool === 'get_balance' && args.account !== undefined)
    return { ok: true, account: args.account, cents: accounts[args.account] ?? null }
  return { ok: true }
}

function digits(amount: number): string {
  return Array.from(String(amount)).reverse().join('')
}

function letterOf(name: string): string {
  return LETTERS[NAMES.indexOf(name)] ?? '?'
}

function nameOf(letter: string): string {
  return NAMES[LETTERS.indexOf(letter)] ?? letter
}

function lettersOf(names: readonly string[]): string {
  return names.map(letterOf).join('')
}
