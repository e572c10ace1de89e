/**
 * What is being played to the person on a WebRTC call: whose audio is in the queue, how much of each item was really
 * sent, and the `output_audio_buffer` events that follow from it (realtime-api.md 4.4).
 */

/** The queue that paces speech onto the wire; see `Peer`. */
export interface AudioSink {
  play(pcm: Int16Array): void
  /** ms sent since the queue was last empty or cleared. */
  playedMs(): number
  /** Empties the queue, and answers how many ms of it had been sent. */
  clear(): number
}

interface Line {
  responseId: string
  itemId: string
  /** ms that went out before the queue last ran empty. */
  sentBefore: number
  /** ms put in since then. */
  queued: number
  /** Nothing more will be put in. */
  finished: boolean
  /** `output_audio_buffer.started` is out. */
  started: boolean
}

export interface Stopped {
  responseId: string
  itemId: string
  sentMs: number
  started: boolean
}

export class Playout {
  #sink: AudioSink
  #emit: (type: 'output_audio_buffer.started' | 'output_audio_buffer.stopped', responseId: string) => void
  #lines: Line[] = []
  /** ms of the current queue that belong to lines which are over. */
  #passed = 0
  #sent = new Map<string, number>()
  #silenced = new Set<string>()

  constructor(
    sink: AudioSink,
    emit: (type: 'output_audio_buffer.started' | 'output_audio_buffer.stopped', responseId: string) => void,
  ) {
    this.#sink = sink
    this.#emit = emit
  }

  get playing(): boolean {
    return this.#lines.length > 0
  }

  /** Puts audio of an item at the end of the queue; dropped when this response was silenced by `stop`. */
  add(responseId: string, itemId: string, pcm: Int16Array, ms: number): void {
    if (this.#silenced.has(responseId)) return
    let line = this.#lines.find((candidate) => candidate.itemId === itemId)
    if (!line) {
      line = { responseId, itemId, sentBefore: 0, queued: 0, finished: false, started: false }
      this.#lines.push(line)
    }
    line.queued += ms
    this.#sink.play(pcm)
    this.#startFirst()
  }

  /** The response has generated all its audio: once that is out, playing is over. */
  finish(responseId: string): void {
    for (const line of this.#lines) if (line.responseId === responseId) line.finished = true
    this.#dropFinished()
  }

  /** To be called often: notices when one response's audio has made way for the next one's. */
  tick(): void {
    this.#dropFinished()
  }

  /** The queue has run empty. */
  drained(): void {
    for (const line of this.#lines) {
      line.sentBefore += line.queued
      line.queued = 0
    }
    this.#passed = 0
    this.#dropFinished()
  }

  /** Empties the queue at once; what was playing or waiting in it, with what had been sent of each. */
  stop(): Stopped[] {
    const played = this.#sink.clear()
    const stopped = this.#lines.map((line) => ({
      responseId: line.responseId,
      itemId: line.itemId,
      sentMs: this.#sentOf(line, played),
      started: line.started,
    }))
    for (const { itemId, sentMs } of stopped) this.#sent.set(itemId, sentMs)
    for (const line of this.#lines) if (!line.finished) this.#silenced.add(line.responseId)
    this.#lines = []
    this.#passed = 0
    return stopped
  }

  /** ms of this item's audio that were sent so far. */
  sentMs(itemId: string): number {
    const line = this.#lines.find((candidate) => candidate.itemId === itemId)
    return line ? this.#sentOf(line, this.#sink.playedMs()) : (this.#sent.get(itemId) ?? 0)
  }

  #sentOf(line: Line, played: number): number {
    let before = this.#passed
    for (const other of this.#lines) {
      if (other === line) break
      before += other.queued
    }
    return line.sentBefore + Math.min(Math.max(played - before, 0), line.queued)
  }

  #dropFinished(): void {
    for (let first = this.#lines[0]; first?.finished; first = this.#lines[0]) {
      const total = first.sentBefore + first.queued
      if (this.#sentOf(first, this.#sink.playedMs()) < total) return
      this.#startFirst()
      this.#passed += first.queued
      this.#sent.set(first.itemId, total)
      this.#lines.shift()
      this.#emit('output_audio_buffer.stopped', first.responseId)
      this.#startFirst()
    }
  }

  #startFirst(): void {
    const first = this.#lines[0]
    if (!first || first.started) return
    first.started = true
    this.#emit('output_audio_buffer.started', first.responseId)
  }
}
