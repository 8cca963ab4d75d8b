/** @file Tests that need bubblewrap: whether it works here at all, asked without our own sandbox, whose faults must not skip its tests. */
import { spawnSync } from 'node:child_process'
import { missingForBubblewrap } from '../../envs/code/python-bubblewrap.ts'
import type { Need } from '../needs.ts'

const words = '--unshare-all --ro-bind / / /usr/bin/python3 -c pass'
const missing = missingForBubblewrap()
const tried = missing === null ? spawnSync('/usr/bin/bwrap', words.split(' '), { timeout: 20_000 }) : null

export const bubblewrap: Need = {
  missing: missing ?? `bubblewrap does not work here: ${String(tried!.stderr).trim()}`,
  there: () => tried?.status === 0,
}
