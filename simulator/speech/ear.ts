/** What the simulator hears with. */
import { startWorker, type WorkerJobs } from './worker-jobs.ts'

export interface Ear {
  /** `moonshine` understands English; `none` hears nothing, because its packages are missing. */
  readonly kind: 'moonshine' | 'none'
  /** The words in a piece of speech (24 kHz), asked one after the other; empty for noise, and with kind `none`. */
  hear(pcm: Int16Array): Promise<string>
  /** What is not heard yet is answered with nothing. */
  close(): Promise<void>
}

/** A job for the worker thread. */
export type EarJob = { kind: 'is_installed' } | { kind: 'hear'; pcm: Int16Array }
export interface EarAnswer {
  installed: boolean
  text: string
}

type Worker = WorkerJobs<EarJob, EarAnswer>

/** The model takes a second and 300 MB: all ears of the process share it, and it outlives the last one for a while. */
let worker: Worker | undefined
let users = 0
let farewell: NodeJS.Timeout | undefined
const KEEP_MS = 5000

/** The best ear that is installed. It is here at once; the model loads behind, and `hear` waits for it. */
export async function createEar(): Promise<Ear> {
  const { run } = useWorker()
  const { installed } = await run({ kind: 'is_installed' })
  let open = true

  async function hear(pcm: Int16Array): Promise<string> {
    if (!open || !installed) return ''
    const { text } = await run({ kind: 'hear', pcm })
    return open ? text : ''
  }

  return {
    kind: installed ? 'moonshine' : 'none',
    hear,
    async close() {
      if (!open) return
      open = false
      leaveWorker()
    },
  }
}

function useWorker(): Worker {
  clearTimeout(farewell)
  users += 1
  worker ??= startWorker(new URL('./ear-worker.ts', import.meta.url))
  return worker
}

function leaveWorker(): void {
  users -= 1
  if (users > 0) return
  farewell = setTimeout(() => {
    void worker?.close()
    worker = undefined
  }, KEEP_MS)
  farewell.unref()
}
