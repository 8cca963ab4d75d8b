/** @file Small leagues for the tests of the arena: agents with a chance to slip, and folders that clean up. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '../../envs/json.ts'
import type { Agent, Turn } from '../../agents/agent.ts'
import type { MatchPlan } from '../../arena/match.ts'
import { planMatch } from '../../arena/match.ts'

export const ADDITION = 'math/addition-v1'

const folders: string[] = []

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ludus-arena-'))
  folders.push(folder)
  return folder
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** Answers an addition from what it is shown, with a wrong column now and then. */
export function adder(name: string, { slip = 0, pauseMs = 0 } = {}): Agent {
  return {
    name,
    open: ({ rng }) => ({
      act: async ({ observation }) => {
        if (pauseMs > 0) await pause(pauseMs)
        return { action: rng.float() < slip ? '00' : nextColumn(observation) }
      },
    }),
  }
}

/** An agent that answers by a function of the turn. */
export function agentOf(name: string, act: (turn: Turn) => unknown): Agent {
  return { name, open: () => ({ act: async turn => ({ action: (await act(turn)) as Json }) }) }
}

export function nextColumn(observation: Json): string {
  const { question, columns } = observation as { question: string; columns: string[] }
  const [a, b] = question.replace('=', '').split('+') as [string, string]
  const digit = (text: string): number => Number(text.at(-1 - columns.length) ?? 0)
  const carry = Number(columns.at(-1)?.[0] ?? 0)
  return String(digit(a) + digit(b) + carry).padStart(2, '0')
}

export function additionMatch(agent: string, { index = 0, level = 2 } = {}): MatchPlan {
  return planMatch({ env: ADDITION, split: 'test', index, level, agent, attempt: 0 })
}

export function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

/** Waits for something to become true. Throws after `ms`. */
export async function until(condition: () => boolean, what: string, ms = 10_000): Promise<void> {
  const deadline = performance.now() + ms
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited ${ms} ms for ${what}`)
    await pause(5)
  }
}
