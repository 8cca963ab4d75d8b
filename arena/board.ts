/** @file The leaderboard as plain JSON: what the page shows, the command prints and the store keeps. */
import { z } from 'zod'
import type { EnvDef } from '../envs/env.ts'
import { findEnv } from '../envs/registry.ts'
import type { MatchResult } from './match.ts'
import { itemOf } from './match.ts'
import { rate } from './rating.ts'

const count = z.number().int().nonnegative()
const interval = { rating: z.number(), low: z.number(), high: z.number() }
const tally = { solved: count, played: count, score: z.number() }

export const boardSchema = z.object({
  envs: z.array(z.object({ id: z.string(), title: z.string() })),
  agents: z.array(
    z.object({
      name: z.string(),
      ...interval,
      rankLow: count,
      rankHigh: count,
      ...tally,
      /** Matches lost without an answer: timeout, crash, disconnect. */
      forfeits: count,
      /** Mean time per action. */
      latencyMs: z.number(),
      /** Mean per match, as reported; null if never reported. */
      tokens: z.number().nullable(),
      provisional: z.boolean(),
      byLevel: z.array(z.object({ item: z.string(), ...tally })),
    }),
  ),
  items: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      ...interval,
      ...tally,
      provisional: z.boolean(),
      misfit: z.number(),
    }),
  ),
  matches: count,
  updatedAt: z.string(),
})

export type Board = z.infer<typeof boardSchema>
type Tally = Pick<Board['items'][number], 'solved' | 'played' | 'score'>

export function emptyBoard(updatedAt: string): Board {
  return { envs: [], agents: [], items: [], matches: 0, updatedAt }
}

/** The board of all these results, each counted once. `updatedAt` is an ISO time. */
export function buildBoard(results: readonly MatchResult[], updatedAt: string): Board {
  if (results.length === 0) return emptyBoard(updatedAt)
  const rating = rate(results.map(asOutcome))
  const envs = [...new Set(results.map(result => result.env))].sort().map(envTitle)
  const items = [...new Set(results.map(itemOf))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const byAgent = grouped(results, result => result.agent)
  const byItem = grouped(results, itemOf)
  return {
    envs,
    agents: rating.agents.map(agent => ({ ...agent, ...agentRow(byAgent.get(agent.name)!, items) })),
    items: rating.items.map(item => ({
      ...item,
      title: itemTitle(byItem.get(item.id)![0]!, envs.length > 1),
      ...tallyOf(byItem.get(item.id)!),
    })),
    matches: results.length,
    updatedAt,
  }
}

function asOutcome(result: MatchResult) {
  const { agent, score, split, index } = result
  return { agent, score, item: itemOf(result), task: `${itemOf(result)}/${split}/${index}` }
}

function agentRow(results: readonly MatchResult[], items: readonly string[]) {
  const byItem = grouped(results, itemOf)
  const reported = results.flatMap(result => (result.tokens === null ? [] : [result.tokens]))
  return {
    ...tallyOf(results),
    forfeits: results.filter(({ cause }) => ['timeout', 'crash', 'disconnect'].includes(cause)).length,
    latencyMs: mean(results.map(result => result.latencyMs.mean)),
    tokens: reported.length > 0 ? mean(reported) : null,
    byLevel: items.flatMap(item => (byItem.has(item) ? [{ item, ...tallyOf(byItem.get(item)!) }] : [])),
  }
}

function tallyOf(results: readonly MatchResult[]): Tally {
  return {
    solved: results.filter(result => result.cause === 'solved').length,
    played: results.length,
    score: mean(results.map(result => result.score)),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function grouped<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const group = groups.get(key(value))
    if (group) group.push(value)
    else groups.set(key(value), [value])
  }
  return groups
}

/** A log may hold results of environments that this program does not know; they keep their ids as titles. */
function known(id: string): EnvDef | null {
  try {
    return findEnv(id)
  } catch {
    return null
  }
}

function envTitle(id: string): { id: string; title: string } {
  return { id, title: known(id)?.title ?? id }
}

function itemTitle({ env, level }: MatchResult, several: boolean): string {
  const title = known(env)?.tasks.levels.find(entry => entry.level === level)?.title ?? `level ${level}`
  return several ? `${env.replace(/^.*\//, '')}: ${title}` : title
}
