/** @file How much memory another process holds, where the system says so. */
import { readFileSync } from 'node:fs'

const PAGE = 4096

/** Resident bytes, from /proc; 0 where there is none, or no such process. */
export function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE
  } catch {
    return 0
  }
}
