/** The sound of one answer item on its way to the browser: kept until it was played, so that a broken socket costs nothing. */
import { BYTES_PER_MS } from '../../protocol/relay.ts'

/** Sent in pieces of at most 100 ms (bytes), so that the window of relay-pace.ts is kept closely. */
const PIECE_BYTES = 100 * BYTES_PER_MS

export class ItemAudio {
  readonly item: string
  readonly response: string
  /** All of it is here. */
  complete = false
  /** `end_of_item` was told. */
  ended = false
  /** The browser's last report: played so far (bytes), and when (ms since 1970); null before the first. */
  played = 0
  reportedAt: number | null = null
  readonly #chunks: Uint8Array[] = []
  /** Bytes at the front that are not kept any more. */
  #forgotten = 0
  #received = 0
  #sent = 0

  constructor(item: string, response: string) {
    this.item = item
    this.response = response
  }

  /** Bytes, in all. */
  get received(): number {
    return this.#received
  }

  /** Bytes, in all. */
  get sent(): number {
    return this.#sent
  }

  /** Bytes that are kept here. */
  get kept(): number {
    return this.#received - this.#forgotten
  }

  push(pcm: Uint8Array): void {
    for (let at = 0; at < pcm.length; at += PIECE_BYTES) this.#chunks.push(pcm.subarray(at, at + PIECE_BYTES))
    this.#received += pcm.length
  }

  /** The next piece to be sent, counted as sent; null when there is none at the moment. */
  take(): Uint8Array | null {
    let at = this.#forgotten
    for (const chunk of this.#chunks) {
      const end = at + chunk.length
      if (end > this.#sent) {
        const piece = chunk.subarray(this.#sent - at)
        this.#sent = end
        return piece
      }
      at = end
    }
    return null
  }

  /** The browser has got only so many bytes: the rest is to be sent again. */
  rewind(bytes: number): void {
    const whole = bytes - (bytes % 2)
    this.#sent = Math.min(this.#sent, Math.max(whole, this.played))
    this.ended = false
  }

  /** The browser has played so many bytes. */
  report(bytes: number, now: number): void {
    this.played = Math.max(this.played, Math.min(bytes, this.#sent))
    this.reportedAt = now
    for (let first = this.#chunks[0]; first && this.#forgotten + first.length <= this.played; first = this.#chunks[0]) {
      this.#forgotten += first.length
      this.#chunks.shift()
    }
  }
}
