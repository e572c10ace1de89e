import type { Clock } from '../clock.ts'
import type { Ear, Vad, VadOptions, Voice } from '../engines.ts'
import type { NewId } from '../ids.ts'

/** What every session of the simulator shares. Voice and ear are made when they are first needed. */
export interface World {
  clock: Clock
  /** A session object as a client sent it, with the models' own names (dialects/). */
  readSession(session: unknown, opening: boolean): unknown
  newId: NewId
  timing: Timing
  voice(): Promise<Voice>
  ear(): Promise<Ear>
  createVad(options: VadOptions): Vad
  /** For what should not happen; never gets secrets or what people said. */
  log(line: string): void
}

/** How fast the simulator works, in ms unless said otherwise. */
export interface Timing {
  /** Audio is generated in pieces this long. */
  pieceMs: number
  /** Generation is so many times faster than speech, as in reality. */
  speedup: number
  /** Between two words of a text response. */
  textWordMs: number
  /** From recognition to the transcript of what the user said; it is late in reality too (realtime-api.md 0.8). */
  transcriptionDelayMs: number
}

export const DEFAULT_TIMING: Timing = { pieceMs: 200, speedup: 5, textWordMs: 8, transcriptionDelayMs: 400 }

/** An event for the client, without the `event_id` that it gets when it is sent. */
export interface ServerEvent {
  type: string
  [field: string]: unknown
}

export type Emit = (event: ServerEvent) => void
