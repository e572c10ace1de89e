/**
 * The conversation of a session, whatever carries it at the moment: the sideband of a call, a text line that is opened
 * when the visitor types without a call, or nothing.
 */
import type { Activity, Cap, EndReason, ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import type { Log } from '../log.ts'
import type { CallEvent, Provider, SocketRequest } from '../provider/provider.ts'
import { openSocket } from '../provider/transport.ts'
import { activityAfter } from './activity.ts'
import { Closing } from './closing.ts'
import { Gaps } from './gaps.ts'
import { Guard } from './guard.ts'
import { isUnanswered } from './last-word.ts'
import { Line, type LineEnd, type LineKind, LineLimited } from './line.ts'
import type { Meter } from './meter.ts'
import type { Clock } from './ports.ts'
import type { Recorder } from './recorder.ts'
import { Relay } from './relay.ts'
import { Responder } from './responder.ts'
import { chooseSeeds } from './restore.ts'
import type { CallRow, SessionRow, Store } from './store.ts'

/** A text line without a word for this long (ms) is closed; the next typed text opens a new one. */
const TEXT_IDLE_MS = 60_000
/** A sideband that breaks more often than this during one call is no sideband. */
const MAX_BREAKS = 10

export interface ConversationPorts {
  store: Store
  recorder: Recorder
  provider: Provider
  clock: Clock
  log: Log
  send: (frame: ServerFrame) => void
  meter: Pick<Meter, 'reserve' | 'record' | 'close'>
  /** The provider has ended the live call, it cannot be controlled, or a cap is reached. */
  onCallLost: (call: string, reason: EndReason) => void
}

export class Conversation {
  readonly #ports: ConversationPorts
  #line: Line | null = null
  /** Of a relayed call. */
  #relay: Relay | null = null
  #responder = new Responder(() => {})
  #activity: Activity = 'listening'
  #expired = false
  /** Something was typed that the line will send once it is ready. */
  #answerWanted = false
  /** The push-to-talk button was let go: the turn that comes of it is to be answered. */
  #turnAwaited = false
  #breaks = 0
  #guard: Guard | null = null
  #gaps: Gaps
  #textRetried = false
  #stopIdleTimer = () => {}
  readonly #closing: Closing
  /** Lease of the text line. */
  #textLease: string | null = null
  /** Why there was no money for it. */
  #limit: Cap = 'cost_cap'

  constructor(ports: ConversationPorts) {
    this.#ports = ports
    const end = (cap: Cap) => this.#endAtCap(cap)
    this.#closing = new Closing({ clock: ports.clock, answering: () => this.#answering, end })
    this.#gaps = new Gaps((id) => ports.store.item(id))
  }

  /** A call is carried: its sideband is open or about to be. */
  get attached(): boolean {
    return this.#line !== null && this.#line.kind !== 'text'
  }

  /** Of a relayed call: where its browser joins. */
  relayOf(call: string): Relay | null {
    return this.#ports.recorder.call === call ? this.#relay : null
  }

  /** Takes the conversation into a call: attaches its sideband and, for a new call, brings its history in. */
  attach(session: SessionRow, call: CallRow): void {
    if (!call.ref && !call.relayed) return
    // A call that was ready before goes on: what it had begun is asked for, not given up.
    if (call.ready) this.#line?.close()
    else this.detach()
    this.#breaks = 0
    this.#ports.recorder.call = call.id
    this.#open(call.relayed ? 'relay' : 'voice', session, call)
  }

  /** Lets go of whatever carries the conversation. */
  detach(): void {
    this.#stopIdleTimer()
    this.#closing.cancel()
    this.#relay?.close()
    this.#relay = null
    this.#line?.close()
    this.#line = null
    this.#closeTextLease()
    this.#ports.recorder.close()
    this.#ports.recorder.call = null
    this.#activity = 'listening'
    this.#expired = false
  }

  /** The visitor typed. Stored first, so that it is not lost whatever happens then. Repeats are harmless. */
  type(session: SessionRow, id: string, text: string): void {
    const { recorder, provider, store, send } = this.#ports
    const isNew = recorder.typed(id, text)
    send({ type: 'ack', id })
    if (!isNew) return
    this.#textRetried = false
    if (!this.#line) {
      if (!store.currentCall()) this.#open('text', session, null)
      return // a call that is being opened takes the text in with its history
    }
    if (this.#line.beforeSeeds) return
    if (this.#answering) this.interrupt()
    this.#line.send(provider.text(id, text))
    if (this.#line.ready) this.#responder.request()
    else this.#answerWanted = true
  }

  /** Nothing carries a conversation after a restart without a live call: what was in progress then broke off. */
  closeUnfinished(): void {
    if (!this.#line) this.#ports.recorder.close()
  }

  /** Answers what was typed while nothing could, for instance before the object was restarted. */
  catchUp(session: SessionRow): void {
    if (!this.#line && !this.#ports.store.currentCall() && isUnanswered(this.#ports.store.newestFirst()))
      this.#open('text', session, null)
  }

  talk(on: boolean): void {
    if (!this.#line || this.#line.kind === 'text') return
    if (on && this.#answering) this.interrupt()
    this.#line.send(...this.#ports.provider.talk(on))
    this.#turnAwaited = !on
  }

  /** A cap is reached: what is being said is finished, then it ends. */
  endAt(cap: Cap): void {
    this.#closing.begin(cap)
  }

  interrupt(): void {
    if (this.#line?.ready) this.#line.send(...this.#ports.provider.interrupt(this.#line.kind))
    this.#relay?.interrupt()
  }

  /** An answer is being made or still being played. */
  get #answering(): boolean {
    return this.#responder.running || this.#activity === 'speaking'
  }

  #open(kind: LineKind, session: SessionRow, call: CallRow | null): void {
    const { provider, store, clock, log } = this.#ports
    this.#ports.recorder.via = kind === 'text' ? 'text' : 'voice'
    const lease = call?.id ?? session.id
    if (!call) this.#textLease = lease
    // Nobody but us can send on a relay: there is nothing to be watched.
    const guard = call && kind === 'voice' ? this.#guardFor(session, call) : null
    this.#responder = new Responder((say) => {
      const nonce = newId('itm_')
      guard?.watch.expectAnswer(nonce)
      this.#line?.send(provider.answer(nonce, say))
    })
    this.#gaps = new Gaps((id) => store.item(id))
    const hear = (event: CallEvent) => this.#hear(event)
    const relay = call && kind === 'relay' ? this.#openRelay(call.id, hear) : null
    this.#relay = relay
    this.#line = new Line(
      {
        kind,
        request: this.#requestFor(session, call),
        agent: session.agent,
        resumed: call?.ready ?? false,
        seeds: () => chooseSeeds(store.newestFirst(), session.agent.restoreTokens),
      },
      {
        provider,
        clock,
        log: log.with({ call: call?.id ?? 'text' }),
        onEvent: (event) => {
          this.#ports.meter.record(lease, event) // what others made is billed too
          if (relay) relay.pass(event, hear)
          else if (guard) guard.pass(event, hear)
          else hear(event)
        },
        onReady: () => this.#ready(session, call),
        onEnd: (end) => this.#lineEnded(session, call, end),
        open: async (asked) => {
          // The ledger comes before the provider; a call's money was set aside before it was created.
          const reserved = call ? null : await this.#ports.meter.reserve(session, lease, 'text')
          if (reserved?.ok === false) {
            this.#limit = reserved.cap
            throw new LineLimited()
          }
          return openSocket(asked)
        },
      },
    )
  }

  #ready(session: SessionRow, call: CallRow | null): void {
    const { store, provider, recorder, send } = this.#ports
    const fresh = store.seq() === 0
    if (call) {
      const reattached = call.ready
      this.#guard?.watch.opened()
      this.#relay?.open()
      store.saveCall({ ...(store.call(call.id) ?? call), ready: true })
      send({ type: 'ready', call: call.id })
      // Events are not replayed: what was begun before the gap is asked for.
      if (reattached) for (const id of recorder.unfinished()) this.#line?.send(provider.retrieve(id))
    }
    const answerWanted = this.#answerWanted || (!call?.ready && isUnanswered(this.#ports.store.newestFirst()))
    this.#answerWanted = false
    if (answerWanted) this.#responder.request()
    else if (fresh && session.agent.greeting) this.#responder.request(session.agent.greeting)
    this.#restartIdleTimer()
  }

  #requestFor({ agent, safetyId }: SessionRow, call: CallRow | null): SocketRequest {
    const { provider } = this.#ports
    if (call?.ref) return provider.control(call.ref)
    return call ? provider.openVoice(agent, safetyId) : provider.openText(agent, safetyId)
  }

  #openRelay(call: string, tell: (event: CallEvent) => void): Relay {
    const { provider, clock, log, onCallLost } = this.#ports
    return new Relay({
      provider,
      clock,
      log: log.with({ call }),
      send: (...wires) => this.#line?.send(...wires),
      tell,
      onAbandoned: () => onCallLost(call, 'dropped'),
    })
  }

  #guardFor(session: SessionRow, call: CallRow): Guard {
    const { provider, onCallLost } = this.#ports
    if (this.#guard?.call !== call.id) {
      this.#guard = new Guard(session, call, {
        ...this.#ports,
        putBack: () => this.#line?.send(...provider.configure({ agent: session.agent, seeded: false }, 'voice')),
        end: () => onCallLost(call.id, 'tampered'),
      })
    }
    if (call.ready) this.#guard.watch.gap()
    return this.#guard
  }

  #hear(event: CallEvent): void {
    const { recorder, log, send } = this.#ports
    for (const id of this.#gaps.record(event, recorder)) this.#line?.send(this.#ports.provider.retrieve(id))
    this.#showActivity(event)
    switch (event.type) {
      case 'placed':
        if (this.#turnAwaited && event.item.role === 'user' && event.item.via === 'voice') {
          this.#turnAwaited = false
          this.#responder.request()
        }
        break
      case 'answer_began':
        this.#responder.began()
        break
      case 'answer_ended':
        this.#responder.ended()
        if (event.outcome === 'failed') {
          log.error('answer_failed', { cause: event.cause })
          send({ type: 'notice', code: 'no_answer', call: recorder.call, cause: event.cause ?? 'unknown' })
        }
        this.#restartIdleTimer()
        break
      case 'refused':
        if (event.ref?.startsWith('itm_')) this.#responder.refused(event.code)
        log.info('event_refused', { cause: event.code })
        break
      case 'expired':
        this.#expired = true
        break
    }
    this.#closing.heard(event.type === 'answer_began')
  }

  #showActivity(event: CallEvent): void {
    const next = activityAfter(event, this.#activity, this.#line?.kind ?? 'voice')
    if (next === this.#activity) return
    this.#activity = next
    this.#ports.send({ type: 'activity', state: next })
  }

  #lineEnded(session: SessionRow, call: CallRow | null, end: LineEnd): void {
    const { store, log, onCallLost } = this.#ports
    const expired = this.#expired
    this.#line = null
    log.info('line_ended', { call: call?.id ?? 'text', end, expired })
    if (!call) return this.#textLineEnded(session, end)
    const row = store.call(call.id)
    if (row?.state !== 'live') return
    if (expired) return onCallLost(call.id, 'expired')
    // Its socket was the call.
    if (call.relayed) return onCallLost(call.id, end === 'closed' ? 'dropped' : 'provider')
    // The socket may break while the call lives on: attach again, and learn from a 404 that it does not.
    if (end === 'closed' && ++this.#breaks <= MAX_BREAKS) return this.#open('voice', session, row)
    onCallLost(call.id, end === 'gone' ? 'dropped' : 'provider')
  }

  #textLineEnded(session: SessionRow, end: LineEnd): void {
    const { recorder, send } = this.#ports
    recorder.close()
    this.#stopIdleTimer()
    if (!isUnanswered(this.#ports.store.newestFirst())) return this.#closeTextLease()
    if (end === 'closed' && !this.#textRetried) {
      this.#textRetried = true
      return this.#open('text', session, null)
    }
    this.#closeTextLease()
    if (end === 'limited') send({ type: 'notice', code: 'limit_reached', call: null, cap: this.#limit })
    else send({ type: 'notice', code: 'no_answer', call: null, cause: end })
  }

  #endAtCap(cap: Cap): void {
    const { recorder, send, onCallLost } = this.#ports
    if (this.attached && recorder.call) return onCallLost(recorder.call, cap)
    this.detach()
    send({ type: 'notice', code: 'limit_reached', call: null, cap })
  }

  #closeTextLease(): void {
    if (this.#textLease) this.#ports.meter.close(this.#textLease)
    this.#textLease = null
  }

  #restartIdleTimer(): void {
    this.#stopIdleTimer()
    if (this.#line?.kind !== 'text') return
    this.#stopIdleTimer = this.#ports.clock.after(TEXT_IDLE_MS, () => this.detach())
  }
}
