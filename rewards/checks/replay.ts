/** @file Stored cases judged again, and what was found anew told apart from them. */
import type { Json } from '../../envs/json.ts'
import type { Case } from './cases.ts'
import type { Finding } from './findings.ts'
import { causeOf } from './findings.ts'
import type { Probe } from './probe.ts'
import type { Property } from './property.ts'
import type { Replayed } from './report.ts'

interface Stage<S> {
  scene: S
  probe: Probe
}

/** Cases of properties that are not run here are left out. */
export async function replayCases<S>(
  cases: readonly Case[],
  properties: readonly Property<S>[],
  stage: Stage<S>,
): Promise<{ findings: Finding[]; replayed: Replayed[] }> {
  const [findings, replayed]: [Finding[], Replayed[]] = [[], []]
  for (const stored of cases) {
    const property = properties.find(({ id }) => id === stored.property)
    if (!property) continue
    const found = await judged(stored, property, stage)
    if (typeof found !== 'string') findings.push(found)
    replayed.push({
      id: stored.id,
      property: property.id,
      verdict: typeof found === 'string' ? found : 'fails',
    })
  }
  return { findings, replayed }
}

async function judged<S>(
  { id, operator, input, seed, path }: Case,
  property: Property<S>,
  { scene, probe }: Stage<S>,
): Promise<Finding | 'holds' | 'does not apply'> {
  const literal = input as Record<string, Json>
  const violation = await property.judge(literal, scene, probe)
  if (violation === null) return 'holds'
  if (violation === 'skip') return 'does not apply'
  return {
    id,
    property: property.id,
    number: property.number,
    title: property.title,
    severity: property.statistical ? 'info' : (violation.severity ?? property.severity),
    operator,
    also: [],
    says: violation.says,
    scores: [...(violation.scores ?? [])],
    input: literal,
    run: 0,
    shrinks: 0,
    seed,
    path,
    confirmed: [0, 0],
  }
}

/** All stored findings, and those new ones whose cause is none of theirs; the others are named in `also`. */
export function folded(stored: readonly Finding[], found: readonly Finding[]): Finding[] {
  const causes = new Set(stored.map(causeOf))
  const named = stored.map(each => {
    const same = found.filter(other => causeOf(other) === causeOf(each))
    const operators = same.flatMap(({ operator, also }) => [operator, ...also])
    return { ...each, also: [...new Set(operators)].filter(operator => operator !== each.operator) }
  })
  return [...named, ...found.filter(each => !causes.has(causeOf(each)))]
}
