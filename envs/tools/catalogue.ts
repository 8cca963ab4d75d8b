/** @file The environments of tool use. */
import type { EnvDef } from '../env.ts'
import { calendar } from './calendar.ts'
import { files } from './files.ts'
import { http } from './http.ts'
import { ledger } from './ledger.ts'
import { mcpInventory } from './mcp-inventory.ts'
import { retail } from './retail.ts'
import { search } from './search.ts'
import { sheet } from './sheet.ts'
import { sqlMigration } from './sql-migration.ts'
import { sqlQuestion } from './sql-question.ts'
import { sqlRepair } from './sql-repair.ts'

export const toolEnvs: readonly EnvDef[] = [
  ledger,
  sqlQuestion,
  sqlMigration,
  sqlRepair,
  files,
  search,
  sheet,
  calendar,
  retail,
  http,
  mcpInventory,
]
