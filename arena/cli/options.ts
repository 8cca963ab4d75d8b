/** @file Readers of option values: each takes a text apart or says what was expected. */
import { Option } from 'commander'
import type { Device, WantedDevice } from '../../agents/nn/runtime/device-choice.ts'
import { DEVICES } from '../../agents/nn/runtime/device-choice.ts'
import { chooseDevice } from '../../agents/nn/runtime/devices.ts'
import { UsageError } from '../../envs/errors.ts'
import { note } from './output.ts'

/** Reads a whole number of at least `min`, for commander. `flag` is how people write the option. */
export function wholeNumber(flag: string, min = 0): (text: string) => number {
  return text => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN
    if (value >= min) return value
    throw new UsageError(`${flag}: expected a whole number of at least ${min}, got ${JSON.stringify(text)}`)
  }
}

/** Reads levels as `1 2 3` or `1,2,3`. */
export function levelNumbers(texts: readonly string[]): number[] {
  return texts.flatMap(text => text.split(',')).map(wholeNumber('--level'))
}

/** Where neural networks compute. The CPU unless one asks: the small ones of the presets are faster there than on any GPU. */
export function deviceOption(): Option {
  return new Option(
    '--device <device>',
    'where networks compute; auto: a hardware GPU if there is one, else the CPU',
  )
    .choices(['auto', ...DEVICES])
    .default('cpu')
}

/** The device that was asked for, with a line that says why where that is a question. */
export async function resolveDevice(wanted: WantedDevice): Promise<Device> {
  if (wanted === 'cpu') return 'cpu'
  const { device, reason } = await chooseDevice(wanted)
  note(`device ${device}: ${reason}`)
  return device
}
