/** @file Thread entry: a model that trains, samples or both, driven by messages, because a session run blocks its thread. */
import { parentPort, workerData } from 'node:worker_threads'
import { loadModel } from './checkpoint/checkpoint.ts'
import type { Failure, Reply, Request, WorkerSetup } from './engine.ts'
import { LoadedModel } from './runtime/loaded-model.ts'
import { Sampler } from './sampling/sampler.ts'
import { DivergedError, Trainer } from './training/trainer.ts'

const { config, weights: source, lora, threads, device, adamW } = workerData as WorkerSetup
const port = parentPort!
const weights = source instanceof Float32Array ? source : loadModel(source.dir).weights
const adapters = lora && { config: lora.lora, adapters: lora.adapters }

let trainer: Trainer | null = null
let sampler: Sampler | null = null
const training = (): Trainer =>
  (trainer ??= new Trainer(config, weights, { threads, device, adamW, lora: adapters }))
const sampling = (): Sampler =>
  (sampler ??= new Sampler(new LoadedModel(config, weights, { threads, device, lora: adapters })))

/** New weights, or new adapters where there are such. */
function setWeights(trained: Float32Array): void {
  if (lora) sampling().adapters = trained
  else sampling().weights = trained
}

/** The trainer's weights may be newer than the sampler's. */
let stale = false

async function answer(request: Request): Promise<unknown> {
  switch (request.call) {
    case 'sample':
      if (stale) setWeights(await training().weights())
      stale = false
      return sampling().sample(request.request)
    case 'setWeights':
      return setWeights(request.weights)
    case 'train':
      stale = true
      return training().steps(request.loss, request.steps)
    case 'logprobs':
      return training().logprobs(request.batch)
    case 'scalars':
      return training().scalars(request.batch)
    case 'resetOptimizer':
      return training().resetOptimizer()
    case 'weights':
      return training().weights()
    case 'state':
      return training().state()
    case 'restore':
      stale = true
      return training().restore(request.state)
  }
}

function failureOf(error: Error): Failure {
  return { message: error.message, ...(error instanceof DivergedError && { diverged: { step: error.step } }) }
}

// Calls are answered one after another: each sees the weights that the one before left.
let last: Promise<void> = Promise.resolve()
port.on('message', ({ id, request }: { id: number; request: Request }) => {
  last = last.then(async () => {
    const reply: Reply = await answer(request).then(
      value => ({ id, value }),
      (error: Error) => ({ id, error: failureOf(error) }),
    )
    port.postMessage(reply)
  })
})
