/** @file The optimiser's state beside a checkpoint: `optimizer.safetensors`, with which training goes on to the bit. */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../../envs/errors.ts'
import { readJson, writeJson } from '../files.ts'
import { readHeader, readTensor, writeSafetensors } from './safetensors.ts'
import type { TrainerState } from '../training/trainer.ts'

const MOMENTS = 'optimizer.safetensors'
const STEPS = 'optimizer.json'
const stepsSchema = z.object({ steps: z.number().int().nonnegative(), size: z.number().int().positive() })

export function saveOptimizer(dir: string, { moment1, moment2, steps }: TrainerState): void {
  mkdirSync(dir, { recursive: true })
  const shape = [moment1.length]
  const tensors = [
    { name: 'moment1', shape, values: moment1 },
    { name: 'moment2', shape, values: moment2 },
  ]
  writeSafetensors(join(dir, MOMENTS), tensors, 'F32')
  writeJson(join(dir, STEPS), { steps, size: moment1.length })
}

/** A state that belongs to other weights than those that are being saved. */
export function removeOptimizer(dir: string): void {
  for (const file of [MOMENTS, STEPS]) rmSync(join(dir, file), { force: true })
}

/** Throws UsageError unless the folder has the state of an optimiser of this many weights. */
export function loadOptimizer(dir: string, size: number): Omit<TrainerState, 'weights'> {
  if (!existsSync(join(dir, STEPS)))
    throw new UsageError(`${dir}: expected a checkpoint with ${STEPS} to go on from; it was saved without it`)
  const { steps } = readJson(join(dir, STEPS), stepsSchema)
  const stored = readHeader(join(dir, MOMENTS))
  const moment = (name: string): Float32Array => {
    const tensor = stored.get(name)
    if (tensor?.shape.join() !== String(size))
      throw new UsageError(`${join(dir, MOMENTS)}: expected ${name} [${size}] for this model`)
    const values = new Float32Array(size)
    readTensor(tensor, values)
    return values
  }
  return { moment1: moment('moment1'), moment2: moment('moment2'), steps }
}
