/** @file Thread entry: some operations, on the device it is given. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Device } from '../../../agents/nn/runtime/device-choice.ts'
import { SAMPLING_CASES } from './cases.ts'
import { difference } from './parity.ts'

let worst = 0
for (const opCase of SAMPLING_CASES)
  worst = Math.max(worst, await difference(opCase, { device: workerData as Device, strict: false }))
parentPort!.postMessage(worst)
