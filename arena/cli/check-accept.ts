/** @file `ludus check --accept`: a stored case is let pass, with a reason, until a day. */
import { UsageError } from '../../envs/errors.ts'
import { readCases, writeCases } from '../../rewards/checks/cases.ts'
import { print } from './output.ts'

/** The day here and now, as cases write it. */
export function today(): string {
  const now = new Date()
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}

export async function acceptCase(
  id: string,
  { reason = '', expires = '', cases }: { reason?: string; expires?: string; cases: string },
): Promise<void> {
  if (reason.trim() === '') throw new UsageError('--accept: expected --reason, why this case may pass')
  if (!isDay(expires))
    throw new UsageError(
      `--accept: expected --expires with a day such as 2027-01-31, got ${JSON.stringify(expires)}`,
    )
  if (expires < today()) throw new UsageError(`--expires ${expires}: that day is over; choose a later one`)
  const found = (await readCases(cases)).filter(each => each.id === id)
  if (found.length === 0) throw new UsageError(`--accept ${id}: no such case in ${cases}`)
  await writeCases(
    cases,
    found.map(each => ({ ...each, status: { is: 'accepted', reason, expires } as const })),
  )
  print(`${id} (${found.map(({ property }) => property).join(', ')}) accepted until ${expires}: ${reason}`)
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}
