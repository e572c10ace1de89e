/**
 * Keys that a caller presses. The provider tells one at a time and its model nothing of them (realtime-api.md 4.3), so those
 * that belong together become one turn of the caller: until `#`, or until no further key comes.
 */
import type { Clock } from './ports.ts'

/** So long (ms) after a key the next one is waited for. */
const PAUSE_MS = 2_000
const MAX_KEYS = 64

export interface KeypadPorts {
  clock: Pick<Clock, 'after'>
  /** What the caller has pressed, in words for the model and the transcript. */
  entered: (text: string) => void
}

export class Keypad {
  readonly #ports: KeypadPorts
  #keys = ''
  #stopTimer = () => {}

  constructor(ports: KeypadPorts) {
    this.#ports = ports
  }

  press(key: string): void {
    this.#stopTimer()
    this.#keys += key
    if (key === '#' || this.#keys.length >= MAX_KEYS) this.#enter()
    else this.#stopTimer = this.#ports.clock.after(PAUSE_MS, () => this.#enter())
  }

  #enter(): void {
    const keys = this.#keys
    this.#stopTimer()
    this.#keys = ''
    this.#ports.entered(`Keys pressed on the phone: ${[...keys].join(' ')}`)
  }
}
