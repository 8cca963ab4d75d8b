/** @file Calendar, retail desk and tables: every law of a tool environment. */
import { SUBJECTS } from './office-subjects.ts'
import { toolSuite } from './tool-suite.ts'

toolSuite(
  'office tools',
  SUBJECTS.filter(({ env }) => !/http|mcp/.test(env.id)),
)
