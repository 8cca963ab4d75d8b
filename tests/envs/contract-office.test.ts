/** @file The environments of office tools keep the contract: HTTP, calendar, retail, tables, MCP. */
import fc from 'fast-check'
import type { Json } from '../../envs/json.ts'
import { hashJson } from '../../envs/json.ts'
import { findEnv } from '../../envs/registry.ts'
import { call, filled } from '../contracts/arbitraries.ts'
import type { EnvCase } from '../contracts/env-suite.ts'
import { environmentSuite } from '../contracts/env-suite.ts'

const weekday = fc.constantFrom('Mon', 'Tue', 'Wed', 'Thu', 'Fri')
const tree = fc.constantFrom('Ash', 'Oak', 'Elm', 'nowhere')
const halfHour = fc
  .integer({ min: 12, max: 44 })
  .map(half => `${String(half >> 1).padStart(2, '0')}:${half % 2 ? '30' : '00'}`)

const CASES: EnvCase[] = [
  {
    env: findEnv('tools/http-v1'),
    solved: 20,
    runs: 10,
    fitting: call(
      'request',
      fc.record(
        {
          method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'),
          path: fc.constantFrom(
            '/token',
            '/tickets',
            '/agents',
            '/tickets/T-150',
            '/openapi.json',
            '/x/../tickets',
          ),
          query: fc.constant({ page: 2 }),
          headers: fc.constant({ Authorization: 'Bearer tok-0', 'If-Match': '*', 'Idempotency-Key': 'k' }),
          body: fc
            .jsonValue({ maxDepth: 2 })
            .map(value => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'p')) as unknown),
        },
        { requiredKeys: ['method', 'path'], noNullPrototype: true },
      ),
    ),
    identity: params => {
      const { words, orders } = params as { words: Json; orders: Json }
      return hashJson([words, orders])
    },
    secrets: params => (params as { orders: Json[] }).orders.map(order => JSON.stringify(order)),
    distinct: 0.99,
    labelDepth: 1,
    labelLevel: 1,
    completeFrom: Infinity,
  },
  {
    env: findEnv('tools/calendar-v1'),
    solved: 20,
    runs: 10,
    fitting: fc.oneof(
      call('list_rooms', fc.constant({})),
      call('list_bookings', filled({ day: weekday })),
      call(
        'find_free',
        filled({
          day: weekday,
          minutes: fc.integer({ min: 30, max: 240 }),
          seats: fc.integer({ min: 1, max: 20 }),
        }),
      ),
      call(
        'move_booking',
        filled({
          id: fc.constantFrom('b1', 'b2', '__proto__'),
          room: tree,
          day: weekday,
          start: halfHour,
          end: halfHour,
        }),
      ),
      call('cancel_booking', filled({ id: fc.constantFrom('b1', 'b3', 'b99') })),
      call('decline', filled({ reason: fc.constantFrom('too_late', 'no_room', 'protected') })),
    ),
    identity: params => hashJson(params),
    secrets: () => [],
    distinct: 0.99,
    labelDepth: 1,
    labelLevel: 1,
    completeFrom: Infinity,
  },
  {
    env: findEnv('tools/retail-v1'),
    solved: 20,
    runs: 10,
    fitting: fc.oneof(
      call('say', filled({ text: fc.string({ minLength: 1, maxLength: 60 }) })),
      call('find_customers', filled({ name: fc.constantFrom('Lena Vogt', 'nobody', '__proto__') })),
      call('list_orders', filled({ customer: fc.constantFrom('C1', 'C2', 'C99') })),
      call(
        'change_address',
        filled({ order: fc.constantFrom('O1', 'constructor'), address: fc.constant('1 Mill Lane') }),
      ),
      call(
        'close_case',
        filled({
          outcome: fc.constantFrom('resolved', 'refused', 'partly'),
          reason: fc.constantFrom('none', 'time', 'sale'),
        }),
      ),
      call('transfer_case', filled({ reason: fc.constantFrom('identity', 'amount') })),
    ),
    identity: params => hashJson(params),
    secrets: () => [],
    distinct: 0.99,
    labelDepth: 1,
    labelLevel: 1,
    completeFrom: Infinity,
  },
  {
    env: findEnv('tools/sheet-v1'),
    solved: 20,
    runs: 10,
    fitting: fc.oneof(
      call('list_sheets', fc.constant({})),
      call(
        'read_range',
        filled({
          sheet: fc.constantFrom('Sales', 'Prices', 'constructor'),
          range: fc.constantFrom('A1:F9', 'A1', 'B9:A1'),
        }),
      ),
      call(
        'set_cells',
        filled({
          sheet: fc.constantFrom('Sales', 'Prices'),
          cells: fc.array(
            filled({
              cell: fc.constantFrom('A2', 'F3', 'ZZ1'),
              value: fc.constantFrom('x', 7, null, '=SUM(C2:C4)', '=F3', '=NOW()'),
            }),
            { minLength: 1, maxLength: 3 },
          ),
        }),
      ),
      call('insert_row', filled({ sheet: fc.constant('Sales'), before: fc.integer({ min: 1, max: 60 }) })),
      call('delete_row', filled({ sheet: fc.constant('Sales'), row: fc.integer({ min: 1, max: 60 }) })),
    ),
    identity: params => {
      const { words, book } = params as { words: Json; book: Json }
      return hashJson([words, book])
    },
    secrets: params =>
      (params as { calls: Json[] }).calls
        .map(each => JSON.stringify(each))
        .filter(text => text.includes('=')),
    distinct: 0.99,
    labelDepth: 0, // every mistake can be made good
    labelLevel: 1,
    completeFrom: Infinity,
  },
  {
    env: findEnv('tools/mcp-inventory-v1'),
    solved: 8,
    runs: 6,
    fitting: fc.oneof(
      call('list_bins', fc.constant({})),
      call('look_into', filled({ bin: fc.constantFrom('A1', 'B2', '__proto__') })),
      call(
        'receive',
        filled({
          article: fc.constantFrom('bolt', 'nut'),
          bin: fc.constantFrom('A1', 'B1'),
          pieces: fc.integer({ min: 1, max: 50 }),
        }),
      ),
      call(
        'ship',
        filled({
          article: fc.constantFrom('bolt', 'nut'),
          bin: fc.constantFrom('A1', 'B1'),
          pieces: fc.integer({ min: 1, max: 9 }),
        }),
      ),
    ),
    identity: params => {
      const { stock, words } = params as { stock: Json; words: Json }
      return hashJson([stock, words])
    },
    secrets: params => [JSON.stringify((params as { goal: Json }).goal)],
    distinct: 0.99,
    labelDepth: 0, // what a server holds is known only when it is asked
    labelLevel: 1,
    completeFrom: Infinity,
  },
]

CASES.forEach(subject => environmentSuite({ ...subject, undecided: true }))
