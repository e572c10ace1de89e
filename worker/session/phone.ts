/**
 * A call from the telephone network. The provider rings, and its id of the call is known before it is taken: so it is written
 * down first, and can be hung up or taken up again whatever happens. A session has one such call; whoever calls again gets
 * a new session.
 */
import type { ErrorCode } from '../../protocol/errors.ts'
import { ParleyError } from '../../protocol/errors.ts'
import { newId } from '../../protocol/ids.ts'
import type { Log } from '../log.ts'
import type { Provider } from '../provider/provider.ts'
import { send } from '../provider/transport.ts'
import type { Calls } from './calls.ts'
import type { NewSession } from './contract.ts'
import type { Conversation } from './conversation.ts'
import { Keypad } from './keypad.ts'
import type { Meter } from './meter.ts'
import type { PhoneNumbers, PhoneRows } from './phone-rows.ts'
import type { Clock } from './ports.ts'
import type { CallRow, SessionRow, Store } from './store.ts'
import type { Tidings } from './tidings.ts'
import { WATCH_EVERY_MS } from './watchdog.ts'

export interface Ringing {
  session: NewSession
  /** Our id of the call. */
  call: string
  /** The provider's. */
  ref: string
  /** Hash of who calls, for the caps of one visitor. */
  visitor: string
  numbers: PhoneNumbers
}

/** `refused`: nothing was asked of the provider. `failed`: it may go better when the provider tells of the call again. */
export type Rung =
  | { outcome: 'accepted' | 'repeated' }
  | { outcome: 'refused'; code: ErrorCode }
  | { outcome: 'failed'; code: ErrorCode }

export interface PhonePorts {
  store: Store
  rows: PhoneRows
  provider: Provider
  calls: Calls
  meter: Meter
  conversation: Conversation
  tidings: Pick<Tidings, 'sessionStarted'>
  clock: Clock
  log: Log
  watchBy: (time: number) => Promise<void>
  /** Nothing of the session is to be left. */
  discard: () => Promise<void>
}

export class Phone {
  readonly #ports: PhonePorts
  readonly #keypad: Keypad
  #isRinging = false

  constructor(ports: PhonePorts) {
    this.#ports = ports
    const { clock, store, conversation } = ports
    this.#keypad = new Keypad({
      clock,
      entered: (text) => {
        const session = store.currentCall() && store.session()
        if (session) conversation.type(session, newId('txt_'), text)
      },
    })
  }

  /** A call comes in. Told of it again, nothing happens. */
  async ring(ringing: Ringing): Promise<Rung> {
    if (this.#isRinging || this.#ports.store.session()) return { outcome: 'repeated' }
    this.#isRinging = true
    try {
      return await this.#take(ringing)
    } finally {
      this.#isRinging = false
    }
  }

  /** The object was restarted while the provider was asked: it may have taken the call or not. */
  async resume(session: SessionRow, call: CallRow): Promise<void> {
    const { meter, log } = this.#ports
    if (!call.ref) return
    meter.resume(session, call.id)
    try {
      await this.#accept(session, call.ref)
    } catch (error) {
      // Taken before, gone, or not to be had: the sideband will tell, and a call that has none is hung up.
      log.info('phone_resumed', { call: call.id, cause: causeOf(error) })
    }
    await this.#goLive(session, call.id, call.ref)
  }

  pressed(key: string): void {
    this.#keypad.press(key)
  }

  /** The ledger comes before the provider, and the row before both can be forgotten. */
  async #take({ session: begun, call: id, ref, visitor, numbers }: Ringing): Promise<Rung> {
    const { store, rows, meter, calls, clock, log, watchBy } = this.#ports
    const session = newRow(begun, clock.now())
    const reserved = await meter.reserve(session, id, 'call', visitor)
    if (!reserved.ok) return { outcome: 'refused', code: reserved.code }
    calls.ring(session, id, ref)
    rows.save(numbers)
    await watchBy(clock.now() + WATCH_EVERY_MS)
    try {
      await this.#accept(session, ref)
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error
      // Where nothing was sent the provider says nothing: `detail` names the fields of ours that it would not know.
      log.error('phone_not_taken', { call: id, cause: error.code, detail: error.detail })
      return this.#giveUp(id, error.code)
    }
    log.info('session_created', { agent: session.agentId })
    await this.#goLive(store.session() ?? session, id, ref)
    return { outcome: 'accepted' }
  }

  async #accept({ agent, safetyId }: SessionRow, ref: string): Promise<void> {
    const { provider, log } = this.#ports
    const response = await send(provider, provider.accept(ref, { agent, seeded: false, safetyId }), log)
    await response.body?.cancel()
  }

  async #goLive(session: SessionRow, id: string, ref: string): Promise<void> {
    const { calls, conversation, tidings, clock, log, watchBy } = this.#ports
    const call = calls.opened(id, ref)
    if (!call) return // ended meanwhile, and hung up
    tidings.sessionStarted(session)
    conversation.attach(session, call)
    log.info('call_opened', { call: id, ref })
    await watchBy(clock.now() + WATCH_EVERY_MS)
  }

  /** Nobody knows whether a request that was not answered has arrived: such a call is hung up. One that was refused is not there. */
  async #giveUp(id: string, code: ErrorCode): Promise<Rung> {
    const { store, calls, discard } = this.#ports
    const call = store.call(id)
    if (call && code === 'provider_unreachable') await calls.end(call, 'provider')
    await discard()
    const isWorthAnotherTry = code === 'provider_unreachable' || code === 'provider_busy'
    return { outcome: isWorthAnotherTry ? 'failed' : 'refused', code }
  }
}

function newRow(session: NewSession, createdAt: number): SessionRow {
  return { ...session, createdAt, tokenUsed: 0, callGeneration: 0, widgetGoneAt: null, leased: false }
}

function causeOf(error: unknown): string {
  if (error instanceof ParleyError) return error.code
  return error instanceof Error ? error.name : 'unknown'
}
