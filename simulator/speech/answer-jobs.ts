/** The worker thread's side of `worker-jobs.ts`. */
import { parentPort } from 'node:worker_threads'
import type { WorkerAnswer } from './worker-jobs.ts'

/** Does the jobs of the main thread one after the other; a failed one is told and the next one is done. */
export function answerJobs<Input, Output>(work: (input: Input) => Promise<Output>): void {
  const port = parentPort
  if (!port) throw new Error('This file is the script of a worker thread.')
  let last: Promise<void> = Promise.resolve()
  port.on('message', (input: Input) => {
    last = last.then(() => answer(input))
  })

  async function answer(input: Input): Promise<void> {
    let reply: WorkerAnswer<Output>
    try {
      reply = { ok: true, output: await work(input) }
    } catch (error) {
      reply = { ok: false, message: error instanceof Error ? error.message : String(error) }
    }
    port?.postMessage(reply)
  }
}
