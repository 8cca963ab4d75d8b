/** @file `ludus verify`: pairs of reference and reply in, verdicts out, one JSON line each, as long as the input stays open. */
import { Command } from 'commander'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { Verdict, VerifyOptions } from '../../envs/math/verify/verify.ts'
import { Verifier } from '../../envs/math/verify/verify.ts'

const pairSchema = z.object({ gold: z.string(), answer: z.string() })

/** Pairs that may be under way at once; the input waits beyond that. */
const IN_FLIGHT = 32
/** Characters of one line; JSON may take six for one character of text. */
const MAX_LINE = 2_000_000

export function verifyCommand(): Command {
  return new Command('verify')
    .description('judge answers against references: JSON lines in, one verdict per line out')
    .option('--loose-percent', '28 % also equals a bare 28')
    .option('--evaluated', 'where the reference is a number, an expression of its value is not equal')
    .option('--json', 'accepted like everywhere; the output is JSON lines with or without it')
    .addHelpText(
      'after',
      '\nReads {"gold": "…", "answer": "…"} per line from standard input and prints {"equal": true|false|null, "reason": "…"}\n' +
        'per line in the same order; null is not judged. Exits with 1 if a line was not such an object.',
    )
    .action(verifyLines)
}

async function verifyLines(options: VerifyOptions): Promise<void> {
  const verifier = new Verifier()
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity })
  const under: Promise<void>[] = []
  let [number, written] = [0, Promise.resolve()]
  try {
    for await (const line of lines) {
      const verdict = judge(verifier, line, ++number, options)
      written = written.then(async () => writeLine(await verdict))
      under.push(written)
      if (under.length >= IN_FLIGHT) await under.shift()
    }
    await written
  } finally {
    await verifier.close()
  }
}

async function judge(
  verifier: Verifier,
  line: string,
  number: number,
  { loosePercent = false, evaluated = false }: VerifyOptions,
): Promise<Verdict> {
  const pair = parsePair(line)
  if (typeof pair !== 'string') return verifier.verify(pair.gold, pair.answer, { loosePercent, evaluated })
  process.exitCode = 1
  return {
    equal: null,
    reason: `line ${number}: expected {"gold": "…", "answer": "…"}, ${pair}; send one such object per line`,
  }
}

/** The pair, or what came instead. */
function parsePair(line: string): z.infer<typeof pairSchema> | string {
  if (line.length > MAX_LINE) return `got a line of more than ${MAX_LINE} characters`
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return line.trim() === '' ? 'got an empty line' : `got no JSON: ${JSON.stringify(line.slice(0, 40))}`
  }
  const parsed = pairSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  return `got ${path.length > 0 ? `"${path.join('.')}": ` : ''}${message}`
}

async function writeLine({ equal, reason }: Verdict): Promise<void> {
  if (!process.stdout.write(JSON.stringify({ equal, reason }) + '\n')) await once(process.stdout, 'drain')
}
