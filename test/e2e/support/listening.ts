/** Makes sense of a recording: where there is speech, how loud, and what is said. */
import { createEar } from '../../../simulator/speech/ear.ts'
import { RECORDING_RATE, type Recording } from './recording.ts'

/** A stretch of speech, in ms from the beginning of the recording. */
export interface Stretch {
  startMs: number
  endMs: number
}

/** ms */
const FRAME_MS = 20
/** Of 32767: well above Opus's noise, well below any speech of the simulator. */
const LOUD = 300
/** Pauses between words and sentences are shorter. ms */
const PAUSE_MS = 700
/** The recogniser wants a little silence around speech (simulator-notes.md 4). ms */
const MARGIN_MS = 300

/** Root mean square of a part of the recording, 0…32767. */
export function loudness({ pcm }: Recording, fromMs = 0, toMs = Number.POSITIVE_INFINITY): number {
  return rms(pcm.subarray(frames(fromMs), Math.min(frames(toMs), pcm.length)))
}

/** Every stretch of speech, in order. */
export function speechIn({ pcm }: Recording): Stretch[] {
  const found: Stretch[] = []
  for (let startMs = 0; frames(startMs + FRAME_MS) <= pcm.length; startMs += FRAME_MS) {
    const endMs = startMs + FRAME_MS
    if (rms(pcm.subarray(frames(startMs), frames(endMs))) < LOUD) continue
    const last = found.at(-1)
    if (last && startMs - last.endMs <= PAUSE_MS) last.endMs = endMs
    else found.push({ startMs, endMs })
  }
  return found
}

/** What is said in the recording, stretch by stretch. */
export async function wordsIn(recording: Recording): Promise<string[]> {
  const ear = await createEar()
  if (ear.kind === 'none') throw new Error('The speech packages are missing: npm install without --omit=optional')
  try {
    const heard: string[] = []
    for (const { startMs, endMs } of speechIn(recording)) {
      const from = Math.max(0, frames(startMs - MARGIN_MS))
      heard.push(await ear.hear(recording.pcm.slice(from, frames(endMs + MARGIN_MS))))
    }
    return heard
  } finally {
    await ear.close()
  }
}

function rms(pcm: Int16Array): number {
  if (pcm.length === 0) return 0
  return Math.sqrt(pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length)
}

function frames(ms: number): number {
  return Number.isFinite(ms) ? Math.round((ms * RECORDING_RATE) / 1000) : Number.MAX_SAFE_INTEGER
}
