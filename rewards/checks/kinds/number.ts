/** @file Numbers, alone or in a text such as `7 cm`, `n=2,3,4` or `[1, 2]`. */
import type { AnswerKind, Edit } from './kind.ts'

const off: Edit = {
  id: 'off-by-some',
  about: 'one number off by 1 to 3',
  apply: (gold, [place, size]) => {
    const numbers = [...gold.matchAll(/\d+/g)]
    const chosen = numbers[place % Math.max(numbers.length, 1)]
    if (!chosen) return null
    const changed = String(BigInt(chosen[0]) + BigInt(1 + (size % 3)))
    return gold.slice(0, chosen.index) + changed + gold.slice(chosen.index + chosen[0].length)
  },
}

export const numberKind: AnswerKind = {
  id: 'number',
  wrong: [off],
  equal: [],
  junk: ['nan', 'inf', '1e999'],
  golds: [],
  compare: (answer, gold) =>
    answer.trim() === gold.trim()
      ? 'right'
      : Number.isNaN(Number(answer)) || Number.isNaN(Number(gold))
        ? 'unknown'
        : Number(answer) === Number(gold)
          ? 'right'
          : 'wrong',
}
