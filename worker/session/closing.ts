/** A cap was reached: what is being said is finished, then it ends. No further answer is begun on its cost. */
import type { Cap } from '../../protocol/frames.ts'
import type { Clock } from './ports.ts'

/** What is being said may play out for at most this long (ms; design.md section 3, End). */
const PLAY_OUT_MS = 10_000

export interface ClosingPorts {
  clock: Clock
  /** An answer is being made or played. */
  answering: () => boolean
  end: (cap: Cap) => void
}

export class Closing {
  readonly #ports: ClosingPorts
  #pending: { cap: Cap; until: number } | null = null
  #stopTimer = () => {}

  constructor(ports: ClosingPorts) {
    this.#ports = ports
  }

  get pending(): boolean {
    return this.#pending !== null
  }

  /** May be asked again: the time to play out runs from the first. */
  begin(cap: Cap): void {
    const now = this.#ports.clock.now()
    if (this.#pending === null) {
      this.#pending = { cap, until: now + PLAY_OUT_MS }
      this.#stopTimer = this.#ports.clock.after(PLAY_OUT_MS, () => this.#end())
    }
    if (now >= this.#pending.until) this.#end()
    else this.heard(false)
  }

  /** Something was heard from the provider. `isNewAnswer`: one that there is no money for. */
  heard(isNewAnswer: boolean): void {
    if (this.#pending && (isNewAnswer || !this.#ports.answering())) this.#end()
  }

  cancel(): void {
    this.#stopTimer()
    this.#pending = null
  }

  #end(): void {
    const cap = this.#pending?.cap
    this.cancel()
    if (cap) this.#ports.end(cap)
  }
}
