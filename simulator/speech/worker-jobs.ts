/** Work that would stall the media if it ran on the main thread: one worker thread, one job after the other. */
import { Worker } from 'node:worker_threads'

export interface WorkerJobs<Input, Output> {
  /** Answers in order. Rejects when the worker failed at it, or is gone. */
  run(input: Input): Promise<Output>
  /** Ends the thread; jobs that are not done are rejected. */
  close(): Promise<void>
}

/** What the worker posts back for each job, in order. */
export type WorkerAnswer<Output> = { ok: true; output: Output } | { ok: false; message: string }

interface Job<Output> {
  resolve: (output: Output) => void
  reject: (error: Error) => void
}

/** Starts the thread. It keeps the process alive only while it has jobs. */
export function startWorker<Input, Output>(script: URL): WorkerJobs<Input, Output> {
  const worker = new Worker(script)
  worker.unref()
  const jobs: Job<Output>[] = []
  let gone: Error | undefined

  worker.on('message', (answer: WorkerAnswer<Output>) => {
    const job = jobs.shift()
    if (jobs.length === 0) worker.unref()
    if (answer.ok) job?.resolve(answer.output)
    else job?.reject(new Error(answer.message))
  })
  worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', (code) => fail(new Error(`The worker thread ended (${code}).`)))

  function fail(error: Error): void {
    gone ??= error
    for (const job of jobs.splice(0)) job.reject(gone)
  }

  return {
    run(input) {
      if (gone) return Promise.reject(gone)
      worker.ref()
      return new Promise((resolve, reject) => {
        jobs.push({ resolve, reject })
        worker.postMessage(input)
      })
    },
    async close() {
      fail(new Error('The worker thread was closed.'))
      await worker.terminate()
    },
  }
}
