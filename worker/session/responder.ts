/**
 * The one place where answers are asked for, one at a time. Only one answer may be in the making, and the provider's voice
 * detection begins answers by itself, so a wish waits while one is running, and a request that lost the race against the
 * provider's own is made again (realtime-api.md 13 row 6). While an answer is being cancelled it still counts as running.
 */

/** What the provider says when there is no answer to be stopped. */
const NOTHING_RUNS = 'response_cancel_not_active'
/** What it says when there is one already. */
const ONE_RUNS = 'conversation_already_has_active_response'

export interface Wish {
  /** These words exactly. */
  say?: string
  /** To fill a silence, by these instructions: it may call no tool. Never waits, see `fill`. */
  hold?: string
  /** It may call no tool. */
  noTools?: boolean
  /** Asked before a wish that had to wait is sent: false when something else has answered it meanwhile. */
  isStillWanted?: () => boolean
}

interface Asked {
  wish: Wish
  nonce: string
  /** Another answer has begun since and is over: a refusal may have been lost, so this one does not hold up others. */
  isDoubtful: boolean
}

export class Responder {
  readonly #send: (wish: Wish) => string
  #running = false
  #isAssumed = false
  #holding = false
  #waiting: Wish | null = null
  #asked: Asked | null = null

  /** @param send sends the request and answers its nonce, by which `began` and `refused` know it again */
  constructor(send: (wish: Wish) => string) {
    this.#send = send
  }

  get running(): boolean {
    return this.#running
  }

  /** The answer that is running only fills a silence. */
  get holding(): boolean {
    return this.#running && this.#holding
  }

  /** An answer is being made, was asked for or waits to be. */
  get busy(): boolean {
    return this.#running || this.#isInFlight || this.#waiting !== null
  }

  /** Several requests while one is running become one: the answer speaks to everything that came in between. */
  request(wish: Wish = {}): void {
    if (this.#running || this.#isInFlight) this.#waiting = wish
    else this.#ask(wish)
  }

  /** Fills a silence, if there is one: false when an answer is on its way anyway. */
  fill(instructions: string): boolean {
    if (this.busy) return false
    this.#ask({ hold: instructions })
    return true
  }

  /** An answer was being made when the line before this one broke; it may have ended unheard. */
  assume(): void {
    this.#running = true
    this.#isAssumed = true
  }

  /** What was assumed should have been heard of by now. */
  doubt(): void {
    if (this.#isAssumed) this.ended()
  }

  /** @param nonce of the request that it answers, undefined for one that the provider began by itself */
  began(nonce?: string): void {
    const isOurs = this.#asked !== null && nonce === this.#asked.nonce
    this.#running = true
    this.#isAssumed = false
    this.#holding = isOurs && this.#asked?.wish.hold !== undefined
    if (isOurs) this.#asked = null
  }

  ended(): void {
    // One that we never heard begin was the one we had asked for.
    if (!this.#running) this.#asked = null
    else if (this.#asked) this.#asked.isDoubtful = true
    this.#running = false
    this.#isAssumed = false
    this.#next()
  }

  /**
   * Answers whether an answer that was asked for will not come.
   * @param ref what the refused message was called: only our own request is of interest here
   */
  refused(ref: string | undefined, code: string): boolean {
    // Whatever we thought was running is over: its end was lost on the way.
    if (code === NOTHING_RUNS && this.#running) this.ended()
    if (code === NOTHING_RUNS || !this.#asked || ref !== this.#asked.nonce) return false
    const { wish, isDoubtful } = this.#asked
    this.#asked = null
    if (code !== ONE_RUNS) {
      this.#next()
      // Nobody misses what only fills a silence, and what is asked for next speaks to everything.
      return wish.hold === undefined && !this.busy
    }
    // There is no silence to be filled.
    if (wish.hold === undefined) this.#waiting ??= wish
    if (isDoubtful && !this.#running) this.#next()
    else this.#running = true // its end will be told
    return false
  }

  get #isInFlight(): boolean {
    return this.#asked !== null && !this.#asked.isDoubtful
  }

  #next(): void {
    const next = this.#waiting
    this.#waiting = null
    if (next && (next.isStillWanted?.() ?? true)) this.#ask(next)
  }

  #ask(wish: Wish): void {
    this.#asked = { wish, nonce: this.#send(wish), isDoubtful: false }
  }
}
