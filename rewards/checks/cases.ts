/**
 * @file The corpus: counterexamples as files, one each, that every later run judges before it draws anything.
 *
 * A case that no longer fails is kept and judged on, so that the fault cannot come back unseen. An accepted case does not
 * fail a run until its acceptance expires.
 */
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { UsageError } from '../../envs/errors.ts'
import { hashJson } from '../../envs/json.ts'
import type { Replayed, Report } from './report.ts'
import { ABOUT } from './report.ts'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a date such as 2027-01-31')

const statusSchema = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('open') }),
  z.strictObject({ is: z.literal('fixed') }),
  z.strictObject({ is: z.literal('accepted'), reason: z.string().min(1), expires: day }),
])

export const caseSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(/^c-[0-9a-f]{8}$/),
  subject: z.string(),
  about: z.enum(ABOUT),
  property: z.string(),
  operator: z.string(),
  /** All that is needed to judge it again; see property.ts. */
  input: z.record(z.string(), z.json()),
  says: z.string(),
  /** How it was drawn; the input is what counts. */
  seed: z.number(),
  path: z.string(),
  foundAt: day,
  status: statusSchema,
})

export type Case = z.infer<typeof caseSchema>
export type CaseStatus = Case['status']

/** A finding that somebody has looked at and lets pass, until a day. */
export interface Accepted {
  id: string
  reason: string
  expires: string
}

/** `foundAt`: the caller's day, e.g. 2026-11-28. null: the input is no plain JSON (it has a NaN, say) and cannot be stored. */
export function caseOf(
  { subject, about }: Pick<Report, 'subject' | 'about'>,
  finding: Pick<
    Report['findings'][number],
    'id' | 'property' | 'operator' | 'input' | 'says' | 'seed' | 'path'
  >,
  foundAt: string,
): Case | null {
  const { id, property, operator, input, says, seed, path } = finding
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(input)), input)) return null
  return caseSchema.parse({
    version: 1,
    id,
    subject,
    about,
    property,
    operator,
    input,
    says,
    seed,
    path,
    foundAt,
    status: { is: 'open' },
  })
}

/** The acceptances among these cases that still hold on this day. */
export function acceptedOn(cases: readonly Case[], today: string): Accepted[] {
  return cases.flatMap(({ id, status }) =>
    status.is === 'accepted' && today <= status.expires
      ? [{ id, reason: status.reason, expires: status.expires }]
      : [],
  )
}

/**
 * Cases after a run: what failed is open, what failed no more is fixed, what is accepted stays so while it fails; new ones
 * are added.
 */
export function casesAfter(
  cases: readonly Case[],
  { replayed, found }: { replayed: readonly Replayed[]; found: readonly Case[] },
): Case[] {
  const known = new Set(cases.map(({ id }) => id))
  const updated = cases.map(each => {
    const verdict = replayed.find(({ id }) => id === each.id)?.verdict
    if (verdict === undefined || verdict === 'does not apply') return each
    if (verdict === 'holds') return { ...each, status: { is: 'fixed' } as const }
    return each.status.is === 'accepted' ? each : { ...each, status: { is: 'open' } as const }
  })
  return [...updated, ...found.filter(({ id }) => !known.has(id))]
}

/** All cases of a folder, by name; none where there is no folder. Throws UsageError at a file that is no case. */
export async function readCases(folder: string): Promise<Case[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const files = names.filter(name => name.endsWith('.json')).sort()
  return Promise.all(files.map(name => readCase(join(folder, name))))
}

async function readCase(file: string): Promise<Case> {
  const text = await readFile(file, 'utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new UsageError(`${file}: expected a case in JSON; mend or remove the file`)
  }
  const parsed = caseSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw new UsageError(`${file}: ${path.join('.')}: ${message}; mend or remove the file`)
}

/** Each file is there as a whole or not at all. */
export async function writeCases(folder: string, cases: readonly Case[]): Promise<void> {
  if (cases.length > 0) await mkdir(folder, { recursive: true })
  for (const each of cases) {
    const file = join(folder, fileName(each))
    const temporary = `${file}.${process.pid}.tmp`
    await writeFile(temporary, `${JSON.stringify(caseSchema.parse(each), null, 2)}\n`)
    await rename(temporary, file)
  }
}

/** Two subjects may share an input, so the name has both; the hash keeps subjects apart that look alike when simplified. */
function fileName({ subject, id }: Case): string {
  const plain = subject.replace(/[^a-zA-Z0-9]+/g, '-').slice(0, 40)
  return `${plain}-${hashJson(subject).slice(0, 4)}.${id}.json`
}
