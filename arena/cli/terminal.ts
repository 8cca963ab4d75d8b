/** @file The terminal as the human agent sees it: lines in, lines out. */
import { createInterface } from 'node:readline'
import { UsageError } from '../../envs/errors.ts'
import type { Terminal } from '../../agents/policies/human.ts'

interface Waiting {
  resolve(line: string): void
  reject(error: Error): void
}

const ENDED = 'the input ended before the episode did; nothing more was played'

/** Reads stdin line by line and writes to `output`. Close it, or the process waits for input. */
export function openTerminal(output: NodeJS.WriteStream): Terminal & { close(): void } {
  const reader = createInterface({
    input: process.stdin,
    output,
    terminal: output.isTTY && process.stdin.isTTY,
  })
  // Lines that arrive before they are asked for: piped input comes all at once.
  const lines: string[] = []
  let waiting: Waiting | null = null
  let ended = false
  reader.on('line', line => {
    if (waiting) waiting.resolve(line)
    else lines.push(line)
    waiting = null
  })
  reader.on('close', () => {
    ended = true
    waiting?.reject(new UsageError(ENDED))
  })
  return {
    print: text => void output.write(`${text}\n`),
    ask(question) {
      const line = lines.shift()
      if (line !== undefined) return Promise.resolve(line)
      if (ended) return Promise.reject(new UsageError(ENDED))
      reader.setPrompt(question)
      reader.prompt()
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
      })
    },
    close: () => reader.close(),
  }
}
