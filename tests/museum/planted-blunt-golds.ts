/** @file References on which every edit of their kind finds something to change. */
import type { KindId } from '../../rewards/checks/subject.ts'

const ADDER = 'def add(a, b):\n    if a == 0:\n        return b\n    return a + b * 2'
const BIGGEST =
  'function biggest(list) {\n  if (list.length < 1) {\n    return 0\n  }\n  return list[0] + 1\n}'
const SINGLE = 'x => x * 3 + 10'

export const GOLDS: Readonly<Record<KindId, readonly string[]>> = {
  number: [
    '123',
    '-47',
    '1.50',
    '5280',
    '3 km',
    '7cm',
    '3, 5, 8',
    'x = 14',
    '\\pm 2021',
    '3*x-1*y+13=0',
    'True 6',
    '1/2',
    '0.25',
  ],
  expression: ['6*1', '3+7', '2*(3+4)', '1+2*3', '8/2', '10-3*2', '5*5+3'],
  text: [
    'Paris',
    'New York',
    'red, green, blue',
    'yes, 6',
    '42 km',
    '13, 25, 38',
    'x = 14',
    '\\pm 37',
    'n+25',
    '-47',
  ],
  choice: ['A', 'B', 'yes', 'no', 'red', 'two words'],
  json: [
    '{"x":1000,"name":"Ada"}',
    '[1,2,3]',
    '{"ok":true,"list":["a","b"]}',
    '{"a":{"b":[10,20]},"n":33}',
    '[{"id":7,"tag":"z"}]',
  ],
  code: [ADDER, BIGGEST, SINGLE],
  'tool-calls': [
    '[{"name":"credit","arguments":{"amount":33,"to":"Ada"}}]',
    '[{"name":"open","arguments":{"door":true,"codes":[1,2]}},{"name":"close","arguments":{"after":9}}]',
    'move(12, 25)\nstop(3)',
  ],
  steps: ['1 + 1 = 2\n2 * 12 = 24\nx = 24', 'so it begins\nand ends\n375', '10 - 4 = 6\n6.5 or 6'],
}

/** What else is right where order or an operator does not matter. */
export const UNORDERED: Readonly<Record<string, readonly string[]>> = {
  '3, 5, 8': ['8, 5, 3', '5, 3, 8', '3, 8, 5'],
  'red, green, blue': ['blue, green, red', 'green, red, blue', 'red, blue, green'],
  '6*1': ['6/1'],
  '[1,2,3]': ['[2,1,3]', '[1,3,2]'],
  'move(12, 25)\nstop(3)': ['stop(3)\nmove(12, 25)'],
  'so it begins\nand ends\n375': ['and ends\nso it begins\n375'],
}
