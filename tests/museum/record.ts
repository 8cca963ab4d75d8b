/** @file Writes the record of kills anew: `node --import tsx tests/museum/record.ts`. */
import { writeFileSync } from 'node:fs'
import { exhibitJobs } from './jobs.ts'
import { killCounts, RECORD, RECORDED_SEED } from './kills.ts'
import { results } from './pool.ts'
import { WHOLE_MUSEUM } from './whole.ts'

const found = await results(exhibitJobs(WHOLE_MUSEUM, { seed: RECORDED_SEED, short: true }))
writeFileSync(RECORD, `${JSON.stringify(killCounts(found), null, 2)}\n`)
