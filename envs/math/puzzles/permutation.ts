/** @file Permutations of 0 … n-1 by number, in lexicographic order: 0 is the sorted one, n!-1 the reversed one. */

export function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1)
}

export function rank(permutation: readonly number[]): number {
  let number = 0
  for (let i = 0; i < permutation.length; i++) {
    let smaller = 0
    for (let j = i + 1; j < permutation.length; j++) if (permutation[j]! < permutation[i]!) smaller++
    number = number * (permutation.length - i) + smaller
  }
  return number
}

export function unrank(number: number, length: number): number[] {
  const permutation = Array.from<number>({ length })
  let rest = number
  for (let i = length - 1; i >= 0; i--) {
    permutation[i] = rest % (length - i)
    rest = Math.floor(rest / (length - i))
    for (let j = i + 1; j < length; j++) if (permutation[j]! >= permutation[i]!) permutation[j]!++
  }
  return permutation
}
