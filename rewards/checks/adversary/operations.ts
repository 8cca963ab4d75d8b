/** @file What the adversary asks of an environment where it lives: to be searched, and to be played out. */
import type { Json } from '../../../envs/json.ts'
import type { EnvSubject } from '../env-subject.ts'
import type { ArchiveOptions } from './archive.ts'
import { exploreArchive } from './archive.ts'
import { playOut } from './oracle.ts'

export const adversaryOperations = {
  explore: (subject: EnvSubject<Json>, [options]: [ArchiveOptions]) => exploreArchive(subject, options),
  playedOut: (subject: EnvSubject<Json>, [seed, actions]: [number, Json[]]) =>
    playOut(subject, seed, actions),
}
