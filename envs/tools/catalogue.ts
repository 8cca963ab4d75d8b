/** @file The environments of tool use. */
import type { EnvDef } from '../env.ts'
import { ledger } from './ledger.ts'

export const toolEnvs: readonly EnvDef[] = [ledger]
