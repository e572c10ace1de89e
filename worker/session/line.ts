/**
 * The broker's socket to the provider: the sideband of a call, or a whole conversation by text. It brings a call to the
 * point where it knows its history and may be spoken to, then passes events on.
 *
 * Steps of opening: configure → seeds, each acknowledged → voice detection may answer → ready. A line on standby stays
 * before the last step until it is told to listen, and takes more seeds meanwhile (rollover.ts).
 */
import type { Agent } from '../../protocol/agent.ts'
import type { Log } from '../log.ts'
import {
  type CallEvent,
  CONFIGURE,
  LISTEN,
  type Provider,
  type SocketRequest,
  type ToldItem,
  type Wire,
} from '../provider/provider.ts'
import { openSocket, SocketRefused } from '../provider/transport.ts'
import { attachPauses } from './line-pauses.ts'
import type { Clock } from './ports.ts'

/** A provider that does not answer our first messages in this time (ms) is given up. */
const OPENING_TIMEOUT_MS = 12_000

/** `voice`: the sideband of a call. `relay`: a call whose sound comes this way too. */
export type LineKind = 'voice' | 'text' | 'relay'
/**
 * `gone`: the provider does not know the call (any more). `failed`: no socket, or no answer to our first messages.
 * `limited`: there is no money for it.
 */
export type LineEnd = 'closed' | 'gone' | 'failed' | 'limited'

/** Thrown by `open`: trying again would not help. */
export class LineLimited extends Error {
  override readonly name = 'LineLimited'
}

export interface LineOptions {
  kind: LineKind
  request: SocketRequest
  agent: Agent
  /** The call was ready before: only configure and go on. */
  resumed: boolean
  /** The visitor is not to be answered here before `listen`. */
  standby?: boolean
  /** Taken when the configuration is in force, so that whatever was typed until then is part of it. */
  seeds: () => ToldItem[]
}

export interface LinePorts {
  provider: Provider
  clock: Clock
  log: Log
  onEvent: (event: CallEvent) => void
  onReady: () => void
  /** On standby: all seeds so far are in. */
  onParked?: () => void
  /** Once, and not after `close()`. */
  onEnd: (end: LineEnd) => void
  open?: (request: SocketRequest) => Promise<WebSocket>
}

type Step = 'connecting' | 'configuring' | 'seeding' | 'parked' | 'enabling' | 'ready' | 'over'

export class Line {
  readonly kind: LineKind
  readonly #options: LineOptions
  readonly #ports: LinePorts
  #step: Step = 'connecting'
  #socket: WebSocket | null = null
  readonly #unacknowledged = new Set<string>()
  readonly #queue: Wire[] = []
  #stopTimer = () => {}

  constructor(options: LineOptions, ports: LinePorts) {
    this.kind = options.kind
    this.#options = options
    this.#ports = ports
    void this.#connect()
  }

  get ready(): boolean {
    return this.#step === 'ready'
  }

  /** An earlier line to the same call was ready: nothing is seeded. */
  get resumed(): boolean {
    return this.#options.resumed
  }

  /** True while typed text becomes part of the seeds by being stored. */
  get beforeSeeds(): boolean {
    return !this.#options.resumed && (this.#step === 'connecting' || this.#step === 'configuring')
  }

  /** On standby, parked: brings in more of the history, after these messages. */
  addSeeds(items: readonly ToldItem[], first: Wire[]): void {
    this.#write(first)
    if (items.length === 0) return
    this.#step = 'seeding'
    this.#seed(items)
  }

  /** The visitor is to be answered here from now on. */
  listen(): void {
    const wires = this.kind !== 'text' ? this.#ports.provider.listen(this.#options.agent) : []
    if (wires.length === 0) return this.#becomeReady()
    this.#step = 'enabling'
    this.#write(wires)
  }

