/**
 * Asks the provider for answers, one at a time. Only one answer may be in the making, and the provider's voice detection
 * begins answers by itself, so a request waits while one is running (realtime-api.md 13 row 6).
 */
export class Responder {
  readonly #ask: (say: string | undefined) => void
  #running = false
  #waiting: { say: string | undefined } | null = null
  #asked: { say: string | undefined } | null = null

  /** @param ask sends the request; `say`: these words exactly */
  constructor(ask: (say: string | undefined) => void) {
    this.#ask = ask
  }

  get running(): boolean {
    return this.#running
  }

  /** An answer is being made, was asked for or waits to be. */
  get busy(): boolean {
    return this.#running || this.#asked !== null || this.#waiting !== null
  }

  /** Several requests while one is running become one: the answer speaks to everything that came in between. */
  request(say?: string): void {
    if (this.#running || this.#asked) this.#waiting = { say }
    else this.#send({ say })
  }

  began(): void {
    this.#running = true
    this.#asked = null
  }

  ended(): void {
    this.#running = false
    this.#next()
  }

  /** The provider refused our request, because its own came first or for another reason. */
  refused(code: string): void {
    const asked = this.#asked
    this.#asked = null
    if (code === 'conversation_already_has_active_response') {
      this.#waiting ??= asked
      this.#running = true // its end will be told
    } else this.#next()
  }

  #next(): void {
    const next = this.#waiting
    this.#waiting = null
    if (next) this.#send(next)
  }

  #send(request: { say: string | undefined }): void {
    this.#asked = request
    this.#ask(request.say)
  }
}
