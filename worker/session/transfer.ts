/**
 * The assistant connects the caller to somebody else (`transfer`): asked for at the provider when what it is saying was heard,
 * and not when the caller has something to say after all. The provider confirms the request and tells nothing of what came
 * of it (realtime-api.md 3): where it works the call ends, where it does not the assistant says so.
 */
import type { TransferWish } from '../../protocol/built-in-tools.ts'
import type { Log } from '../log.ts'
import type { CallEvent, Provider } from '../provider/provider.ts'
import { attempt } from '../provider/transport.ts'
import type { Clock } from './ports.ts'
import type { CallRow } from './store.ts'

/** What is being said may take so long (ms; design.md section 3, End). */
const PLAY_OUT_MS = 10_000
/** What was sent is still on its way to the caller's ear (ms). */
const TAIL_MS = 400
/** A call that is still there so long (ms) after its transfer was asked for was not transferred. */
const LEAVES_WITHIN_MS = 12_000

export const ASKED =
  'The transfer was asked for, and the call ends with it. Say nothing more. If the caller is still there, it did not work: say so.'
export const HELD_UP =
  'The caller was not transferred: they have something to say first. Call this again when they want it.'
export const FAILED = 'The transfer did not work, the caller is still with you. Say so, and offer what else you can do.'
export const NO_PHONE = 'This is not a phone call: nobody can be connected.'

export interface TransferPorts {
  clock: Pick<Clock, 'after'>
  log: Log
  /** No answer is asked for, made or played, and the caller does not speak. */
  isQuiet: () => boolean
  /** Asks the provider. False where it refuses or cannot be reached, null where there is no phone call. */
  refer: (uri: string) => Promise<boolean | null>
  /** Has the assistant speak. */
  speak: () => void
}

export class Transfer {
  readonly #ports: TransferPorts
  #state: 'none' | 'waiting' | 'asked' = 'none'
  #heldUp = () => {}
  #stopTimer = () => {}

  constructor(ports: TransferPorts) {
    this.#ports = ports
  }

  /** The caller is on the way to somebody else. */
  get isAsked(): boolean {
    return this.#state === 'asked'
  }

  /** Answers what the model is told. */
  async begin({ name, uri }: TransferWish): Promise<string> {
    if (!(await this.#heardToTheEnd())) return HELD_UP
    this.#state = 'asked'
    const done = await this.#ports.refer(uri)
    this.#ports.log.info('transfer', { to: name, done: done === true })
    if (done && this.#state === 'asked') {
      this.#stopTimer = this.#ports.clock.after(LEAVES_WITHIN_MS, () => this.#stillThere())
      return ASKED
    }
    this.cancel()
    if (done) return ASKED
    return done === null ? NO_PHONE : FAILED
  }

  /** To be told of every event of the call, when that was acted on. */
  hear(event: CallEvent): void {
    if (this.#state === 'none') return
    if (event.type === 'speech' && event.on) this.cancel()
    else if (this.#state === 'waiting' && this.#ports.isQuiet()) this.#waitFor(TAIL_MS)
  }

  /** The caller goes on, or the call is over. */
  cancel(): void {
    this.#stopTimer()
    this.#state = 'none'
    this.#heldUp()
  }

  #waitFor = (_ms: number) => {}

  #heardToTheEnd(): Promise<boolean> {
    this.cancel()
    this.#state = 'waiting'
    return new Promise((resolve) => {
      this.#heldUp = () => resolve(false)
      this.#waitFor = (ms) => {
        this.#stopTimer()
        this.#stopTimer = this.#ports.clock.after(ms, () => resolve(true))
      }
      this.#waitFor(this.#ports.isQuiet() ? TAIL_MS : PLAY_OUT_MS)
    })
  }

  #stillThere(): void {
    this.#ports.log.error('transfer_without_effect')
    this.cancel()
    this.#ports.speak()
  }
}

/** Asks the provider to connect the caller of this call to somebody else. */
export async function refer(provider: Provider, call: CallRow | null, uri: string): Promise<boolean | null> {
  if (!call?.phone || !call.ref) return null
  try {
    const response = await attempt(provider.refer(call.ref, uri))
    await response.body?.cancel()
    return response.ok
  } catch {
    return false // not reached
  }
}
