/**
 * @file Slow programs and what they compute, in JavaScript and Python, with quick programs that give the same.
 *
 * All inputs of one problem are of one size, so that a budget of counted steps is one number. The budgets lie between
 * what the quick and the slow program take, with a factor of two to both sides at least; a test measures that.
 */
import type { Rng } from '../rng.ts'
import type { Result } from './pipeline.ts'
import type { Language } from './program.ts'

export type Problem = keyof typeof PROBLEMS
/** Up to three constants, whose meaning is the problem's own. */
export type Constants = [number, number, number]
/** A list, or one number. */
export type Argument = number[] | number

interface SlowProgram {
  draw(rng: Rng): Constants
  input(rng: Rng): Argument
  /** What both programs return. */
  result(argument: Argument, constants: Constants): Result
  /** Steps that one call may take. */
  budget: Record<Language, number>
  slow: Record<Language, (constants: Constants) => string>
  quick: Record<Language, (constants: Constants) => string>
}

const LENGTH = 80

function drawNumbers(rng: Rng): number[] {
  return Array.from({ length: LENGTH }, () => rng.int(0, 60))
}

const list = (argument: Argument): number[] => (Array.isArray(argument) ? argument : [])
const whole = (argument: Argument): number => (Array.isArray(argument) ? 0 : argument)

