/**
 * Nobody is there any more: after a silence in a live call the assistant asks, once and in its own words, whether somebody is
 * still there; when nothing comes, the call ends. The time runs from the last thing that anybody said or did. The timer lives
 * with the object, which a live call keeps awake; after a restart the rows tell how long it has been silent, and the
 * watchdog's alarm looks here as well.
 */
import type { Agent } from '../../protocol/agent.ts'
import type { Log } from '../log.ts'
import type { CallEvent } from '../provider/provider.ts'
import type { Floor } from './floor.ts'
import type { Line } from './line.ts'
import type { Clock } from './ports.ts'
import type { Recorder } from './recorder.ts'
import type { Responder } from './responder.ts'
import type { CallRow, SessionRow, Store } from './store.ts'

const ASK =
  'The visitor has been silent for a while. Ask in one short sentence whether they are still there, in the language of the ' +
  'conversation and the manner that you had so far. If a question of yours is open, you may repeat it. Add nothing else.'

export interface IdlePorts {
  store: Pick<Store, 'call' | 'saveCall' | 'newestFirst'>
  recorder: Pick<Recorder, 'notice'>
  clock: Clock
  log: Log
  floor: Pick<Floor, 'quiet'>
  carrier: () => { line: Pick<Line, 'ready'>; responder: Pick<Responder, 'busy' | 'fill'> } | null
  /** A tool is at work, or the call is coming to its end anyway. */
  isOccupied: () => boolean
  end: (call: string) => void
}

interface Watched {
  call: string
  askAfterMs: number
  endAfterMs: number
}

export class Idle {
  readonly #ports: IdlePorts
  #watched: Watched | null = null
  /** When anybody last said or did something (ms since 1970). */
  #since = 0
  /** The assistant has asked since the visitor was last heard of. */
  #hasAsked = false
  #stopTimer = () => {}

  constructor(ports: IdlePorts) {
    this.#ports = ports
  }

  /** The call may be spoken to. One that is taken over from another, or attached again, goes on being as silent as it was. */
  watch({ agent }: SessionRow, call: CallRow): void {
    // A session from before there was this option keeps the agent that it began with.
    const { idle }: Partial<Agent> = agent
    if (!idle || this.#watched?.call === call.id) return
    if (!this.#watched) {
      this.#hasAsked = call.askedAt !== undefined
      this.#since = call.ready ? this.#lastSign(call) : this.#ports.clock.now()
    }
    this.#watched = { call: call.id, askAfterMs: idle.askAfterSeconds * 1000, endAfterMs: idle.endAfterSeconds * 1000 }
    if (this.#hasAsked) this.#note(this.#since)
    this.look()
  }

  stop(): void {
    this.#stopTimer()
    this.#watched = null
  }

  /** The visitor did something. */
  stir(): void {
    this.#since = this.#ports.clock.now()
    if (!this.#hasAsked) return
    this.#hasAsked = false
    this.#note(undefined)
    this.look()
  }

  hear({ type }: CallEvent): void {
    if (type === 'speech') this.stir()
    else if (type === 'answer_began' || type === 'answer_ended' || type === 'playback') {
      this.#since = this.#ports.clock.now()
    }
  }

  /** Asks or ends when it is time. */
  look(): void {
    if (!this.#watched) return
    const { call, askAfterMs, endAfterMs } = this.#watched
    const now = this.#ports.clock.now()
    if (this.#isBusy) this.#since = now
    const left = this.#since + (this.#hasAsked ? endAfterMs : askAfterMs) - now
    if (left > 0) return this.#lookIn(left)
    if (this.#hasAsked) return this.#end(call)
    this.#hasAsked = this.#ports.carrier()?.responder.fill(ASK) === true
    this.#since = now
    if (this.#hasAsked) this.#note(now)
    this.#ports.log.info('idle', { call, asked: this.#hasAsked })
    this.#lookIn(endAfterMs)
  }

  /** Somebody speaks or is about to, something is being done, or nothing could be said now. */
  get #isBusy(): boolean {
    const carrier = this.#ports.carrier()
    if (!carrier?.line.ready || carrier.responder.busy) return true
    return !this.#ports.floor.quiet || this.#ports.isOccupied()
  }

  /** Of a call that lived through a restart: the newest word, as far as the rows know. */
  #lastSign(call: CallRow): number {
    const [newest] = this.#ports.store.newestFirst()
    return Math.max(call.startedAt, call.askedAt ?? 0, newest?.at ?? 0)
  }

  #end(call: string): void {
    const { recorder, end } = this.#ports
    this.stop()
    this.#try(() => recorder.notice('idle'))
    end(call)
  }

  #note(askedAt: number | undefined): void {
    const { store } = this.#ports
    const row = this.#watched && store.call(this.#watched.call)
    if (!row) return
    const { askedAt: _, ...rest } = row
    this.#try(() => store.saveCall(askedAt === undefined ? rest : { ...rest, askedAt }))
  }

  /** What cannot be written stops neither what the visitor has begun nor the end of the call. */
  #try(write: () => void): void {
    try {
      write()
    } catch (error) {
      this.#ports.log.error('idle_not_written', { cause: error instanceof Error ? error.name : 'unknown' })
    }
  }

  #lookIn(ms: number): void {
    this.#stopTimer()
    this.#stopTimer = this.#ports.clock.after(ms, () => this.look())
  }
}
