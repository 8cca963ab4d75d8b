/** @file Senseless answers that graders stumble over, and the same senselessness planted inside a right answer. */

/** Keys: what some grader's number reading takes for every number, or for none and throws. */
export const NUMBER_JUNK: readonly string[] = [
  'nan',
  'inf',
  '1e999',
  'NaN',
  '-inf',
  'Infinity',
  '-Infinity',
  '-nan',
  '1e-999',
  '-0',
  '0',
  '1',
  '-1',
  '00',
  '0x',
  '1_0',
  '²',
  '½',
  '١٢',
  '１２',
  '٠',
  'Ⅷ',
  '1/0',
  '0/0',
  '--1',
  '+',
  '-',
  '.',
  '1.2.3',
  '1,',
  ',',
  '1e',
  'e',
  '1j',
  '9'.repeat(400),
  `0.${'0'.repeat(400)}1`,
  '9**9',
  '1 2',
]

export const TEXT_JUNK: readonly string[] = [
  '',
  ' ',
  'null',
  'None',
  'undefined',
  'true',
  'True',
  'false',
  'False',
  'yes',
  'no',
  'banana',
  'x',
  'a',
  'the',
  '?',
  '*',
  '.*',
  '\u200b',
  '\u0000',
  '\ufeff',
  '\ud800',
  '\u202e',
  '\n',
  '\t',
  '💥',
  'é',
  '%s',
  '%',
  '{0}',
  '${1}',
  '\\',
  '\\boxed{',
  '\\boxed{}',
  '\\frac{',
  '\\frac{1}',
  '$',
  '$$',
  '"',
  "'",
  '`',
  '```',
  '</answer>',
  '<answer>',
  '<think>',
  '####',
  '#',
  ':',
  ';',
  '=',
  '!',
  '!!',
  '|',
  '&',
  '/',
  '_',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  'I do not know',
  'see above',
]

/** Valid JSON of the wrong type, and JSON that is cut off. */
export const JSON_JUNK: readonly string[] = [
  'null',
  '3',
  '[]',
  '{}',
  'true',
  '[[]]',
  '"x"',
  '""',
  '[null]',
  '[{}]',
  '{"":null}',
  '[1,"a"]',
  '{"a":[]}',
  '[[1],[2]]',
  '-1',
  '1e999',
  'NaN',
  '[1e999]',
  '{"__proto__":{}}',
  '{"a":1,"a":2}',
  '[',
  '{',
  ']',
  '}',
  '{"a":',
  '["a"',
  '{a:1}',
  "{'a':1}",
  '[1,]',
  '"\\ud800"',
  '[null,null]',
  '[[[[[[]]]]]]',
]

export const BRACKET_JUNK: readonly string[] = ['(', ')', '(((', '())', '[(])', '{{}', '(1', '1)', '()']

/** For one token of a right answer: a word for a number, a number that is none, nothing at all. */
export const PLANTED: readonly string[] = [
  'x',
  '²',
  'nan',
  '',
  'one',
  'null',
  '1e999',
  '-',
  '½',
  '\u0000',
  '١',
  '[]',
  '1.5.2',
  '-1',
  '9'.repeat(25),
  '""',
  '{}',
  '?',
]

const TOKEN = /\d+(?:\.\d+)?|[A-Za-z_]+|"[^"]*"|[^\s\w]/g

/** A right answer with one of its tokens replaced by junk; null where it has none. */
export function planted(gold: string, place: number, which: number): string | null {
  const tokens = [...gold.matchAll(TOKEN)]
  const token = tokens[place % Math.max(tokens.length, 1)]
  if (!token) return null
  const text = PLANTED[which % PLANTED.length]!
  return gold.slice(0, token.index) + text + gold.slice(token.index + token[0].length)
}

/** How many shapes `torn` knows. */
export const TORN = 11

/** A right answer torn: a line too many, one too few, doubled, without its brackets. */
export function torn(gold: string, which: number): string {
  const lines = gold.split('\n')
  const shapes = [
    `${gold}\n${lines.at(-1)}`,
    lines.slice(0, -1).join('\n'),
    gold.slice(1),
    gold.slice(0, -1),
    `${gold} ${gold}`,
    `[${gold}]`,
    gold.replace(/\s+/g, ''),
    `"${gold}"`,
    gold.replace(/[[\](){}]/g, ''),
    `${gold}\n\n`,
    gold.replace(/ /g, '  '),
  ]
  return shapes[which % shapes.length]!
}
