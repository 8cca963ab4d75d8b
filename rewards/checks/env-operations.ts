/**
 * @file Every way the checks call into an author's environment: a script of moves, played in one call.
 *
 * Environments and snapshots live where the script is played and are named in it, so that a snapshot is never copied on
 * its way to the checks.
 */
import type { Json } from '../../envs/json.ts'
import type { EnvFace, EnvFault, EnvSubject } from './env-subject.ts'

/** `on`, `as` and `from` are names; the environment `main` is there from the start. */
export type Move =
  | { do: 'make'; as: string }
  | { do: 'reset'; on?: string; seed: number }
  | { do: 'step'; on?: string; action: Json }
  | { do: 'snapshot'; on?: string; as: string }
  | { do: 'restore'; on?: string; from: string }
  | { do: 'clone'; on?: string; as: string }
  /** The content of a snapshot as it is now. */
  | { do: 'look'; at: string }
  | { do: 'state'; on?: string }
  | { do: 'return'; on?: string }

/** What each move gave; a move that threw is recorded, and the script goes on. */
export type Played = { value: Json } | { error: string }

export type EnvOperation = (subject: EnvSubject<Json>, args: never) => unknown

export const envOperations: Readonly<Record<string, EnvOperation>> = {
  play: (subject, [moves, fault]: [Move[], EnvFault | null]) => play(subject, moves, fault ?? null),
  reachable: (subject, [seed]: [number]) => subject.reachable!(seed),
  secrets: (subject, [seed]: [number]) => subject.secrets!(seed),
  reference: (subject, [seed]: [number]) => subject.reference!(seed),
}

async function play(
  subject: EnvSubject<Json>,
  moves: readonly Move[],
  fault: EnvFault | null,
): Promise<Played[]> {
  const make = () => (fault && subject.makeFaulty ? subject.makeFaulty(fault) : subject.make())
  const faces = new Map<string, EnvFace<Json>>([['main', await make()]])
  const snapshots = new Map<string, unknown>()
  const played: Played[] = []
  for (const move of moves)
    try {
      played.push({ value: structuredClone(await moved(move, { faces, snapshots, make })) ?? null })
    } catch (error) {
      played.push({ error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })
    }
  for (const face of faces.values()) await face.close?.()
  return played
}

interface Stage {
  faces: Map<string, EnvFace<Json>>
  snapshots: Map<string, unknown>
  make(): EnvFace<Json> | Promise<EnvFace<Json>>
}

async function moved(move: Move, { faces, snapshots, make }: Stage): Promise<Json> {
  const face = faces.get(('on' in move ? move.on : undefined) ?? 'main')!
  switch (move.do) {
    case 'make':
      faces.set(move.as, await make())
      return null
    case 'reset':
      return (await face.reset(move.seed)).observation
    case 'step':
      return (await face.step(move.action)) as unknown as Json
    case 'snapshot':
      snapshots.set(move.as, await face.snapshot!())
      return null
    case 'restore':
      await face.restore!(snapshots.get(move.from) as never)
      return null
    case 'clone':
      faces.set(move.as, await face.clone!())
      return null
    case 'look':
      return snapshots.get(move.at) as Json
    case 'state':
      return face.state ? face.state() : ((await face.snapshot!()) as Json)
    case 'return':
      return face.episodeReturn!()
  }
}
