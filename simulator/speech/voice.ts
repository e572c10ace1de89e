/** What the simulator speaks with. */
import { findFlite } from './flite.ts'
import { speakInTones } from './tones.ts'
import type { Word } from './word-times.ts'
import { startWorker, type WorkerJobs } from './worker-jobs.ts'

export interface Spoken {
  /** 24 kHz. */
  pcm: Int16Array
  /** The words of the text, as they stand in it and in order, with the time at which they are heard. */
  words: Word[]
}

export interface Voice {
  /** `flite` can be understood; `tones` stands in where its package is missing. */
  readonly kind: 'flite' | 'tones'
  /** Best called with one sentence at a time: 5 s of speech take about 100 ms. */
  speak(text: string): Promise<Spoken>
}

/** One thread for all voices of the process: it is idle most of the time and does not keep the process alive. */
let worker: WorkerJobs<string, Spoken> | undefined

/** The best voice that is installed. */
export async function createVoice(): Promise<Voice> {
  if (!findFlite()) return { kind: 'tones', speak: async (text) => speakInTones(text) }
  worker ??= startWorker(new URL('./voice-worker.ts', import.meta.url))
  const { run } = worker
  return { kind: 'flite', speak: run }
}
