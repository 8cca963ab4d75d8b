/** @file A web API and an MCP server: every law of a tool environment. */
import { SUBJECTS } from './office-subjects.ts'
import { toolSuite } from './tool-suite.ts'

toolSuite(
  'tools behind servers',
  SUBJECTS.filter(({ env }) => /http|mcp/.test(env.id)),
)
