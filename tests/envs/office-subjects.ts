/** @file The office tools as subjects of one suite: what is needed, what spoils, what only reads, and hostile calls. */
import type { EnvDef } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { calendar } from '../../envs/tools/calendar.ts'
import { http } from '../../envs/tools/http.ts'
import { mcpInventory } from '../../envs/tools/mcp-inventory.ts'
import { retail } from '../../envs/tools/retail.ts'
import { sheet } from '../../envs/tools/sheet.ts'
import type { Desk } from '../../envs/tools/ticket-api.ts'
import { tokenOf } from '../../envs/tools/ticket-api.ts'
import type { Call } from '../../envs/tools/call-form.ts'

export type Subject = {
  env: EnvDef
  /** Does the outcome depend on this call of the solution? */
  needed(call: Call, at: number, calls: readonly Call[]): boolean
  /** Neighbouring calls of the solution that may be swapped. */
  commute(a: Call, b: Call): boolean
  /** The last call but `finish` closes the case: nothing can be done after it. */
  closes?: boolean
  /** Calls that spoil a world in which everything is carried out. */
  harm(world: Json): Call[]
  /** Calls that read only, whenever they are made. */
  reads(params: Json): Call[]
  hostile: unknown[]
  secrets(params: Json): string[]
}
const sent = ({ args }: Call) =>
  args as { method: string; path: string; body?: Json; headers?: { [name: string]: string } }
const isWrite = (call: Call): boolean =>
  call.tool === 'request' && sent(call).method !== 'GET' && sent(call).path !== '/token'
const same = (a: Call, b: Call): boolean =>
  sent(a).method === 'POST' && JSON.stringify(sent(a).body) === JSON.stringify(sent(b).body)
const call = (tool: string, args: Call['args']): Call => ({ tool, args })
const request = (args: Call['args']): Call => call('request', args)
const GET = (path: string): Call => request({ method: 'GET', path })
export const HUGE = 'x'.repeat(200_000)

