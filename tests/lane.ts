/** @file One of the processes that `tests/run.ts` starts: runs the test files it is sent, one after the other. */
import { run } from 'uvu/run'

interface Queue {
  UVU_QUEUE: unknown[]
}

process.on('message', ({ name, file }: { name: string; file: string }) => {
  ;(globalThis as unknown as Queue).UVU_QUEUE = []
  run([{ name, file }]).then(
    () => process.send!({ file }),
    (error: unknown) => {
      process.stdout.write(`${error instanceof Error ? error.stack : String(error)}\n`)
      process.exit(1)
    },
  )
})
// Whatever a file has left open, there is nothing more to come.
process.on('disconnect', () => process.exit())
process.send!({ file: null })
