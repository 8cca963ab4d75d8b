/** @file Thread entry: one Trainer or one Sampler, driven by messages, because a session run blocks its thread. */
import { parentPort, workerData } from 'node:worker_threads'
import { Sampler } from './sampler.ts'
import { Trainer } from './trainer.ts'
import type { Reply, Request, WorkerSetup } from './engine.ts'

const { role, config, weights, threads, adamW } = workerData as WorkerSetup
const port = parentPort!

const model =
  role === 'trainer'
    ? new Trainer(config, weights, { threads, adamW })
    : new Sampler(config, weights, { threads })

async function answer(request: Request): Promise<unknown> {
  if (model instanceof Sampler) {
    if (request.call === 'sample') return model.sample(request.request)
    if (request.call === 'setWeights') return void (model.weights = request.weights)
  } else {
    if (request.call === 'behaviorCloningStep')
      return model.behaviorCloningStep(request.batch, request.learningRate)
    if (request.call === 'policyGradientStep')
      return model.policyGradientStep(request.batch, request.learningRate)
    if (request.call === 'logprobs') return model.logprobs(request.batch)
    if (request.call === 'resetOptimizer') return model.resetOptimizer()
    if (request.call === 'weights') return model.weights
  }
  throw new Error(`${role} worker: unexpected call ${request.call}`)
}

// Calls are answered one after another: each sees the weights that the one before left.
let last: Promise<void> = Promise.resolve()
port.on('message', ({ id, request }: { id: number; request: Request }) => {
  last = last.then(async () => {
    const reply: Reply = await answer(request).then(
      value => ({ id, value }),
      (error: Error) => ({ id, error: error.message }),
    )
    port.postMessage(reply)
  })
})
