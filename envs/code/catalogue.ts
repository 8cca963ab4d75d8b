/** @file The environments of code. */
import type { EnvDef } from '../env.ts'
import { codeFunction } from './function.ts'

export const codeEnvs: readonly EnvDef[] = [codeFunction]
