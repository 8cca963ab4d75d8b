/** @file The inside of a vector's thread. */
import { parentPort, workerData } from 'node:worker_threads'
import type { EnvSource, EpisodeRequest } from './episodes.ts'
import { Episodes } from './episodes.ts'

const episodes = new Episodes(workerData as EnvSource)
parentPort!.on('message', (request: EpisodeRequest) =>
  episodes.handle(request, reply => parentPort!.postMessage(reply)),
)
