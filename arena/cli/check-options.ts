/** @file What `ludus check` can be told. */
import type { Severity } from '../../rewards/checks/property.ts'
import type { KindId } from '../../rewards/checks/subject.ts'

export interface CheckCommandOptions {
  seed: number
  runs: number
  /** Seconds; absent: what the kind of check takes for granted. */
  budget?: number
  only: string[]
  skip: string[]
  failOn: Severity
  case?: string
  accept?: string
  reason?: string
  expires?: string
  cases: string
  tasks?: string
  kind?: KindId
  adversary?: boolean
  steps?: number
  scores?: number
  /** Iterations; true: the usual number. */
  learn?: number | true
  mutate?: boolean
  mutationMin?: number
  model?: boolean
  html?: string
  junit?: string
  sarif?: string
  json?: boolean
  watch?: boolean
  list?: boolean
  schema?: boolean
}
