/** The input audio buffer: what came in since the last commit, and where in it somebody speaks. */
import { FRAMES_PER_MS, type Vad, type VadOptions } from '../engines.ts'
import type { TurnDetection } from './session-config.ts'

/** Audio is shown to the detector in pieces as long as a network frame. */
const STEP_FRAMES = 20 * FRAMES_PER_MS
/** A microphone fills the buffer all the time: older audio than this is forgotten. */
const LONGEST_BUFFER_MS = { pushToTalk: 5 * 60_000, detecting: 30_000 }

/** A semantic detector waits for a finished thought; here it is the energy detector with these silences, in ms. */
const SEMANTIC_SILENCE_MS = { low: 1200, medium: 700, auto: 700, high: 400 }

export interface ListeningEvents {
  /** Times in ms of all audio that ever came in. */
  started(audioStartMs: number): void
  stopped(audioEndMs: number, pcm: Int16Array): void
}

export class Listening {
  #createVad: (options: VadOptions) => Vad
  #events: ListeningEvents
  #turns: TurnDetection | null = null
  #vad: Vad | null = null
  /** ms of audio that had come in when the detector was made. */
  #vadOffset = 0
  #totalFrames = 0
  #pieces: Int16Array[] = []
  #bufferedFrames = 0

  constructor(createVad: (options: VadOptions) => Vad, events: ListeningEvents) {
    this.#createVad = createVad
    this.#events = events
  }

  /** ms of all audio that ever came in. */
  get totalMs(): number {
    return this.#totalFrames / FRAMES_PER_MS
  }

  get bufferedMs(): number {
    return this.#bufferedFrames / FRAMES_PER_MS
  }

  /** null = push-to-talk: nobody watches for speech. */
  configure(turns: TurnDetection | null): void {
    if (!turns) {
      this.#vad = null
    } else if (this.#vad) {
      this.#vad.configure(vadOptions(turns))
    } else {
      this.#startDetecting(turns)
    }
    this.#turns = turns
  }

  push(pcm: Int16Array): void {
    for (let at = 0; at < pcm.length; at += STEP_FRAMES) this.#step(pcm.subarray(at, at + STEP_FRAMES))
  }

  /** Everything since the last commit; the buffer is empty afterwards. */
  take(): Int16Array {
    const all = joined(this.#pieces, this.#bufferedFrames)
    this.clear()
    return all
  }

  clear(): void {
    this.#emptyBuffer()
    if (this.#turns) this.#startDetecting(this.#turns)
  }

  #startDetecting(turns: TurnDetection): void {
    this.#vad = this.#createVad(vadOptions(turns))
    this.#vadOffset = this.totalMs
  }

  #step(piece: Int16Array): void {
    this.#totalFrames += piece.length
    this.#keep(piece)
    for (const event of this.#vad?.push(piece) ?? []) {
      if (event.type === 'started') {
        this.#events.started(Math.round(this.#vadOffset + event.audioStartMs))
      } else {
        this.#emptyBuffer()
        this.#events.stopped(Math.round(this.#vadOffset + event.audioEndMs), event.pcm)
      }
    }
  }

  #keep(piece: Int16Array): void {
    this.#pieces.push(piece.slice())
    this.#bufferedFrames += piece.length
    const longest = this.#vad ? LONGEST_BUFFER_MS.detecting : LONGEST_BUFFER_MS.pushToTalk
    while (this.bufferedMs > longest) {
      const oldest = this.#pieces.shift()
      if (!oldest) return
      this.#bufferedFrames -= oldest.length
    }
  }

  #emptyBuffer(): void {
    this.#pieces = []
    this.#bufferedFrames = 0
  }
}

function vadOptions(turns: TurnDetection): VadOptions {
  if (turns.type === 'semantic_vad') {
    return { threshold: 0.5, prefixPaddingMs: 300, silenceDurationMs: SEMANTIC_SILENCE_MS[turns.eagerness] }
  }
  return {
    threshold: turns.threshold,
    prefixPaddingMs: turns.prefix_padding_ms,
    silenceDurationMs: turns.silence_duration_ms,
  }
}

function joined(pieces: Int16Array[], frames: number): Int16Array {
  const all = new Int16Array(frames)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