const PROBLEMS = {
  prefixes: {
    draw: rng => [rng.int(1, 50), rng.int(0, 50), rng.int(40, 140)],
    input: drawNumbers,
    result: (argument, [a, b, m]) => {
      let sum = b
      return list(argument).map(x => (sum = (sum + a * x) % m))
    },
    budget: { javascript: 400, python: 800 },
    slow: {
      javascript: ([a, b, m]) => `function solve(xs) {
  const result = []
  for (let i = 0; i < xs.length; i++) {
    let sum = ${b}
    for (let j = 0; j <= i; j++) {
      sum += ${a} * xs[j]
    }
    result.push(sum % ${m})
  }
  return result
}`,
      python: ([a, b, m]) => `def solve(xs):
    result = []
    for i in range(len(xs)):
        total = ${b}
        for j in range(i + 1):
            total += ${a} * xs[j]
        result.append(total % ${m})
    return result`,
    },
    quick: {
      javascript: ([a, b, m]) => `function solve(xs) {
  const result = []
  let sum = ${b}
  for (const x of xs) {
    sum += ${a} * x
    result.push(sum % ${m})
  }
  return result
}`,
      python: ([a, b, m]) => `def solve(xs):
    result = []
    total = ${b}
    for x in xs:
        total += ${a} * x
        result.append(total % ${m})
    return result`,
    },
  },
  windows: {
    draw: rng => [rng.int(20, 40), rng.int(2, 40), rng.int(0, 99)],
    input: drawNumbers,
    result: (argument, [k, a, b]) => {
      const xs = list(argument)
      let best = 0
      for (let i = 0; i + k <= xs.length; i++)
        best = Math.max(
          best,
          xs.slice(i, i + k).reduce((sum, x) => sum + x, 0),
        )
      return a * best + b
    },
    budget: { javascript: 820, python: 1000 },
    slow: {
      javascript: ([k, a, b]) => `function solve(xs) {
  let best = 0
  for (let i = 0; i + ${k} <= xs.length; i++) {
    let sum = 0
    for (let j = i; j < i + ${k}; j++) {
      sum += xs[j]
    }
    best = Math.max(best, sum)
  }
  return ${a} * best + ${b}
}`,
      python: ([k, a, b]) => `def solve(xs):
    best = 0
    for i in range(len(xs) - ${k} + 1):
        total = 0
        for j in range(i, i + ${k}):
            total += xs[j]
        best = max(best, total)
    return ${a} * best + ${b}`,
    },
    quick: {
      javascript: ([k, a, b]) => `function solve(xs) {
  let best = 0
  let sum = 0
  for (let i = 0; i < xs.length; i++) {
    sum += xs[i]
    if (i >= ${k}) sum -= xs[i - ${k}]
    if (i >= ${k} - 1 && sum > best) best = sum
  }
  return ${a} * best + ${b}
}`,
      python: ([k, a, b]) => `def solve(xs):
    best = 0
    total = 0
    for i in range(len(xs)):
        total += xs[i]
        if i >= ${k}:
            total -= xs[i - ${k}]
        if i >= ${k} - 1 and total > best:
            best = total
    return ${a} * best + ${b}`,
    },
  },
  partners: {
    draw: rng => [rng.int(2, 40), rng.int(1, 50), rng.int(61, 140)],
    input: drawNumbers,
    result: (argument, [a, b, m]) => {
      const xs = list(argument)
      return xs.filter((x, i) => xs.slice(0, i).includes((a * x + b) % m)).length
    },
    budget: { javascript: 800, python: 800 },
    slow: {
      javascript: ([a, b, m]) => `function solve(xs) {
  let count = 0
  for (let i = 0; i < xs.length; i++) {
    let found = false
    for (let j = 0; j < i; j++) {
      if (xs[j] === (${a} * xs[i] + ${b}) % ${m}) found = true
    }
    if (found) count += 1
  }
  return count
}`,
      python: ([a, b, m]) => `def solve(xs):
    count = 0
    for i in range(len(xs)):
        found = False
        for j in range(i):
            if xs[j] == (${a} * xs[i] + ${b}) % ${m}:
                found = True
        if found:
            count += 1
    return count`,
    },
    quick: {
      javascript: ([a, b, m]) => `function solve(xs) {
  const seen = new Set()
  let count = 0
  for (const x of xs) {
    if (seen.has((${a} * x + ${b}) % ${m})) count += 1
    seen.add(x)
  }
  return count
}`,
      python: ([a, b, m]) => `def solve(xs):
    seen = set()
    count = 0
    for x in xs:
        if (${a} * x + ${b}) % ${m} in seen:
            count += 1
        seen.add(x)
    return count`,
    },
  },
  pairs: {
    draw: rng => {
      const m = rng.int(7, 90)
      return [m, rng.int(0, m - 1), rng.int(2, 60)]
    },
    input: drawNumbers,
    result: (argument, [m, r, a]) => {
      let count = 0
      const xs = list(argument)
      xs.forEach((x, i) => xs.slice(i + 1).forEach(y => (count += Number((x + y) % m === r))))
      return a * count
    },
    budget: { javascript: 800, python: 800 },
    slow: {
      javascript: ([m, r, a]) => `function solve(xs) {
  let count = 0
  for (let i = 0; i < xs.length; i++) {
    for (let j = i + 1; j < xs.length; j++) {
      if ((xs[i] + xs[j]) % ${m} === ${r}) count += 1
    }
  }
  return ${a} * count
}`,
      python: ([m, r, a]) => `def solve(xs):
    count = 0
    for i in range(len(xs)):
        for j in range(i + 1, len(xs)):
            if (xs[i] + xs[j]) % ${m} == ${r}:
                count += 1
    return ${a} * count`,
    },
    quick: {
      javascript: ([m, r, a]) => `function solve(xs) {
  const seen = new Array(${m}).fill(0)
  let count = 0
  for (const x of xs) {
    count += seen[(${m} + ${r} - (x % ${m})) % ${m}]
    seen[x % ${m}] += 1
  }
  return ${a} * count
}`,
      python: ([m, r, a]) => `def solve(xs):
    seen = [0] * ${m}
    count = 0
    for x in xs:
        count += seen[(${r} - x) % ${m}]
        seen[x % ${m}] += 1
    return ${a} * count`,
    },
  },
  recurrence: {
    draw: rng => [rng.int(1, 9), rng.int(1, 9), rng.int(50, 999)],
    input: rng => rng.int(13, 16),
    result: (argument, [a, b, m]) => {
      let [x, y] = [1, 1]
      for (let i = 1; i < whole(argument); i++) [x, y] = [y, (a * y + b * x) % m]
      return y
    },
    budget: { javascript: 150, python: 150 },
    slow: {
      javascript: ([a, b, m]) => `function solve(n) {
  if (n < 2) return 1
  return (${a} * solve(n - 1) + ${b} * solve(n - 2)) % ${m}
}`,
      python: ([a, b, m]) => `def solve(n):
    if n < 2:
        return 1
    return (${a} * solve(n - 1) + ${b} * solve(n - 2)) % ${m}`,
    },
    quick: {
      javascript: ([a, b, m]) => `function solve(n) {
  let before = 1
  let now = 1
  for (let i = 1; i < n; i++) {
    const next = (${a} * now + ${b} * before) % ${m}
    before = now
    now = next
  }
  return now
}`,
      python: ([a, b, m]) => `def solve(n):
    before, now = 1, 1
    for i in range(1, n):
        before, now = now, (${a} * now + ${b} * before) % ${m}
    return now`,
    },
  },
  divisors: {
    draw: rng => [rng.int(2, 60), rng.int(1, 60), rng.int(100, 999)],
    input: rng => rng.int(1500, 2500),
    result: (argument, [a, b, m]) => {
      const n = whole(argument)
      let sum = 0
      for (let k = 1; k <= n; k++) if (n % k === 0) sum += a * k + b
      return sum % m
    },
    budget: { javascript: 600, python: 600 },
    slow: {
      javascript: ([a, b, m]) => `function solve(n) {
  let sum = 0
  for (let k = 1; k <= n; k++) {
    if (n % k === 0) sum += ${a} * k + ${b}
  }
  return sum % ${m}
}`,
      python: ([a, b, m]) => `def solve(n):
    total = 0
    for k in range(1, n + 1):
        if n % k == 0:
            total += ${a} * k + ${b}
    return total % ${m}`,
    },
    quick: {
      javascript: ([a, b, m]) => `function solve(n) {
  let sum = 0
  for (let k = 1; k * k <= n; k++) {
    if (n % k === 0) {
      sum += ${a} * k + ${b}
      if (k * k < n) sum += ${a} * (n / k) + ${b}
    }
  }
  return sum % ${m}
}`,
      python: ([a, b, m]) => `def solve(n):
    total = 0
    k = 1
    while k * k <= n:
        if n % k == 0:
            total += ${a} * k + ${b}
            if k * k < n:
                total += ${a} * (n // k) + ${b}
        k += 1
    return total % ${m}`,
    },
  },
  power: {
    draw: rng => [rng.int(3, 90), rng.int(1, 90), rng.int(100, 9999)],
    input: rng => rng.int(800, 1500),
    result: (argument, [a, b, m]) => {
      let value = 1
      for (let i = 0; i < whole(argument); i++) value = (value * a) % m
      return (value + b) % m
    },
    budget: { javascript: 200, python: 200 },
    slow: {
      javascript: ([a, b, m]) => `function solve(n) {
  let value = 1
  for (let i = 0; i < n; i++) {
    value = (value * ${a}) % ${m}
  }
  return (value + ${b}) % ${m}
}`,
      python: ([a, b, m]) => `def solve(n):
    value = 1
    for i in range(n):
        value = value * ${a} % ${m}
    return (value + ${b}) % ${m}`,
    },
    quick: {
      javascript: ([a, b, m]) => `function solve(n) {
  let value = 1
  let factor = ${a} % ${m}
  let rest = n
  while (rest > 0) {
    if (rest % 2 === 1) value = (value * factor) % ${m}
    factor = (factor * factor) % ${m}
    rest = Math.floor(rest / 2)
  }
  return (value + ${b}) % ${m}
}`,
      python: ([a, b, m]) => `def solve(n):
    return (pow(${a}, n, ${m}) + ${b}) % ${m}`,
    },
  },
} satisfies Record<string, SlowProgram>

export function problem(name: Problem): SlowProgram {
  return PROBLEMS[name]
}
