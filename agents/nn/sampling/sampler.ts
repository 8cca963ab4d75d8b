/**
 * @file Sampling completions of token prompts.
 *
 * Prompts are read once each, whatever the number of their continuations. Tokens are then written in runs of a Loop (CPU),
 * or one by one with caches that stay on the device (GPU). Randomness comes in as uniform noise, one seeded stream per row:
 * the same tokens whatever the batch and the form.
 *
 * Axes: B rows in G groups of n that continue the same prompt, V vocabulary.
 */
import type { LoadedModel } from '../runtime/loaded-model.ts'
import { Decoding } from './decoding.ts'
import { Prefill } from './prefill.ts'
import type { RowBatch } from './rows.ts'
import { batchesOf, Row } from './rows.ts'
import type { Sample, SampleRequest } from './sample-request.ts'
import { checkRequest } from './sample-request.ts'

export interface SamplerOptions {
  /** How tokens are written: many in a run, or one by one. Default: by device. */
  form?: 'loop' | 'step'
}

export class Sampler {
  readonly model: LoadedModel
  readonly #prefill: Prefill
  readonly #form: 'loop' | 'step'

  constructor(model: LoadedModel, { form }: SamplerOptions = {}) {
    this.model = model
    this.#prefill = new Prefill(model)
    this.#form = form ?? (model.device === 'cpu' ? 'loop' : 'step')
  }

  /** Prompt tokens that were read, and that needed not be, since the start. */
  get counts(): { read: number; reused: number } {
    return this.#prefill.counts
  }

  set weights(weights: Float32Array) {
    this.model.weights = weights
    this.#prefill.forget()
  }

  set adapters(adapters: Float32Array) {
    this.model.adapters = adapters
    this.#prefill.forget()
  }

  /** One completion per prompt, in order. Throws RangeError for what the model cannot write. */
  async sample(request: SampleRequest): Promise<Sample[]> {
    checkRequest(request, this.model.config)
    const rows = request.prompts.map((_, row) => new Row(request, row))
    for (const batch of batchesOf(rows)) await this.#write(batch, request)
    return rows.map(row => row.sample)
  }

  close(): Promise<void> {
    return this.model.close()
  }

  async #write(batch: RowBatch, request: SampleRequest): Promise<void> {
    const caches = await this.#prefill.read(batch.groups.map(([first]) => first!.prefix))
    const decoding = new Decoding(this.model, batch, caches, { request, form: this.#form })
    while (batch.rows.some(row => !row.finished))
      await (this.#form === 'loop' ? decoding.loop() : decoding.step())
    decoding.close()
  }
}