export const SUBJECTS: Subject[] = [
  {
    env: http as unknown as EnvDef,
    needed: (call, at, calls) => isWrite(call) && !calls.some((other, i) => i !== at && same(other, call)),
    commute: (a, b) => isWrite(a) && isWrite(b) && !same(a, b),
    harm: world => {
      const { secret, grants } = world as unknown as Desk
      const Authorization = `Bearer ${tokenOf(secret, grants)}`
      return [
        request({ method: 'POST', path: '/token', body: { client_id: 'desk', client_secret: secret } }),
        request({
          method: 'POST',
          path: '/tickets',
          headers: { Authorization, 'Idempotency-Key': 'once-more' },
          body: { customer: 'Old Mill', title: 'One too many' },
        }),
      ]
    },
    reads: () => [GET('/openapi.json')],
    hostile: [
      GET('/../../etc/passwd'),
      GET('//evil.example/tickets'),
      GET('/tickets/__proto__'),
      GET('/tickets/%00'),
      { tool: 'request', args: { method: 'GET', path: 'http://evil.example/' } },
      { tool: 'request', args: { method: 'PUT', path: '/tickets' } },
      { tool: 'request', args: { method: 'POST', path: '/token', body: HUGE } },
      { tool: 'request', args: { method: 'POST', path: '/token', body: nested(20_000) } },
      { tool: 'request', args: { method: 'GET', path: '/tickets', headers: { 'a\r\nb': 'x' } } },
      { tool: 'request', args: JSON.parse('{"method":"GET","path":"/tickets","headers":{"__proto__":"x"}}') },
    ],
    secrets: params => (params as { orders: Json[] }).orders.map(order => JSON.stringify(order)),
  },
  {
    env: calendar as unknown as EnvDef,
    needed: ({ tool }) => !tool.startsWith('list'),
    commute: (a, b) => a.tool === 'list_bookings' && b.tool === 'list_bookings',
    harm: world => [
      call('cancel_booking', { id: (world as { bookings: { id: string }[] }).bookings[0]!.id }),
    ],
    reads: () => [
      call('list_rooms', {}),
      call('list_bookings', { day: 'Tue' }),
      call('find_free', { day: 'Mon', minutes: 30, seats: 1 }),
    ],
    hostile: [
      call('cancel_booking', { id: '__proto__' }),
      call('cancel_booking', { id: HUGE }),
      call('move_booking', { id: 'b1', room: 'constructor', day: 'Mon', start: '09:00', end: '10:00' }),
      call('move_booking', { id: 'b1', room: 'Ash', day: 'Mon', start: '10:00', end: '09:00' }),
      call('move_booking', { id: 'b1', room: 'Ash', day: 'Sun', start: '09:00', end: '10:00' }),
      call('list_bookings', { day: '__proto__' }),
      call('find_free', { day: 'Mon', minutes: 1e9, seats: 1 }),
      call('decline', { reason: 'because' }),
    ],
    secrets: () => [],
  },
  {
    env: retail as unknown as EnvDef,
    needed: ({ tool }) => /^(cancel|change|refund|exchange|close|transfer)/.test(tool),
    commute: (a, b) => /^find|^list/.test(a.tool) && /^find|^list/.test(b.tool),
    closes: true,
    harm: world => [
      call('change_address', {
        order: (world as unknown as { orders: { id: string }[] }).orders[0]!.id,
        address: 'Nowhere',
      }),
    ],
    reads: () => [call('find_customers', { name: 'nobody' }), call('say', { text: 'What is the reason?' })],
    hostile: [
      call('get_order', { order: '__proto__' }),
      call('refund_item', { order: 'O1', sku: "' OR 1=1" }),
      call('close_case', { outcome: 'refunded', reason: 'none' }),
      call('say', { text: HUGE }),
      call('say', { text: '' }),
      call('change_address', { order: 'constructor', address: '1 Mill Lane' }),
    ],
    secrets: () => [],
  },
  {
    env: sheet as unknown as EnvDef,
    needed: ({ tool }) => /^(set|insert|delete|sort)/.test(tool),
    commute: (a, b) => a.tool === 'set_cells' && b.tool === 'set_cells',
    harm: () => [call('set_cells', { sheet: 'Sales', cells: [{ cell: 'A2', value: 'nonsense' }] })],
    reads: () => [
      call('list_sheets', {}),
      call('read_range', { sheet: 'Sales', range: 'A1:C3', formulas: true }),
    ],
    hostile: [
      ...[
        '=NOW()',
        '=SUM(A:A)',
        '=SUM(A1:XFD1048576)',
        '=WEBSERVICE("http://evil.example")',
        `=${'('.repeat(200)}1`,
        '=Nope!A1',
        '=REPT("x",1000000000)',
        '={1}',
        "='../../x'!A1",
      ].map(value => call('set_cells', { sheet: 'Sales', cells: [{ cell: 'H1', value }] })),
      call('set_cells', {
        sheet: 'Sales',
        cells: Array.from({ length: 60 }, (_, i) => ({
          cell: `H${i + 1}`,
          value: `=${Array.from({ length: 36 }, () => 'A1:L60')
            .join('+')
            .slice(0, 250)}`,
        })),
      }),
      call('set_cells', { sheet: '__proto__', cells: [{ cell: 'A1', value: 1 }] }),
      call('set_cells', { sheet: 'Sales', cells: [{ cell: 'ZZ99', value: 1 }] }),
      call('set_cells', { sheet: 'Sales', cells: [{ cell: 'A1', value: HUGE }] }),
      call('read_range', { sheet: 'Sales', range: 'A1:L60' }),
      call('delete_row', { sheet: 'Sales', row: 60 }),
      call('sort_rows', { sheet: 'Sales', first: 1, last: 60, column: 'A', order: 'ascending' }),
    ],
    secrets: params =>
      (params as { calls: Json[] }).calls
        .filter(each => JSON.stringify(each).includes('='))
        .map(each => JSON.stringify(each)),
  },
  {
    env: mcpInventory as unknown as EnvDef,
    needed: ({ tool }) => /^(move|receive|ship)/.test(tool),
    commute: (a, b) => a.tool === 'look_into' && b.tool === 'look_into',
    harm: () => [call('receive', { article: 'cuckoo', bin: 'A1', pieces: 1 })],
    reads: () => [call('list_bins', {}), call('look_into', { bin: 'nowhere' })],
    hostile: [
      call('export_stock', {}),
      call('look_into', { bin: HUGE }),
      call('move', { article: 'bolt', from: 'A1', to: 'A2', pieces: 1e300 }),
      call('ship', { article: 'bolt', bin: 'A1', pieces: -5 }),
      call('look_into', { bin: 'A1', more: nested(20_000) }),
    ],
    secrets: params => [JSON.stringify((params as { goal: Json }).goal)],
  },
]

function nested(depth: number): Json {
  let value: Json = 1
  for (let i = 0; i < depth; i++) value = [value]
  return value
}