  /** Sends now, or as soon as the history is in. */
  send(...wires: Wire[]): void {
    if (this.#step === 'over') return
    if (this.ready) this.#write(wires)
    else this.#queue.push(...wires)
  }

  close(): void {
    this.#step = 'over'
    this.#stopTimer()
    try {
      this.#socket?.close(1000)
    } catch {
      // It was closed already: nothing is left to do.
    }
  }

  async #connect(): Promise<void> {
    const pauses = attachPauses(this.#options.resumed, this.#ports.provider.caps.controlLagMs)
    const open = this.#ports.open ?? openSocket
    for (let tries = 0; ; tries++) {
      try {
        const socket = await open(this.#options.request)
        if (this.#step === 'over') return socket.close(1000)
        return this.#attach(socket)
      } catch (error) {
        if (this.#step === 'over') return
        if (error instanceof LineLimited) return this.#end('limited')
        const pause = pauses[tries]
        const gone = error instanceof SocketRefused && error.status === 404
        this.#ports.log.info('line_refused', { status: error instanceof SocketRefused ? error.status : 0, tries })
        if (pause === undefined) return this.#end(gone ? 'gone' : 'failed')
        await new Promise<void>((resume) => {
          this.#stopTimer = this.#ports.clock.after(pause, resume)
        })
      }
    }
  }

  #attach(socket: WebSocket): void {
    this.#socket = socket
    socket.addEventListener('message', (event) => {
      if (typeof event.data === 'string') this.#hear(event.data)
    })
    socket.addEventListener('close', () => this.#end('closed'))
    socket.addEventListener('error', () => this.#end('closed'))
    this.#step = 'configuring'
    this.#stopTimer = this.#ports.clock.after(OPENING_TIMEOUT_MS, () => this.#end('failed'))
    const { agent, resumed, kind, standby, seeds } = this.#options
    const seeded = standby ?? (!resumed && seeds().length > 0)
    this.#write(this.#ports.provider.configure({ agent, seeded }, kind))
  }

  /** What throws here is ours, storage that fails for instance; the runtime would break the socket for it. */
  #hear(raw: string): void {
    try {
      this.#read(raw)
    } catch (error) {
      this.#ports.log.error('event_not_taken', { cause: error instanceof Error ? error.name : 'unknown' })
      // Attached anew, what was begun is asked for. A relay is the call itself: there it is an event that was lost.
      if (this.kind !== 'relay') this.#end('closed')
    }
  }

  #read(raw: string): void {
    if (this.#step === 'over' || (this.kind !== 'relay' && this.#ports.provider.peek(raw) === 'drop')) return
    for (const event of this.#ports.provider.reduce(raw)) {
      this.#advance(event)
      this.#ports.onEvent(event)
    }
  }

  #advance(event: CallEvent): void {
    if (this.#step === 'configuring' && event.type === 'configured') this.#startSeeding()
    else if (this.#step === 'seeding' && event.type === 'placed') this.#acknowledge(event.item.id)
    else if (this.#step === 'seeding' && event.type === 'refused' && event.ref) {
      if (this.#unacknowledged.has(event.ref)) this.#ports.log.error('seed_refused', { cause: event.code })
      this.#acknowledge(event.ref)
    } else if (this.#step === 'enabling' && event.type === 'configured') this.#becomeReady()
    else if (event.type === 'refused' && event.ref === this.#asked) {
      // It would be refused again, and without it nothing can be said.
      this.#ports.log.error('configuration_refused', { cause: event.code })
      this.#end('failed')
    }
  }

  /** What a refusal of the configuration that is waited for is called. */
  get #asked(): string | null {
    return this.#step === 'configuring' ? CONFIGURE : this.#step === 'enabling' ? LISTEN : null
  }

  #startSeeding(): void {
    this.#step = 'seeding'
    const seeds = this.#options.resumed ? [] : this.#options.seeds()
    if (seeds.length > 0) this.#seed(seeds)
    else if (this.#options.standby) this.#park()
    else this.#becomeReady()
  }

  #seed(items: readonly ToldItem[]): void {
    for (const item of items) this.#unacknowledged.add(item.id)
    this.#write(items.map((item) => this.#ports.provider.seed(item)))
  }

  #acknowledge(id: string): void {
    if (!this.#unacknowledged.delete(id) || this.#unacknowledged.size > 0) return
    if (this.#options.standby) this.#park()
    else this.listen()
  }

  #park(): void {
    this.#stopTimer()
    this.#step = 'parked'
    this.#ports.onParked?.()
  }

  #becomeReady(): void {
    this.#stopTimer()
    this.#step = 'ready'
    this.#write(this.#queue.splice(0))
    this.#ports.onReady()
  }

  #write(wires: Wire[]): void {
    try {
      for (const wire of wires) this.#socket?.send(JSON.stringify(wire))
    } catch {
      this.#end('closed') // the socket died without telling us yet
    }
  }

  #end(end: LineEnd): void {
    if (this.#step === 'over') return
    this.close()
    this.#ports.onEnd(end)
  }
}
