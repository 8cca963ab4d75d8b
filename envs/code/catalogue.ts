/** @file The environments of code. */
import type { EnvDef } from '../env.ts'
import { debugging, debuggingPython } from './debugging.ts'
import { codeExamples, codeExamplesPython } from './examples.ts'
import { faster, fasterPython } from './faster.ts'
import { codeFunction, codeFunctionPython } from './function.ts'
import { input } from './input.ts'
import { output } from './output.ts'
import { repair, repairPython } from './repair.ts'
import { stackMachine } from './stack.ts'
import { stdio, stdioPython } from './stdio.ts'
import { testWriting } from './test-writing.ts'

export const codeEnvs: readonly EnvDef[] = [
  codeFunction,
  codeFunctionPython,
  codeExamples,
  codeExamplesPython,
  repair,
  repairPython,
  output,
  input,
  stackMachine,
  testWriting,
  faster,
  fasterPython,
  debugging,
  debuggingPython,
  stdio,
  stdioPython,
]
