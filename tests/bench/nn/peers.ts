/** @file PyTorch in processes of their own, one request and one answer per line. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('../peers/nn.py', import.meta.url))
const ENVIRONMENT = fileURLToPath(new URL('../peers/.venv/bin/python', import.meta.url))

/** The python that has torch and transformers: LUDUS_PEERS_PYTHON, the folder's own environment, or the system's. */
export const PYTHON = process.env['LUDUS_PEERS_PYTHON'] ?? (existsSync(ENVIRONMENT) ? ENVIRONMENT : 'python3')

export interface Peer {
  ask<T>(request: object): Promise<T>
  close(): void
}

export function startPeer(command: 'machine' | 'train' | 'sample' | 'logits'): Peer {
  const child = spawn(PYTHON, [SCRIPT, command], { stdio: ['pipe', 'pipe', 'pipe'] })
  let told = ''
  child.stderr.on('data', (chunk: Buffer) => (told = (told + chunk.toString()).slice(-2000)))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  child.on('error', error => (told += String(error)))
  child.stdin.on('error', () => null)
  return {
    ask: async <T>(request: object): Promise<T> => {
      child.stdin.write(JSON.stringify(request) + '\n')
      const { value } = (await lines.next()) as { value?: string }
      if (value === undefined) throw new Error(`the PyTorch peer ended: ${told.trim().split('\n').at(-1)}`)
      const answer = JSON.parse(value) as T & { error?: string }
      if (answer.error !== undefined) throw new Error(`the PyTorch peer: ${answer.error}`)
      return answer
    },
    close: () => {
      child.stdin.end()
    },
  }
}

/** What the peers are, or why there are none. */
export async function peerMachine(
  threads: number,
): Promise<{ versions: string; gemmGflops: number } | { missing: string }> {
  const peer = startPeer('machine')
  try {
    const { torch, transformers, gemmGflops } = await peer.ask<{
      torch: string
      transformers: string
      gemmGflops: number
    }>({ threads })
    return { versions: `torch ${torch}, transformers ${transformers}`, gemmGflops }
  } catch (error) {
    return { missing: (error as Error).message }
  } finally {
    peer.close()
  }
}
