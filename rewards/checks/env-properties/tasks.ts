/** @file E20 and P28 for environments: tasks are drawn as declared, and do not show their answer. */
import { createHash } from 'node:crypto'
import type { Json } from '../../../envs/json.ts'
import { binomialTwoSided } from '../../shares.ts'
import type { EnvScene } from '../env-scene.ts'
import { draws } from '../fast-check.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import { brief, play, rounded } from './plays.ts'
import { seedDraw } from './scripts.ts'

const TASKS = 400
const ALPHA = 1e-6

export const declaredDistribution: Property<EnvScene> = {
  id: 'declared_distribution',
  number: 'E20',
  title: 'tasks show the declared shares',
  severity: 'medium',
  missing: ({ subject, can }) =>
    !subject.distribution
      ? 'declare distribution, the shares that tasks must show'
      : can.state || can.snapshot
        ? null
        : 'give its environments state()',
  operators: ({ subject }) =>
    Object.keys(subject.distribution!).map(name =>
      operator<number>({
        id: name,
        draw: draws.constant(0),
        input: () => ({ share: name, tasks: TASKS }),
        runs: 1,
      }),
    ),
  async judge({ share: name, tasks }, { subject }, probe) {
    const declared = subject.distribution![name as string]
    if (!declared) return 'skip'
    const moves = Array.from({ length: tasks as number }, (_, seed) => [
      { do: 'reset' as const, seed },
      { do: 'state' as const },
    ]).flat()
    const played = await play(probe, moves)
    const states = played?.filter((each, i) => i % 2 === 1 && 'value' in each) as
      { value: Json }[] | undefined
    if (!states || states.length < (tasks as number) / 2) return 'skip'
    const hits = states.filter(({ value }) => declared.holds(value)).length
    if (binomialTwoSided(hits, states.length, declared.share) >= ALPHA) return null
    const seen = rounded(hits / states.length)
    return {
      says: `${name as string} holds for ${seen} of ${states.length} tasks; declared is ${declared.share}`,
      scores: [name as string],
    }
  },
  smaller: () => [],
}

/** Shorter secrets stand in texts by chance. */
const LEAST = 8
const LEAST_DIFFERENT = 4

export const envAnswerReachability: Property<EnvScene> = {
  id: 'answer_reachability',
  number: 'P28',
  title: 'nothing that can be read at the start holds the answer',
  severity: 'critical',
  missing: ({ subject }) =>
    subject.secrets ? null : 'declare secrets(seed), texts of the hidden answer (8 characters or more)',
  operators: scene => [
    operator<number>({ id: 'scan', draw: seedDraw(scene), input: seed => ({ seed }), runs: 20 }),
  ],
  async judge({ seed }, { subject }, probe) {
    const asked = await probe.call<string[]>('secrets', seed!)
    if (asked.how !== 'returned') return 'skip'
    const secrets = asked.value.filter(text => text.length >= LEAST && new Set(text).size >= LEAST_DIFFERENT)
    if (secrets.length === 0) return 'skip'
    const first = (await play(probe, [{ do: 'reset', seed: seed as number }]))?.[0]
    const more = subject.reachable ? await probe.call<string[]>('reachable', seed!) : null
    const texts = [
      ...(first && 'value' in first ? stringsIn(first.value) : []),
      ...(more?.how === 'returned' ? more.value : []),
    ]
    for (const secret of secrets)
      for (const text of texts) {
        const form = leaked(secret, text)
        if (form)
          return { says: `${brief(text)} holds the answer ${brief(secret)} (${form})`, scores: [form] }
      }
    return null
  },
  smaller: function* ({ seed }) {
    if (seed !== 0) yield { seed: 0 }
  },
}

function leaked(secret: string, text: string): string | null {
  if (text.includes(secret)) return 'as it is'
  if (text.includes(Buffer.from(secret).toString('base64'))) return 'in base64'
  const hash = ['md5', 'sha1', 'sha256'].find(name =>
    text.toLowerCase().includes(createHash(name).update(secret).digest('hex')),
  )
  return hash ? `as ${hash}` : null
}

/** Every string of a value, keys included, and numbers as they are written. */
function stringsIn(value: Json): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(stringsIn)
  return [...Object.keys(value), ...Object.values(value).flatMap(stringsIn)]
}
