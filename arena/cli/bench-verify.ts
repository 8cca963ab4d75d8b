/** @file Bars for the answer verifier, over the labelled corpus of the tests. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { UsageError } from '../../envs/errors.ts'
import { Verifier } from '../../envs/math/verify/verify.ts'
import type { Bar } from './bars.ts'
import { bar } from './bars.ts'

const BUILT = !import.meta.url.endsWith('.ts')
const CORPUS = new URL(`${BUILT ? '../../../' : '../../'}tests/golden/verify-corpus.jsonl`, import.meta.url)

const pairSchema = z.object({
  gold: z.string(),
  answer: z.string(),
  equal: z.boolean().nullable(),
  adversarial: z.boolean(),
})
type Pair = z.infer<typeof pairSchema>
type Judged = Pair & { verdict: boolean | null; ms: number }

/** Rates on equal and on different pairs apart, and times per pair. Throws UsageError where the corpus is missing. */
export async function verifyBars(): Promise<Bar[]> {
  const judged = await judgeAll(await readCorpus())
  const equal = judged.filter(pair => pair.equal === true)
  const different = judged.filter(pair => pair.equal === false)
  const right = equal.filter(pair => pair.verdict === true).length
  const wrong = different.filter(pair => pair.verdict === true).length
  const times = judged.map(({ ms }) => ms).sort((a, b) => a - b)
  const adversarial = judged.filter(pair => pair.adversarial)
  const slowest = adversarial.reduce((a, b) => (b.ms > a.ms ? b : a))
  return [
    bar('verify-equal', right / equal.length, '>= 0.98 share', `of ${equal.length} equal pairs called equal`),
    bar(
      'verify-different',
      1 - wrong / different.length,
      '>= 0.995 share',
      `of ${different.length} different pairs not called equal`,
    ),
    bar('verify-ms', times[times.length >> 1]!, '<= 1 ms', `median of ${times.length} pairs`),
    bar(
      'verify-worst-ms',
      slowest.ms,
      '<= 600 ms',
      `slowest of ${adversarial.length} adversarial pairs: ${JSON.stringify(slowest.answer.slice(0, 30))}`,
    ),
  ]
}

async function readCorpus(): Promise<Pair[]> {
  const text = await readFile(CORPUS, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `verify-corpus.jsonl cannot be read (${error.code}); this bench runs in a clone of the repository, where tests/golden has it`,
    )
  })
  return text
    .trim()
    .split('\n')
    .map(line => pairSchema.parse(JSON.parse(line)))
}

async function judgeAll(pairs: readonly Pair[]): Promise<Judged[]> {
  const verifier = new Verifier()
  // Starting the LaTeX thread is no part of any pair's time.
  await verifier.verify('\\binom{3}{1}', '\\binom{3}{2}')
  const judged: Judged[] = []
  try {
    for (const pair of pairs) {
      const start = performance.now()
      const { equal } = await verifier.verify(pair.gold, pair.answer)
      judged.push({ ...pair, verdict: equal, ms: performance.now() - start })
    }
  } finally {
    await verifier.close()
  }
  return judged
}
